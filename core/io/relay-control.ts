import { createSocket, type Socket } from 'node:dgram'
import { connect } from 'node:net'
import type { Octets } from '../lib/octets.ts'

/** Where a relay outside this program takes commands. */
export type ControlPlace =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'udp'; readonly family: 4 | 6; readonly host: string; readonly port: number }

export interface RelayControlEvents {
  /** @param id of the command, where the connection was for it alone; undefined for a datagram */
  said(id: number | undefined, octets: Octets): void
  failed(id: number, why: string): void
}

/** No answer of rtpproxy is longer; what goes on is not rtpproxy. */
const longestAnswer = 4_096
/** The exchange repeats a command after a second; a connection must not outlive that by much. */
const answerLimitMs = 3_000

/** The sockets to relays outside: one datagram socket for each place, one connection for each command on a path. */
export class RelayControl {
  readonly #events: RelayControlEvents
  readonly #sockets = new Map<string, Connected>()
  readonly #open = new Set<{ destroy(): void }>()

  constructor(events: RelayControlEvents) {
    this.#events = events
  }

  send(place: ControlPlace, id: number, octets: Octets): void {
    if (place.kind === 'unix') this.#sendOnce(place.path, id, octets)
    else this.#connected(place).send(id, octets)
  }

  stop(): void {
    for (const socket of this.#sockets.values()) socket.close()
    this.#sockets.clear()
    for (const socket of this.#open) socket.destroy()
  }

  #connected(place: Extract<ControlPlace, { kind: 'udp' }>): Connected {
    const key = `${place.family} ${place.host} ${place.port}`
    const known = this.#sockets.get(key)
    if (known !== undefined && !known.isBroken) return known
    known?.close()
    const socket = new Connected(place, this.#events)
    this.#sockets.set(key, socket)
    return socket
  }

  #sendOnce(path: string, id: number, octets: Octets): void {
    const socket = connect(path)
    let answer = ''
    let isTold = false
    const fail = (why: string): void => {
      if (!isTold) this.#events.failed(id, why)
      isTold = true
      socket.destroy()
    }
    this.#open.add(socket)
    socket.setEncoding('latin1')
    socket.setTimeout(answerLimitMs, () => {
      fail('no answer')
    })
    socket.on('connect', () => {
      socket.write(octets, 'latin1')
    })
    socket.on('data', (piece: string) => {
      answer += piece
      if (answer.length > longestAnswer) fail('an answer without end')
      else if (answer.endsWith('\n') && !isTold) {
        isTold = true
        socket.end()
        this.#events.said(id, answer)
      }
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      fail(error.code ?? error.message)
    })
    socket.on('close', () => {
      this.#open.delete(socket)
      fail('closed without an answer')
    })
  }
}

/** A socket that takes datagrams from that one place alone: the kernel refuses others. */
class Connected {
  isBroken = false
  readonly #socket: Socket
  readonly #events: RelayControlEvents
  #waiting: (() => void)[] | undefined = []

  constructor(place: Extract<ControlPlace, { kind: 'udp' }>, events: RelayControlEvents) {
    this.#events = events
    this.#socket = createSocket({ type: place.family === 6 ? 'udp6' : 'udp4' })
    this.#socket.on('message', (message) => {
      events.said(undefined, message.toString('latin1'))
    })
    // ECONNREFUSED: the command is repeated, and the relay counts as silent where that does not help.
    this.#socket.on('error', () => {
      this.isBroken = this.#waiting !== undefined
    })
    this.#socket.connect(place.port, place.host, (error?: Error) => {
      const waiting = this.#waiting ?? []
      if (error !== undefined) this.isBroken = true
      else this.#waiting = undefined
      for (const go of waiting) go()
    })
  }

  send(id: number, octets: Octets): void {
    const go = (): void => {
      if (this.isBroken) {
        this.#events.failed(id, 'not connected')
        return
      }
      this.#socket.send(Buffer.from(octets, 'latin1'), () => undefined)
    }
    if (this.#waiting === undefined) go()
    else this.#waiting.push(go)
  }

  close(): void {
    this.isBroken = true
    this.#socket.close()
  }
}
