import { later, type Instant } from '../lib/instant.ts'
import { aLawPowers, aLawZeros, muLawPowers, muLawZeros } from './g711.ts'
import { G722Level } from './g722-level.ts'
import { payloadEnd, payloadStart } from './header.ts'
import type { PayloadKind } from './orders.ts'
import { payloadRoles, type PayloadRole } from './payload-map.ts'

const WINDOW_MS = 1000
/** One packet in so many is listened to: a dozen in a second tell as much as fifty. */
const EVERY = 4
const NEAR_SILENCE_DBOV = -60
/** The quietest that an estimate from the step of G.722 can be told from silence. */
const NEAR_SILENCE_G722_DBOV = -50

/** What is in the payload of the last second (one-way audio: the phone speaks, is muted, sends comfort noise only …). */
export class PayloadMeter {
  kind: PayloadKind = 'none'
  levelDbov: number | undefined
  readonly #counts = new Uint32Array(7)
  #startedAt: Instant
  #power = 0
  #samples = 0
  #zeros = 0
  #untilNext = 0
  #g722: G722Level | undefined

  constructor(now: Instant) {
    this.#startedAt = now
  }

  take(role: PayloadRole, packet: Uint8Array, length: number): void {
    this.#counts[role] = this.#count(role) + 1
    if (role < payloadRoles.pcmu || role > payloadRoles.g722) return
    if (this.#untilNext-- > 0) return
    this.#untilNext = EVERY - 1
    const from = payloadStart(packet, length)
    const to = payloadEnd(packet, length)
    if (role === payloadRoles.g722) (this.#g722 ??= new G722Level()).take(packet, from, to)
    else if (role === payloadRoles.pcmu) this.#measure(packet, from, to, muLawPowers, muLawZeros)
    else this.#measure(packet, from, to, aLawPowers, aLawZeros)
  }

  /** Judges the second that is over, if one is. */
  tick(now: Instant): void {
    if (now < later(this.#startedAt, WINDOW_MS)) return
    this.#startedAt = now
    this.levelDbov = undefined
    this.kind = this.#judge()
    this.#counts.fill(0)
    this.#power = this.#samples = this.#zeros = 0
  }

  #measure(
    packet: Uint8Array,
    from: number,
    to: number,
    powers: Float64Array,
    zeros: readonly [number, number],
  ): void {
    let power = 0
    let zeroCount = 0
    for (let at = from; at < to; at++) {
      const code = packet[at] as number
      power += powers[code] as number
      if (code === zeros[0] || code === zeros[1]) zeroCount++
    }
    this.#power += power
    this.#zeros += zeroCount
    this.#samples += to - from
  }

  #judge(): PayloadKind {
    let most = 0
    for (let role = 1; role < this.#counts.length; role++) {
      if (this.#count(role) > this.#count(most)) most = role
    }
    if (this.#count(most) === 0) return 'none'
    switch (most as PayloadRole) {
      case payloadRoles.notAgreed:
        return 'undecodable'
      case payloadRoles.comfortNoise:
        return 'comfort-noise'
      case payloadRoles.dtmf:
        return 'dtmf'
      case payloadRoles.opaque:
        return 'unknown'
      case payloadRoles.g722:
        return this.#judgeG722()
      case payloadRoles.pcmu:
      case payloadRoles.pcma:
        return this.#judgeG711()
    }
  }

  #count(role: number): number {
    return this.#counts[role] as number
  }

  #judgeG711(): PayloadKind {
    if (this.#samples === 0) return 'unknown'
    // The quietest code of A-law is not zero; a silent phone is said to be at the bottom of the scale all the same.
    if (this.#zeros === this.#samples) {
      this.levelDbov = -127
      return 'digital-silence'
    }
    this.levelDbov = Math.max(-127, 10 * Math.log10(this.#power / this.#samples))
    return this.levelDbov < NEAR_SILENCE_DBOV ? 'near-silent' : 'speech'
  }

  #judgeG722(): PayloadKind {
    if (this.#g722 === undefined) return 'unknown'
    this.levelDbov = this.#g722.levelDbov
    return this.levelDbov < NEAR_SILENCE_G722_DBOV ? 'near-silent' : 'speech'
  }
}
