import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'

/** What happens on one WebSocket. `closed` comes once, and nothing after it. */
export interface WebSocketEvents {
  text(text: string): void
  /** Where it is absent, a peer that sends one is shut out. */
  octets?(octets: Buffer): void
  closed(): void
}

export interface WebSocketLine {
  send(text: string | Buffer): void
  /** A code of RFC 6455 §7.4. */
  close(code: number, why: string): void
}

export interface WebSocketRules {
  /** The subprotocol that is agreed on. */
  readonly protocol: string
  readonly longestTextBytes: number
  /** Octets that may wait for one peer that doesn't read. */
  readonly mostWaitingBytes: number
  /** Messages and pings that one peer may send in a second. */
  readonly mostEachSecond: number
  /** A peer that has not answered a ping by the next one is gone. Absent: nobody is pinged. */
  readonly pingEveryMs?: number
}

const CLOSE_LIMIT_MS = 2_000
const FAULT_LIMIT_MS = 100
/** RFC 6455 §7.4.1. */
const POLICY_VIOLATION = 1008
const UNSUPPORTED = 1003

/** Turns upgrades, once somebody has admitted them, into WebSockets within the rules. */
export class WebSocketDoor {
  readonly #rules: WebSocketRules
  readonly #server: WebSocketServer
  readonly #unanswered = new WeakSet<WebSocket>()
  #pinging: NodeJS.Timeout | undefined

  constructor(rules: WebSocketRules) {
    this.#rules = rules
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: rules.longestTextBytes,
      // A compressed frame may grow a thousandfold.
      perMessageDeflate: false,
      handleProtocols: () => rules.protocol,
    })
    if (rules.pingEveryMs !== undefined)
      this.#pinging = setInterval(() => this.#ping(), rules.pingEveryMs).unref()
  }

  get size(): number {
    return this.#server.clients.size
  }

  accept(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    opened: (line: WebSocketLine) => WebSocketEvents,
  ): void {
    this.#server.handleUpgrade(request, socket, head, (peer) => {
      this.#keep(peer, opened)
    })
  }

  async stop(): Promise<void> {
    clearInterval(this.#pinging)
    for (const peer of this.#server.clients) peer.close(1001, 'Sidetone ends')
    const insist = setTimeout(() => {
      for (const peer of this.#server.clients) peer.terminate()
    }, CLOSE_LIMIT_MS)
    await Promise.all(
      [...this.#server.clients].map((peer) => new Promise((resolve) => peer.once('close', resolve))),
    )
    clearTimeout(insist)
  }

  #ping(): void {
    for (const peer of this.#server.clients) {
      if (this.#unanswered.has(peer)) peer.terminate()
      else {
        this.#unanswered.add(peer)
        peer.ping()
      }
    }
  }

  #keep(peer: WebSocket, opened: (line: WebSocketLine) => WebSocketEvents): void {
    const events = opened({
      send: (text) => {
        peer.send(text)
        if (peer.bufferedAmount > this.#rules.mostWaitingBytes) peer.terminate()
      },
      close: (code, why) => {
        close(peer, code, why)
      },
    })
    const isWithinRate = rateOf(this.#rules.mostEachSecond)
    const heard = (): boolean => {
      if (isWithinRate(performance.now())) return true
      close(peer, POLICY_VIOLATION, 'too many messages')
      return false
    }
    peer.on('ping', heard)
    peer.on('pong', () => {
      this.#unanswered.delete(peer)
      heard()
    })
    peer.on('message', (octets: Buffer, isBinary: boolean) => {
      if (!heard()) return
      if (peer.readyState !== peer.OPEN) return
      if (!isBinary) events.text(octets.toString('utf8'))
      else if (events.octets !== undefined) events.octets(octets)
      else close(peer, UNSUPPORTED, 'text only')
    })
    // `ws` has answered with the fitting code; whoever goes on sending is not listened to for long.
    peer.on('error', () => {
      setTimeout(() => {
        peer.terminate()
      }, FAULT_LIMIT_MS).unref()
    })
    peer.once('close', () => {
      events.closed()
    })
  }
}

/** A peer that doesn't answer our close is cut off. */
function close(peer: WebSocket, code: number, why: string): void {
  peer.close(code, why)
  const insist = setTimeout(() => {
    peer.terminate()
  }, CLOSE_LIMIT_MS)
  peer.once('close', () => {
    clearTimeout(insist)
  })
}

function rateOf(mostEachSecond: number): (nowMs: number) => boolean {
  let since = -Infinity
  let count = 0
  return (nowMs) => {
    if (nowMs - since >= 1_000) {
      since = nowMs
      count = 0
    }
    return ++count <= mostEachSecond
  }
}
