import { connect, createServer, isIP, isIPv6, type Server, type Socket } from 'node:net'
import type { Flow, Listener } from '../lib/flow.ts'
import type { Octets } from '../lib/octets.ts'
import { acceptedNumbers } from './accepted-numbers.ts'
import { isUnicast, plainAddress } from '../lib/ip.ts'

/** What happens on TCP. Never called from inside one of the methods of `Tcp`. */
export interface TcpEvents {
  accepted(flow: Flow): void
  connected(connection: number): void
  stream(connection: number, octets: Octets): void
  /** Comes exactly once for each connection, whoever ended it; nothing comes after it. */
  closed(connection: number, why: string): void
  trouble(listener: Listener, why: string): void
}

interface Connection {
  readonly socket: Socket
  isClosing: boolean
  why: string
}

const CONNECT_LIMIT_MS = 10_000
/** A peer that doesn't take our last octets in this time loses them. */
const FLUSH_LIMIT_MS = 5_000
/** Dead peers that never said goodbye are found out by the kernel. */
const KEEP_ALIVE_MS = 60_000
/** Octets that may wait for one peer that doesn't read. */
const MOST_WAITING_BYTES = 1 << 20
/** Connections that the kernel may hold ready while the loop is busy. */
const BACKLOG = 4096

/** All listening sockets and connections, each connection by its number: even accepted, odd opened. */
export class Tcp {
  readonly #events: TcpEvents
  readonly #servers = new Map<Listener, Server>()
  readonly #connections = new Map<number, Connection>()
  readonly #nextAccepted: () => number

  constructor(events: TcpEvents, nextAccepted = acceptedNumbers()) {
    this.#events = events
    this.#nextAccepted = nextAccepted
  }

  get connectionCount(): number {
    return this.#connections.size
  }

  /** Octets that peers have not taken yet. */
  get waitingBytes(): number {
    let bytes = 0
    for (const { socket } of this.#connections.values()) bytes += socket.writableLength
    return bytes
  }

  /** Port 0 lets the system choose. Rejects with Node's error (`EADDRINUSE`, `EADDRNOTAVAIL` …). */
  async listen(address: string, port: number): Promise<Listener> {
    const server = makeServer()
    await listening(server, address, port)
    const place = server.address()
    const real = place !== null && typeof place === 'object' ? place.port : port
    const listener: Listener = { transport: 'tcp', address, port: real }
    this.#serve(listener, server)
    return listener
  }

  /** A new listening socket in place of the one before; connections that are open stay. Rejects as `listen` does. */
  async relisten(listener: Listener): Promise<void> {
    const before = this.#servers.get(listener)
    this.#servers.delete(listener)
    before?.close()
    const server = makeServer()
    await listening(server, listener.address, listener.port)
    this.#serve(listener, server)
  }

  #serve(listener: Listener, server: Server): void {
    // Without descriptors (EMFILE) libuv takes and closes what waits, so the socket neither spins nor dies.
    server.on('error', (error) => {
      this.#events.trouble(listener, reasonOf(error))
    })
    server.on('connection', (socket) => {
      this.#accept(listener, socket)
    })
    this.#servers.set(listener, server)
  }

  /** Opens the connection that `flow.connection` names, from the listener's address. */
  connect(flow: Flow): void {
    const { connection: number, listener, address, port } = flow
    if (number === undefined) throw new Error('a flow to connect has no number')
    if (isIP(address) === 0 || !isUnicast(address) || port < 1 || port > 65_535) {
      this.#refuse(number, 'not a unicast address and port')
      return
    }
    const options = { host: address, port, localAddress: listener.address, family: isIPv6(address) ? 6 : 4 }
    let socket: Socket
    try {
      socket = connect({ ...options, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS })
    } catch (error) {
      this.#refuse(number, reasonOf(error as Error))
      return
    }
    this.#keep(number, socket)
    socket.setTimeout(CONNECT_LIMIT_MS)
    socket.once('connect', () => {
      socket.setTimeout(0)
      this.#events.connected(number)
    })
  }

  /** Queues until the connection is open; octets for a connection that has ended are dropped. */
  send(number: number, octets: Octets): void {
    const connection = this.#connections.get(number)
    if (connection === undefined || connection.isClosing) return
    connection.socket.write(octets, 'latin1')
    if (connection.socket.writableLength > MOST_WAITING_BYTES) {
      end(connection, 'the peer does not read')
      connection.socket.destroy()
    }
  }

  /** Lets queued octets leave, then ends; asked a second time it ends at once. */
  close(number: number): void {
    const connection = this.#connections.get(number)
    if (connection === undefined) return
    const { socket } = connection
    if (connection.isClosing || socket.connecting) {
      end(connection, 'closed by us')
      socket.destroy()
      return
    }
    end(connection, 'closed by us')
    socket.setTimeout(FLUSH_LIMIT_MS)
    socket.destroySoon()
  }

  /** Stops accepting and ends all connections. */
  async stop(): Promise<void> {
    const closed = Array.from(
      this.#servers.values(),
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => {
            resolve()
          })
        }),
    )
    for (const number of this.#connections.keys()) this.close(number)
    await new Promise((resolve) => setImmediate(resolve))
    for (const { socket } of this.#connections.values()) socket.destroy()
    await Promise.all(closed)
  }

  #accept(listener: Listener, socket: Socket): void {
    const { remoteAddress, remotePort } = socket
    if (remoteAddress === undefined || remotePort === undefined) {
      // Reset by the peer between the kernel's accept and ours.
      socket.on('error', () => undefined)
      socket.destroy()
      return
    }
    const number = this.#nextAccepted()
    this.#keep(number, socket)
    this.#events.accepted({
      listener,
      address: plainAddress(remoteAddress),
      port: remotePort,
      connection: number,
    })
  }

  #keep(number: number, socket: Socket): void {
    const connection: Connection = { socket, isClosing: false, why: 'closed by the peer' }
    this.#connections.set(number, connection)
    socket.on('data', (bytes: Buffer) => {
      if (!connection.isClosing) this.#events.stream(number, bytes.toString('latin1'))
    })
    socket.on('error', (error) => {
      end(connection, reasonOf(error))
    })
    socket.on('timeout', () => {
      end(connection, socket.connecting ? 'no answer within 10 s' : 'the peer does not read')
      socket.destroy()
    })
    socket.once('close', () => {
      this.#connections.delete(number)
      this.#events.closed(number, connection.why)
    })
  }

  #refuse(number: number, why: string): void {
    process.nextTick(() => {
      this.#events.closed(number, why)
    })
  }
}

/** The first reason is the true one; what follows are its effects. */
function end(connection: Connection, why: string): void {
  if (connection.isClosing) return
  connection.isClosing = true
  connection.why = why
}

function makeServer(): Server {
  return createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS })
}

function listening(server: Server, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: address, port, backlog: BACKLOG, exclusive: true, ipv6Only: true }, () => {
      server.removeAllListeners('error')
      resolve()
    })
  })
}

function reasonOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.message
}
