import {
  askNatPmp,
  defaultGateway,
  localAddressTowards,
  openUdp,
  secureRandom,
  systemAddresses,
  systemClock,
  type UdpSocket,
} from '../io/index.ts'
import { isLocal, isUnicast, readAddress4 } from '../lib/ip.ts'
import {
  NatProbe,
  socketCount,
  type NatFinding,
  type NatProbeInput,
  type NatProbeOutput,
  type StunAddress,
} from '../stun/index.ts'
import { Failure } from './failure.ts'
import { hostPort } from './listen.ts'
import { natLine, type NatDiscovery, type NatLine } from './nat-test-words.ts'
import { Runtime } from './runtime.ts'
import { STUN_PORT, type StunPlace } from './stun-server.ts'

/** Two of different owners, since one alone proves little. Asked only when somebody runs the test. */
export const usualTestServers: readonly StunPlace[] = [
  { host: 'stun.nextcloud.com', port: STUN_PORT },
  { host: 'stun.cloudflare.com', port: STUN_PORT },
]

/** More would only take longer. */
const MOST_SERVERS = 8

export interface NatTestWish {
  readonly servers: readonly StunPlace[]
  /** The longest silence to try; absent: the lifetime of mappings is not measured, which takes minutes. */
  readonly longestSilenceMs?: number | undefined
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined
}

/**
 * For whoever asks over the contract: the places that its owner has set, or some of them. Anybody else's wish is
 * refused, or the test could be made to scan the office.
 */
export function configuredServers(
  wanted: readonly string[],
  configured: readonly StunPlace[] = usualTestServers,
): readonly StunPlace[] {
  if (wanted.length === 0) return configured
  return wanted.map((text) => {
    const place = configured.find(({ host, port }) => text === host || text === hostPort(host, port))
    if (place === undefined)
      throw new Failure(`${text} is no test server of this Sidetone: add it to the settings first.`)
    return place
  })
}

/**
 * What lies between this computer and the servers; each line is told as soon as it is known. Nothing is sent but to
 * these servers, their second places, our own outside address and the default router.
 */
export async function runNatTest(wish: NatTestWish, tell: (line: NatLine) => void): Promise<void> {
  const addresses = await addressesOf(wish.servers)
  const four = addresses.filter(({ address }) => readAddress4(address) !== undefined)
  const six = addresses.filter(({ address }) => address.includes(':'))
  const found = (one: NatDiscovery): void => {
    tell(natLine(one))
  }
  const local = four[0] === undefined ? undefined : await localAddressTowards(four[0].address)
  const outside = local === undefined ? noRoute(found) : await probe(four, local, wish, found)
  if (wish.signal?.aborted === true) return
  if (local !== undefined && outside !== undefined) await tellDouble(local, outside.address, found)
  await tellSix(six, wish, found)
}

/** Names become addresses; what no test server can be is refused. */
async function addressesOf(servers: readonly StunPlace[]): Promise<StunAddress[]> {
  const found: StunAddress[] = []
  for (const { host, port } of servers.slice(0, MOST_SERVERS)) {
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      throw new Failure(`${host}: ${port} is no port: write HOST or HOST:PORT.`, 2)
    const addresses = await systemAddresses(host)
    for (const family of [4, 6]) {
      const address = addresses.find((one) => (readAddress4(one) !== undefined ? 4 : 6) === family)
      if (address === undefined) continue
      if (!isUnicast(address) || /^169\.254\.|^fe[89ab]/i.test(address))
        throw new Failure(`${host} can't be a test server: ${address} is no address of one computer.`, 2)
      found.push({ address, port })
    }
  }
  return found
}

function noRoute(found: (one: NatDiscovery) => void): undefined {
  found({ id: 'internet', outcome: 'no-route' })
}

/** Runs the prober to its end. @returns our outside place, if a server told it */
async function probe(
  servers: readonly StunAddress[],
  local: string,
  { longestSilenceMs, signal }: Pick<NatTestWish, 'longestSilenceMs' | 'signal'>,
  found: (finding: NatFinding) => void,
): Promise<StunAddress | undefined> {
  const finished = Promise.withResolvers<undefined>()
  let outside: StunAddress | undefined
  const sockets = await openSockets(local, (input) => {
    runtime.handle(input)
  })
  const places = sockets.map(({ listener }) => listener)
  const runtime = new Runtime<NatProbeInput, NatProbeOutput>({
    machine: new NatProbe(systemClock.now(), {
      servers,
      sockets: places,
      random: secureRandom(),
      ...(longestSilenceMs === undefined ? {} : { longestSilenceMs }),
    }),
    clock: systemClock,
    tick: { kind: 'tick' },
    perform: (output) => {
      if (output.kind === 'send') sendFrom(sockets[output.socket], output)
      else if (output.kind === 'finished') finished.resolve(undefined)
      else {
        if (output.finding.id === 'address') outside = output.finding.outside
        found(output.finding)
      }
    },
    reportBug: (where, what) => {
      finished.reject(new Error(`a bug while ${where}: ${what}`))
    },
  })
  const abort = (): void => {
    finished.resolve(undefined)
  }
  signal?.addEventListener('abort', abort, { once: true })
  try {
    runtime.handle({ kind: 'tick' })
    await finished.promise
  } finally {
    signal?.removeEventListener('abort', abort)
    runtime.stop()
    await Promise.all(sockets.map((socket) => socket.close()))
  }
  return outside
}

async function openSockets(local: string, take: (input: NatProbeInput) => void): Promise<UdpSocket[]> {
  const sockets: UdpSocket[] = []
  for (let index = 0; index < socketCount; index++) {
    const socket = await openUdp(local, 0, {
      datagram: ({ address, port }, octets) => {
        const bytes = Buffer.from(octets, 'latin1')
        // What strangers send before all sockets are open is no answer.
        if (sockets.length === socketCount)
          take({ kind: 'datagram', socket: index, from: { address, port }, bytes })
      },
      // Lost on the way or here: it is asked again all the same.
      sendFailed: () => undefined,
      trouble: () => undefined,
    })
    sockets.push(socket)
  }
  return sockets
}

function sendFrom(
  socket: UdpSocket | undefined,
  { to, bytes }: Extract<NatProbeOutput, { kind: 'send' }>,
): void {
  if (socket === undefined) return
  const flow = { listener: socket.listener, ...to, connection: undefined }
  socket.send(flow, Buffer.from(bytes).toString('latin1'))
}

/** The router's own view beside the world's. */
async function tellDouble(local: string, outside: string, found: (one: NatDiscovery) => void): Promise<void> {
  if (local === outside) return found({ id: 'double', outcome: 'no-translator' })
  const gateway = await defaultGateway()
  const view = gateway === undefined ? undefined : await askNatPmp(gateway)
  if (view?.kind !== 'address') return found({ id: 'double', outcome: 'untold' })
  const router = view.address
  if (router === outside) return found({ id: 'double', outcome: 'single', router })
  found({ id: 'double', outcome: isCarrier(router) ? 'carrier' : 'double', router })
}

/** RFC 6598. */
function isCarrier(address: string): boolean {
  const four = readAddress4(address)
  return four !== undefined && four >>> 22 === 0x64400000 >>> 22
}

async function tellSix(
  servers: readonly StunAddress[],
  wish: NatTestWish,
  found: (one: NatDiscovery) => void,
): Promise<void> {
  const [first] = servers
  if (first === undefined) return found({ id: 'ipv6', outcome: 'no-server' })
  const local = await localAddressTowards(first.address)
  if (local === undefined || (isLocal(local) && !isLocal(first.address)))
    return found({ id: 'ipv6', outcome: 'absent' })
  const enough = new AbortController()
  const signal = wish.signal === undefined ? enough.signal : AbortSignal.any([wish.signal, enough.signal])
  const outside = await probe(servers, local, { signal }, ({ id }) => {
    if (id === 'address') enough.abort()
  })
  if (outside === undefined) return found({ id: 'ipv6', outcome: 'fails', address: local })
  const isSame = outside.address === local
  found({ id: 'ipv6', outcome: isSame ? 'works' : 'translated', address: outside.address })
}
