import { Deadlines } from '../lib/deadlines.ts'
import type { Instant } from '../lib/instant.ts'

/** Something that wants to be told when its time has come. */
export interface Timed {
  wake(): void
}

/** Everything in the exchange that waits for a time. */
export class Wakes {
  readonly #deadlines = new Deadlines<Timed>()

  get soonest(): Instant | undefined {
    return this.#deadlines.soonest
  }

  /** Undefined: it waits for nothing any more. */
  set(timed: Timed, at: Instant | undefined): void {
    if (at === undefined) this.#deadlines.clear(timed)
    else this.#deadlines.set(timed, at)
  }

  wakeDue(now: Instant): void {
    for (let timed = this.#deadlines.due(now); timed !== undefined; timed = this.#deadlines.due(now))
      timed.wake()
  }
}
