import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketDoor, type Log } from '../io/index.ts'
import { carryOverWebSocket } from './carrier-websocket.ts'
import { admitRequest, entrancePath, refuseUpgrade, sipPath, type House, type Knock } from './console-door.ts'
import { listenForConsole, type ConsolePlace } from './console-listen.ts'
import { ConsoleSession } from './console-session.ts'
import type { DoorParts } from './contract-door.ts'
import { hostPort } from './listen.ts'
import { pageHeaders, type WindowFile } from './window-files.ts'

export interface ConsoleParts {
  /** Undefined: the usual place, or the next free port after it. */
  readonly place: ConsolePlace | undefined
  readonly files: ReadonlyMap<string, WindowFile>
  readonly contract: Omit<DoorParts, 'send'>
  /** Takes over an upgrade to SIP that was let in. */
  readonly admitSip: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  readonly log: Log
}

export interface RunningConsole {
  /** `http://127.0.0.1:8060/`. */
  readonly url: string
  /** What the user brings along: whoever has it may do all that the window can. */
  readonly token: string
  stop(): Promise<void>
}

const MOST_HEADER_BYTES = 16_384
const HEADER_LIMIT_MS = 10_000
const IDLE_LIMIT_MS = 5_000
const MOST_CONNECTIONS = 128
const MOST_WINDOWS = 16
const SUBPROTOCOL = 'sidetone'
/** Before it, in the list of subprotocols, the token: a browser can't set other headers on a WebSocket. */
const TOKEN_PREFIX = 'token.'

const socketRules = {
  protocol: SUBPROTOCOL,
  longestTextBytes: 65_536,
  mostWaitingBytes: 1 << 20,
  mostEachSecond: 200,
}

/** Serves the window and its contract over HTTP. Rejects with a `Failure` when it can't listen. */
export async function startConsole(parts: ConsoleParts): Promise<RunningConsole> {
  const server = createServer({
    maxHeaderSize: MOST_HEADER_BYTES,
    headersTimeout: HEADER_LIMIT_MS,
    requestTimeout: HEADER_LIMIT_MS,
    keepAliveTimeout: IDLE_LIMIT_MS,
    connectionsCheckingInterval: 1_000,
  })
  server.maxConnections = MOST_CONNECTIONS
  const { host, port } = await listenForConsole(server, parts.place, parts.log)
  const session = new ConsoleSession(port)
  const openings = new WebSocketDoor(socketRules)
  const desk = new ConsoleDesk(parts, session, { port, isToken: (text) => session.isToken(text) }, openings)
  server.on('request', (request, response) => {
    desk.answer(request, response)
  })
  server.on('upgrade', (request, socket, head) => {
    desk.upgrade(request, socket, head)
  })
  return {
    url: `http://${hostPort(host, port)}/`,
    token: session.token,
    stop: () => stopConsole(server, openings),
  }
}

async function stopConsole(server: Server, openings: WebSocketDoor): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve()
    })
  })
  await openings.stop()
  server.closeAllConnections()
  await closed
}

class ConsoleDesk {
  readonly #parts: ConsoleParts
  readonly #session: ConsoleSession
  readonly #house: House
  readonly #openings: WebSocketDoor

  constructor(parts: ConsoleParts, session: ConsoleSession, house: House, openings: WebSocketDoor) {
    this.#parts = parts
    this.#session = session
    this.#house = house
    this.#openings = openings
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const knock = this.#knock(request, request.headers['x-sidetone-token'])
    const verdict = admitRequest(knock, this.#house)
    switch (verdict.kind) {
      case 'refused':
        this.#refuse(request, response, knock, verdict)
        return
      case 'enter':
        this.#enter(response)
        return
      case 'entrance':
        this.#send(response, 403, `${entrancePath}index.html`)
        return
      case 'file':
        this.#send(response, 200, verdict.path)
    }
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => {
      socket.destroy()
    })
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((word) => word.trim())
    const token = offered.find((word) => word.startsWith(TOKEN_PREFIX))?.slice(TOKEN_PREFIX.length)
    const knock = this.#knock(request, token)
    const refusal = refuseUpgrade(knock, this.#house) ?? this.#refuseCrowd()
    if (refusal !== undefined) {
      this.#parts.log.line('debug', 'console: upgrade refused', { status: refusal.status, why: refusal.why })
      socket.end(`HTTP/1.1 ${refusal.status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    if (knock.path === sipPath) this.#parts.admitSip(request, socket, head)
    else
      this.#openings.accept(request, socket, head, (line) => carryOverWebSocket(line, this.#parts.contract))
  }

  #refuseCrowd(): { readonly status: number; readonly why: string } | undefined {
    return this.#openings.size < MOST_WINDOWS ? undefined : { status: 503, why: 'Too many windows are open.' }
  }

  #enter(response: ServerResponse): void {
    response.writeHead(204, { ...pageHeaders, 'Set-Cookie': this.#session.cookieHeader }).end()
  }

  #refuse(
    request: IncomingMessage,
    response: ServerResponse,
    knock: Knock,
    { status: usual, why }: { readonly status: number; readonly why: string },
  ): void {
    const isWrongToken = knock.token !== undefined && usual === 403
    const status = isWrongToken && this.#session.wasWrong(performance.now()) ? 429 : usual
    this.#parts.log.line('debug', 'console: request refused', { status, why })
    // Whatever body is still coming is not waited for.
    response.setHeader('Connection', 'close')
    sendText(response, status, why)
    response.once('finish', () => {
      request.socket.destroySoon()
    })
  }

  #send(response: ServerResponse, status: number, path: string): void {
    const file = this.#parts.files.get(path)
    if (file !== undefined) {
      response.writeHead(status, {
        ...pageHeaders,
        'Content-Type': file.type,
        'Content-Length': file.bytes.length,
      })
      response.end(file.bytes)
    } else if (this.#parts.files.size === 0) {
      sendText(response, 503, 'The window has not been built: run "npm run build" and start Sidetone again.')
    } else sendText(response, 404, 'There is nothing here.')
  }

  #knock(request: IncomingMessage, token: string | readonly string[] | undefined): Knock {
    const url = request.url ?? ''
    const [path = ''] = url.split('?', 1)
    return {
      method: request.method ?? '',
      path,
      headers: request.headers,
      rawHeaders: request.rawHeaders,
      token: typeof token === 'string' ? token : undefined,
      hasSession: this.#session.hasSession(request.headers.cookie),
    }
  }
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...pageHeaders, 'Content-Type': 'text/plain; charset=utf-8' })
  response.end(`${text}\n`)
}
