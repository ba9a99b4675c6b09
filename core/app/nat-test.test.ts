import { expect, test } from 'vitest'
import { configuredServers, runNatTest, usualTestServers } from './nat-test.ts'
import { natLine, type NatDiscovery } from './nat-test-words.ts'

test.each([
  '10.0.0.0/8',
  '10.0.0.1',
  '169.254.169.254',
  '169.254.169.254:80',
  'localhost',
  '127.0.0.1:22',
  '',
])('a caller that names %j is refused', (wanted) => {
  expect(() => configuredServers([wanted])).toThrow(/is no test server of this Sidetone/)
})

test('a caller may name what is configured, or nothing', () => {
  const [first] = usualTestServers
  expect(configuredServers([])).toBe(usualTestServers)
  expect(configuredServers([first?.host ?? ''])).toEqual([first])
})

test.each(['169.254.169.254', '255.255.255.255', '224.0.0.1', '0.0.0.0', 'fe80::1', 'ff02::1'])(
  '%s can be no test server at all',
  async (host) => {
    await expect(runNatTest({ servers: [{ host, port: 3478 }] }, () => undefined)).rejects.toThrow(
      /can't be a test server/,
    )
  },
)

const outside = { address: '198.51.100.9', port: 40_000 }
const found: readonly NatDiscovery[] = [
  { id: 'internet', outcome: 'no-route' },
  { id: 'internet', outcome: 'blocked' },
  { id: 'mapping', outcome: 'one-server' },
  { id: 'mapping', outcome: 'endpoint-independent', outside: [outside] },
  { id: 'mapping', outcome: 'dependent', outside: [outside] },
  { id: 'filtering', outcome: 'change-ignored' },
  { id: 'filtering', outcome: 'unproven' },
  { id: 'filtering', outcome: 'endpoint-independent', mapping: 'endpoint-independent' },
  { id: 'lifetime', outcome: 'measured', atLeastMs: 3_000, lessThanMs: 5_000 },
  { id: 'lifetime', outcome: 'measured', atLeastMs: 60_000, lessThanMs: undefined },
]

test('each finding has a result, and only proved ones have a behaviour', () => {
  expect(found.map(natLine).map(({ result, mapping, filtering }) => [result, mapping ?? filtering])).toEqual([
    ['not-needed', undefined],
    ['problem', undefined],
    ['inconclusive', undefined],
    ['ok', 'endpoint-independent'],
    ['problem', 'dependent'],
    ['inconclusive', undefined],
    ['inconclusive', undefined],
    ['ok', 'endpoint-independent'],
    ['problem', undefined],
    ['ok', undefined],
  ])
})

test('no sentence has more than twenty words, and classic names stand in the detail alone', () => {
  for (const { meaning, fix } of found.map(natLine)) {
    for (const sentence of `${meaning} ${fix}`.split(/[.;] /))
      expect(sentence.split(' ').length, sentence).toBeLessThanOrEqual(20)
    expect(`${meaning} ${fix}`).not.toMatch(/cone|symmetric/i)
  }
})
