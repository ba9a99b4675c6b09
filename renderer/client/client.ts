import type {
  Client,
  CommandName,
  CoreFrame,
  FailureReport,
  Gives,
  Takes,
  TopicChange,
  TopicName,
  TopicSnapshot,
  Watcher,
} from '../../core/api/index.ts'
import type { Line, LineEvents, LineState } from './line.ts'

/** What a command ended with instead of a value. */
export class CommandFailed extends Error {
  readonly failure: Pick<FailureReport, 'code' | 'detail' | 'manual'>

  constructor(failure: Pick<FailureReport, 'code' | 'detail' | 'manual'>) {
    super(failure.code)
    this.failure = failure
  }
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: CommandFailed) => void
}

interface Watch {
  readonly topic: TopicName
  readonly snapshot: (value: unknown) => void
  readonly change: (value: unknown) => void
}

const offline = { code: 'offline', detail: '', manual: 'docs/errors.md#offline' } as const

/** The typed client of the contract over any line. Watches outlive a broken line; commands under way do not. */
export class ContractClient implements Client {
  readonly #line: Line
  readonly #waiting = new Map<number, Waiting>()
  readonly #watches = new Map<number, Watch>()
  #isOpen = false
  #lastId = 0

  constructor(open: (events: LineEvents) => Line, told: (state: LineState) => void) {
    this.#line = open({
      state: (state) => {
        if (state === 'open') this.#opened()
        else this.#lost()
        told(state)
      },
      frame: (frame) => this.#take(frame),
    })
  }

  call<Name extends CommandName>(name: Name, takes: Takes<Name>): Promise<Gives<Name>> {
    return new Promise((resolve, reject) => {
      if (!this.#isOpen) {
        reject(new CommandFailed(offline))
        return
      }
      const id = ++this.#lastId
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject })
      this.#line.send({ kind: 'call', id, command: name, takes })
    })
  }

  watch<Name extends TopicName>(name: Name, watcher: Watcher<Name>): () => void {
    const id = ++this.#lastId
    this.#watches.set(id, {
      topic: name,
      snapshot: (value) => watcher.snapshot(value as TopicSnapshot<Name>),
      change: (value) => watcher.change(value as TopicChange<Name>),
    })
    if (this.#isOpen) this.#line.send({ kind: 'watch', id, topic: name })
    return () => {
      this.#watches.delete(id)
      if (this.#isOpen) this.#line.send({ kind: 'unwatch', id })
    }
  }

  #take(frame: CoreFrame): void {
    const waiting = this.#waiting.get(frame.id)
    const watch = this.#watches.get(frame.id)
    if (frame.kind === 'gave') waiting?.resolve(frame.value)
    else if (frame.kind === 'failed') waiting?.reject(new CommandFailed(frame.failure))
    else watch?.[frame.kind](frame.value)
    this.#waiting.delete(frame.id)
  }

  /** A line may open while it is being made: what was watched before is sent once it is there. */
  #opened(): void {
    queueMicrotask(() => {
      this.#isOpen = true
      this.#watchAgain()
    })
  }

  #watchAgain(): void {
    for (const [id, { topic }] of this.#watches) this.#line.send({ kind: 'watch', id, topic })
  }

  #lost(): void {
    this.#isOpen = false
    for (const { reject } of this.#waiting.values()) reject(new CommandFailed(offline))
    this.#waiting.clear()
  }
}
