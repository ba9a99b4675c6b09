import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Hop, MediaAddress, Relay, RelayPair } from '../rtp/index.ts'
import type { Clock } from './clock.ts'
import type { MediaRecorder } from './media-recorder.ts'
import type { MediaGuard } from './webrtc/guard.ts'

/** A socket hears of failures only by a callback, which costs; one packet in so many has one while all goes well. */
const CHECKED_EVERY = 50
const NOTHING = Buffer.alloc(0)

/** Sockets by their key: where a packet leaves from. */
export type SocketTable = (MediaSocket | undefined)[]

/** What all sockets of a worker share. */
export interface MediaParts {
  readonly relay: Relay
  readonly clock: Clock
  readonly sockets: SocketTable
  readonly recorder: MediaRecorder
}

/** One bound UDP socket of a pair. The packet that comes in leaves by another one, in the same buffer. */
export class MediaSocket {
  readonly socket: Socket
  /** Of an end that is protected. */
  guard: MediaGuard | undefined
  readonly place: MediaAddress
  #key = 0
  #unchecked = 0
  #relay: Relay | undefined

  constructor(socket: Socket, place: MediaAddress) {
    this.socket = socket
    this.place = place
  }

  /** From here on its packets are routed. */
  start(key: number, pair: RelayPair['id'], { relay, clock, sockets, recorder }: MediaParts): void {
    this.#key = key
    this.#relay = relay
    sockets[key] = this
    this.socket.on('message', (packet, source) => {
      const now = clock.now()
      const { address, port } = source
      const clear = this.guard === undefined ? packet : this.guard.open(now, packet, address, port)
      if (clear === undefined) return
      const hop = relay.route(now, key, address, port, clear, clear.length)
      const other = hop === undefined ? undefined : sockets[hop.key]
      if (hop !== undefined) other?.send(clear, hop)
      if (recorder.isOn) recorder.note(now, pair, source, this.place, other?.place, hop, clear)
    })
  }

  send(clear: Buffer, hop: Hop): void {
    const packet = this.guard === undefined ? clear : this.guard.seal(clear)
    if (packet === undefined) return
    if (this.#unchecked > 0) {
      this.#unchecked--
      this.socket.send(packet, hop.port, hop.address)
    } else {
      this.socket.send(packet, hop.port, hop.address, this.#checked)
    }
  }

  /** What a guard says itself. */
  answer(datagram: Uint8Array, address: string, port: number): void {
    this.socket.send(datagram, port, address, this.#checked)
  }

  keepAlive(hop: Hop): void {
    this.socket.send(NOTHING, hop.port, hop.address, this.#checked)
  }

  close(): void {
    this.socket.close()
  }

  readonly #checked = (error: Error | null): void => {
    if (error === null) {
      this.#unchecked = CHECKED_EVERY - 1
    } else {
      this.#unchecked = 0
      this.#relay?.sendFailed(this.#key, codeOf(error))
    }
  }
}

/** Binds RTP and the port above it for RTCP. Rejects with Node's error; then neither is bound. */
export async function bindPair(
  address: string,
  port: number,
): Promise<[rtp: MediaSocket, rtcp: MediaSocket]> {
  const rtp = await bind(address, port)
  try {
    const rtcp = await bind(address, port + 1)
    return [new MediaSocket(rtp, { address, port }), new MediaSocket(rtcp, { address, port: port + 1 })]
  } catch (error) {
    rtp.close()
    throw error
  }
}

export function codeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code ?? message
}

function bind(address: string, port: number): Promise<Socket> {
  const isV6 = isIPv6(address)
  const socket = createSocket({ type: isV6 ? 'udp6' : 'udp4', ipv6Only: isV6, lookup: passLiteral })
  return new Promise((resolve, reject) => {
    const refuse = (error: Error): void => {
      socket.close()
      reject(error)
    }
    socket.once('error', refuse)
    socket.bind({ address, port, exclusive: true }, () => {
      socket.off('error', refuse)
      // Errors of sending come by callback; what is left says nothing about a packet, and must not end the worker.
      socket.on('error', () => undefined)
      resolve(socket)
    })
  })
}

/** Only literals are given to sockets, so nothing may wait for a resolver. */
function passLiteral(
  address: string,
  _options: unknown,
  callback: (error: null, address: string, family: number) => void,
): void {
  callback(null, address, address.includes(':') ? 6 : 4)
}
