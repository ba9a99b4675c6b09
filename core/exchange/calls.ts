import type { Flow } from '../lib/flow.ts'
import type { Instant } from '../lib/instant.ts'
import { later } from '../lib/instant.ts'
import type { Octets } from '../lib/octets.ts'
import type { EndFacts } from '../rtp/index.ts'
import type { SipRequest, SipResponse } from '../sip/index.ts'
import { detached } from '../lib/detached.ts'
import { CallFacts } from './call-facts.ts'
import { callOfRecord, endingOf, recordOfCall } from './call-record.ts'
import { CallWires } from './call-wire.ts'
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
  endedAtUnixMs: number | undefined
  ending: CallEnding | undefined
  /** Last status of its INVITE; 0 before any. */
  status: number
  /** Whether we stay in the path and so will see its end. */
  readonly isRecordRouted: boolean
  readonly facts: CallFacts
  /** Addresses that its requests came from once they had passed the script, and that its phones answered at. */
  readonly parties: Set<string>
  hungUp: HangUp | undefined
  /** Nobody has answered it, and the process that it began in is gone: when this one heard of it. */
  leftRingingAt: Instant | undefined
}

/** When the talk ended: with the BYE, whose answer may take its time. */
export interface HangUp {
  /** Undefined: nobody, the media fell silent. */
  readonly by: 'caller' | 'callee' | undefined
  readonly atUnixMs: number
  readonly durationMs: number
}

/** A call whose end was never seen is forgotten after this. */
const longestCallMs = 12 * 3_600_000
/** As long as a phone rings at most: what rang when an earlier process ended has ended without us by then. */
const longestRingMs = 180_000
/** More at once than the machine can carry; the oldest give way. */
const mostCalls = 100_000
/** What somebody may still ask about: a busy hour of an office. */
const mostEndedCalls = 200

interface AnswerWay {
  readonly isInvite: boolean
  /** Whether the call stays ours to follow though its record-routing says no, or has other dialogs. */
  readonly goesOn: boolean
  /** How the one who answers is reached. */
  readonly way: Flow
}

/** Phones that move from network to network while they talk. */
const mostParties = 16

/**
 * The calls that pass through: begun by an INVITE, ended by a BYE or a refusal. Each step is kept, so that a call which
 * outlives this process is ended by its BYE all the same.
 */
export class Calls {
  readonly #calls = new Map<string, Call>()
  /** Oldest first. */
  readonly #ended: Call[] = []
  readonly #wires = new CallWires()
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
      const going = this.#calls.get(request.callId)
      going?.facts.happened(this.#core.now, `re-${request.method}`)
      if (going !== undefined) addParty(going, source.address)
      return
    }
    if (this.#calls.has(request.callId)) return
    this.forgetStale()
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
      endedAtUnixMs: undefined,
      ending: undefined,
      status: 0,
      isRecordRouted,
      facts: new CallFacts(request.fromTag),
      parties: new Set([source.address]),
      hungUp: undefined,
      leftRingingAt: undefined,
    }
    this.#calls.set(callId, call)
    this.#wires.begin(callId, call.facts.wire)
    this.#wires.came(this.#core.now, callId, source, request.octets)
    call.facts.happened(this.#core.now, 'INVITE')
    call.facts.messages.came(this.#core.now, request, source)
    this.#core.emit({ kind: 'call-began', callId, from, to })
    this.#keep(call)
  }

  /** A message of a call, copies included, before anything is done with it. */
  came(message: SipRequest | SipResponse, source: Flow): void {
    this.#calls.get(message.callId)?.facts.messages.came(this.#core.now, message, source)
    this.#wires.came(this.#core.now, message.callId, source, message.octets)
  }

  /** Any message on its way out, copies included. */
  sent(flow: Flow, octets: Octets): void {
    this.#wires.went(this.#core.now, flow, octets)
  }

  /** Going on, or the last that has ended under that name. */
  find(callId: string): Call | undefined {
    return this.#calls.get(callId) ?? this.#ended.findLast((call) => call.callId === callId)
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

  wentOn(request: SipRequest, bytes: number, way: Flow): void {
    this.#calls.get(request.callId)?.facts.messages.wentOn(this.#core.now, request, bytes, way)
  }

  /** Puts a call back that another process has left. */
  restore(call: Call): void {
    this.#calls.set(call.callId, call)
    this.#wires.begin(call.callId, call.facts.wire)
  }

  /** Whether a request of that call may come from there: one of its phones is at that address. */
  isParty(callId: string, address: string): boolean {
    return this.#calls.get(callId)?.parties.has(address) === true
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

  answered(callId: string, method: string, { isInvite, goesOn, way }: AnswerWay): void {
    const call = this.#calls.get(callId)
    if (call === undefined) return
    if (isInvite) addParty(call, way.address)
    call.facts.happened(this.#core.now, `200 ${method}`)
    if (method === 'BYE') {
      if (!goesOn) this.#end(call, 'hung up', 'answered')
    } else if (isInvite && call.answeredAt === undefined) {
      call.answeredAt = this.#core.now
      call.answeredAtUnixMs = this.#wallMs
      call.status = 200
      this.#core.emit({ kind: 'call-answered', callId })
      // Its end will pass elsewhere: that is as much as can be known of it.
      if (call.isRecordRouted || goesOn) this.#keep(call)
      else {
        this.#calls.delete(callId)
        call.ending = 'answered'
        call.endedAtUnixMs = this.#wallMs
        this.#wires.forget(callId, call.facts.wire)
        this.#keep(call)
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

  /** Neither media nor an answer from either phone; `heardAt`: when the last of its media came. */
  vanished(callId: string, heardAt: Instant): void {
    const call = this.#calls.get(callId)
    if (call === undefined) return
    if (call.answeredAt !== undefined) {
      const endedAt = Math.max(heardAt, call.answeredAt)
      call.hungUp ??= {
        by: undefined,
        atUnixMs: this.#wallMs - Math.round(this.#core.now - endedAt),
        durationMs: Math.round(endedAt - call.answeredAt),
      }
    }
    this.#end(call, 'vanished', 'vanished')
  }

  /** The last word of the relay on a stream; its call may have ended just before, and is kept once more with it. */
  closed(stream: number, at: Instant, a: EndFacts, b: EndFacts): void {
    const ended = this.#ended.findLast(({ facts }) => facts.closed(stream, at, a, b))
    if (ended !== undefined) {
      if (ended.facts.isMeasured) this.#keep(ended)
      return
    }
    for (const { facts } of this.#calls.values()) if (facts.closed(stream, at, a, b)) return
  }

  /** Calls of an earlier run, which their BYE will end. */
  load(records: readonly CallRecord[]): void {
    for (const record of records)
      if (!this.#calls.has(record.callId)) this.restore(callOfRecord(record, this.#core.now, this.#wallMs))
  }

  get #wallMs(): number {
    return this.#core.options.wallClock()
  }

  #end(call: Call, why: string, ending: CallEnding): void {
    this.#calls.delete(call.callId)
    call.endedAt = this.#core.now
    call.endedAtUnixMs = call.hungUp?.atUnixMs ?? this.#wallMs
    call.ending = ending
    this.#ended.push(call)
    if (this.#ended.length > mostEndedCalls) {
      const gone = this.#ended.shift()
      if (gone !== undefined) this.#wires.forget(gone.callId, gone.facts.wire)
    }
    this.#core.emit({ kind: 'call-ended', callId: call.callId, why })
    this.#keep(call)
    this.#callEnded(call.callId)
  }

  #keep(call: Call): void {
    const toUnixMs = (at: number): number => Math.round(this.#wallMs - this.#core.now + at)
    this.#core.save([{ kind: 'put-call', call: recordOfCall(call, toUnixMs) }])
  }

  /** In order of beginning: only the oldest need a look. */
  forgetStale(): void {
    const { now } = this.#core
    for (const call of this.#calls.values()) {
      if (call.leftRingingAt !== undefined) {
        if (call.answeredAt !== undefined) call.leftRingingAt = undefined
        else if (later(call.leftRingingAt, longestRingMs) <= now)
          this.#end(call, 'never seen to end', 'vanished')
        continue
      }
      if (later(call.beganAt, longestCallMs) > now && this.#calls.size < mostCalls) return
      this.#end(call, 'never seen to end', 'vanished')
    }
  }
}

function addParty({ parties }: Call, address: string): void {
  if (parties.size < mostParties) parties.add(detached(address))
}
