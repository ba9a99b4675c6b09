import type { Instant } from '../lib/instant.ts'
import { later } from '../lib/instant.ts'
import type { Core } from './core.ts'

/** What becomes of a source whose credentials were wrong once more. */
export type Verdict = 'counted' | 'slowed' | 'banned'

/** Within it wrong credentials add up. A phone with a wrong password tries two to four times in this time. */
const windowMs = 120_000
/** From so many on, credentials of that source are looked at only every `slowMs`. */
const slowedFrom = 8
const slowMs = 2_000
const bannedFrom = 20
const firstBanMs = 300_000
const longestBanMs = 3_600_000
/** Where somebody has logged in rightly, a phone of ours stands: it is slowed at most. */
const trustMs = 24 * 3_600_000
const mostSources = 10_000
const mostTrusted = 20_000

interface Source {
  beganAt: Instant
  wrong: number
  lastWrongAt: Instant
  bannedUntil: Instant | undefined
  bans: number
}

export interface Ban {
  readonly address: string
  readonly secondsLeft: number
}

/**
 * Sources that guess passwords. Only credentials that answer a nonce which was sent to that very address count: whoever
 * forges a source never sees its nonces, and so cannot have somebody else banned.
 */
export class Bans {
  readonly #core: Core
  readonly #sources = new Map<string, Source>()
  readonly #trusted = new Map<string, Instant>()
  /** So that those who are not banned cost nothing. */
  #banned = 0

  constructor(core: Core) {
    this.#core = core
  }

  isBanned(address: string): boolean {
    if (this.#banned === 0) return false
    const source = this.#sources.get(address)
    if (source?.bannedUntil === undefined) return false
    if (source.bannedUntil > this.#core.now) return true
    this.#end(source)
    return false
  }

  /** Whether its next credentials have to wait. */
  isSlowed(address: string): boolean {
    const source = this.#sources.get(address)
    return (
      source !== undefined && source.wrong >= slowedFrom && later(source.lastWrongAt, slowMs) > this.#core.now
    )
  }

  isTrusted(address: string): boolean {
    const rightAt = this.#trusted.get(address)
    return rightAt !== undefined && later(rightAt, trustMs) > this.#core.now
  }

  right(address: string): void {
    this.#trusted.delete(address)
    this.#trusted.set(address, this.#core.now)
    forgetOldest(this.#trusted, mostTrusted)
  }

  wrong(address: string): Verdict {
    const source = this.#source(address)
    source.wrong++
    source.lastWrongAt = this.#core.now
    if (source.wrong >= bannedFrom && !this.isTrusted(address)) {
      this.#ban(source)
      return 'banned'
    }
    return source.wrong >= slowedFrom ? 'slowed' : 'counted'
  }

  /** @returns false where it was not banned */
  lift(address: string): boolean {
    const wasBanned = this.isBanned(address)
    const source = this.#sources.get(address)
    if (source?.bannedUntil !== undefined) this.#end(source)
    this.#sources.delete(address)
    return wasBanned
  }

  secondsLeft(address: string): number {
    const until = this.#sources.get(address)?.bannedUntil
    return until === undefined ? 0 : Math.max(0, Math.ceil((until - this.#core.now) / 1000))
  }

  get all(): Ban[] {
    const bans: Ban[] = []
    for (const [address, { bannedUntil }] of this.#sources)
      if (bannedUntil !== undefined && bannedUntil > this.#core.now)
        bans.push({ address, secondsLeft: Math.ceil((bannedUntil - this.#core.now) / 1000) })
    return bans
  }

  #source(address: string): Source {
    const { now } = this.#core
    const known = this.#sources.get(address)
    if (known !== undefined) {
      if (later(known.beganAt, windowMs) <= now) {
        known.beganAt = now
        known.wrong = 0
      }
      return known
    }
    const source: Source = { beganAt: now, wrong: 0, lastWrongAt: now, bannedUntil: undefined, bans: 0 }
    this.#sources.set(address, source)
    const oldest = forgetOldest(this.#sources, mostSources)
    if (oldest?.bannedUntil !== undefined) this.#banned--
    return source
  }

  #ban(source: Source): void {
    if (source.bannedUntil === undefined) this.#banned++
    source.bannedUntil = later(this.#core.now, Math.min(firstBanMs * 2 ** source.bans, longestBanMs))
    source.bans++
  }

  #end(source: Source): void {
    source.bannedUntil = undefined
    source.wrong = 0
    this.#banned--
  }
}

function forgetOldest<Value>(map: Map<string, Value>, most: number): Value | undefined {
  if (map.size <= most) return undefined
  for (const [key, value] of map) {
    map.delete(key)
    return value
  }
  return undefined
}
