import { isUtf8 } from 'node:buffer'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Flow, Listener } from '../lib/flow.ts'
import { plainAddress } from '../lib/ip.ts'
import type { TcpEvents } from './tcp.ts'
import { WebSocketDoor, type WebSocketLine } from './websocket.ts'

const SUBPROTOCOL = 'sip'

const sipWebSocketLimits = {
  protocol: SUBPROTOCOL,
  /** As large as a datagram can be. */
  longestTextBytes: 65_536,
  mostWaitingBytes: 1 << 20,
  mostEachSecond: 500,
  /** Shorter than what routers and proxies between forget after, and soon enough to miss no call. */
  pingEveryMs: 15_000,
}

const HEADER_LIMIT_MS = 10_000
const MOST_HEADER_BYTES = 16_384
const MOST_CONNECTIONS = 1_000

/** SIP in frames of WebSocket (RFC 7118): listeners of its own, and upgrades that another server has admitted. */
export class SipWebSockets {
  readonly #events: Omit<TcpEvents, 'connected'>
  readonly #nextNumber: () => number
  readonly #door = new WebSocketDoor(sipWebSocketLimits)
  readonly #servers: Server[] = []
  readonly #lines = new Map<number, WebSocketLine>()
  readonly #origins = new Set<string>()

  constructor(events: Omit<TcpEvents, 'connected'>, nextNumber: () => number) {
    this.#events = events
    this.#nextNumber = nextNumber
  }

  get connectionCount(): number {
    return this.#lines.size
  }

  has(number: number): boolean {
    return this.#lines.has(number)
  }

  /** Pages of that origin may come in at the listeners. */
  allowOrigin(origin: string): void {
    this.#origins.add(origin)
  }

  /** Port 0 lets the system choose. Rejects with Node's error. */
  async listen(address: string, port: number): Promise<Listener> {
    const server = createServer({
      maxHeaderSize: MOST_HEADER_BYTES,
      headersTimeout: HEADER_LIMIT_MS,
      requestTimeout: HEADER_LIMIT_MS,
    })
    server.maxConnections = MOST_CONNECTIONS
    await listening(server, address, port)
    const place = server.address()
    const real = place !== null && typeof place === 'object' ? place.port : port
    const listener: Listener = { transport: 'ws', address, port: real }
    server.on('error', (error) => {
      this.#events.trouble(listener, error.message)
    })
    server.on('request', (_request, response) => {
      response.writeHead(426, { Connection: 'close', Upgrade: 'websocket', 'Content-Length': 0 }).end()
    })
    server.on('upgrade', (request, socket, head) => {
      const refusal = this.#refusalOf(request)
      if (refusal === undefined) this.admit(listener, request, socket, head)
      else socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
    })
    this.#servers.push(server)
    return listener
  }

  /** Takes over an upgrade that somebody has let in. */
  admit(listener: Listener, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => {
      socket.destroy()
    })
    const { remoteAddress, remotePort } = request.socket
    if (remoteAddress === undefined || remotePort === undefined) {
      socket.destroy()
      return
    }
    const connection = this.#nextNumber()
    const flow: Flow = { listener, address: plainAddress(remoteAddress), port: remotePort, connection }
    this.#door.accept(request, socket, head, (line) => {
      this.#lines.set(connection, line)
      this.#events.accepted(flow)
      return {
        text: (text) => {
          this.#events.stream(connection, Buffer.from(text, 'utf8').toString('latin1'))
        },
        octets: (octets) => {
          this.#events.stream(connection, octets.toString('latin1'))
        },
        closed: () => {
          this.#lines.delete(connection)
          this.#events.closed(connection, 'closed by the peer')
        },
      }
    })
  }

  /** One message, one frame; octets that are no UTF-8 go as binary (RFC 7118 §4.1). */
  send(number: number, octets: string): void {
    const bytes = Buffer.from(octets, 'latin1')
    this.#lines.get(number)?.send(isUtf8(bytes) ? bytes.toString('utf8') : bytes)
  }

  close(number: number): void {
    this.#lines.get(number)?.close(1000, '')
  }

  async stop(): Promise<void> {
    const closed = this.#servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => {
            resolve()
          })
        }),
    )
    await this.#door.stop()
    for (const server of this.#servers) server.closeAllConnections()
    await Promise.all(closed)
  }

  /** A browser always says whose page asks (RFC 6454 §7.3); what names none is no browser, and could come by TCP as well. */
  #refusalOf({ headers }: IncomingMessage): string | undefined {
    const { origin } = headers
    if (origin !== undefined && !this.#origins.has(origin)) return '403 Forbidden'
    const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((word) => word.trim())
    return offered.includes(SUBPROTOCOL) ? undefined : '400 Bad Request'
  }
}

function listening(server: Server, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: address, port, exclusive: true, ipv6Only: true }, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
}
