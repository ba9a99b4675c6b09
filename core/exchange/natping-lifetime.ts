/** Nothing is asked more often than this unless the script says so. */
const leastMs = 5_000
/** Shorter than what any usual translator remembers for UDP: Linux 30 s, RFC 4787 §4.3 120 s. */
const firstStepMs = 15_000
const growth = 1.5
/** Beside a silence that proved too long, the one that did not is approached no nearer. */
const margin = 0.9

/**
 * How long the translator in front of one phone remembers a silent way, as far as it has shown itself. Every silence is
 * one that was kept anyway: nothing waits longer than the script allows, and not beyond a silence that proved too long.
 */
export class BindingLifetime {
  #atLeastMs = 0
  #lessThanMs: number | undefined

  /** The longest silence after which the phone could still be reached; 0: none seen. */
  get atLeastMs(): number {
    return this.#atLeastMs
  }

  /** The shortest silence after which the way was gone; undefined: none seen. */
  get lessThanMs(): number | undefined {
    return this.#lessThanMs
  }

  survived(silenceMs: number): void {
    this.#atLeastMs = Math.max(this.#atLeastMs, silenceMs)
    // What it could not, it can: the translator was set otherwise, or it had been restarted.
    if (this.#lessThanMs !== undefined && this.#lessThanMs <= silenceMs) this.#lessThanMs = undefined
  }

  died(silenceMs: number): void {
    this.#lessThanMs = Math.min(this.#lessThanMs ?? silenceMs, silenceMs)
    if (this.#atLeastMs >= this.#lessThanMs) this.#atLeastMs = 0
  }

  /** Another translator. */
  reset(): void {
    this.#atLeastMs = 0
    this.#lessThanMs = undefined
  }

  /**
   * @param mostMs what the script allows
   * @param isAnswered whether the phone answers: only then longer silences are approached, step by step
   */
  intervalMs(mostMs: number, isAnswered: boolean): number {
    return Math.min(mostMs, Math.max(leastMs, this.#wantedMs(mostMs, isAnswered)))
  }

  #wantedMs(mostMs: number, isAnswered: boolean): number {
    if (this.#lessThanMs !== undefined)
      return this.#atLeastMs > 0 ? this.#atLeastMs * margin : Math.min(this.#lessThanMs / 2, firstStepMs)
    if (!isAnswered) return mostMs
    return this.#atLeastMs === 0 ? firstStepMs : this.#atLeastMs * growth
  }
}
