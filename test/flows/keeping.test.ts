/** What of the registrations reaches the disk, when, and what a phone is told of it. */
import { expect, test } from 'vitest'
import type { Change, StoredState } from '../../core/exchange/index.ts'
import { Office, usualScript } from './office.ts'

const written = (mode: number, interval = 60): string =>
  usualScript(
    '',
    '',
    `modparam("usrloc", "db_mode", ${mode})\nmodparam("usrloc", "timer_interval", ${interval})`,
  )

test('db_mode 1 answers when the disk has it, and a copy of the request does not get ahead', () => {
  const office = new Office({ script: written(1) })
  office.exchange.diskMs = 700
  const alice = office.stranger('alice')

  const asked = alice.register()
  office.world.run(690)
  expect(asked.statuses).toEqual([])
  office.world.run(20)
  expect(asked.statuses).toEqual([200])
  expect(kinds(office.exchange.changes)).toEqual(['put-contact alice'])
})

test('db_mode 1 answers 503 with Retry-After while the disk fails, calls the phone all the same, and writes later', () => {
  const office = new Office({ script: written(1) })
  const alice = office.phone('alice')
  const bob = office.stranger('bob')
  office.exchange.diskTrouble = 'The store is full.'

  const asked = bob.register()
  office.world.run(100)
  expect(asked.statuses).toEqual([503])
  expect(asked.final?.headers.some(({ line }) => /^Retry-After: 1\d\r\n$/.test(line))).toBe(true)
  const again = bob.register()
  office.world.run(100)
  expect(again.statuses).toEqual([503])
  alice.call('bob')
  office.world.run(100)
  expect(bob.requests.map(({ method }) => method)).toEqual(['INVITE'])

  office.exchange.diskTrouble = undefined
  const before = office.exchange.changes.length
  office.world.run(1_100)
  expect(kinds(office.exchange.changes.slice(before))).toEqual(['put-contact bob'])
  const third = bob.register()
  office.world.run(100)
  expect(third.statuses).toEqual([200])
})

test('db_mode 1 keeps the order of changes of one person while one is being written', () => {
  const office = new Office({ script: written(1) })
  office.exchange.diskMs = 50
  const alice = office.stranger('alice')

  alice.register()
  office.world.run(10)
  const left = alice.unregister()
  office.world.run(200)

  expect(left.statuses).toEqual([200])
  expect(kinds(office.exchange.changes)).toEqual(['put-contact alice', 'drop-contact alice'])
})

test('db_mode 2 answers at once and writes once in an interval, only the last state of each contact', () => {
  const office = new Office({ script: written(2, 30) })
  const alice = office.phone('alice')
  alice.register()
  office.phone('bob')
  office.world.run(29_000)
  expect(office.exchange.changes).toEqual([])
  office.world.run(2_000)
  expect(kinds(office.exchange.changes)).toEqual(['put-contact alice', 'put-contact bob'])
})

test('db_mode 2 writes what is left when it is told that the end is near', () => {
  const office = new Office({ script: written(2) })
  office.phone('alice')
  office.exchange.ask({ name: 'drain' })
  expect(kinds(office.exchange.changes)).toEqual(['put-contact alice'])
})

test('a binding that expires is taken off the disk', () => {
  const office = new Office({ script: written(1) })
  office.stranger('alice').register({ expiresSeconds: 60 })
  office.world.run(130_000)
  expect(kinds(office.exchange.changes)).toEqual(['put-contact alice', 'drop-contact alice'])
})

test('db_mode 0 writes nothing but what was made by hand', () => {
  const office = new Office({ script: written(0) })
  office.phone('alice')
  const bound = office.exchange.ask({
    name: 'bind',
    table: 'aliases',
    user: 'Sales',
    uri: 'sip:alice@10.0.0.9',
    expiresSeconds: 0,
  })
  office.exchange.ask({ name: 'unbind', table: 'aliases', user: 'sales', uri: undefined })
  expect(bound).toEqual({ ok: true, value: { user: 'Sales', contact: 'sip:alice@10.0.0.9' } })
  expect(kinds(office.exchange.changes)).toEqual(['put-contact sales', 'drop-contact sales'])
})

test('a change by hand says when the disk does not keep it', () => {
  const office = new Office({ script: written(0) })
  office.exchange.diskTrouble = 'The store is full.'
  const uri = 'sip:alice@10.0.0.9'
  const bound = office.exchange.ask({ name: 'bind', table: 'location', user: 'a', uri, expiresSeconds: 0 })
  expect(bound).toMatchObject({ ok: false, code: 'not-kept' })
  expect(office.exchange.bindings('a')).toHaveLength(1)
})

test('more changes than are noted one by one are written as whole tables', () => {
  const office = new Office({ script: written(1) })
  const { exchange } = office
  exchange.diskTrouble = 'The store is locked.'
  const bind = (count: number): unknown =>
    exchange.ask({
      name: 'bind',
      table: 'location',
      user: `u${count}`,
      uri: `sip:u${count}@10.9.9.9`,
      expiresSeconds: 0,
    })
  for (let count = 0; count < 20_100; count++) bind(count)
  exchange.diskTrouble = undefined
  const before = exchange.changes.length
  office.world.run(2_500)
  const after = exchange.changes.slice(before)
  expect(after[0]).toEqual({ kind: 'clear-contacts', table: 'location' })
  expect(new Set(kinds(after).slice(1)).size).toBe(20_100)
  expect(bind(1)).toMatchObject({ ok: true })
})

test('what was stored rings again by the way it registered by, with its time left, its q and its parameters', () => {
  const before = new Office({ script: written(1) })
  const alice = before.phone('alice')
  alice.register({ contacts: '<sip:alice@198.51.100.7:5062>;q=0.5;+sip.instance="x"', expiresSeconds: 600 })
  before.world.run(99_900)
  const state = stateOf(before.exchange.changes)

  const after = new Office({ script: written(1) })
  after.world.run(100_000)
  after.exchange.feed({ kind: 'loaded', state, isWhole: false })
  expect(after.exchange.bindings('alice')).toEqual(before.exchange.bindings('alice'))
  expect(after.exchange.changes).toEqual([])
})

test.each([3_600_000, -3_600_000])(
  'the wall clock jumps by %i ms: no binding ends early or late',
  (jumpMs) => {
    const office = new Office({ script: written(1) })
    const alice = office.stranger('alice')
    alice.register({ expiresSeconds: 600 })
    office.world.run(100_000)
    office.exchange.wallJumpMs = jumpMs
    office.world.run(400_000)
    expect(office.exchange.bindings('alice')).toMatchObject([{ expiresSeconds: 101 }])
    office.world.run(160_000)
    expect(office.exchange.bindings('alice')).toEqual([])
  },
)

test('phones of equal q ring in the same order after a restart', () => {
  const before = new Office({ script: written(1) })
  const [first] = before.phonesOf('alice', 3)
  first?.register()
  before.world.run(100)
  const after = new Office({ script: written(1) })
  const order = before.exchange.bindings('alice').map(({ contact }) => contact)
  after.exchange.feed({ kind: 'loaded', state: stateOf(before.exchange.changes), isWhole: false })
  expect(after.exchange.bindings('alice').map(({ contact }) => contact)).toEqual(order)
})

test('what is loaded late does not undo what has come since', () => {
  const before = new Office({ script: written(1) })
  before.phone('alice')
  before.phone('bob')
  const state = stateOf(before.exchange.changes)

  const after = new Office({ script: written(1) })
  const alice = after.stranger('alice')
  after.exchange.diskTrouble = 'The store is locked.'
  alice.register()
  after.world.run(50)
  alice.unregister()
  after.world.run(50)
  after.exchange.feed({ kind: 'loaded', state, isWhole: false })
  expect(after.exchange.bindings('alice')).toEqual([])
  expect(after.exchange.bindings('bob')).toHaveLength(1)
})

test('a restore takes the place of everything, and whoever waited is answered', () => {
  const office = new Office({ script: written(1) })
  const alice = office.phone('alice')
  const state = stateOf(office.exchange.changes)
  office.phone('bob')
  office.exchange.diskMs = 500
  const asked = alice.register()
  office.world.run(50)
  office.exchange.feed({ kind: 'loaded', state, isWhole: true })
  office.world.run(1_000)
  expect(asked.statuses).toEqual([503])
  expect(office.exchange.bindings('alice')).toHaveLength(1)
  expect(office.exchange.bindings('bob')).toEqual([])
})

function kinds(changes: readonly Change[]): string[] {
  return changes.map((change) => {
    const { kind } = change
    if (kind === 'put-contact') return `${kind} ${change.contact.user}`
    return kind === 'drop-contact' ? `${kind} ${change.user}` : kind
  })
}

/** What a store holds that got only these. */
function stateOf(changes: readonly Change[]): StoredState {
  const contacts = changes.flatMap((change) =>
    change.kind === 'put-contact' ? [{ table: change.table, contact: change.contact }] : [],
  )
  return { contacts, subscribers: [], callsUnderWay: [], domains: [] }
}
