import type { Instant } from '../lib/instant.ts'
import { later } from '../lib/instant.ts'
import type { SipRequest } from '../sip/index.ts'
import { detached } from '../lib/detached.ts'
import type { Core } from './core.ts'

export interface Call {
  readonly callId: string
  readonly from: string
  readonly to: string
  readonly beganAt: Instant
  answeredAt: Instant | undefined
  /** Whether we stay in the path and so will see its end. */
  readonly isRecordRouted: boolean
}

/** A call whose end was never seen is forgotten after this. */
const longestCallMs = 12 * 3_600_000
/** More at once than the machine can carry; the oldest give way. */
const mostCalls = 100_000

/** The calls that pass through: begun by an INVITE, ended by a BYE or a refusal. */
export class Calls {
  readonly #calls = new Map<string, Call>()
  readonly #core: Core

  constructor(core: Core) {
    this.#core = core
  }

  get all(): IterableIterator<Call> {
    return this.#calls.values()
  }

  get size(): number {
    return this.#calls.size
  }

  began(request: SipRequest, isRecordRouted: boolean): void {
    if (request.toTag !== undefined || this.#calls.has(request.callId)) return
    this.#forgetStale()
    const callId = detached(request.callId)
    const from = detached(request.from.uri)
    const to = detached(request.to.uri)
    this.#calls.set(callId, {
      callId,
      from,
      to,
      beganAt: this.#core.now,
      answeredAt: undefined,
      isRecordRouted,
    })
    this.#core.emit({ kind: 'call-began', callId, from, to })
  }

  ringing(callId: string): void {
    if (this.#calls.has(callId)) this.#core.count('calls ringing')
  }

  answered(callId: string, method: string, isInvite: boolean): void {
    const call = this.#calls.get(callId)
    if (call === undefined) return
    if (method === 'BYE') this.#end(call, 'hung up')
    else if (isInvite && call.answeredAt === undefined) {
      call.answeredAt = this.#core.now
      this.#core.emit({ kind: 'call-answered', callId })
      if (!call.isRecordRouted) this.#calls.delete(callId)
    }
  }

  /** A final refusal: of the call itself, or of its BYE, which ends it all the same (RFC 3261 §15.1.1). */
  failed(callId: string, status: number, isInvite: boolean): void {
    const call = this.#calls.get(callId)
    if (call === undefined) return
    if (isInvite && call.answeredAt === undefined) this.#end(call, `refused with ${status}`)
    else if (!isInvite && (status === 481 || status === 408)) this.#end(call, `gone (${status})`)
  }

  #end(call: Call, why: string): void {
    this.#calls.delete(call.callId)
    this.#core.emit({ kind: 'call-ended', callId: call.callId, why })
  }

  /** In order of beginning: only the oldest need a look. */
  #forgetStale(): void {
    for (const call of this.#calls.values()) {
      if (later(call.beganAt, longestCallMs) > this.#core.now && this.#calls.size < mostCalls) return
      this.#end(call, 'never seen to end')
    }
  }
}
