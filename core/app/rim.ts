import { setTimeout as pause } from 'node:timers/promises'
import type { Change, CommandResult, Event, Input, Output } from '../exchange/index.ts'
import {
  RelayControl,
  SipWebSockets,
  Tcp,
  acceptedNumbers,
  openUdp,
  reopenUdp,
  portOwner,
  type Resolver,
  type UdpEvents,
  type UdpSocket,
} from '../io/index.ts'
import type { Flow, Listener } from '../lib/flow.ts'
import type { Octets } from '../lib/octets.ts'
import { unreachable } from '../lib/unreachable.ts'
import type { RelayOrder } from '../rtp/index.ts'
import { Failure, codeOf } from './failure.ts'
import { hostPort, type Opening } from './listen.ts'

export interface RimParts {
  readonly deliver: (input: Input) => void
  readonly publish: (event: Event) => void
  readonly reply: (id: number, result: CommandResult) => void
  readonly save: (id: number | undefined, changes: readonly Change[]) => void
  readonly trouble: (listener: Listener, why: string) => void
  /** To the relay of media; nobody hears them where there is none. */
  readonly relay: (order: RelayOrder) => void
  readonly resolver: Pick<Resolver, 'resolve'>
}

/** The sockets and the name service, joined to the exchange's inputs and outputs. */
export class Rim {
  readonly #parts: RimParts
  readonly #tcp: Tcp
  readonly #webSockets: SipWebSockets
  readonly #relayControl: RelayControl
  readonly #udp = new Map<Listener, UdpSocket>()
  readonly #listeners: Listener[] = []
  readonly #udpEvents: UdpEvents
  #rebinding: Promise<void> | undefined
  #isStopped = false

  constructor(parts: RimParts) {
    this.#parts = parts
    const { deliver, trouble } = parts
    const streams = {
      accepted: (flow: Flow) => {
        deliver({ kind: 'accepted', flow })
      },
      stream: (connection: number, octets: Octets) => {
        deliver({ kind: 'stream', connection, octets })
      },
      closed: (connection: number, why: string) => {
        deliver({ kind: 'closed', connection, why })
      },
      trouble,
    }
    const nextAccepted = acceptedNumbers()
    const connected = (connection: number): void => {
      deliver({ kind: 'connected', connection })
    }
    this.#tcp = new Tcp({ ...streams, connected }, nextAccepted)
    this.#webSockets = new SipWebSockets(streams, nextAccepted)
    this.#relayControl = new RelayControl({
      said: (id, octets) => {
        deliver({ kind: 'outside-said', id, octets })
      },
      failed: (id) => {
        deliver({ kind: 'outside-said', id, octets: undefined })
      },
    })
    this.#udpEvents = {
      datagram: (flow, octets) => {
        deliver({ kind: 'datagram', flow, octets })
      },
      sendFailed: (flow, why) => {
        deliver({ kind: 'send-failed', flow, why })
      },
      trouble,
    }
  }

  get listeners(): readonly Listener[] {
    return this.#listeners
  }

  /** Upgrades that the console has admitted, and pages that may come in elsewhere. */
  get webSockets(): Pick<SipWebSockets, 'admit' | 'allowOrigin'> {
    return this.#webSockets
  }

  get counters(): Readonly<Record<string, number>> {
    return {
      connections: this.#tcp.connectionCount,
      webSockets: this.#webSockets.connectionCount,
      streamBytesWaiting: this.#tcp.waitingBytes,
    }
  }

  /** Binds everything or nothing. Throws a `Failure` that names the cause and the remedy. */
  async open(openings: readonly Opening[]): Promise<void> {
    try {
      for (const opening of openings)
        if (opening.ws === true) this.#listeners.push(await this.#bindWebSocket(opening))
        else await this.#openOne(opening)
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  perform(output: Output): void {
    switch (output.kind) {
      case 'send':
        this.#send(output.flow, output.octets)
        return
      case 'connect':
        this.#tcp.connect(output.flow)
        return
      case 'close':
        this.#streamOf(output.connection).close(output.connection)
        return
      case 'look-up':
        this.#lookUp(output)
        return
      case 'ask-outside':
        this.#relayControl.send(output.place, output.id, output.octets)
        return
      case 'relay':
        this.#parts.relay(output.order)
        return
      case 'event':
        this.#parts.publish(output.event)
        return
      case 'save':
        this.#parts.save(output.id, output.changes)
        return
      case 'reply':
        this.#parts.reply(output.id, output.result)
        return
      default:
        unreachable(output)
    }
  }

  /**
   * Opens every place anew, as after a sleep or when an address has come back. What can't be opened is tried again for
   * as long as it takes: one failure must not leave the office unreachable.
   */
  rebind(): Promise<void> {
    this.#rebinding ??= Promise.all(
      this.#listeners.filter(hasOwnSocket).map((listener) => this.#rebindOne(listener)),
    )
      .then(() => undefined)
      .finally(() => {
        this.#rebinding = undefined
      })
    return this.#rebinding
  }

  #send(flow: Flow, octets: Octets): void {
    const { connection } = flow
    if (connection === undefined) this.#sendDatagram(flow, octets)
    else this.#streamOf(connection).send(connection, octets)
  }

  #streamOf(connection: number): Pick<Tcp, 'send' | 'close'> {
    return this.#webSockets.has(connection) ? this.#webSockets : this.#tcp
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#relayControl.stop()
    await Promise.all([
      this.#tcp.stop(),
      this.#webSockets.stop(),
      ...Array.from(this.#udp.values(), (socket) => socket.close()),
    ])
    this.#udp.clear()
  }

  #sendDatagram(flow: Flow, octets: Octets): void {
    const socket = this.#udp.get(flow.listener)
    if (socket === undefined) this.#udpEvents.sendFailed(flow, 'the socket is being opened again')
    else socket.send(flow, octets)
  }

  async #rebindOne(listener: Listener): Promise<void> {
    await this.#udp.get(listener)?.close()
    this.#udp.delete(listener)
    for (let waitMs = FIRST_WAIT_MS; !this.#isStopped; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      try {
        await this.#openAgain(listener)
        return
      } catch (error) {
        this.#parts.trouble(listener, `${codeOf(error)} when it is opened again; it is tried again`)
        await pause(waitMs, undefined, { ref: false })
      }
    }
  }

  async #openAgain(listener: Listener): Promise<void> {
    if (listener.transport !== 'udp') {
      await this.#tcp.relisten(listener)
      return
    }
    const socket = await reopenUdp(listener, this.#udpEvents)
    if (this.#isStopped) await socket.close()
    else this.#udp.set(listener, socket)
  }

  #lookUp(output: Extract<Output, { kind: 'look-up' }>): void {
    const { id, host, port, transport } = output
    void this.#parts.resolver.resolve(host, port, transport).then((addresses) => {
      this.#parts.deliver({ kind: 'looked-up', id, addresses })
    })
  }

  async #openOne(opening: Opening): Promise<void> {
    const { address, port } = opening
    for (let triesLeft = opening.port === 0 ? EPHEMERAL_TRIES : 1; ;) {
      triesLeft--
      const socket = opening.udp ? await this.#bindUdp(address, port) : undefined
      const shared = socket?.listener.port ?? port
      const tcp = opening.tcp ? await this.#bindTcp(address, shared, triesLeft > 0) : undefined
      if (opening.tcp && tcp === undefined) {
        await socket?.close()
        continue
      }
      if (socket !== undefined) {
        this.#udp.set(socket.listener, socket)
        this.#listeners.push(socket.listener)
      }
      if (tcp !== undefined) this.#listeners.push(tcp)
      return
    }
  }

  async #bindWebSocket({ address, port }: Opening): Promise<Listener> {
    try {
      return await this.#webSockets.listen(address, port)
    } catch (error) {
      throw bindFailure('ws', address, port, codeOf(error))
    }
  }

  async #bindUdp(address: string, port: number): Promise<UdpSocket> {
    try {
      return await openUdp(address, port, this.#udpEvents)
    } catch (error) {
      throw bindFailure('udp', address, port, codeOf(error))
    }
  }

  /** Undefined when another port may be tried. */
  async #bindTcp(address: string, port: number, mayTryAgain: boolean): Promise<Listener | undefined> {
    try {
      return await this.#tcp.listen(address, port)
    } catch (error) {
      if (mayTryAgain && codeOf(error) === 'EADDRINUSE') return undefined
      throw bindFailure('tcp', address, port, codeOf(error))
    }
  }
}

/** An address that returns is used within two seconds. */
const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 2_000

/** A port that UDP was given freely may be taken for TCP. */
const EPHEMERAL_TRIES = 20

/** A WebSocket comes through a web server, which keeps its place by itself. */
function hasOwnSocket({ transport }: Listener): boolean {
  return transport === 'udp' || transport === 'tcp'
}

function bindFailure(transport: 'udp' | 'tcp' | 'ws', address: string, port: number, code: string): Failure {
  const place = `${transport}:${hostPort(address, port)}`
  const other = `${transport}:${hostPort(address, port + 10)}`
  if (code === 'EADDRINUSE') {
    const owner = portOwner(transport === 'udp' ? 'udp' : 'tcp', address, port)
    const who = owner === undefined ? 'another program' : `${owner.name} (process ${owner.pid})`
    return new Failure(
      `${place} is in use by ${who}: end it, or listen elsewhere, such as --listen ${other}.`,
    )
  }
  if (code === 'EADDRNOTAVAIL') {
    return new Failure(
      `${place} can't be opened: no interface of this machine has that address; correct listen.`,
    )
  }
  if (code === 'EACCES') {
    return new Failure(`${place} can't be opened: ports below 1024 need special rights; take a higher one.`)
  }
  return new Failure(
    `${place} can't be opened (${code}): correct listen, or the network set-up of this machine.`,
  )
}
