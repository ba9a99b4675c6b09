import { detached } from '../lib/detached.ts'
import type { Flow } from '../lib/flow.ts'
import type { Instant } from '../lib/instant.ts'
import type { Octets } from '../lib/octets.ts'
import type { EndFacts, Latching, RelayPair, RelayReport } from '../rtp/index.ts'
import type { SipRequest, SipResponse } from '../sip/index.ts'
import { findHeader, headerValue } from '../sip/index.ts'
import { CallMessages } from './call-messages.ts'
import { CallWire } from './call-wire.ts'
import { contactOf } from './media-messages.ts'
import type { RelayedStream } from './media-relayed.ts'
import type { Side } from './media-session.ts'

/** Bounds of one call's memory: an hour of re-INVITEs says no more than the last of them. */
const mostMoments = 64
const mostDescriptions = 12
const longestDescription = 4_096
const mostStreams = 16
const mostLatchings = 16
/** Seconds that are kept one by one: what happened just before somebody complained. */
const mostBuckets = 60

/** Something that happened in a call's signalling. */
export interface Moment {
  readonly at: Instant
  /** `INVITE`, `180`, `200 INVITE`, `BYE` … */
  readonly what: string
  /** How often the same came. */
  times: number
}

/** A description as it came and as it went on: the proof of what the relay has changed. */
export interface DescriptionFact {
  readonly at: Instant
  readonly from: 'caller' | 'callee'
  /** Of the message that carried it. */
  readonly message: string
  readonly bytes: number
  readonly source: string
  readonly local: string
  readonly transport: string
  readonly via: string
  readonly contact: string | undefined
  readonly userAgent: string | undefined
  readonly received: Octets
  /** Undefined where it was refused. */
  readonly sentOn: Octets | undefined
  times: number
}

/** One second of one medium, both ways. */
export interface SecondFacts {
  readonly second: number
  readonly a: SecondOfEnd
  readonly b: SecondOfEnd
}

export interface SecondOfEnd {
  readonly packets: number
  /** Of each 250 ms, the oldest first. */
  readonly samples: readonly number[]
  readonly bytes: number
  readonly lost: number
  readonly sent: number
  readonly jitterMs: number
  readonly payloadKind: EndFacts['received']['payloadKind']
  readonly levelDbov: number | undefined
}

export interface StreamFacts {
  readonly stream: number
  readonly session: number
  /** Number of its m= line. */
  readonly media: number
  readonly pairs: readonly [RelayPair, RelayPair]
  revision: number
  a: EndFacts | undefined
  b: EndFacts | undefined
  readonly latchings: { readonly end: 'a' | 'b'; readonly component: string; readonly latching: Latching }[]
  readonly seconds: SecondFacts[]
  closedAt: Instant | undefined
}

/** What a call leaves for a diagnosis: plain facts, no judgement. */
export class CallFacts {
  readonly moments: Moment[] = []
  readonly messages: CallMessages
  readonly wire = new CallWire()
  readonly descriptions: DescriptionFact[] = []
  readonly streams = new Map<number, StreamFacts>()
  readonly #open = new Map<number, { at: number; a: EndFacts; b: EndFacts }>()

  /** @param callerTag tag of the one who began the call */
  constructor(callerTag: string | undefined) {
    this.messages = new CallMessages(callerTag)
  }

  happened(at: Instant, what: string): void {
    const same = this.moments.at(-1)
    if (same?.what === what) same.times++
    else if (this.moments.length < mostMoments) this.moments.push({ at, what, times: 1 })
  }

  described(
    at: Instant,
    side: Side,
    message: SipRequest | SipResponse,
    text: { readonly received: Octets; readonly sentOn: Octets | undefined },
    source: Flow,
  ): void {
    const what = message.kind === 'request' ? message.method : `${message.status} ${message.cseq.method}`
    const from = side === 0 ? 'caller' : 'callee'
    const received = kept(text.received)
    const same = this.descriptions.at(-1)
    if (same?.received === received && same.message === what && same.from === from) {
      same.times++
      return
    }
    // The first two tell how the call began; of the others the newest count.
    if (this.descriptions.length === mostDescriptions) this.descriptions.splice(2, 1)
    this.descriptions.push({
      at,
      from,
      message: what,
      ...senderOf(message, source),
      received,
      sentOn: text.sentOn === undefined ? undefined : kept(text.sentOn),
      times: 1,
    })
  }

  relayed(session: number, media: number, slot: RelayedStream): void {
    const known = this.streams.get(slot.stream)
    if (known !== undefined) {
      known.revision = slot.revision
      return
    }
    if (this.streams.size === mostStreams) {
      const [oldest] = [...this.streams.values()].filter(({ closedAt }) => closedAt !== undefined)
      if (oldest === undefined) return
      this.streams.delete(oldest.stream)
    }
    this.streams.set(slot.stream, {
      stream: slot.stream,
      session,
      media,
      pairs: slot.pairs,
      revision: slot.revision,
      a: undefined,
      b: undefined,
      latchings: [],
      seconds: [],
      closedAt: undefined,
    })
  }

  /** A report of the relay: one second makes one bucket. */
  measured(stream: number, at: number, a: EndFacts, b: EndFacts): void {
    const facts = this.streams.get(stream)
    if (facts === undefined) return
    facts.a = a
    facts.b = b
    const open = this.#open.get(stream)
    if (open === undefined) {
      this.#open.set(stream, { at, a, b })
      return
    }
    if (at - open.at < 1000) return
    facts.seconds.push({ second: Math.floor(at / 1000), a: secondOf(open.a, a), b: secondOf(open.b, b) })
    if (facts.seconds.length > mostBuckets) facts.seconds.shift()
    this.#open.set(stream, { at, a, b })
  }

  latched(report: Extract<RelayReport, { kind: 'latched' }>): void {
    const { latchings } = this.streams.get(report.stream) ?? {}
    if (latchings === undefined || latchings.length === mostLatchings) return
    latchings.push({ end: report.end, component: report.component, latching: report.latching })
  }

  /** Whether the relay has said its last word of every stream. */
  get isMeasured(): boolean {
    return [...this.streams.values()].every(({ closedAt }) => closedAt !== undefined)
  }

  /** @returns whether the stream was one of this call's */
  closed(stream: number, at: Instant, a: EndFacts, b: EndFacts): boolean {
    const facts = this.streams.get(stream)
    if (facts === undefined) return false
    facts.a = a
    facts.b = b
    facts.closedAt = at
    this.#open.delete(stream)
    return true
  }
}

type SenderFacts = Pick<
  DescriptionFact,
  'bytes' | 'source' | 'local' | 'transport' | 'via' | 'contact' | 'userAgent'
>

function senderOf(message: SipRequest | SipResponse, source: Flow): SenderFacts {
  const agent = findHeader(message, 'user-agent') ?? findHeader(message, 'server')
  const contact = contactOf(message)
  return {
    bytes: message.octets.length,
    source: `${source.address}:${source.port}`,
    local: `${source.listener.address}:${source.listener.port}`,
    transport: source.listener.transport,
    via: detached(message.vias.at(-1)?.text ?? ''),
    contact: contact === undefined ? undefined : detached(contact),
    userAgent: agent === undefined ? undefined : detached(headerValue(agent)),
  }
}

/** Keys of SRTP (RFC 4568 §9.2) and passwords of ICE are nobody's business. */
function kept(text: Octets): Octets {
  const masked = text.replace(/(\binline:|\bice-pwd:)[^\s|]+/gi, '$1(hidden)')
  return detached(masked.slice(0, longestDescription))
}

function secondOf(before: EndFacts, after: EndFacts): SecondOfEnd {
  return {
    packets: after.received.packets - before.received.packets,
    samples: after.received.samples ?? [],
    bytes: after.received.bytes - before.received.bytes,
    lost: after.received.lost - before.received.lost,
    sent: after.sent.packets - before.sent.packets,
    jitterMs: after.received.jitterMs,
    payloadKind: after.received.payloadKind,
    levelDbov: after.received.levelDbov,
  }
}
