import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Row } from '../../core/exchange/index.ts'
import { vocabulary } from '../../core/modules/index.ts'
import type { Call } from '../sim/call.ts'
import { answers, Office, rejects, rings } from './office.ts'

function office(name: string, tables: Readonly<Record<string, readonly Row[]>> = {}): Office {
  const script = readFileSync(new URL(`../../resources/scripts/${name}.cfg`, import.meta.url), 'latin1')
  const made = new Office({ script })
  made.exchange.exchange.core.tables = { rows: (table) => tables[table] }
  return made
}

/** Hangs up and sees to it that nothing is left behind. */
function hangUp(world: Office, call: Call): void {
  call.hangUp()
  world.world.run(40_000)
  expect(world.exchange.exchange.pendingCount).toBe(0)
}

describe('redirect server', () => {
  test('a caller is told of all phones, the preferred ones first, and no call passes here', () => {
    const made = office('redirect-server')
    const bob = made.stranger('bob')
    bob.register({ contacts: '<sip:bob@10.0.0.7>;q=0.3, <sip:bob@10.0.0.8>;q=0.9, <sip:bob@10.0.0.9>' })
    const alice = made.phone('alice')

    const call = alice.call('bob')
    made.world.run(1000)

    expect(call.statuses).toEqual([302])
    expect(call.final!.octets).toContain(
      '\r\nContact: <sip:bob@10.0.0.8>;q=0.9, <sip:bob@10.0.0.7>;q=0.3, <sip:bob@10.0.0.9>\r\n',
    )
    expect(
      made.world.packets.every(({ to }) => ['10.0.0.1', '10.0.0.2', '10.0.0.3'].includes(to.address)),
    ).toBe(true)
  })

  test('nobody there, and somebody who is not ours', () => {
    const made = office('redirect-server')
    const alice = made.phone('alice')
    const finals = ['nobody', 'sip:x@far.example'].map((target) => {
      const call = alice.call(target)
      made.world.run(1000)
      return call.statuses.at(-1)
    })
    expect(finals).toEqual([404, 404])
  })
})

function forwards(...rows: readonly (readonly [user: string, attribute: string, uri: string])[]): {
  usr_preferences: Row[]
} {
  return {
    usr_preferences: rows.map(([username, attribute, value]) => ({ username, attribute, value, type: '0' })),
  }
}

describe('call forwarding', () => {
  test('always: the other phone rings at once, and is told why', () => {
    const made = office('call-forwarding', forwards(['bob', 'fwd_always', 'sip:carol@10.0.0.1']))
    const [alice, bob, carol] = [made.phone('alice'), made.phone('bob'), made.phone('carol')]
    carol.onCall = answers()

    const call = alice.call('bob')
    made.world.run(1000)

    expect(call.statuses).toEqual([100, 180, 200])
    expect(bob.calls).toEqual([])
    expect(carol.requests[0]!.octets).toContain('\r\nDiversion: <sip:bob@10.0.0.1>;reason=unconditional\r\n')
    hangUp(made, call)
  })

  test.each([
    [486, 'user-busy'],
    [600, 'user-busy'],
    [480, 'no-answer'],
  ])('a phone that answers %i: the one for that rings', (status, reason) => {
    const made = office(
      'call-forwarding',
      forwards(['bob', 'fwd_busy', 'sip:carol@10.0.0.1'], ['bob', 'fwd_noanswer', 'sip:dave@10.0.0.1']),
    )
    const [alice, bob] = [made.phone('alice'), made.phone('bob')]
    const others = { 'user-busy': made.phone('carol'), 'no-answer': made.phone('dave') }
    bob.onCall = rejects(status)
    const other = others[reason as 'user-busy']
    other.onCall = answers()

    const call = alice.call('bob')
    made.world.run(1000)

    expect(call.statuses.at(-1)).toBe(200)
    expect(other.requests[0]!.octets).toContain(`\r\nDiversion: <sip:bob@10.0.0.1>;reason=${reason}\r\n`)
    hangUp(made, call)
  })

  test('a phone that rings for 20 s: the call is taken from it', () => {
    const made = office('call-forwarding', forwards(['bob', 'fwd_noanswer', 'sip:dave@10.0.0.1']))
    const [alice, bob, dave] = [made.phone('alice'), made.phone('bob'), made.phone('dave')]
    bob.onCall = rings
    dave.onCall = answers()

    const call = alice.call('bob')
    made.world.run(19_000)
    expect(call.statuses).toEqual([100, 180])
    made.world.run(3_000)

    expect(call.statuses.at(-1)).toBe(200)
    expect(bob.calls[0]!.state).toBe('ended')
    hangUp(made, call)
  })

  test('nobody to forward to: the caller hears the failure itself', () => {
    const made = office('call-forwarding', forwards())
    const [alice, bob] = [made.phone('alice'), made.phone('bob')]
    bob.onCall = rejects(486)

    const call = alice.call('bob')
    made.world.run(1000)

    expect(call.statuses).toEqual([100, 486])
  })

  test('two who forward to each other: the call is forwarded once', () => {
    const made = office(
      'call-forwarding',
      forwards(['bob', 'fwd_always', 'sip:carol@10.0.0.1'], ['carol', 'fwd_always', 'sip:bob@10.0.0.1']),
    )
    const [alice, , carol] = [made.phone('alice'), made.phone('bob'), made.phone('carol')]
    carol.onCall = answers()

    const call = alice.call('bob')
    made.world.run(1000)

    expect(call.statuses.at(-1)).toBe(200)
    hangUp(made, call)
  })
})

describe('voicemail', () => {
  test.each([
    ['busy', 486],
    ['refused', 603],
    ['away', 480],
  ])('a phone that is %s: the mailbox of the dialled number', (_, status) => {
    const made = office('voicemail')
    const [alice, bob] = [made.phone('alice'), made.phone('bob')]
    const asterisk = made.world.phone('asterisk', '192.168.1.6')
    bob.onCall = rejects(status)
    asterisk.onCall = answers()

    const call = alice.call('bob')
    made.world.run(1000)

    expect(call.statuses.at(-1)).toBe(200)
    expect(asterisk.requests[0]!.uri).toBe('sip:bob@192.168.1.6:5060')
    hangUp(made, call)
  })

  test('nobody registered: the voicemail at once; nobody but callers is sent there', () => {
    const made = office('voicemail')
    const alice = made.phone('alice')
    const asterisk = made.world.phone('asterisk', '192.168.1.6')
    asterisk.onCall = answers()

    const call = alice.call('bob')
    made.world.run(1000)

    expect(call.statuses.at(-1)).toBe(200)
    expect(asterisk.requests[0]!.octets).toContain(';reason=unavailable\r\n')
    hangUp(made, call)
  })

  test('a call of the voicemail itself to nobody ends with 404', () => {
    const made = office('voicemail')
    const asterisk = made.world.phone('asterisk', '192.168.1.6')

    const call = asterisk.call('bob')
    made.world.run(1000)

    expect(call.statuses).toEqual([404])
    expect(asterisk.requests).toEqual([])
  })
})

const hasPasswords = vocabulary.modules.some(
  ({ name, commands }) => name === 'auth' && commands.every(({ prepare }) => prepare !== undefined),
)
const because = hasPasswords ? '' : ' (skipped: the module auth is not built)'

describe.skipIf(!hasPasswords)(`PSTN gateway${because}`, () => {
  const gatewayAt = '192.168.1.5'

  test.each(['112', '0123456', '0033123', '+33123'])(
    '%s of somebody who proves nothing never gets there',
    (number) => {
      const made = office('pstn-gateway')
      const gateway = made.world.phone('gateway', gatewayAt)
      const alice = made.stranger('alice')

      const call = alice.call(number)
      made.world.run(1000)

      expect(call.statuses.at(-1)).toBe(407)
      expect(gateway.requests).toEqual([])
    },
  )

  test('a call from the gateway is not asked for a password', () => {
    const made = office('pstn-gateway')
    const gateway = made.world.phone('gateway', gatewayAt)
    const bob = made.stranger('bob')
    bob.onCall = answers()
    made.exchange.askFor({
      name: 'bind',
      table: 'location',
      user: 'bob',
      uri: bob.contact,
      expiresSeconds: 3600,
    })

    const call = gateway.call('bob')
    made.world.run(1000)

    expect(call.statuses).toEqual([100, 180, 200])
    hangUp(made, call)
  })

  test('what comes from the gateway does not go back to it', () => {
    const made = office('pstn-gateway')
    const gateway = made.world.phone('gateway', gatewayAt)

    const call = gateway.call('0123456')
    made.world.run(1000)

    expect([call.statuses, gateway.requests]).toEqual([[404], []])
  })
})
