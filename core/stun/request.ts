import type { Instant } from '../lib/instant.ts'
import { later } from '../lib/instant.ts'
import type { Machine } from '../lib/machine.ts'

export interface Patience {
  /** Wait after the first copy; each next wait is twice as long (RFC 8489 §6.2.1). */
  readonly rtoMs: number
  readonly copies: number
  /** Wait after the last copy, in times of the RTO. */
  readonly lastWait: number
}

/** RFC 8489 §6.2.1: Rc and Rm; 39.5 s in all. */
export const rfcPatience: Patience = { rtoMs: 500, copies: 7, lastWait: 16 }

export type RequestInput = { readonly kind: 'tick' } | { readonly kind: 'answered' }
export type RequestOutput = { readonly kind: 'send' } | { readonly kind: 'gave-up' }

/** Sends one request over UDP until it is answered or hope is gone. The first tick sends the first copy. */
export class StunRequest implements Machine<RequestInput, RequestOutput> {
  readonly #patience: Patience
  #sent = 0
  #deadline: Instant | undefined

  constructor(now: Instant, patience: Patience = rfcPatience) {
    this.#patience = patience
    this.#deadline = now
  }

  get deadline(): Instant | undefined {
    return this.#deadline
  }

  handle(now: Instant, input: RequestInput): RequestOutput[] {
    if (input.kind === 'answered') {
      this.#deadline = undefined
      return []
    }
    if (this.#deadline === undefined || this.#deadline > now) return []
    const { rtoMs, copies, lastWait } = this.#patience
    if (this.#sent === copies) {
      this.#deadline = undefined
      return [{ kind: 'gave-up' }]
    }
    this.#sent++
    this.#deadline = later(now, this.#sent === copies ? rtoMs * lastWait : rtoMs * 2 ** (this.#sent - 1))
    return [{ kind: 'send' }]
  }
}
