/** The translators of the lab, each as the nftables rules of one router. RFC 4787 names what they do. */

export const natKinds = [
  'open',
  'full-cone',
  'address-restricted',
  'port-restricted',
  'symmetric',
  'non-preserving',
  'double',
  'hairpin',
  'short-timeout',
  'sip-alg',
  'lossy',
] as const
export type NatKind = (typeof natKinds)[number]

/** Further routers, which no call of the matrix goes through: what they are is told by STUN. */
export const probedKinds = ['address-dependent', 'firewall', 'blocked'] as const
export type ProbedKind = NatKind | (typeof probedKinds)[number]

/** Whether the addresses behind it are those that the world sees. */
export function isRouted(kind: ProbedKind): boolean {
  return kind === 'open' || kind === 'firewall'
}

export interface Router {
  readonly kind: Exclude<ProbedKind, 'double'>
  /** Its address on the outside. */
  readonly wan: string
}

/** Seconds that the short-timeout router remembers a mapping without traffic. */
export const SHORT_TIMEOUT_SECONDS = 20
export const LOSS_PERCENT = 5
/** Where every telephone of the lab sends and takes its media. */
export const MEDIA_PORTS = '20000-29999'

/** Names of the router's interfaces: `wan` outside, `lan0`, `lan1` … inside. */
export function rulesOf(router: Router): string {
  const chains = [
    // A silent phone is made here, before connection tracking sees the packet: see `silence` in lab.ts.
    chain('silence', 'filter hook prerouting priority raw'),
    ...chainsOf(router),
  ]
  return `table ip lab {\n${[...tablesOf(router.kind), ...chains].join('\n')}\n}\n`
}

/** Settings under /proc/sys/net of the router's namespace. */
export function settingsOf(kind: ProbedKind): readonly (readonly [path: string, value: number])[] {
  const forward = ['ipv4/ip_forward', 1] as const
  if (kind !== 'short-timeout') return [forward]
  return [
    forward,
    ['netfilter/nf_conntrack_udp_timeout', SHORT_TIMEOUT_SECONDS],
    ['netfilter/nf_conntrack_udp_timeout_stream', SHORT_TIMEOUT_SECONDS],
  ]
}

const OUTBOUND_UDP = 'iifname "lan*" oifname "wan" meta l4proto udp'
const REMEMBER_MAPPING = `${OUTBOUND_UDP} update @mapped { udp sport : ip saddr }`
const MAPPED = 'flags dynamic,timeout; timeout 5m;'

function tablesOf(kind: ProbedKind): string[] {
  const mapped = `map mapped { type inet_service : ipv4_addr; ${MAPPED} }`
  const asked = `set asked { type ipv4_addr . inet_service; ${MAPPED} }`
  if (kind === 'full-cone' || kind === 'hairpin') return [mapped]
  if (kind === 'address-restricted') return [mapped, asked]
  if (kind === 'sip-alg') return ['ct helper alg { type "sip" protocol udp; l3proto ip; }']
  return []
}

function chainsOf({ kind, wan }: Router): string[] {
  switch (kind) {
    case 'open':
      return []
    case 'full-cone':
      return [
        chain('inbound', DNAT, 'iifname "wan" meta l4proto udp dnat to udp dport map @mapped'),
        chain('forward', FILTER, REMEMBER_MAPPING),
        outbound('masquerade'),
      ]
    case 'hairpin':
      return [
        chain('inbound', DNAT, `ip daddr ${wan} meta l4proto udp dnat to udp dport map @mapped`),
        chain('forward', FILTER, REMEMBER_MAPPING),
        // What a phone inside sends to a neighbour by its outside address comes from the outside address.
        outbound('masquerade', `iifname "lan*" oifname "lan*" ct status dnat snat to ${wan}`),
      ]
    case 'address-restricted':
      return [
        chain(
          'inbound',
          DNAT,
          'iifname "wan" meta l4proto udp ip saddr . udp dport @asked dnat to udp dport map @mapped',
        ),
        chain('forward', FILTER, REMEMBER_MAPPING, `${OUTBOUND_UDP} update @asked { ip daddr . udp sport }`),
        outbound('masquerade'),
      ]
    case 'symmetric':
      return [outbound('masquerade fully-random')]
    case 'non-preserving':
      return [
        outbound(
          'masquerade',
          `oifname "wan" meta l4proto udp snat to ${wan} : jhash ip saddr . udp sport mod 20000 offset 40000`,
        ),
      ]
    case 'address-dependent':
      return [
        outbound(
          'masquerade',
          `oifname "wan" meta l4proto udp snat to ${wan} : jhash ip saddr . ip daddr . udp sport mod 20000 offset 40000`,
        ),
      ]
    case 'firewall':
      return [chain('forward', FILTER, 'iifname "wan" ct state != established drop')]
    case 'blocked':
      return [chain('forward', FILTER, 'meta l4proto udp drop'), outbound('masquerade')]
    case 'sip-alg':
      return [
        chain('inspect', 'filter hook prerouting priority filter', 'udp dport 5060 ct helper set "alg"'),
        outbound('masquerade'),
      ]
    case 'lossy':
      return [
        chain('forward', FILTER, `meta l4proto udp numgen random mod 100 < ${LOSS_PERCENT} drop`),
        outbound('masquerade'),
      ]
    case 'port-restricted':
    case 'short-timeout':
      return [outbound('masquerade')]
  }
}

const DNAT = 'nat hook prerouting priority dstnat'
const FILTER = 'filter hook forward priority filter'

function outbound(last: string, ...first: string[]): string {
  return chain('outbound', 'nat hook postrouting priority srcnat', ...first, `oifname "wan" ${last}`)
}

function chain(name: string, place: string, ...rules: string[]): string {
  return [`chain ${name} {`, `type ${place};`, ...rules, '}'].join('\n')
}
