import { detached } from '../lib/detached.ts'
import type { Instant } from '../lib/instant.ts'
import type { SipRequest } from '../sip/index.ts'
import type { CallEnding, CallRecord } from './changes.ts'
import type { Core } from './core.ts'

export interface Call {
  readonly callId: string
  readonly fromTag: string
  readonly from: string
  readonly to: string
  readonly beganAtUnixMs: number
  /** By the clock that nobody sets; undefined for a call of an earlier run. */
  answeredAt: Instant | undefined
  answeredAtUnixMs: number | undefined
  /** Whether we stay in the path and so will see its end. */
  readonly isRecordRouted: boolean
  /** Last status of the INVITE; 0 before any. */
  status: number
  hungUp: HangUp | undefined
}

/** The BYE has come, its answer not yet: the talk ends with the BYE. */
interface HangUp {
  readonly by: 'caller' | 'callee'
  readonly atUnixMs: number
  readonly durationMs: number
}

/** A call whose end was never seen is forgotten after this. */
const longestCallMs = 12 * 3_600_000
/** More at once than the machine can carry; the oldest give way. */
const mostCalls = 100_000

/**
 * The calls that pass through: begun by an INVITE, ended by a BYE or a refusal. Each step is kept, so that a call which
 * outlives this process is ended by its BYE all the same.
 */
export class Calls {
  readonly #calls = new Map<string, Call>()
  readonly #core: Core

  constructor(core: Core) {
    this.#core = core
    for (const record of core.options.stored?.callsUnderWay ?? [])
      this.#calls.set(record.callId, restored(record))
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
    const call: Call = {
      callId,
      fromTag: detached(request.fromTag ?? ''),
      from,
      to,
      beganAtUnixMs: this.#wallMs,
      answeredAt: undefined,
      answeredAtUnixMs: undefined,
      isRecordRouted,
      status: 0,
      hungUp: undefined,
    }
    this.#calls.set(callId, call)
    this.#core.emit({ kind: 'call-began', callId, from, to })
    this.#keep(call, undefined)
  }

  ringing(callId: string): void {
    if (this.#calls.has(callId)) this.#core.count('calls ringing')
  }

  /** A BYE is on its way. */
  hangingUp(request: SipRequest): void {
    const call = this.#calls.get(request.callId)
    if (call?.answeredAtUnixMs === undefined || call.hungUp !== undefined) return
    const atUnixMs = this.#wallMs
    const durationMs =
      call.answeredAt === undefined ? atUnixMs - call.answeredAtUnixMs : this.#core.now - call.answeredAt
    call.hungUp = {
      by: request.fromTag === call.fromTag ? 'caller' : 'callee',
      atUnixMs,
      durationMs: Math.max(0, Math.round(durationMs)),
    }
  }

  answered(callId: string, method: string, isInvite: boolean): void {
    const call = this.#calls.get(callId)
    if (call === undefined) return
    if (method === 'BYE') this.#end(call, 'hung up', 'answered')
    else if (isInvite && call.answeredAtUnixMs === undefined) {
      call.answeredAt = this.#core.now
      call.answeredAtUnixMs = this.#wallMs
      call.status = 200
      this.#core.emit({ kind: 'call-answered', callId })
      // Its end will pass elsewhere: that is as much as can be known of it.
      if (call.isRecordRouted) this.#keep(call, undefined)
      else {
        this.#calls.delete(callId)
        this.#keep(call, 'answered')
      }
    }
  }

  /** A final refusal: of the call itself, or of its BYE, which ends it all the same (RFC 3261 §15.1.1). */
  failed(callId: string, status: number, isInvite: boolean, isCancelled = false): void {
    const call = this.#calls.get(callId)
    if (call === undefined) return
    if (isInvite && call.answeredAtUnixMs === undefined) {
      call.status = isCancelled ? 487 : status
      this.#end(call, `refused with ${call.status}`, endingOf(call.status))
    } else if (!isInvite && (status === 481 || status === 408))
      this.#end(call, `gone (${status})`, 'vanished')
  }

  get #wallMs(): number {
    return this.#core.options.wallClock()
  }

  #end(call: Call, why: string, ending: CallEnding): void {
    this.#calls.delete(call.callId)
    this.#core.emit({ kind: 'call-ended', callId: call.callId, why })
    this.#keep(call, ending)
  }

  #keep(call: Call, ending: CallEnding | undefined): void {
    const { callId, fromTag, from, to, beganAtUnixMs, answeredAtUnixMs, status, hungUp } = call
    const record: CallRecord = {
      callId,
      fromTag,
      from,
      to,
      beganAtUnixMs,
      answeredAtUnixMs,
      endedAtUnixMs: ending === undefined ? undefined : (hungUp?.atUnixMs ?? this.#wallMs),
      durationMs: hungUp?.durationMs ?? 0,
      ending,
      status,
      hungUpBy: hungUp?.by,
      facts: call.isRecordRouted ? '{}' : '{"isInPath":false}',
    }
    this.#core.save([{ kind: 'put-call', call: record }])
  }

  /** In order of beginning: only the oldest need a look. */
  #forgetStale(): void {
    for (const call of this.#calls.values()) {
      if (call.beganAtUnixMs + longestCallMs > this.#wallMs && this.#calls.size < mostCalls) return
      this.#end(call, 'never seen to end', 'vanished')
    }
  }
}

function restored(record: CallRecord): Call {
  const { callId, fromTag, from, to, beganAtUnixMs, answeredAtUnixMs, status, facts } = record
  return {
    callId,
    fromTag,
    from,
    to,
    beganAtUnixMs,
    answeredAt: undefined,
    answeredAtUnixMs,
    isRecordRouted: facts !== '{"isInPath":false}',
    status,
    hungUp: undefined,
  }
}

/** What people call it. */
function endingOf(status: number): CallEnding {
  switch (status) {
    case 486:
    case 600:
    case 603:
      return 'busy'
    case 487:
      return 'cancelled'
    case 408:
    case 480:
      return 'no-answer'
    default:
      return 'failed'
  }
}
