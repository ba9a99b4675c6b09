import type { Flow } from '../lib/flow.ts'
import type { Instant } from '../lib/instant.ts'
import { later } from '../lib/instant.ts'
import type { EndFacts } from '../rtp/index.ts'
import type { SipRequest, SipResponse } from '../sip/index.ts'
import { detached } from '../lib/detached.ts'
import { CallFacts } from './call-facts.ts'
import type { CallEnding, CallRecord } from './changes.ts'
import type { Core } from './core.ts'
import { descriptionOf } from './media-messages.ts'

export interface Call {
  readonly callId: string
  readonly fromTag: string
  readonly from: string
  readonly to: string
  /** By the clock that nobody sets, as all instants. */
  readonly beganAt: Instant
  readonly beganAtUnixMs: number
  answeredAt: Instant | undefined
  answeredAtUnixMs: number | undefined
  endedAt: Instant | undefined
  ending: CallEnding | undefined
  /** Last status of its INVITE; 0 before any. */
  status: number
  /** Whether we stay in the path and so will see its end. */
  readonly isRecordRouted: boolean
  readonly facts: CallFacts
  hungUp: HangUp | undefined
}

/** The BYE has come, its answer not yet: the talk ends with the BYE. */
interface HangUp {
  readonly by: 'caller' | 'callee'
  readonly atUnixMs: number
  readonly durationMs: number
}

/** `facts` of a call whose end will pass elsewhere. */
const notInPath = '{"isInPath":false}'
/** A call whose end was never seen is forgotten after this. */
const longestCallMs = 12 * 3_600_000
/** More at once than the machine can carry; the oldest give way. */
const mostCalls = 100_000
/** What somebody may still ask about: a busy hour of an office. */
const mostEndedCalls = 200

/**
 * The calls that pass through: begun by an INVITE, ended by a BYE or a refusal. Each step is kept, so that a call which
 * outlives this process is ended by its BYE all the same.
 */
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

  began(request: SipRequest, isRecordRouted: boolean, source: Flow): void {
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
      fromTag: detached(request.fromTag ?? ''),
      from,
      to,
      beganAt: this.#core.now,
      beganAtUnixMs: this.#wallMs,
      answeredAt: undefined,
      answeredAtUnixMs: undefined,
      endedAt: undefined,
      ending: undefined,
      status: 0,
      isRecordRouted,
      facts: new CallFacts(request.fromTag),
      hungUp: undefined,
    }
    this.#calls.set(callId, call)
    call.facts.happened(this.#core.now, 'INVITE')
    call.facts.messages.came(this.#core.now, request, source)
    this.#core.emit({ kind: 'call-began', callId, from, to })
    this.#keep(call, undefined)
  }

  /** A message of a call, copies included, before anything is done with it. */
  came(message: SipRequest | SipResponse, source: Flow): void {
    this.#calls.get(message.callId)?.facts.messages.came(this.#core.now, message, source)
  }

  /** What it says of its media, where nobody relays that: it goes on as it came. */
  describes(message: SipRequest | SipResponse, source: Flow): void {
    if (message.body === '') return
    const facts = this.#calls.get(message.callId)?.facts
    const text = facts === undefined ? undefined : descriptionOf(message)
    if (facts === undefined || text === undefined) return
    const side = facts.messages.senderOf(message) === 'caller' ? 0 : 1
    facts.described(this.#core.now, side, message, { received: text, sentOn: text }, source)
  }

  find(callId: string): Call | undefined {
    return this.#calls.get(callId)
  }

  wentOn(request: SipRequest, bytes: number, way: Flow): void {
    this.#calls.get(request.callId)?.facts.messages.wentOn(this.#core.now, request, bytes, way)
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

  /** @param goesOn whether the call stays ours to follow though its record-routing says no, or has other dialogs */
  answered(callId: string, method: string, isInvite: boolean, goesOn: boolean): void {
    const call = this.#calls.get(callId)
    if (call === undefined) return
    call.facts.happened(this.#core.now, `200 ${method}`)
    if (method === 'BYE') {
      if (!goesOn) this.#end(call, 'hung up', 'answered')
    } else if (isInvite && call.answeredAt === undefined) {
      call.answeredAt = this.#core.now
      call.answeredAtUnixMs = this.#wallMs
      call.status = 200
      this.#core.emit({ kind: 'call-answered', callId })
      // Its end will pass elsewhere: that is as much as can be known of it.
      if (call.isRecordRouted || goesOn) this.#keep(call, undefined)
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
    call.facts.happened(this.#core.now, String(status))
    if (isInvite && call.answeredAt === undefined) {
      call.status = isCancelled ? 487 : status
      this.#end(call, `refused with ${call.status}`, endingOf(call.status))
    } else if (!isInvite && (status === 481 || status === 408))
      this.#end(call, `gone (${status})`, 'vanished')
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

  /** Calls of an earlier run, which their BYE will end. */
  load(records: readonly CallRecord[]): void {
    for (const record of records)
      if (!this.#calls.has(record.callId)) this.#calls.set(record.callId, this.#restored(record))
  }

  #restored(record: CallRecord): Call {
    const { callId, fromTag, from, to, beganAtUnixMs, answeredAtUnixMs, status, facts } = record
    const toInstant = (unixMs: number): Instant => later(this.#core.now, unixMs - this.#wallMs)
    return {
      callId,
      fromTag,
      from,
      to,
      beganAt: toInstant(beganAtUnixMs),
      beganAtUnixMs,
      answeredAt: answeredAtUnixMs === undefined ? undefined : toInstant(answeredAtUnixMs),
      answeredAtUnixMs,
      endedAt: undefined,
      ending: undefined,
      isRecordRouted: facts !== notInPath,
      status,
      facts: new CallFacts(fromTag),
      hungUp: undefined,
    }
  }

  get #wallMs(): number {
    return this.#core.options.wallClock()
  }

  #end(call: Call, why: string, ending: CallEnding): void {
    this.#calls.delete(call.callId)
    call.endedAt = this.#core.now
    call.ending = ending
    this.#ended.push(call)
    if (this.#ended.length > mostEndedCalls) this.#ended.shift()
    this.#core.emit({ kind: 'call-ended', callId: call.callId, why })
    this.#keep(call, ending)
    this.#callEnded(call.callId)
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
      facts: call.isRecordRouted ? '{}' : notInPath,
    }
    this.#core.save([{ kind: 'put-call', call: record }])
  }

  /** In order of beginning: only the oldest need a look. */
  #forgetStale(): void {
    for (const call of this.#calls.values()) {
      if (later(call.beganAt, longestCallMs) > this.#core.now && this.#calls.size < mostCalls) return
      this.#end(call, 'never seen to end', 'vanished')
    }
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
