import { EmitterImpl, TransportState, type Transport } from 'sip.js'

/** A phone behind a router pings at least twice a minute; a silent line is found out in half of that. */
const PING_EVERY_MS = 10_000
const PONG_WITHIN_MS = 5_000

export interface SipTransportOptions {
  /** Every try opens a new one. */
  readonly open: () => WebSocket
}

/** SIP over a WebSocket of the page's own host (RFC 7118), watched by blank lines that must be answered (§6). */
export class SipTransport implements Transport {
  readonly protocol = 'WS'
  onConnect: (() => void) | undefined
  onDisconnect: ((error?: Error) => void) | undefined
  onMessage: ((message: string) => void) | undefined
  readonly stateChange = new EmitterImpl<TransportState>()
  readonly #open: () => WebSocket
  #state = TransportState.Disconnected
  #socket: WebSocket | undefined
  #ping: ReturnType<typeof setInterval> | undefined
  #pong: ReturnType<typeof setTimeout> | undefined

  constructor(_logger: unknown, { open }: SipTransportOptions) {
    this.#open = open
  }

  get state(): TransportState {
    return this.#state
  }

  isConnected(): boolean {
    return this.#state === TransportState.Connected
  }

  connect(): Promise<void> {
    if (this.isConnected()) return Promise.resolve()
    this.#socket?.close()
    const socket = this.#open()
    this.#socket = socket
    this.#become(TransportState.Connecting)
    return new Promise((resolve, reject) => {
      socket.addEventListener('open', () => {
        this.#become(TransportState.Connected)
        this.#watch()
        this.onConnect?.()
        resolve()
      })
      socket.addEventListener('message', ({ data }: MessageEvent<string | Blob>) => {
        void this.#take(data)
      })
      socket.addEventListener('close', () => {
        if (this.#socket === socket) this.#lost()
        reject(new Error('the line was closed'))
      })
    })
  }

  disconnect(): Promise<void> {
    this.#socket?.close()
    return Promise.resolve()
  }

  dispose(): Promise<void> {
    return this.disconnect()
  }

  send(message: string): Promise<void> {
    if (this.#socket?.readyState !== WebSocket.OPEN) return Promise.reject(new Error('the line is closed'))
    this.#socket.send(message)
    return Promise.resolve()
  }

  async #take(frame: string | Blob): Promise<void> {
    clearTimeout(this.#pong)
    this.#pong = undefined
    const text = typeof frame === 'string' ? frame : await frame.text()
    if (text.trim() !== '') this.onMessage?.(text)
  }

  #watch(): void {
    this.#ping = setInterval(() => {
      this.#socket?.send('\r\n\r\n')
      this.#pong ??= setTimeout(() => {
        this.#lost()
      }, PONG_WITHIN_MS)
    }, PING_EVERY_MS)
  }

  /** A line that the network has swallowed closes only after minutes: it is given up without waiting for that. */
  #lost(): void {
    clearInterval(this.#ping)
    clearTimeout(this.#pong)
    this.#pong = undefined
    const socket = this.#socket
    this.#socket = undefined
    socket?.close()
    const wasConnected = this.isConnected()
    this.#become(TransportState.Disconnected)
    if (wasConnected) this.onDisconnect?.(new Error('the line was lost'))
  }

  #become(state: TransportState): void {
    if (this.#state === state) return
    this.#state = state
    this.stateChange.emit(state)
  }
}
