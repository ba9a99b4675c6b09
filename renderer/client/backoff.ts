const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 8_000

/** How long to wait before the next try: doubled each time, and spread, so that an office does not come back at once. */
export class Backoff {
  readonly #random: () => number
  #waitMs = FIRST_WAIT_MS

  constructor(random: () => number) {
    this.#random = random
  }

  next(): number {
    const waitMs = this.#waitMs
    this.#waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)
    return Math.round(waitMs * (0.75 + 0.5 * this.#random()))
  }

  succeeded(): void {
    this.#waitMs = FIRST_WAIT_MS
  }
}
