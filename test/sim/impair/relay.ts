/**
 * A real UDP path with an impairment in it. Whoever sends to the front gets a socket of its own towards the
 * target, so that several clients keep apart; both directions are impaired, each from its own seed.
 * To impair the hop between a proxy and a callee, the callee registers the front's address.
 */
import { createSocket, type Socket } from 'node:dgram'
import { corrupt, createImpairment, type Impairment, type ImpairmentOptions } from './impairment.ts'

export interface RelayOptions {
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  readonly target: { readonly host: string; readonly port: number }
  readonly forward: ImpairmentOptions
  /** The way back; the same as `forward` with the next seed unless given. */
  readonly backward?: ImpairmentOptions
}

export interface RelayCounts {
  readonly taken: number
  readonly lost: number
  readonly sent: number
}

export interface ImpairRelay {
  readonly host: string
  readonly port: number
  readonly counts: () => RelayCounts
  readonly close: () => Promise<void>
}

interface Held {
  remaining: number
  readonly release: () => void
}

/** A held packet goes on after so long even if nothing overtakes it. */
const LONGEST_HOLD_MS = 200
const BUFFER_BYTES = 4 * 1024 * 1024

export async function startRelay(options: RelayOptions): Promise<ImpairRelay> {
  const counts = { taken: 0, lost: 0, sent: 0 }
  const front = await openSocket(options.host, options.port)
  const upstreams = new Map<string, Promise<Socket>>()
  const backward = options.backward ?? { ...options.forward, seed: options.forward.seed + 1 }
  const passForward = createPath(createImpairment(options.forward), counts)
  const passBackward = createPath(createImpairment(backward), counts)
  let open = true

  const upstreamOf = async (host: string, port: number): Promise<Socket> => {
    const socket = await openSocket(options.host, 0)
    socket.on('message', (packet) => {
      passBackward(packet, (bytes) => open && front.send(bytes, port, host))
    })
    return socket
  }
  front.on('message', (packet, client) => {
    const key = `${client.address}:${client.port}`
    const upstream = upstreams.get(key) ?? upstreamOf(client.address, client.port)
    upstreams.set(key, upstream)
    void upstream.then((socket) => {
      const { host, port } = options.target
      passForward(packet, (bytes) => open && socket.send(bytes, port, host))
    })
  })

  return {
    host: options.host,
    port: front.address().port,
    counts: () => ({ ...counts }),
    close: async () => {
      open = false
      const sockets = [front, ...(await Promise.all(upstreams.values()))]
      await Promise.all(
        sockets.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))),
      )
    },
  }
}

type Pass = (packet: Uint8Array, send: (packet: Uint8Array) => void) => void

function createPath(impairment: Impairment, counts: { taken: number; lost: number; sent: number }): Pass {
  const held = new Set<Held>()
  return (packet, send) => {
    counts.taken += 1
    const { copies } = impairment.decide()
    if (copies.length === 0) counts.lost += 1
    const overtaken = [...held]
    for (const copy of copies) {
      const bytes = copy.corruption ? corrupt(packet, copy.corruption) : packet
      const go = (): void => {
        counts.sent += 1
        send(bytes)
      }
      const depart = (): void => {
        if (copy.delayMs > 0) setTimeout(go, copy.delayMs)
        else go()
      }
      if (copy.holdPackets > 0) hold(held, copy.holdPackets, depart)
      else depart()
    }
    for (const waiting of overtaken) {
      waiting.remaining -= 1
      if (waiting.remaining <= 0) waiting.release()
    }
  }
}

function hold(held: Set<Held>, packets: number, depart: () => void): void {
  const entry: Held = {
    remaining: packets,
    release: () => {
      clearTimeout(limit)
      if (held.delete(entry)) depart()
    },
  }
  const limit = setTimeout(entry.release, LONGEST_HOLD_MS)
  held.add(entry)
}

function openSocket(host: string, port: number): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: BUFFER_BYTES, sendBufferSize: BUFFER_BYTES })
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(port, host, () => {
      socket.off('error', reject)
      // An unreachable peer (ICMP) is a lost packet, nothing more.
      socket.on('error', () => undefined)
      resolve(socket)
    })
  })
}
