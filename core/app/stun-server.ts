import { openUdp, portOwner, secureRandom, systemClock, type Log, type UdpSocket } from '../io/index.ts'
import type { Listener } from '../lib/flow.ts'
import { Responder, type Alternates } from '../stun/index.ts'
import { codeOf } from './failure.ts'
import { hostPort, isLoopbackAddress } from './listen.ts'

export const STUN_PORT = 3478

export interface StunPlace {
  readonly host: string
  readonly port: number
}

export interface StunWish {
  /** Undefined: port 3478 of each address that phones reach us at. */
  readonly places: readonly StunPlace[] | 'off' | undefined
  /** Answers by RFC 5780 and RFC 3489 from two addresses and two ports: longer answers, so only where asked for. */
  readonly isDiscovery: boolean
}

export interface StunServer {
  readonly places: readonly StunPlace[]
  readonly counters: Readonly<Record<string, number>>
  close(): Promise<void>
}

/** STUN on ports of its own. A port that can't be had is told and done without: calls don't need it. */
export async function openStunServer(
  wish: StunWish,
  listeners: readonly Listener[],
  log: Log,
): Promise<StunServer> {
  const { places, alternates } = plan(wish, listeners, log)
  const responder = new Responder(Math.floor(secureRandom()() * 0x1_0000_0000), alternates)
  const sockets = new Map<string, UdpSocket>()
  const counters: Record<string, number> = {}
  const count = (what: string): void => {
    counters[what] = (counters[what] ?? 0) + 1
  }
  for (const place of places) {
    const socket = await opened(place, log, (listener, address, port, octets) => {
      const bytes = Buffer.from(octets, 'latin1')
      const answer = responder.answer(systemClock.now(), listener, { address, port }, bytes)
      if (typeof answer === 'string') return count(answer)
      const from = sockets.get(hostPort(answer.from.address, answer.from.port))
      if (from === undefined) return count('no-socket')
      count('answers')
      const flow = { listener: from.listener, ...answer.to, connection: undefined }
      from.send(flow, Buffer.from(answer.bytes).toString('latin1'))
    })
    if (socket !== undefined) sockets.set(hostPort(socket.listener.address, socket.listener.port), socket)
  }
  return {
    places: Array.from(sockets.values(), ({ listener }) => ({ host: listener.address, port: listener.port })),
    counters,
    close: async () => {
      await Promise.all(Array.from(sockets.values(), (socket) => socket.close()))
    },
  }
}

type Heard = (listener: Listener, address: string, port: number, octets: string) => void

async function opened({ host, port }: StunPlace, log: Log, heard: Heard): Promise<UdpSocket | undefined> {
  try {
    return await openUdp(host, port, {
      datagram: (flow, octets) => {
        heard(flow.listener, flow.address, flow.port, octets)
      },
      // Who asked and is gone needs no answer.
      sendFailed: () => undefined,
      trouble: (listener, why) => {
        log.line('warn', `STUN on ${hostPort(listener.address, listener.port)} is in trouble: ${why}`)
      },
    })
  } catch (error) {
    log.line('warn', complaint(host, port, codeOf(error)))
    return undefined
  }
}

function complaint(host: string, port: number, code: string): string {
  const owner = code === 'EADDRINUSE' ? portOwner('udp', host, port) : undefined
  const why =
    code !== 'EADDRINUSE'
      ? `can't be opened (${code})`
      : `is in use by ${owner === undefined ? 'another program' : `${owner.name} (process ${owner.pid})`}`
  return `STUN is not served on udp:${hostPort(host, port)}, which ${why}. Calls do without it; --stun HOST:PORT names another place, --stun off none.`
}

interface Plan {
  readonly places: readonly StunPlace[]
  readonly alternates?: Alternates
}

function plan({ places, isDiscovery }: StunWish, listeners: readonly Listener[], log: Log): Plan {
  if (places === 'off') return { places: [] }
  const wanted = places ?? usualPlaces(listeners)
  if (!isDiscovery) return { places: wanted }
  const [first] = wanted
  const second = wanted.find(({ host }) => host !== first?.host && isSameFamily(host, first?.host ?? ''))
  if (first === undefined || second === undefined) {
    log.line(
      'warn',
      'NAT behaviour can be told only from two addresses of this machine: name both with --stun. STUN answers without it.',
    )
    return { places: wanted }
  }
  const alternates: Alternates = {
    addresses: [first.host, second.host],
    ports: [first.port, first.port + 1],
  }
  return {
    places: alternates.addresses.flatMap((host) => alternates.ports.map((port) => ({ host, port }))),
    alternates,
  }
}

function isSameFamily(one: string, other: string): boolean {
  return one.includes(':') === other.includes(':')
}

/** On loopback nobody needs to be told an outside address. */
function usualPlaces(listeners: readonly Listener[]): StunPlace[] {
  const hosts = new Set(listeners.map(({ address }) => address).filter((host) => !isLoopbackAddress(host)))
  return Array.from(hosts, (host) => ({ host, port: STUN_PORT }))
}
