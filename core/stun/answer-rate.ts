import type { Instant } from '../lib/instant.ts'
import { readAddress4 } from '../lib/ip.ts'
import { readAddress6 } from '../lib/subnet.ts'

/** A phone asks once in 15 s; a NAT test, a dozen times in all. What is above is no phone. */
export const ANSWERS_A_SECOND = 10
/** Sources that share a slot share its answers; more slots than an office has addresses. */
const SLOTS = 4096

/**
 * At most ten answers to one source in any second, in a memory that never grows: each slot keeps the times of its last
 * ten answers. Ports do not count, and of an IPv6 address only the /64 that a host can choose from.
 */
export class AnswerRate {
  readonly #times = new Float64Array(SLOTS * ANSWERS_A_SECOND).fill(-Infinity)
  readonly #oldest = new Uint8Array(SLOTS)
  readonly #seed: number

  /** `seed`: unpredictable, or a stranger could choose whom to share a slot with. */
  constructor(seed: number) {
    this.#seed = seed >>> 0
  }

  mayAnswer(now: Instant, address: string): boolean {
    const slot = this.#slotOf(address)
    const oldest = this.#oldest[slot] ?? 0
    const place = slot * ANSWERS_A_SECOND + oldest
    if (now - (this.#times[place] ?? 0) < 1000) return false
    this.#times[place] = now
    this.#oldest[slot] = (oldest + 1) % ANSWERS_A_SECOND
    return true
  }

  #slotOf(address: string): number {
    const four = readAddress4(address)
    if (four !== undefined) return mixed(four ^ this.#seed) % SLOTS
    const network = (readAddress6(address.replace(/%.*$/, '')) ?? 0n) >> 64n
    const high = Number(network >> 32n)
    const low = Number(network & 0xffffffffn)
    return mixed(mixed(high ^ this.#seed) ^ low) % SLOTS
  }
}

/** The finisher of MurmurHash3: each bit of the key moves half of the result. */
function mixed(key: number): number {
  let value = key
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}
