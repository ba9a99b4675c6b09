import type { Instant } from '../lib/instant.ts'

/** How far a sequence may run ahead or fall behind and still be the same run (RFC 3550 A.1). */
const MAX_DROPOUT = 3000
const MAX_MISORDER = 100
const SEQUENCES = 65_536
/** How many of the latest sequence numbers are remembered, to tell a copy from a packet that is late. */
const REMEMBERED = 256
/** A timestamp that jumps by more starts its clock anew; it says nothing about the network. */
const LONGEST_TRANSIT_CHANGE_MS = 10_000

/** One synchronization source's packets: extended sequence, loss, copies and order (RFC 3550 A.1, A.3), jitter (A.8). */
export class SourceStats {
  readonly ssrc: number
  packets = 0
  duplicates = 0
  reordered = 0
  jitterMs = 0
  maxJitterMs = 0
  lastAt: Instant
  lastSequence: number
  #base: number
  #highest: number
  #cycles = 0
  /** Where a jump would go on, as an old packet alone does not start a new run. */
  #afterJump = -1
  /** Expected in runs before the present one. */
  #expectedBefore = 0
  readonly #recent = new Int32Array(REMEMBERED).fill(-1)
  #clockHz = 0
  #timestamp = 0
  #timedAt = 0

  constructor(ssrc: number, sequence: number, now: Instant) {
    this.ssrc = ssrc
    this.#base = sequence
    this.#highest = sequence
    this.lastSequence = sequence
    this.lastAt = now
  }

  get expected(): number {
    return this.packets === 0 ? 0 : this.#expectedBefore + this.#cycles + this.#highest - this.#base + 1
  }

  /** Clock 0: the payload type is not known, or it keeps no steady time (RFC 4733 events). */
  take(now: Instant, sequence: number, timestamp: number, clockHz: number): void {
    const isFirst = this.packets === 0
    this.packets++
    this.lastAt = now
    this.lastSequence = sequence
    if (isFirst) this.#recent[sequence & (REMEMBERED - 1)] = sequence
    else if (!this.#order(sequence)) return
    if (clockHz > 0) this.#time(now, timestamp, clockHz, isFirst)
  }

  /** Whether a packet continues this source: the next few sequence numbers. */
  isContinuedBy(sequence: number): boolean {
    const ahead = (sequence - this.lastSequence) & 0xffff
    return ahead > 0 && ahead < MAX_MISORDER
  }

  /** False for a copy, which is no measure of time. */
  #order(sequence: number): boolean {
    const slot = sequence & (REMEMBERED - 1)
    if (this.#recent[slot] === sequence) {
      this.duplicates++
      return false
    }
    const ahead = (sequence - this.#highest) & 0xffff
    if (ahead > 0 && ahead < MAX_DROPOUT) {
      if (sequence < this.#highest) this.#cycles += SEQUENCES
      this.#highest = sequence
    } else if (ahead <= SEQUENCES - MAX_MISORDER) {
      return this.#jump(sequence, slot)
    } else {
      this.reordered++
    }
    this.#recent[slot] = sequence
    return true
  }

  /** Two packets in a row beyond the jump, and the sender has begun a new run. */
  #jump(sequence: number, slot: number): boolean {
    if (sequence !== this.#afterJump) {
      this.#afterJump = (sequence + 1) & 0xffff
      return true
    }
    // The one that announced the jump belongs to the new run.
    this.#expectedBefore += this.#cycles + this.#highest - this.#base + 1
    this.#base = sequence - 1
    this.#highest = sequence
    this.#cycles = 0
    this.#recent.fill(-1)
    this.#recent[slot] = sequence
    this.#clockHz = 0
    return true
  }

  #time(now: Instant, timestamp: number, clockHz: number, isFirst: boolean): void {
    if (!isFirst && this.#clockHz === clockHz) {
      const stampedMs = (((timestamp - this.#timestamp) | 0) * 1000) / clockHz
      const change = Math.abs(now - this.#timedAt - stampedMs)
      if (change < LONGEST_TRANSIT_CHANGE_MS) {
        this.jitterMs += (change - this.jitterMs) / 16
        if (this.jitterMs > this.maxJitterMs) this.maxJitterMs = this.jitterMs
      }
    }
    this.#clockHz = clockHz
    this.#timestamp = timestamp
    this.#timedAt = now
  }
}
