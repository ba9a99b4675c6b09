import { uptime } from 'node:os'

/** Two clocks that are read one after the other differ by less. */
const SHORTEST_SLEEP_MS = 1_000

/**
 * How long the machine has slept. The uptime of the system counts sleep; Linux's monotonic clock does not, and where
 * it does (Windows, macOS) there is nothing to make up for. What is done to the wall clock moves neither.
 */
export class SleepMeter {
  readonly #uptimeMs: () => number
  readonly #monotonicMs: () => number
  #differenceMs: number

  constructor(uptimeMs = (): number => uptime() * 1000, monotonicMs = (): number => performance.now()) {
    this.#uptimeMs = uptimeMs
    this.#monotonicMs = monotonicMs
    this.#differenceMs = uptimeMs() - monotonicMs()
  }

  /** Milliseconds of sleep since it was read last; 0: none. */
  read(): number {
    const differenceMs = this.#uptimeMs() - this.#monotonicMs()
    const sleptMs = differenceMs - this.#differenceMs
    if (Math.abs(sleptMs) < SHORTEST_SLEEP_MS) return 0
    this.#differenceMs = differenceMs
    return Math.max(sleptMs, 0)
  }
}
