import { describe, expect, test } from 'vitest'
import {
  abuse,
  bodyOf,
  type Expectation,
  expectations,
  lab,
  type Outcome,
  registeredUsers,
  rfc4475,
  rfc5118,
  sinkContact,
  type Vector,
} from './index.ts'

const tables: readonly (readonly [string, readonly Vector[], readonly Expectation[]])[] = [
  ['RFC 4475', rfc4475, expectations.rfc4475],
  ['RFC 5118', rfc5118, expectations.rfc5118],
  ['abuse', abuse, expectations.abuse],
]

const pairs = tables.flatMap(([, vectors, entries]) =>
  entries.map((entry, at) => [entry.name, entry, vectors[at]?.octets ?? ''] as const),
)

test.each(tables)('%s: each vector has its expectation, in the same order', (_, vectors, entries) => {
  expect(entries.map((entry) => entry.name)).toEqual(vectors.map((vector) => vector.name))
})

/** What the plan's three tables and its list of stream and frame exceptions add up to. */
test.each([
  ['RFC 4475', expectations.rfc4475, { forward: 12, drop: 5, answered: 32 }, ['clerr', 'baddn']],
  ['RFC 5118', expectations.rfc5118, { forward: 8, drop: 0, answered: 4 }, []],
  ['abuse', expectations.abuse, { forward: 18, drop: 7, answered: 35 }, []],
])('%s: outcomes over UDP, and who waits for the deadline on a stream', (_, entries, sums, waiting) => {
  const forward = entries.filter(({ udp }) => udp === 'forward').length
  const drop = entries.filter(({ udp }) => udp === 'drop' || udp === 'silent').length
  const answered = entries.filter(({ udp }) => typeof udp === 'number').length
  expect({ forward, drop, answered }).toEqual(sums)
  expect(entries.filter(({ tcp }) => isClosing(tcp, 'deadline')).map(({ name }) => name)).toEqual(waiting)
})

test('these messages of RFC 4475 end a stream at once', () => {
  const closing = expectations.rfc4475.filter(({ tcp }) => isClosing(tcp, 'once'))
  const names = ['ncl', 'ltgtruri', 'lwsruri', 'lwsstart', 'trws', 'badvers', 'mcl01', 'inv2543']
  expect(closing.map(({ name }) => name)).toEqual(names)
})

describe('the checks fit the octets', () => {
  test.each(pairs)('%s', (_, { checks }, octets) => {
    const { mustKeep = [], bodyBytes = bodyOf(octets).length, mustNotContain = [] } = checks
    expect(mustKeep.filter((kept) => kept === '' || !octets.includes(kept))).toEqual([])
    expect(mustNotContain.filter((gone) => !octets.includes(gone))).toEqual([])
    expect((checks.unsupported ?? []).filter((tag) => !octets.includes(tag))).toEqual([])
    expect(bodyOf(octets)).toHaveLength(bodyBytes)
  })
})

describe('whatever may be forwarded has somewhere to go', () => {
  const forwarded = pairs.filter(([, entry]) => entry.udp === 'forward' || entry.also.includes('forward'))
  /** esc02 goes to the registrar, the others to the server itself: each may be answered as well. */
  const toOurselves = [
    'esc02',
    'port-ambiguous',
    'via-received-param-with-delim',
    'via-received-param-no-delim',
  ]

  test.each(forwarded.filter(([name]) => !toOurselves.includes(name)))('%s', (_, entry) => {
    const { nextHop } = entry.checks
    const isKnown =
      nextHop !== undefined && (nextHop in lab.stubNames || lab.foreignRoutesFollowed.includes(nextHop))
    expect(entry.registered.length > 0 || isKnown).toBe(true)
  })
})

test('what comes with later parts is said for each message that needs them', () => {
  const later = pairs.flatMap(([name, entry]) => (entry.later ? [`${name} ${entry.later.needs}`] : []))
  const relay = ['AM04', 'AM05', 'AM07', 'AM08', 'AM09', 'AM10', 'AM11', 'AM12'].map(
    (id) => `${id} media relay`,
  )
  const authentication = ['AM19', 'AM20'].map((id) => `${id} authentication`)
  expect(later).toEqual(['regaut01 authentication', ...relay, ...authentication])
})

test('registered users belong to a local domain and are bound to the sink', () => {
  const users = registeredUsers()
  expect(users.filter((user) => !lab.localDomains.includes(user.slice(user.lastIndexOf('@') + 1)))).toEqual(
    [],
  )
  expect(new Set(users).size).toBe(users.length)
  expect(sinkContact('sip:user;par=u%40example.net@example.com')).toBe(
    `sip:user;par=u%40example.net@${lab.sink.host}:${lab.sink.port}`,
  )
})

function isClosing(outcome: Outcome, at: 'once' | 'deadline'): boolean {
  return typeof outcome === 'object' && outcome.kind === 'closing' && outcome.at === at
}
