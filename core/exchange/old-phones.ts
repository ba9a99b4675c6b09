import type { Instant } from '../lib/instant.ts'
import { later } from '../lib/instant.ts'
import type { SipRequest } from '../sip/index.ts'
import { findHeader, headerValue } from '../sip/index.ts'
import type { Core } from './core.ts'

/**
 * Phones that give up at a challenge of which they do not know the algorithm, and never look at the next one. libre up
 * to 1.x does (`sip/auth.c`): it takes the first challenge or none. RFC 8760 §2.4 asks to pass over it.
 */
const knownOld = [/^baresip v[01]\./]
/** A request that comes again after so long, still without credentials, is a new attempt and no copy. */
const attemptMs = 5_000
const forgottenMs = 900_000
const attemptsBefore = 2
const mostWatched = 2_000

interface Attempts {
  count: number
  lastAt: Instant
}

/** Tells phones that must be offered MD5 alone, because a better offer beside it is too much for them. */
export class OldPhones {
  readonly #core: Core
  readonly #attempts = new Map<string, Attempts>()

  constructor(core: Core) {
    this.#core = core
  }

  /** Asked before each challenge. */
  needsMd5Alone(request: SipRequest, address: string): boolean {
    const agent = findHeader(request, 'user-agent')
    if (agent !== undefined && knownOld.some((known) => known.test(headerValue(agent)))) return true
    return this.#attempt(keyOf(request, address)) > attemptsBefore
  }

  /** It has come back with credentials: whatever it was offered, it can. */
  answered(request: SipRequest, address: string): void {
    if (this.#attempts.size > 0) this.#attempts.delete(keyOf(request, address))
  }

  #attempt(key: string): number {
    const { now } = this.#core
    const known = this.#attempts.get(key)
    if (known === undefined || later(known.lastAt, forgottenMs) <= now) {
      this.#attempts.delete(key)
      this.#attempts.set(key, { count: 1, lastAt: now })
      if (this.#attempts.size > mostWatched)
        for (const oldest of this.#attempts.keys()) {
          this.#attempts.delete(oldest)
          break
        }
      return 1
    }
    if (later(known.lastAt, attemptMs) <= now) {
      known.count++
      known.lastAt = now
    }
    return known.count
  }
}

function keyOf(request: SipRequest, address: string): string {
  return `${address} ${request.method} ${request.from.uri}`
}
