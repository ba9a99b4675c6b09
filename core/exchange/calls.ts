import type { Instant } from '../lib/instant.ts'
import { later } from '../lib/instant.ts'
import type { EndFacts } from '../rtp/index.ts'
import type { SipRequest } from '../sip/index.ts'
import { detached } from '../lib/detached.ts'
import { CallFacts } from './call-facts.ts'
import type { CallEnding } from './changes.ts'
import type { Core } from './core.ts'

export interface Call {
  readonly callId: string
  readonly from: string
  readonly to: string
  readonly beganAt: Instant
  answeredAt: Instant | undefined
  endedAt: Instant | undefined
  ending: CallEnding | undefined
  /** Last status of its INVITE; 0 before any. */
  status: number
  /** Whether we stay in the path and so will see its end. */
  readonly isRecordRouted: boolean
  readonly facts: CallFacts
}

/** A call whose end was never seen is forgotten after this. */
const longestCallMs = 12 * 3_600_000
/** More at once than the machine can carry; the oldest give way. */
const mostCalls = 100_000
/** What somebody may still ask about: a busy hour of an office. */
const mostEndedCalls = 200

/** The calls that pass through: begun by an INVITE, ended by a BYE or a refusal. */
export class Calls {
  readonly #calls = new Map<string, Call>()
  /** Oldest first. */
  readonly #ended: Call[] = []
  readonly #core: Core
  readonly #callEnded: (callId: string) => void

  /** @param callEnded told of every end, whatever brought it */
  constructor(core: Core, callEnded: (callId: string) => void) {
    this.#core = core
    this.#callEnded = callEnded
  }

  get all(): IterableIterator<Call> {
    return this.#calls.values()
  }

  get ended(): readonly Call[] {
    return this.#ended
  }

  get size(): number {
    return this.#calls.size
  }

  began(request: SipRequest, isRecordRouted: boolean): void {
    if (request.toTag !== undefined) {
      this.#calls.get(request.callId)?.facts.happened(this.#core.now, `re-${request.method}`)
      return
    }
    if (this.#calls.has(request.callId)) return
    this.#forgetStale()
    const callId = detached(request.callId)
    const from = detached(request.from.uri)
    const to = detached(request.to.uri)
    const call: Call = {
      callId,
      from,
      to,
      beganAt: this.#core.now,
      answeredAt: undefined,
      endedAt: undefined,
      ending: undefined,
      status: 0,
      isRecordRouted,
      facts: new CallFacts(),
    }
    this.#calls.set(callId, call)
    call.facts.happened(this.#core.now, 'INVITE')
    this.#core.emit({ kind: 'call-began', callId, from, to })
  }

  /** Puts a call back that another process has left. */
  restore(call: Call): void {
    this.#calls.set(call.callId, call)
  }

  factsOf(callId: string): CallFacts | undefined {
    return this.#calls.get(callId)?.facts
  }

  ringing(callId: string, status: number): void {
    const call = this.#calls.get(callId)
    if (call === undefined) return
    this.#core.count('calls ringing')
    if (call.answeredAt === undefined) call.status = status
    call.facts.happened(this.#core.now, String(status))
  }

  /** @param goesOn whether the call stays ours to follow though its record-routing says no, or has other dialogs */
  answered(callId: string, method: string, isInvite: boolean, goesOn: boolean): void {
    const call = this.#calls.get(callId)
    if (call === undefined) return
    call.facts.happened(this.#core.now, `200 ${method}`)
    if (method === 'BYE') {
      if (!goesOn) this.#end(call, 'hung up', 'answered')
    } else if (isInvite && call.answeredAt === undefined) {
      call.answeredAt = this.#core.now
      call.status = 200
      this.#core.emit({ kind: 'call-answered', callId })
      if (!call.isRecordRouted && !goesOn) this.#calls.delete(callId)
    }
  }

  /** A final refusal: of the call itself, or of its BYE, which ends it all the same (RFC 3261 §15.1.1). */
  failed(callId: string, status: number, isInvite: boolean): void {
    const call = this.#calls.get(callId)
    if (call === undefined) return
    call.facts.happened(this.#core.now, String(status))
    if (isInvite && call.answeredAt === undefined) {
      call.status = status
      this.#end(call, `refused with ${status}`, endingFor(status))
    } else if (!isInvite && (status === 481 || status === 408))
      this.#end(call, `gone (${status})`, 'answered')
  }

  /** Neither media nor an answer from either phone. */
  vanished(callId: string): void {
    const call = this.#calls.get(callId)
    if (call !== undefined) this.#end(call, 'vanished', 'vanished')
  }

  /** The last word of the relay on a stream; its call may have ended just before. */
  closed(stream: number, at: Instant, a: EndFacts, b: EndFacts): void {
    if (this.#ended.findLast(({ facts }) => facts.closed(stream, at, a, b)) !== undefined) return
    for (const { facts } of this.#calls.values()) if (facts.closed(stream, at, a, b)) return
  }

  #end(call: Call, why: string, ending: CallEnding): void {
    this.#calls.delete(call.callId)
    call.endedAt = this.#core.now
    call.ending = ending
    this.#ended.push(call)
    if (this.#ended.length > mostEndedCalls) this.#ended.shift()
    this.#core.emit({ kind: 'call-ended', callId: call.callId, why })
    this.#callEnded(call.callId)
  }

  /** In order of beginning: only the oldest need a look. */
  #forgetStale(): void {
    for (const call of this.#calls.values()) {
      if (later(call.beganAt, longestCallMs) > this.#core.now && this.#calls.size < mostCalls) return
      this.#end(call, 'never seen to end', 'vanished')
    }
  }
}

function endingFor(status: number): CallEnding {
  if (status === 486 || status === 600) return 'busy'
  if (status === 487) return 'cancelled'
  return status === 408 || status === 480 ? 'no-answer' : 'failed'
}
