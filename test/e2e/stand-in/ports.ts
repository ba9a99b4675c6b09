import { EventEmitter } from 'node:events'

/** The far end of a port that was handed to a page. */
export interface PortCarrier {
  send(id: number, message: string): void
  close(id: number): void
}

let lastId = 0

/** One end of a channel in the main process; what crosses is copied, as between processes. */
export class MessagePortMain extends EventEmitter {
  readonly id = ++lastId
  peer: MessagePortMain | undefined
  #carrier: PortCarrier | undefined
  #waiting: unknown[] | undefined = []
  #isClosed = false

  /** Everything that the other end sends goes to the page from here on. */
  handOver(carrier: PortCarrier): void {
    this.#carrier = carrier
    for (const message of this.#waiting ?? []) carrier.send(this.id, JSON.stringify(message))
    this.#waiting = undefined
  }

  start(): void {
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    for (const message of waiting) this.emit('message', { data: message, ports: [] })
  }

  postMessage(message: unknown): void {
    if (!this.#isClosed) this.peer?.take(message)
  }

  take(message: unknown): void {
    if (this.#carrier !== undefined) this.#carrier.send(this.id, JSON.stringify(message))
    else if (this.#waiting !== undefined) this.#waiting.push(message)
    else this.emit('message', { data: message, ports: [] })
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#carrier?.close(this.id)
    this.emit('close')
    this.peer?.close()
  }
}

export class MessageChannelMain {
  readonly port1 = new MessagePortMain()
  readonly port2 = new MessagePortMain()

  constructor() {
    this.port1.peer = this.port2
    this.port2.peer = this.port1
  }
}
