import type { Clock } from '../io/index.ts'
import type { Instant } from '../lib/instant.ts'
import type { Machine } from '../lib/machine.ts'

/** Where a throw out of the machine or of an output ends; `what` is the error's stack. */
export type BugReport = (where: string, what: string) => void

export interface RuntimeParts<
  Input extends { readonly kind: string },
  Output extends { readonly kind: string },
> {
  readonly machine: Machine<Input, Output>
  readonly clock: Clock
  readonly tick: Input
  readonly perform: (output: Output) => void
  readonly reportBug: BugReport
}

/** The longest sleep: Node's timers wrap above 2^31 ms. */
const LONGEST_SLEEP_MS = 3_600_000
/** A tick that throws would throw again at once; meanwhile messages must get their turn. */
const PAUSE_AFTER_BUG_MS = 100

/**
 * The one loop of the program: what happens goes into the machine, what it answers is done, in order.
 * A throw loses that one message and nothing else. Holds the only timer.
 */
export class Runtime<Input extends { readonly kind: string }, Output extends { readonly kind: string }> {
  readonly #parts: RuntimeParts<Input, Output>
  readonly #waiting: Input[] = []
  #isBusy = false
  #isStopped = false
  #timer: NodeJS.Timeout | undefined
  #timerAt: Instant | undefined
  #notBefore = -Infinity

  constructor(parts: RuntimeParts<Input, Output>) {
    this.#parts = parts
  }

  /** An input that comes while another one is being worked on waits for its turn. */
  handle(input: Input): void {
    if (this.#isStopped) return
    if (this.#isBusy) {
      this.#waiting.push(input)
      return
    }
    this.#isBusy = true
    this.#step(input)
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) this.#step(next)
    this.#isBusy = false
    this.#arm()
  }

  /** The clock has jumped ahead, and the timer did not: what has become due is done. */
  jumped(): void {
    clearTimeout(this.#timer)
    this.#wake()
  }

  /** Nothing is handled any more. */
  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #step(input: Input): void {
    let outputs: Output[]
    try {
      outputs = this.#parts.machine.handle(this.#parts.clock.now(), input)
    } catch (error) {
      this.#parts.reportBug(`handling ${input.kind}`, stackOf(error))
      if (input.kind === this.#parts.tick.kind) this.#notBefore = this.#parts.clock.now() + PAUSE_AFTER_BUG_MS
      return
    }
    for (const output of outputs) {
      try {
        this.#parts.perform(output)
      } catch (error) {
        this.#parts.reportBug(`performing ${output.kind}`, stackOf(error))
      }
    }
  }

  /** A timer that is early enough stays: when it fires too soon it looks again. Most messages thus cost no timer. */
  #arm(): void {
    const deadline = this.#parts.machine.deadline
    if (deadline === undefined || (this.#timerAt !== undefined && this.#timerAt <= deadline)) return
    clearTimeout(this.#timer)
    this.#timerAt = deadline
    const sleepMs = Math.max(deadline, this.#notBefore) - this.#parts.clock.now()
    this.#timer = setTimeout(this.#wake, Math.min(Math.max(Math.ceil(sleepMs), 0), LONGEST_SLEEP_MS))
  }

  readonly #wake = (): void => {
    this.#timer = undefined
    this.#timerAt = undefined
    if (this.#isStopped) return
    const { machine, clock, tick } = this.#parts
    const deadline = machine.deadline
    if (deadline !== undefined && deadline <= clock.now()) this.handle(tick)
    else this.#arm()
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
