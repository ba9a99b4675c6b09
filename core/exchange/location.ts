import type { Flow } from '../lib/flow.ts'
import type { Instant } from '../lib/instant.ts'
import { detached } from '../lib/detached.ts'
import type { Octets } from '../lib/octets.ts'

/** One contact of one address-of-record, RFC 3261 §10. */
export interface Binding {
  readonly contact: Octets
  /** 0–1000. Undefined: none was given. */
  q: number | undefined
  expiresAt: Instant
  callId: string
  cseq: number
  userAgent: Octets
  /** Where it registered from, where its Contact cannot be used as it stands. */
  received: Flow | undefined
  flags: number
  /** Contact parameters other than q and expires, kept for whoever asks. */
  parameters: Octets
}

/** Flag bits of a binding, as usrloc has them. */
export const isNated = 1
export const isPermanent = 128
export const isMemoryOnly = 256

/** Call-ID of a binding that somebody made by hand. Those are kept in every db_mode. */
export const byHandCallId = 'by-hand'

/** One table of usrloc: address-of-record → bindings, best first. */
export class Location {
  readonly name: string
  readonly #records = new Map<string, Binding[]>()
  #isNewestFirst: boolean
  /** Told of each binding that is new. */
  readonly #inserted: (user: string, binding: Binding) => void

  constructor(name: string, isNewestFirst: boolean, inserted: Location['insert'] = () => undefined) {
    this.name = name
    this.#isNewestFirst = isNewestFirst
    this.#inserted = inserted
  }

  get size(): number {
    return this.#records.size
  }

  set isNewestFirst(value: boolean) {
    this.#isNewestFirst = value
  }

  /** Every binding on record, expired ones included until they are swept. */
  find(user: string): readonly Binding[] | undefined {
    return this.#records.get(user)
  }

  has(user: string, binding: Binding): boolean {
    return this.#records.get(user)?.includes(binding) === true
  }

  users(): IterableIterator<[string, readonly Binding[]]> {
    return this.#records.entries()
  }

  insert(user: string, binding: Binding): void {
    const bindings = this.#records.get(user)
    if (bindings === undefined) this.#records.set(detached(user), [binding])
    else bindings.splice(this.#placeFor(bindings, binding), 0, binding)
    this.#inserted(user, binding)
  }

  /** After a binding's q or age has changed. */
  reorder(user: string, binding: Binding): void {
    if (!this.#isNewestFirst) return
    const bindings = this.#records.get(user)
    if (bindings === undefined || bindings.length < 2) return
    bindings.splice(bindings.indexOf(binding), 1)
    bindings.unshift(binding)
  }

  remove(user: string, binding: Binding): void {
    const bindings = this.#records.get(user)
    if (bindings === undefined) return
    const at = bindings.indexOf(binding)
    if (at >= 0) bindings.splice(at, 1)
    if (bindings.length === 0) this.#records.delete(user)
  }

  /** Takes out what has expired. */
  sweep(now: Instant, expired: (user: string, binding: Binding) => void): void {
    for (const [user, bindings] of this.#records) {
      for (let i = bindings.length - 1; i >= 0; i--) {
        const binding = bindings[i] as Binding
        if (isLive(binding, now)) continue
        bindings.splice(i, 1)
        expired(user, binding)
      }
      if (bindings.length === 0) this.#records.delete(user)
    }
  }

  /** q descending; a later one goes behind its equals, or with desc_time_order to the top. */
  #placeFor(bindings: readonly Binding[], binding: Binding): number {
    if (this.#isNewestFirst) return 0
    const at = bindings.findIndex((other) => (other.q ?? 0) < (binding.q ?? 0))
    return at < 0 ? bindings.length : at
  }
}

export function isLive(binding: Binding, now: Instant): boolean {
  return binding.expiresAt > now || (binding.flags & isPermanent) !== 0
}
