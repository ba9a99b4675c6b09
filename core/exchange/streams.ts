import type { Flow, Listener } from '../lib/flow.ts'
import { isWebSocket } from '../lib/flow.ts'
import { later } from '../lib/instant.ts'
import type { Malformed } from '../sip/index.ts'
import { Framer } from '../sip/index.ts'
import type { Octets } from '../lib/octets.ts'
import type { Core } from './core.ts'
import type { Timed, Wakes } from './wakes.ts'

/** A message that has begun must be whole by then. */
const messageDeadlineMs = 10_000
/** A connection that never brought a message is closed after this; RFC 5626 keep-alives count as life for the rest. */
const silentDeadlineMs = 30_000
/** Registered phones ping within 120 s (RFC 5626 §4.4.1); four of them missed, and the peer is gone. */
const idleDeadlineMs = 600_000
/** Streams at once; above it those who have proved least give way. */
const mostConnections = 4_000
/** From one address. Phones behind one router share it, so it is a tenth of all. */
const mostFromOneAddress = 400

/** Ports by which one connection may be found. */
const mostAliases = 4

interface StreamHooks {
  message(flow: Flow, octets: Octets): void
  malformed(flow: Flow, malformed: Malformed): void
  /** @param wasUp false where the connection could not be opened at all */
  closed(flow: Flow, wasUp: boolean): void
}

class Connection implements Timed {
  readonly flow: Flow
  readonly framer = new Framer()
  /** Whether a well-formed message has come: strangers give way to it. */
  isProven = false
  isUp = false
  /** Ways by which it is found, its own and those that a script added. */
  readonly peers = new Set<string>()
  readonly #streams: Streams

  constructor(flow: Flow, streams: Streams) {
    this.flow = flow
    this.#streams = streams
  }

  get number(): number {
    return this.flow.connection as number
  }

  wake(): void {
    this.#streams.timeUp(this)
  }
}

/** The connections of TCP, TLS and WebSocket: cut into messages, bounded in number and in patience, found again by peer. */
export class Streams {
  readonly #connections = new Map<number, Connection>()
  readonly #byPeer = new Map<string, Connection>()
  readonly #perAddress = new Map<string, number>()
  readonly #core: Core
  readonly #wakes: Wakes
  readonly #hooks: StreamHooks
  /** Odd numbers are ours. */
  #nextNumber = 1

  constructor(core: Core, wakes: Wakes, hooks: StreamHooks) {
    this.#core = core
    this.#wakes = wakes
    this.#hooks = hooks
  }

  get size(): number {
    return this.#connections.size
  }

  accepted(flow: Flow): void {
    this.#makeRoom(flow.address)
    this.#add(flow).isUp = true
  }

  connected(number: number): void {
    const connection = this.#connections.get(number)
    if (connection !== undefined) connection.isUp = true
  }

  received(number: number, octets: Octets): void {
    const connection = this.#connections.get(number)
    if (connection === undefined) return
    if (isWebSocket(connection.flow.listener.transport)) this.#takeFrame(connection, octets)
    else this.#takePiece(connection, octets)
  }

  /** RFC 7118 §5: a frame is one whole message, or the blank lines of a keep-alive. */
  #takeFrame(connection: Connection, octets: Octets): void {
    if (isBlank(octets)) {
      this.#core.count('keep-alives')
      if (octets.length > 2) this.#core.send(connection.flow, '\r\n')
    } else {
      connection.isProven = true
      this.#hooks.message(connection.flow, octets)
    }
    this.#setDeadline(connection, false)
  }

  #takePiece(connection: Connection, octets: Octets): void {
    const { number } = connection
    const wasHolding = connection.framer.isHolding
    for (const frame of connection.framer.push(octets)) {
      if (!this.#connections.has(number)) return
      switch (frame.kind) {
        case 'keep-alive':
          this.#core.count('keep-alives')
          this.#core.send(connection.flow, '\r\n')
          break
        case 'message':
          connection.isProven = true
          this.#hooks.message(connection.flow, frame.octets)
          break
        case 'broken':
          this.#hooks.malformed(connection.flow, frame.malformed)
          this.close(connection.flow)
      }
    }
    this.#setDeadline(connection, wasHolding)
  }

  closed(number: number): void {
    const connection = this.#connections.get(number)
    if (connection === undefined) return
    this.#remove(connection)
    this.#hooks.closed(connection.flow, connection.isUp)
  }

  /** Ends a connection from our side. */
  close(flow: Flow): void {
    if (flow.connection === undefined) return
    const connection = this.#connections.get(flow.connection)
    if (connection === undefined) return
    this.#core.out.push({ kind: 'close', connection: flow.connection })
    this.#remove(connection)
    this.#hooks.closed(flow, connection.isUp)
  }

  isOpen(flow: Flow): boolean {
    return flow.connection !== undefined && this.#connections.has(flow.connection)
  }

  /** An open connection to that peer. */
  find(flow: Flow): Flow | undefined {
    return this.#byPeer.get(peerKey(flow.listener, flow.address, flow.port))?.flow
  }

  /** An open connection to that peer, or a new one (RFC 3261 §18: connections are used again). */
  to(flow: Flow): Flow {
    const open = this.#byPeer.get(peerKey(flow.listener, flow.address, flow.port))
    if (open !== undefined) return open.flow
    const ours: Flow = { ...flow, connection: this.#nextNumber }
    this.#nextNumber += 2
    this.#core.out.push({ kind: 'connect', flow: ours })
    this.#add(ours).isProven = true
    return ours
  }

  /** Requests to that port of the peer use this connection too (SER's force_tcp_alias). */
  alias(flow: Flow, port: number): void {
    const connection = flow.connection === undefined ? undefined : this.#connections.get(flow.connection)
    if (connection !== undefined && connection.peers.size < mostAliases) this.#name(connection, port)
  }

  #name(connection: Connection, port: number): void {
    const key = peerKey(connection.flow.listener, connection.flow.address, port)
    connection.peers.add(key)
    this.#byPeer.set(key, connection)
  }

  timeUp(connection: Connection): void {
    const { held } = connection.framer
    if (held !== '') this.#hooks.message(connection.flow, held)
    this.close(connection.flow)
  }

  #add(flow: Flow): Connection {
    const connection = new Connection(flow, this)
    this.#connections.set(connection.number, connection)
    this.#name(connection, flow.port)
    this.#perAddress.set(flow.address, (this.#perAddress.get(flow.address) ?? 0) + 1)
    this.#wakes.set(connection, later(this.#core.now, silentDeadlineMs))
    return connection
  }

  #remove(connection: Connection): void {
    const { flow, number } = connection
    this.#connections.delete(number)
    for (const key of connection.peers) if (this.#byPeer.get(key) === connection) this.#byPeer.delete(key)
    const left = (this.#perAddress.get(flow.address) ?? 1) - 1
    if (left === 0) this.#perAddress.delete(flow.address)
    else this.#perAddress.set(flow.address, left)
    this.#wakes.set(connection, undefined)
  }

  /** The deadline of a message runs from its first octet: a slow sender cannot move it. */
  #setDeadline(connection: Connection, wasHolding: boolean): void {
    if (!this.#connections.has(connection.number)) return
    if (connection.framer.isHolding) {
      if (!wasHolding) this.#wakes.set(connection, later(this.#core.now, messageDeadlineMs))
    } else
      this.#wakes.set(
        connection,
        later(this.#core.now, connection.isProven ? idleDeadlineMs : silentDeadlineMs),
      )
  }

  #makeRoom(address: string): void {
    if ((this.#perAddress.get(address) ?? 0) >= mostFromOneAddress)
      this.#evict((flow) => flow.address === address)
    else if (this.#connections.size >= mostConnections) this.#evict(() => true)
  }

  /** The oldest stranger, else the oldest of all that match. */
  #evict(matches: (flow: Flow) => boolean): void {
    let victim: Connection | undefined
    for (const connection of this.#connections.values()) {
      if (!matches(connection.flow)) continue
      if (!connection.isProven) {
        victim = connection
        break
      }
      victim ??= connection
    }
    if (victim === undefined) return
    this.#core.drop('over-limit', `more than ${mostFromOneAddress} connections`, victim.flow)
    this.close(victim.flow)
  }
}

function isBlank(octets: Octets): boolean {
  for (let at = 0; at < octets.length; at++)
    if (octets.charCodeAt(at) !== 0x0d && octets.charCodeAt(at) !== 0x0a) return false
  return true
}

function peerKey(listener: Listener, address: string, port: number): string {
  return `${listener.transport} ${address} ${port}`
}
