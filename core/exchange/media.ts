import type { Flow } from '../lib/flow.ts'
import { detached } from '../lib/detached.ts'
import { instant } from '../lib/instant.ts'
import type { Octets } from '../lib/octets.ts'
import type { RelayReport } from '../rtp/index.ts'
import type { SipRequest, SipResponse } from '../sip/index.ts'
import type { CallFacts } from './call-facts.ts'
import type { Exchange } from './exchange.ts'
import { MediaCalls } from './media-calls.ts'
import { contactOf, descriptionOf, responseWithDescription, withDescription } from './media-messages.ts'
import { OwnRelay } from './media-own-relay.ts'
import type { MediaRelay, MediaWish, PassageOutcome } from './media-relay.ts'
import type { MediaParty, MediaSession, Side } from './media-session.ts'
import { otherSide } from './media-session.ts'
import { MediaWatch } from './media-watch.ts'
import type { Wakes } from './wakes.ts'

/** A request that is ready to leave, or the status of its refusal. */
export type Readied =
  { readonly request: SipRequest; readonly session: MediaSession | undefined } | { readonly status: number }

/** The media of the calls that pass through: who is relayed, and what has been offered and answered (RFC 3264). */
export class Media {
  readonly calls: MediaCalls
  readonly own: OwnRelay
  /** Leads the media in our place where the script names an outside relay. */
  outside: MediaRelay | undefined
  readonly #exchange: Exchange
  readonly #watch: MediaWatch
  #lastId = 0

  constructor(exchange: Exchange, wakes: Wakes) {
    this.#exchange = exchange
    this.calls = new MediaCalls()
    this.own = new OwnRelay(exchange.core, ({ address, port }) =>
      exchange.core.options.listeners.some((at) => at.address === address && at.port === port),
    )
    this.#watch = new MediaWatch(
      exchange,
      wakes,
      () => this.calls.all(),
      (session) => {
        this.#vanished(session)
      },
    )
  }

  get relay(): MediaRelay {
    return this.outside ?? this.own
  }

  /**
   * A request on its way to one target. Each branch of a first INVITE gets a session of its own, because each phone
   * answers for itself; within a dialog its session is found again, and with it its ports.
   */
  readyRequest(
    request: SipRequest,
    wish: MediaWish,
    source: Flow,
    way: Flow,
    told: (readied: Readied) => void,
  ): void {
    const known = request.toTag === undefined ? undefined : this.calls.find(request, request.toTag)
    const text = descriptionOf(request)
    if (known === undefined && request.method !== 'INVITE') {
      told({ request, session: undefined })
      return
    }
    const session = known ?? this.#begin(request, source, way)
    const sender: Side = session.parties[0].tag === request.fromTag ? 0 : 1
    this.#note(session, sender, source, wish)
    if (known !== undefined) session.parties[otherSide(sender)].flow = way
    const kind = text === undefined ? undefined : kindOf(session, sender, request)
    if (text === undefined || kind === undefined) {
      told({ request, session })
      return
    }
    if (kind === 'offer') session.offer = { by: sender, cseq: request.cseq.number }
    session.relay.pass(
      session,
      { kind, sender, senderFlow: source, receiverFlow: way, text, wish },
      (outcome) => {
        this.#described(session, sender, request, text, outcome, source)
        if ('text' in outcome) told({ request: withDescription(request, outcome.text), session })
        else {
          if (session.answeredAt === undefined) this.close(session)
          told({ status: outcome.status })
        }
      },
    )
  }

  /** A response on its way back. `told` gets its octets, with another description where it has one. */
  readyResponse(
    session: MediaSession,
    response: SipResponse,
    wish: MediaWish,
    source: Flow,
    told: (octets: Octets) => void,
  ): void {
    const text = descriptionOf(response)
    if (text === undefined || session.isOver) {
      told(response.octets)
      return
    }
    const asker: Side = session.parties[0].tag === response.fromTag ? 0 : 1
    const sender = otherSide(asker)
    this.#note(session, sender, source, wish)
    if (sender === 1 && session.answeredAt === undefined) session.parties[1].tag ??= tagOf(response.toTag)
    const answers = session.offer?.by === asker && session.offer.cseq === response.cseq.number
    if (!answers) session.offer = { by: sender, cseq: response.cseq.number }
    const passage = {
      kind: answers ? ('answer' as const) : ('offer' as const),
      sender,
      senderFlow: source,
      receiverFlow: session.parties[asker].flow,
      text,
      wish,
    }
    session.relay.pass(session, passage, (outcome) => {
      this.#described(session, sender, response, text, outcome, source)
      told('text' in outcome ? responseWithDescription(response, outcome.text) : response.octets)
    })
  }

  /** A 2xx to an INVITE has passed: the branch's session is its dialog's. */
  answered(session: MediaSession, response: SipResponse): void {
    const { now } = this.#exchange.core
    session.aliveAt = now
    if (session.answeredAt !== undefined) return
    const [, called] = session.parties
    session.answeredAt = now
    called.tag = tagOf(response.toTag)
    called.contact = contactOf(response)
    this.calls.answered(session)
  }

  /** A branch has failed, was cancelled or given up: its ports are free, or what was agreed before holds. */
  branchLost(session: MediaSession): void {
    if (session.answeredAt === undefined) this.close(session)
    else session.relay.withdraw(session)
  }

  close(session: MediaSession): void {
    if (session.isOver) return
    session.isOver = true
    session.relay.end(session)
    this.calls.forget(session)
  }

  /** A BYE, or unforce_rtp_proxy(). @returns whether other dialogs of the call go on */
  dialogEnded(request: { callId: string; fromTag: string | undefined }, toTag: string | undefined): boolean {
    if (toTag === undefined) {
      for (const session of this.calls.of(request.callId))
        if (session.answeredAt === undefined && session.parties[0].tag === request.fromTag)
          this.close(session)
    } else {
      const session = this.calls.find(request, toTag)
      if (session !== undefined) this.close(session)
    }
    return this.calls.of(request.callId).length > 0
  }

  callEnded(callId: string): void {
    for (const session of this.calls.of(callId)) this.close(session)
  }

  report(report: RelayReport): void {
    switch (report.kind) {
      case 'pairs':
        this.own.take(report)
        return
      case 'identity':
        this.own.secrets.fingerprint = report.fingerprint
        return
      case 'no-ports':
        this.#exchange.core.emit({ kind: 'media-trouble', what: `${report.address}: ${report.why}` })
        return
      case 'facts':
        this.#measured(report)
        return
      case 'closed':
        this.#exchange.calls.closed(report.stream, this.#exchange.core.now, report.a, report.b)
        return
      case 'latched':
        this.#factsOf(report.stream)?.latched(report)
        return
      case 'strays':
        this.#strayed(report)
        return
      case 'resumed':
        if (!report.ok) this.#resumeFailed(report.stream)
        return
      case 'worker-lost':
        this.#exchange.core.emit({ kind: 'media-trouble', what: report.why })
        this.own.lose(report.pairs)
        this.own.reconnect(report.streams)
    }
  }

  #measured({ at, streams }: Extract<RelayReport, { kind: 'facts' }>): void {
    for (const { stream, a, b } of streams) {
      const session = this.own.sessionOf(stream)
      if (session === undefined) continue
      this.#heard(session, a.received.lastAt)
      this.#heard(session, b.received.lastAt)
      this.#exchange.calls.factsOf(session.callId)?.measured(stream, at, a, b)
    }
  }

  /** A phone that sends before its ports are joined, or to those of another call. */
  #strayed({ pairs }: Extract<RelayReport, { kind: 'strays' }>): void {
    for (const { pair, sources } of pairs) {
      const session = this.own.holderOf(pair)
      if (session === undefined) this.#exchange.core.count('media at free ports')
      else {
        const from = Object.keys(sources).join(', ')
        const facts = this.#exchange.calls.factsOf(session.callId)
        facts?.happened(this.#exchange.core.now, `media before the ports were joined, from ${from}`)
      }
    }
  }

  #factsOf(stream: number): CallFacts | undefined {
    const session = this.own.sessionOf(stream)
    return session === undefined ? undefined : this.#exchange.calls.factsOf(session.callId)
  }

  /** Takes a session up that another process has left. */
  restore(session: MediaSession): void {
    this.#lastId = Math.max(this.#lastId, session.id)
    this.calls.add(session, '')
    this.calls.answered(session)
    this.#watch.begin()
  }

  #begin(request: SipRequest, source: Flow, way: Flow): MediaSession {
    const { now } = this.#exchange.core
    const isCaller = request.toTag === undefined
    const session: MediaSession = {
      id: ++this.#lastId,
      callId: detached(request.callId),
      relay: this.relay,
      parties: [
        partyOf(tagOf(request.fromTag), source, contactOf(request)),
        partyOf(tagOf(request.toTag), way, undefined),
      ],
      beganAt: now,
      answeredAt: isCaller ? undefined : now,
      offer: undefined,
      aliveAt: now,
      isAsked: false,
      isOver: false,
    }
    this.calls.add(session, isCaller ? source.address : '')
    this.#watch.begin()
    return session
  }

  #note(session: MediaSession, sender: Side, source: Flow, wish: MediaWish): void {
    const party = session.parties[sender]
    const receiver = session.parties[otherSide(sender)]
    party.flow = source
    party.isAsymmetric = wish.isAsymmetric
    party.isTrusted = wish.isTrusted
    party.facing = wish.facing[0] ?? party.facing
    receiver.facing = wish.facing[1] ?? receiver.facing
  }

  #described(
    session: MediaSession,
    sender: Side,
    message: SipRequest | SipResponse,
    text: Octets,
    outcome: PassageOutcome,
    source: Flow,
  ): void {
    const facts = this.#exchange.calls.factsOf(session.callId)
    if (facts === undefined) return
    const sentOn = 'text' in outcome ? outcome.text : undefined
    facts.described(this.#exchange.core.now, sender, message, { received: text, sentOn }, source)
    const streams = this.own.streamsOf(session)
    for (const [at, slot] of streams.entries()) if (slot !== undefined) facts.relayed(session.id, at, slot)
  }

  #heard(session: MediaSession, at: number | undefined): void {
    if (at !== undefined && at > session.aliveAt) session.aliveAt = instant(at)
  }

  #vanished(session: MediaSession): void {
    const isLast = this.calls.of(session.callId).length === 1
    this.close(session)
    if (isLast) this.#exchange.calls.vanished(session.callId, session.aliveAt)
  }

  #resumeFailed(stream: number): void {
    const session = this.own.sessionOf(stream)
    if (session === undefined) return
    this.#exchange.core.emit({
      kind: 'media-trouble',
      what: `the media ports of call ${session.callId} could not be had again after the restart: its phones hear nothing until it is made anew`,
    })
    this.#exchange.calls
      .factsOf(session.callId)
      ?.happened(this.#exchange.core.now, 'media lost at the restart')
    this.close(session)
  }
}

/** ACK and PRACK answer what a response has offered (RFC 3261 §13.2.1, RFC 3262 §5); an ACK offers nothing. */
function kindOf(session: MediaSession, sender: Side, { method }: SipRequest): 'offer' | 'answer' | undefined {
  const mayAnswer = method === 'ACK' || method === 'PRACK'
  if (mayAnswer && session.offer?.by === otherSide(sender)) return 'answer'
  return method === 'ACK' ? undefined : 'offer'
}

function partyOf(tag: string | undefined, flow: Flow, contact: Octets | undefined): MediaParty {
  return { tag, flow, contact, facing: undefined, isAsymmetric: false, isTrusted: false }
}

/** Kept for the length of the call: not as a part of the message it came in. */
function tagOf(tag: string | undefined): string | undefined {
  return tag === undefined ? undefined : detached(tag)
}
