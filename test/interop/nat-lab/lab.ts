/**
 * A small internet: a server with a public address, and sites behind routers of every kind, each site with
 * one or two telephones. All links are veth pairs between namespaces of our own.
 */
import { isRouted, rulesOf, settingsOf, MEDIA_PORTS, type ProbedKind, type Router } from './kinds.ts'
import { insideWords, namespaceName, removeNamespaces, runScript, sweepLeftovers } from './namespaces.ts'

export interface Station {
  readonly namespace: string
  readonly address: string
  /** Its own for each station of a site: the full-cone maps of a router know ports alone. */
  readonly sipPort: number
  readonly mediaPorts: string
  /** True: none of its media leaves the site, as if the phone sent none; SIP passes. */
  readonly silence: (isSilent: boolean) => Promise<void>
}

export interface Site {
  readonly kind: ProbedKind
  readonly stations: readonly Station[]
  readonly close: () => Promise<void>
}

export interface Lab {
  readonly server: { readonly namespace: string; readonly address: string; readonly second: string }
  /** The namespace that all links meet in. */
  readonly internet: string
  readonly addSite: (kind: ProbedKind, stations?: number) => Promise<Site>
  readonly close: () => Promise<void>
}

/** RFC 5737: an address for documentation, which no rule takes for a private one. */
const SERVER = '203.0.113.10'
/** A second address of the same machine, for telling what a translator depends on. */
const SERVER_SECOND = '203.0.113.11'
const SERVER_GATEWAY = '203.0.113.9'
const CARRIER_INSIDE = '100.64.0.1'
const CARRIER_CUSTOMER = '100.64.0.2'

export async function openLab(): Promise<Lab> {
  await sweepLeftovers()
  const internet = namespaceName('net')
  const server = namespaceName('server')
  await runScript(
    [
      ...[internet, server].flatMap(addNamespace),
      ...link(
        { namespace: server, name: 'wan', address: `${SERVER}/29` },
        {
          namespace: internet,
          name: 'server',
          address: `${SERVER_GATEWAY}/29`,
        },
      ),
      `ip -n ${server} addr add ${SERVER_SECOND}/29 dev wan`,
      `ip -n ${server} route add default via ${SERVER_GATEWAY}`,
      setting(internet, 'ipv4/ip_forward', 1),
      '',
    ].join('\n'),
  )
  let count = 0
  return {
    internet,
    server: { namespace: server, address: SERVER, second: SERVER_SECOND },
    addSite: async (kind, stations = 1) => {
      count += 1
      return addSite(internet, count, kind, stations)
    },
    close: () => removeNamespaces([server, internet]),
  }
}

async function addSite(internet: string, number: number, kind: ProbedKind, count: number): Promise<Site> {
  const outer: End = {
    namespace: internet,
    name: `site${number}`,
    address: `${numbered('198.18', number, 1)}/30`,
  }
  const router = namespaceName(`${number}-${kind}`)
  const carrier = kind === 'double' ? namespaceName(`${number}-carrier`) : undefined
  const wan = numbered('198.18', number, 2)
  const stations = Array.from({ length: count }, (_, index) => stationOf(router, number, kind, index))
  const namespaces = [
    router,
    ...(carrier === undefined ? [] : [carrier]),
    ...stations.map((station) => station.namespace),
  ]
  await runScript(
    [
      ...namespaces.flatMap(addNamespace),
      ...(carrier === undefined
        ? joinRouter({ namespace: router, kind: kind === 'double' ? 'symmetric' : kind, wan }, outer)
        : [
            ...joinRouter({ namespace: carrier, kind: 'symmetric', wan }, outer),
            ...joinRouter(
              { namespace: router, kind: 'port-restricted', wan: CARRIER_CUSTOMER },
              { namespace: carrier, name: 'lan0', address: `${CARRIER_INSIDE}/30` },
            ),
          ]),
      ...stations.flatMap((station, index) => joinStation(router, index, station)),
      ...(isRouted(kind)
        ? stations.map(
            ({ gateway }) => `ip -n ${internet} route add ${gateway.replace(/\d+$/, '0')}/24 via ${wan}`,
          )
        : []),
      '',
    ].join('\n'),
  )
  return { kind, stations, close: () => removeNamespaces(namespaces) }
}

interface End {
  readonly namespace: string
  readonly name: string
  /** With the length of its prefix. */
  readonly address: string
}

interface PlacedStation extends Station {
  readonly gateway: string
}

/** Every office numbers its phones alike, so that no two private addresses tell two sites apart. */
function stationOf(router: string, number: number, kind: ProbedKind, index: number): PlacedStation {
  const network = isRouted(kind) ? `198.19.${number}` : `192.168.${50 + index}`
  const mediaPorts = index === 0 ? '20000-24999' : '25000-29999'
  return {
    namespace: namespaceName(`${number}-phone${index}`),
    address: `${network}.2`,
    gateway: `${network}.1`,
    sipPort: 5060 + 2 * index,
    mediaPorts,
    silence: (isSilent) =>
      runScript(
        isSilent
          ? `${insideWords(router)} nft add rule ip lab silence iifname lan${index} udp sport ${MEDIA_PORTS} drop\n`
          : `${insideWords(router)} nft flush chain ip lab silence\n`,
      ),
  }
}

function joinRouter(router: Router & { readonly namespace: string }, outer: End): string[] {
  const { namespace, wan } = router
  return [
    ...link({ namespace, name: 'wan', address: `${wan}/30` }, outer),
    `ip -n ${namespace} route add default via ${outer.address.replace(/\/\d+$/, '')}`,
    ...settingsOf(router.kind).map(([path, value]) => setting(namespace, path, value)),
    `${insideWords(namespace)} nft -f - <<'RULES'`,
    `${rulesOf(router)}RULES`,
  ]
}

function joinStation(router: string, index: number, station: PlacedStation): string[] {
  return [
    ...link(
      { namespace: station.namespace, name: 'phone', address: `${station.address}/24` },
      {
        namespace: router,
        name: `lan${index}`,
        address: `${station.gateway}/24`,
      },
    ),
    `ip -n ${station.namespace} route add default via ${station.gateway}`,
  ]
}

function addNamespace(name: string): string[] {
  return [`ip netns add ${name}`, `ip -n ${name} link set lo up`]
}

function link(one: End, other: End): string[] {
  return [
    `ip -n ${one.namespace} link add ${one.name} type veth peer name ${other.name} netns ${other.namespace}`,
    ...[one, other].flatMap(({ namespace, name, address }) => [
      `ip -n ${namespace} addr add ${address} dev ${name}`,
      `ip -n ${namespace} link set ${name} up`,
    ]),
  ]
}

function setting(namespace: string, path: string, value: number): string {
  return `${insideWords(namespace)} sh -c 'echo ${value} > /proc/sys/net/${path}'`
}

/** The host-th address of the number-th /30. */
function numbered(network: string, number: number, host: number): string {
  return `${network}.${number >> 6}.${((number & 63) << 2) + host}`
}
