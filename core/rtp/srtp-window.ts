/**
 * The packet index of one secured stream (RFC 3711 §3.3.1) and which of its packets have been seen (§3.3.2).
 *
 *     48 bits:  | roll-over counter (32) | sequence number (16) |
 */

/** RFC 3711 §3.3.2: at least 64. */
const WINDOW_PACKETS = 64
const SEQUENCES = 65_536
const HALF = 32_768

export class SrtpWindow {
  #highest = -1
  /** The index that was seen last in each place: an index is one of the window's if it stands there. */
  readonly #seen = new Float64Array(WINDOW_PACKETS).fill(-1)

  get highest(): number {
    return this.#highest
  }

  /** Appendix A: the index that a sequence number most likely means; −1 where it would lie before the beginning. */
  indexOf(sequence: number): number {
    if (this.#highest < 0) return sequence
    const last = this.#highest % SEQUENCES
    const rollOvers = (this.#highest - last) / SEQUENCES
    if (last < HALF) {
      if (sequence - last <= HALF) return rollOvers * SEQUENCES + sequence
      return rollOvers === 0 ? -1 : (rollOvers - 1) * SEQUENCES + sequence
    }
    return (last - HALF > sequence ? rollOvers + 1 : rollOvers) * SEQUENCES + sequence
  }

  /** Neither seen before nor too old to know. */
  isFresh(index: number): boolean {
    if (index < 0 || index <= this.#highest - WINDOW_PACKETS) return false
    return this.#seen[index % WINDOW_PACKETS] !== index
  }

  /** To be called for packets that were authentic only: a forged one must not move the window. */
  accept(index: number): void {
    this.#seen[index % WINDOW_PACKETS] = index
    if (index > this.#highest) this.#highest = index
  }
}
