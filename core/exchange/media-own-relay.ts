import { isAddress, isLocal } from '../lib/ip.ts'
import type { Octets } from '../lib/octets.ts'
import type { MediaAddress, RelayPair, RelayReport, StreamEnd } from '../rtp/index.ts'
import type { RelayPlace, SessionDescription } from '../sdp/index.ts'
import { applyTextEdits, parseSession, readdress } from '../sdp/index.ts'
import type { Core } from './core.ts'
import { MediaPool } from './media-pool.ts'
import { MediaProtection } from './media-protection.ts'
import {
  placesOf,
  refused,
  unknownPlace,
  type Relayed,
  type RelayedStream,
  type ResumedStream,
} from './media-relayed.ts'
import { MediaSecrets } from './media-secrets.ts'
import { KnownProtections } from './media-known-protections.ts'
import type { DescribedStream } from './media-places.ts'
import { describeStreams, makeStreamEnd } from './media-places.ts'
import type { MediaRelay, Passage, PassageOutcome } from './media-relay.ts'
import type { MediaSession, Side } from './media-session.ts'
import { otherSide } from './media-session.ts'

/** Our own relay: pairs of ports from the pool, orders to the rim. */
export class OwnRelay implements MediaRelay {
  readonly pool = new MediaPool()
  readonly secrets: MediaSecrets
  readonly #core: Core
  readonly #isSignalling: (place: MediaAddress) => boolean
  readonly #sessions = new Map<number, Relayed>()
  /** Sessions by number of a stream, and by `address:port` of a taken socket. */
  readonly #byStream = new Map<number, MediaSession>()
  readonly #byPlace = new Map<string, MediaSession>()
  readonly #protections = new KnownProtections()
  #streams = 0

  /** @param isSignalling whether a place is one of our SIP sockets */
  constructor(core: Core, isSignalling: (place: MediaAddress) => boolean) {
    this.#core = core
    this.secrets = new MediaSecrets(core.options.random)
    this.#isSignalling = isSignalling
  }

  refusal(): string | undefined {
    return this.pool.isEmpty ? 'no media ports are left' : undefined
  }

  pass(session: MediaSession, passage: Passage, told: (outcome: PassageOutcome) => void): void {
    told(this.#pass(session, passage))
  }

  withdraw(session: MediaSession): void {
    const relayed = this.#sessions.get(session.id)
    if (relayed === undefined) return
    relayed.offered = undefined
    this.#keepOnly(relayed, (slot) => slot.ends !== undefined)
  }

  end(session: MediaSession): void {
    const relayed = this.#sessions.get(session.id)
    if (relayed === undefined) return
    this.#sessions.delete(session.id)
    this.#keepOnly(relayed, () => false)
  }

  /** The session that a report's stream belongs to. */
  sessionOf(stream: number): MediaSession | undefined {
    return this.#byStream.get(stream)
  }

  streamsOf(session: MediaSession): readonly (RelayedStream | undefined)[] {
    return this.#sessions.get(session.id)?.streams ?? []
  }

  /** The session that has this pair. */
  holderOf(pair: number): MediaSession | undefined {
    for (const [stream, session] of this.#byStream) {
      const slot = this.streamsOf(session).find((one) => one?.stream === stream)
      if (slot?.pairs.some(({ id }) => id === pair) === true) return session
    }
    return undefined
  }

  ownerOf(place: MediaAddress): MediaSession | undefined {
    return this.#byPlace.get(`${place.address}:${place.port}`)
  }

  /** A SIP socket of ours, or a port that some call has or may get. */
  isOurs(place: MediaAddress): boolean {
    return this.#isSignalling(place) || this.ownerOf(place) !== undefined || this.pool.has(place)
  }

  /** A worker failed, and ports of free pairs are somebody else's: others are asked for. */
  lose(pairs: readonly number[]): void {
    this.#refill(this.pool.remove(pairs))
  }

  /** A worker failed: its streams are told anew, under their old numbers, on the pairs that they have. */
  reconnect(streams: readonly number[]): void {
    for (const number of streams) {
      const session = this.#byStream.get(number)
      const slot = session && this.streamsOf(session).find((one) => one?.stream === number)
      if (slot?.ends !== undefined) this.#connect(slot, slot.ends)
    }
  }

  /** Takes up a session of the process that ran before. */
  resume(session: MediaSession, streams: readonly ResumedStream[]): void {
    const relayed = this.#relayedFor(session)
    for (const { at, pairs, revision, ends } of streams) {
      const slot: RelayedStream = { stream: ++this.#streams, pairs, revision, ends }
      relayed.streams[at] = slot
      this.#own(session, slot)
      this.#core.out.push({
        kind: 'relay',
        order: {
          kind: 'resume',
          stream: slot.stream,
          revision,
          a: { ...ends[0], at: { address: pairs[0].address, port: pairs[0].port } },
          b: { ...ends[1], at: { address: pairs[1].address, port: pairs[1].port } },
        },
      })
    }
  }

  take(report: Extract<RelayReport, { kind: 'pairs' }>): void {
    this.pool.add(report.pairs)
  }

  #pass(session: MediaSession, passage: Passage): PassageOutcome {
    const description = parseSession(passage.text)
    const isOffer = passage.kind === 'offer'
    if ('unreadable' in description) return refused(isOffer, passage.text, description.unreadable)
    const { sender } = passage
    const streams = describeStreams(description, {
      address: passage.senderFlow.address,
      isTrusted: session.parties[sender].isTrusted,
      isOurs: (place) => this.isOurs(place),
    })
    // A caller is refused; an answer that names a place that nobody may send to leads there no more.
    if (typeof streams === 'string' && isOffer) return { status: 488, why: streams }
    const known = typeof streams === 'string' ? description.media.map(unknownPlace) : streams
    if (typeof streams === 'string') this.#core.count('media answers with a refused place')
    const relayed = this.#relayedFor(session)
    const why = this.#protect(relayed, passage, description)
    if (why !== undefined && isOffer) return { status: 488, why }
    const carried = known.map((stream, at) =>
      relayed.protection.carries(description, at) ? stream : { ...stream, isRefused: true },
    )
    if (isOffer) {
      if (!this.#allocate(session, relayed, passage, carried))
        return { status: 503, why: 'no media ports are left' }
      relayed.offered = { by: sender, text: passage.text, streams: carried }
    } else this.#agree(session, relayed, passage, carried)
    return { text: this.#readdressed(session, relayed, passage, description) }
  }

  /** What the sender says about its protection, and what the receiver is expected to want. */
  #protect(relayed: Relayed, passage: Passage, description: SessionDescription): string | undefined {
    const { protection } = relayed
    const { sender, senderFlow, receiverFlow } = passage
    const receiver = otherSide(sender)
    const why = protection.described(sender, description, passage.kind === 'offer')
    this.#protections.note(senderFlow, protection.protectionOf(sender))
    protection.expect(receiver, receiverFlow.listener.transport, this.#protections.of(receiverFlow))
    if (why !== undefined) return why
    if (protection.isPlain || description.media.every(({ port }) => port === 0)) return undefined
    if (protection.hasBrowser && this.secrets.fingerprint === '') return 'the relay has no certificate yet'
    return description.media.some((_media, at) => protection.carries(description, at))
      ? undefined
      : 'no codec that a browser and a desk phone share'
  }

  /** A pair each way for every medium that has none yet; all or nothing. */
  #allocate(
    session: MediaSession,
    relayed: Relayed,
    passage: Passage,
    streams: readonly DescribedStream[],
  ): boolean {
    const taken = new Map<string, number>()
    const fresh: RelayPair[] = []
    for (const [at, stream] of streams.entries()) {
      if (stream.isRefused || relayed.streams[at] !== undefined) continue
      const pairs = this.#takePairs(passage, taken)
      fresh.push(...pairs)
      const [toSender, toReceiver] = pairs
      if (toSender === undefined || toReceiver === undefined) {
        this.#keepOnly(relayed, (slot) => !slot.pairs.some((pair) => fresh.includes(pair)))
        if (toSender !== undefined) this.#give([toSender.id])
        this.#refill(taken)
        this.#core.count('media ports exhausted')
        return false
      }
      const slot: RelayedStream = {
        stream: ++this.#streams,
        pairs: passage.sender === 0 ? [toSender, toReceiver] : [toReceiver, toSender],
        revision: 0,
        ends: undefined,
      }
      relayed.streams[at] = slot
      this.#own(session, slot)
    }
    this.#refill(taken)
    return true
  }

  /** First the one that faces the sender. */
  #takePairs(passage: Passage, taken: Map<string, number>): RelayPair[] {
    const pairs: RelayPair[] = []
    for (const { listener } of [passage.senderFlow, passage.receiverFlow]) {
      const address = this.pool.addressFor(listener.address)
      const pair = address === undefined ? undefined : this.pool.take(address)
      if (pair === undefined) return pairs
      taken.set(pair.address, (taken.get(pair.address) ?? 0) + 1)
      pairs.push(pair)
    }
    return pairs
  }

  /** An answer joins the two ends, or changes what was joined; a copy of it changes nothing. */
  #agree(
    session: MediaSession,
    relayed: Relayed,
    passage: Passage,
    answered: readonly DescribedStream[],
  ): void {
    const { sender } = passage
    const peer = otherSide(sender)
    const { offered } = relayed
    const offer = offered?.by === peer ? offered : undefined
    const offerText = offer?.text ?? relayed.texts[peer]
    if (relayed.texts[sender] === passage.text && relayed.texts[peer] === offerText) return
    relayed.texts[sender] = passage.text
    relayed.texts[peer] = offerText
    relayed.described[sender] = answered
    relayed.described[peer] = offer?.streams ?? relayed.described[peer]
    const others = relayed.described[peer] ?? []
    this.#join(session, relayed, sender === 0 ? [answered, others] : [others, answered])
  }

  /** Connects what both sides want, and lets go of what one of them refuses. */
  #join(
    session: MediaSession,
    relayed: Relayed,
    [callers, calleds]: readonly [readonly DescribedStream[], readonly DescribedStream[]],
  ): void {
    const isWanted = (stream: DescribedStream | undefined): boolean => stream?.isRefused === false
    this.#keepOnly(relayed, (_slot, at) => isWanted(callers[at]) && isWanted(calleds[at]))
    for (const [at, slot] of relayed.streams.entries()) {
      const [caller, called] = [callers[at], calleds[at]]
      if (slot === undefined || caller === undefined || called === undefined) continue
      const of = [caller, called] as const
      const end = (side: Side): StreamEnd => this.#end(session, relayed, at, slot, side, of)
      this.#connect(slot, [end(0), end(1)])
    }
  }

  #end(
    session: MediaSession,
    relayed: Relayed,
    at: number,
    slot: RelayedStream,
    side: Side,
    of: readonly [DescribedStream, DescribedStream],
  ): StreamEnd {
    const party = session.parties[side]
    return makeStreamEnd({
      pair: slot.pairs[side],
      own: of[side],
      peer: of[otherSide(side)],
      before: slot.ends?.[side],
      signalledFrom: party.flow.address,
      isTrusted: party.isTrusted,
      isAsymmetric: party.isAsymmetric,
      guard: relayed.protection.guardOf(side, at),
      isPassedOn: relayed.protection.isPlain,
    })
  }

  #connect(slot: RelayedStream, ends: readonly [StreamEnd, StreamEnd]): void {
    slot.ends = ends
    slot.revision++
    const { stream, revision } = slot
    this.#core.out.push({
      kind: 'relay',
      order: { kind: 'connect', stream, revision, a: ends[0], b: ends[1] },
    })
  }

  #readdressed(
    session: MediaSession,
    relayed: Relayed,
    passage: Passage,
    description: SessionDescription,
  ): Octets {
    const receiver = otherSide(passage.sender)
    const places = description.media.map((media, at): RelayPlace | undefined => {
      const pair = media.port === 0 ? undefined : relayed.streams[at]?.pairs[receiver]
      return pair === undefined ? undefined : { address: this.#told(session, passage, pair), port: pair.port }
    })
    const isMarked = passage.wish.by === 'nathelper'
    const isOffer = passage.kind === 'offer'
    if (!relayed.protection.isPlain)
      return relayed.protection.render(passage.sender, description, places, { isOffer, isMarked })
    return applyTextEdits(description.text, readdress(description, places, { isMarked }))
  }

  /** Those outside are told the address that the router forwards; the office is told the one on its own side. */
  #told(session: MediaSession, passage: Passage, pair: RelayPair): string {
    const { facing } = session.parties[otherSide(passage.sender)]
    const isOutside = facing === undefined ? !isLocal(passage.receiverFlow.address) : facing === 'external'
    const outer = passage.wish.address ?? this.#core.program.globals.text('advertised_address')
    return isOutside && outer !== undefined && isAddress(outer) ? outer : pair.address
  }

  #relayedFor(session: MediaSession): Relayed {
    let relayed = this.#sessions.get(session.id)
    if (relayed === undefined) {
      relayed = {
        streams: [],
        described: [undefined, undefined],
        texts: ['', ''],
        offered: undefined,
        protection: new MediaProtection(this.secrets),
      }
      this.#sessions.set(session.id, relayed)
    }
    return relayed
  }

  #own(session: MediaSession, slot: RelayedStream): void {
    this.#byStream.set(slot.stream, session)
    for (const place of placesOf(slot)) this.#byPlace.set(place, session)
  }

  #keepOnly(relayed: Relayed, isKept: (slot: RelayedStream, at: number) => boolean): void {
    for (const [at, slot] of relayed.streams.entries()) {
      if (slot === undefined || isKept(slot, at)) continue
      relayed.streams[at] = undefined
      this.#byStream.delete(slot.stream)
      for (const place of placesOf(slot)) this.#byPlace.delete(place)
      if (slot.ends === undefined) this.#give(slot.pairs.map(({ id }) => id))
      else this.#core.out.push({ kind: 'relay', order: { kind: 'disconnect', stream: slot.stream } })
    }
  }

  #give(pairs: readonly number[]): void {
    this.#core.out.push({ kind: 'relay', order: { kind: 'return-pairs', pairs } })
  }

  #refill(taken: ReadonlyMap<string, number>): void {
    for (const [address, count] of taken)
      this.#core.out.push({ kind: 'relay', order: { kind: 'refill', address, count } })
  }
}
