import {
  describeFailure,
  readClientFrame,
  type ClientFrame,
  type CoreFrame,
  type ErrorCode,
  type Handlers,
  type TopicName,
} from '../api/index.ts'

/** A handler's way to say no; the code is one that the window has words for. */
export class Refused extends Error {
  readonly code: ErrorCode
  readonly detail: string

  constructor(code: ErrorCode, detail = '') {
    super(code)
    this.code = code
    this.detail = detail
  }
}

/** Where topics come from. `watch` calls `snapshot` once, then `change`; it gives the way to stop. */
export interface Topics {
  watch(
    topic: TopicName,
    watcher: { readonly snapshot: (value: unknown) => void; readonly change: (value: unknown) => void },
  ): () => void
}

export interface DoorParts {
  readonly handlers: Handlers
  readonly topics: Topics
  readonly send: (frame: CoreFrame) => void
  readonly reportBug: (where: string, what: string) => void
}

/** A window needs one watch for each topic, and a few more while a page changes. */
const MOST_WATCHES = 32
/** Commands that one window may have under way. */
const MOST_CALLS = 64

/** The core's end of one line to one window. Whatever the window sends, this neither throws nor trusts it. */
export class ContractDoor {
  readonly #parts: DoorParts
  readonly #watches = new Map<number, () => void>()
  #callsOpen = 0
  #isClosed = false

  constructor(parts: DoorParts) {
    this.#parts = parts
  }

  receive(value: unknown): void {
    if (this.#isClosed) return
    const read = readClientFrame(value)
    if ('refusal' in read) {
      const { id, code, detail } = read.refusal
      this.#fail(id, code, detail)
      return
    }
    const { frame } = read
    switch (frame.kind) {
      case 'call':
        void this.#call(frame)
        return
      case 'watch':
        this.#watch(frame.id, frame.topic)
        return
      case 'unwatch':
        this.#watches.get(frame.id)?.()
        this.#watches.delete(frame.id)
    }
  }

  close(): void {
    this.#isClosed = true
    for (const stop of this.#watches.values()) stop()
    this.#watches.clear()
  }

  async #call({ id, command, takes }: Extract<ClientFrame, { kind: 'call' }>): Promise<void> {
    if (this.#callsOpen >= MOST_CALLS) {
      this.#fail(id, 'too-many-requests')
      return
    }
    this.#callsOpen++
    try {
      // The frame was read by this very command's schema, which the compiler can't follow through a union.
      const handler = this.#parts.handlers[command] as (taken: unknown) => unknown
      const value = await handler(takes)
      this.#send({ kind: 'gave', id, value })
    } catch (error) {
      if (error instanceof Refused) this.#fail(id, error.code, error.detail)
      else {
        this.#parts.reportBug(
          `doing ${command}`,
          error instanceof Error ? String(error.stack) : String(error),
        )
        this.#fail(id, 'internal-fault')
      }
    } finally {
      this.#callsOpen--
    }
  }

  #watch(id: number, topic: TopicName): void {
    if (this.#watches.size >= MOST_WATCHES || this.#watches.has(id)) {
      this.#fail(id, 'too-many-requests')
      return
    }
    const stop = this.#parts.topics.watch(topic, {
      snapshot: (value) => {
        this.#send({ kind: 'snapshot', id, value })
      },
      change: (value) => {
        this.#send({ kind: 'change', id, value })
      },
    })
    this.#watches.set(id, stop)
  }

  #fail(id: number, code: ErrorCode, detail?: string): void {
    this.#send({ kind: 'failed', id, failure: describeFailure(code, detail) })
  }

  #send(frame: CoreFrame): void {
    if (!this.#isClosed) this.#parts.send(frame)
  }
}
