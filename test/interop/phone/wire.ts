/** A UDP socket that keeps every datagram it got, so that a test can count and compare them afterwards. */
import { createSocket } from 'node:dgram'
import { readMessage, type PhoneMessage, type Place } from './text.ts'

export interface Arrival {
  readonly bytes: string
  readonly message: PhoneMessage
  readonly from: Place
  readonly atMs: number
}

export type Match = (message: PhoneMessage, arrival: Arrival) => boolean

export interface Wire extends Place {
  /** In order of arrival. */
  readonly arrivals: readonly Arrival[]
  /** Datagrams that a strict phone refuses, with the reason. */
  readonly refused: readonly string[]
  readonly send: (bytes: string, to: Place) => void
  readonly listen: (take: (arrival: Arrival) => void) => void
  readonly count: (match: Match) => number
  /** Rejects after `limitMs`; datagrams that came before count too. */
  readonly waitFor: (what: string, match: Match, limitMs: number) => Promise<Arrival>
  readonly sawWithin: (match: Match, limitMs: number) => Promise<boolean>
  readonly forget: () => void
  readonly close: () => Promise<void>
}

const BUFFER_BYTES = 4 * 1024 * 1024

/** Opens the socket on `host`, on a free port unless one is given. */
export async function openWire(host = '127.0.0.1', port = 0): Promise<Wire> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: BUFFER_BYTES, sendBufferSize: BUFFER_BYTES })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(port, host, () => resolve())
  })
  const arrivals: Arrival[] = []
  const refused: string[] = []
  const listeners: ((arrival: Arrival) => void)[] = []
  const waiting = new Set<(arrival: Arrival) => void>()
  let open = true
  socket.on('error', () => undefined)
  socket.on('message', (datagram, peer) => {
    const bytes = datagram.toString('latin1')
    const message = readMessage(bytes)
    if (typeof message === 'string') {
      refused.push(message)
      return
    }
    const from = { host: peer.address, port: peer.port }
    const arrival = { bytes, message, from, atMs: performance.now() }
    arrivals.push(arrival)
    for (const take of [...listeners, ...waiting]) take(arrival)
  })

  const find = (match: Match, limitMs: number): Promise<Arrival | undefined> => {
    const known = arrivals.find((arrival) => match(arrival.message, arrival))
    if (known) return Promise.resolve(known)
    return new Promise((resolve) => {
      const finish = (arrival: Arrival | undefined): void => {
        clearTimeout(timer)
        waiting.delete(look)
        resolve(arrival)
      }
      const look = (arrival: Arrival): void => {
        if (match(arrival.message, arrival)) finish(arrival)
      }
      const timer = setTimeout(() => finish(undefined), limitMs)
      waiting.add(look)
    })
  }

  return {
    host,
    port: socket.address().port,
    arrivals,
    refused,
    send: (bytes, to) => {
      if (open) socket.send(Buffer.from(bytes, 'latin1'), to.port, to.host)
    },
    listen: (take) => void listeners.push(take),
    count: (match) => arrivals.filter((arrival) => match(arrival.message, arrival)).length,
    waitFor: async (what, match, limitMs) => {
      const found = await find(match, limitMs)
      if (found) return found
      const seen = arrivals.slice(-12).map((arrival) => arrival.message.start)
      throw new Error(
        `no ${what} within ${limitMs} ms at ${host}; last seen: ${seen.join(' | ') || 'nothing'}`,
      )
    },
    sawWithin: async (match, limitMs) => (await find(match, limitMs)) !== undefined,
    forget: () => void arrivals.splice(0),
    close: () =>
      new Promise((resolve) => {
        open = false
        socket.close(() => resolve())
      }),
  }
}
