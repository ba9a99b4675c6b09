import type { Filtering, Mapping, NatFinding, StunAddress } from '../stun/index.ts'
import { hostPort } from './listen.ts'

export type NatResult = 'ok' | 'problem' | 'inconclusive' | 'not-tested' | 'not-needed'

/** What the rim has found besides the prober. */
export type NatDiscovery =
  | NatFinding
  | { readonly id: 'double'; readonly outcome: 'single' | 'double' | 'carrier'; readonly router: string }
  | { readonly id: 'double'; readonly outcome: 'untold' | 'no-translator' }
  | { readonly id: 'ipv6'; readonly outcome: 'works' | 'translated' | 'fails'; readonly address: string }
  | { readonly id: 'ipv6'; readonly outcome: 'absent' | 'no-server' }

export type NatLineId = NatDiscovery['id']

/** One line of a check-up. `outcome` is for programs and for other languages; the rest is English. */
export interface NatLine {
  readonly id: NatLineId
  readonly result: NatResult
  readonly outcome: string
  readonly detail: string
  readonly meaning: string
  readonly fix: string
  readonly mapping?: Mapping
  readonly filtering?: Filtering
}

type Words = readonly [result: NatResult, meaning: string, fix: string]

/** By line and outcome; `*` for all others. The longest sentence has twenty words. */
const words: Readonly<Record<NatLineId, Readonly<Record<string, Words>>>> = {
  internet: {
    answered: ['ok', 'This computer reaches the internet by UDP.', ''],
    'no-route': [
      'not-needed',
      'There is no way to the internet. Calls inside the office do not need one.',
      '',
    ],
    blocked: [
      'problem',
      'No test server answers. Calls inside the office work; calls over the internet may not.',
      'Let UDP pass in the router, or name other test servers.',
    ],
  },
  address: {
    same: ['ok', 'No router changes the address of this computer.', ''],
    translated: [
      'ok',
      'A router stands between this computer and the internet. Phones outside need its address.',
      '',
    ],
  },
  mapping: {
    none: ['ok', 'Others see this computer as it is.', ''],
    'endpoint-independent': [
      'ok',
      'The router keeps one outside port for each inside port, whoever is called.',
      '',
    ],
    'one-server': [
      'inconclusive',
      'Only one test server answered. One alone cannot tell how the router chooses ports.',
      'Name a second test server, or one with two addresses.',
    ],
    '*': [
      'problem',
      'The router takes another outside port for each partner. A phone cannot tell others where to send.',
      'Let Sidetone relay the voice, and forward its media ports in the router.',
    ],
  },
  ports: {
    kept: ['ok', 'The router keeps the port numbers.', ''],
    changed: ['ok', 'The router changes port numbers. Sidetone answers to the port that it sees.', ''],
  },
  filtering: {
    'endpoint-independent': ['ok', 'Whoever knows an open port may send to it. Keep passwords strong.', ''],
    'address-dependent': ['ok', 'Only computers that were called may send back.', ''],
    'address-and-port-dependent': [
      'ok',
      'Only the very place that was called may send back. Phones outside need the relay.',
      '',
    ],
    'no-second-address': [
      'inconclusive',
      'The test server has no second address. Without one nobody can tell what the router lets in.',
      'Name a test server with two addresses.',
    ],
    'change-ignored': [
      'inconclusive',
      'The test server answered from the place that was asked. That proves nothing.',
      'Name a test server that follows RFC 5780.',
    ],
    '*': [
      'inconclusive',
      'The test server did not show that it can answer from a second address.',
      'Name a test server that follows RFC 5780.',
    ],
  },
  hairpin: {
    works: ['ok', 'Phones inside may use the outside address.', ''],
    fails: [
      'problem',
      'Phones inside the office cannot use the outside address.',
      'Give phones inside the office the inside address of Sidetone.',
    ],
    'no-translator': ['not-needed', 'Inside and outside address are the same.', ''],
  },
  size: {
    whole: ['ok', 'Long messages pass, even in pieces.', ''],
    'no-fragments': [
      'problem',
      'Messages that need more than one packet are lost.',
      'Let phones outside use TCP.',
    ],
    short: [
      'problem',
      'Only short packets pass. Long call messages are lost.',
      'Let phones outside use TCP.',
    ],
    unknown: ['inconclusive', 'The test server does not answer long messages in kind.', ''],
  },
  alg: {
    untouched: ['ok', 'The router leaves addresses inside test packets alone.', ''],
    changed: [
      'problem',
      'The router changes addresses inside packets. It may do the same to calls.',
      'Switch off SIP ALG in the router.',
    ],
    unknown: ['not-tested', 'The test server does not tell enough for this.', ''],
  },
  lifetime: {
    'no-translator': ['not-needed', 'Without a router in between, nothing is forgotten.', ''],
    unsupported: [
      'not-tested',
      'The test server does not answer to another port, so this was not measured.',
      '',
    ],
    short: [
      'problem',
      'The router forgets a silent phone soon. Then its calls do not arrive.',
      'Raise the UDP timeout of the router; Sidetone pings phones more often meanwhile.',
    ],
    measured: ['ok', 'The router remembers a silent phone long enough for the usual pings.', ''],
  },
  double: {
    single: ['ok', 'The router itself has the outside address.', ''],
    double: [
      'problem',
      'A second router stands behind yours. Forwarded ports do not reach this computer.',
      'Set the first router to bridge mode, or forward the ports in both.',
    ],
    carrier: [
      'problem',
      'Your provider shares one address among customers. Nobody outside can call in by UDP.',
      'Ask your provider for a public address, or use IPv6 or a VPN.',
    ],
    untold: ['not-tested', 'The router does not tell its own outside address.', ''],
    'no-translator': ['not-needed', 'There is no router that translates.', ''],
  },
  ipv6: {
    works: ['ok', 'Phones outside can reach this computer by IPv6, if the firewall lets them.', ''],
    translated: ['ok', 'IPv6 works, through a translator.', ''],
    fails: ['inconclusive', 'This computer has an IPv6 address, and no test server answers there.', ''],
    absent: ['not-needed', 'This computer has no IPv6 address towards the internet. IPv4 is enough.', ''],
    'no-server': ['not-tested', 'None of the test servers has an IPv6 address.', ''],
  },
}

/** Below this the usual refresh of a phone comes too late. */
const SHORT_LIFETIME_MS = 30_000

export function natLine(found: NatDiscovery): NatLine {
  const key =
    found.id === 'lifetime' &&
    found.outcome === 'measured' &&
    (found.lessThanMs ?? Infinity) <= SHORT_LIFETIME_MS
      ? 'short'
      : found.outcome
  const [result, meaning, fix] = words[found.id][key] ?? words[found.id]['*'] ?? ['inconclusive', '', '']
  return {
    id: found.id,
    result,
    outcome: found.outcome,
    detail: detailOf(found),
    meaning,
    fix,
    ...(found.id === 'mapping' && found.outcome !== 'one-server' ? { mapping: found.outcome } : {}),
    ...(found.id === 'filtering' && 'mapping' in found ? { filtering: found.outcome } : {}),
  }
}

type Details = {
  readonly [Id in NatLineId]: (found: Extract<NatDiscovery, { readonly id: Id }>) => string
}

const details: Details = {
  internet: (found) =>
    found.outcome === 'answered' ? `${found.servers} of ${found.of} test servers answered` : spaced(found),
  address: ({ outside }) => `outside address ${place(outside)}`,
  mapping: (found) => (found.outcome === 'one-server' ? 'one place asked' : mappingDetail(found)),
  ports: ({ inside, outside }) => `inside ${inside}, outside ${outside}`,
  filtering: (found) => ('mapping' in found ? filteringDetail(found) : spaced(found)),
  hairpin: spaced,
  size: ({ outcome, bytes }) =>
    outcome === 'unknown' ? 'no padding in the answers' : `${bytes} octets passed both ways`,
  alg: spaced,
  lifetime: (found) => (found.outcome === 'measured' ? lifetimeDetail(found) : spaced(found)),
  double: (found) => ('router' in found ? `the router's own address is ${found.router}` : spaced(found)),
  ipv6: (found) => ('address' in found ? found.address : spaced(found)),
}

function detailOf(found: NatDiscovery): string {
  const detail = details[found.id] as (found: NatDiscovery) => string
  return detail(found)
}

function spaced({ outcome }: NatDiscovery): string {
  return outcome.replaceAll('-', ' ')
}

function mappingDetail({
  outcome,
  outside,
}: Extract<NatFinding, { id: 'mapping'; outcome: Mapping }>): string {
  const name = outcome === 'none' ? 'no translation' : `${outcome} mapping (RFC 4787)`
  const classic = ['none', 'endpoint-independent'].includes(outcome) ? '' : ', once called symmetric NAT'
  return `${name}${classic}; seen as ${outside.map(place).join(', ')}`
}

const cones: Readonly<Record<Filtering, string>> = {
  'endpoint-independent': 'full cone NAT',
  'address-dependent': 'restricted cone NAT',
  'address-and-port-dependent': 'port restricted cone NAT',
}

function filteringDetail({ outcome, mapping }: Extract<NatFinding, { readonly mapping: Mapping }>): string {
  const name = `${outcome} filtering (RFC 4787)`
  if (mapping === 'endpoint-independent') return `${name}, once called ${cones[outcome]}`
  if (mapping !== 'none') return `${name}, once called symmetric NAT`
  return outcome === 'endpoint-independent' ? `${name}: open` : `${name}, once called symmetric UDP firewall`
}

function lifetimeDetail({
  atLeastMs,
  lessThanMs,
}: Extract<NatFinding, { readonly atLeastMs: number }>): string {
  const least = `at least ${Math.floor(atLeastMs / 1000)} s`
  return lessThanMs === undefined ? least : `${least}, less than ${Math.ceil(lessThanMs / 1000)} s`
}

function place({ address, port }: StunAddress): string {
  return hostPort(address, port)
}
