import type { Flow } from '../lib/flow.ts'
import type { Instant } from '../lib/instant.ts'
import { later } from '../lib/instant.ts'
import type { EndFacts, StreamEnd } from '../rtp/index.ts'
import { CallFacts } from './call-facts.ts'
import type { Call } from './calls.ts'
import type { Exchange } from './exchange.ts'
import type { RelayedStream, ResumedStream } from './media-relayed.ts'
import type { MediaParty, MediaSession } from './media-session.ts'

/**
 * The answered calls as one process leaves them to the next: the routes of their dialogs are in their messages, so
 * what is missing is who they are and where their media runs. Times are milliseconds before the leaving, because the
 * clocks of two processes begin anew.
 */
export interface LeftCalls {
  readonly calls: readonly LeftCall[]
}

interface LeftCall {
  readonly callId: string
  readonly from: string
  readonly to: string
  readonly beganMsAgo: number
  readonly answeredMsAgo: number
  readonly sessions: readonly LeftSession[]
}

interface LeftSession {
  readonly id: number
  readonly parties: readonly [LeftParty, LeftParty]
  readonly streams: readonly ResumedStream[]
}

interface LeftParty {
  readonly tag: string | null
  readonly contact: string | null
  readonly transport: string
  readonly listener: readonly [address: string, port: number]
  readonly peer: readonly [address: string, port: number]
  readonly isAsymmetric: boolean
  readonly isTrusted: boolean
  readonly facing: 'internal' | 'external' | null
}

export function leaveCalls(exchange: Exchange): LeftCalls {
  const { now } = exchange.core
  const calls: LeftCall[] = []
  for (const call of exchange.calls.all) {
    if (call.answeredAt === undefined) continue
    const sessions = exchange.media.calls.of(call.callId).filter(({ answeredAt }) => answeredAt !== undefined)
    calls.push({
      callId: call.callId,
      from: call.from,
      to: call.to,
      beganMsAgo: now - call.beganAt,
      answeredMsAgo: now - call.answeredAt,
      sessions: sessions.map((session) => leaveSession(exchange, call, session)),
    })
  }
  return { calls }
}

function leaveSession(exchange: Exchange, call: Call, session: MediaSession): LeftSession {
  const streams: ResumedStream[] = []
  for (const [at, slot] of exchange.media.own.streamsOf(session).entries())
    // Keys go into no file, and a handshake does not outlive its process: such a call is made anew.
    if (slot?.ends?.every(({ guard }) => guard === undefined) === true)
      streams.push({ at, pairs: slot.pairs, revision: slot.revision, ends: latched(call, slot, slot.ends) })
  const [caller, called] = session.parties
  return { id: session.id, parties: [leaveParty(caller), leaveParty(called)], streams }
}

/** Where media really went: a phone behind a translator is not where its description says. */
function latched(
  call: Call,
  slot: RelayedStream,
  [a, b]: readonly [StreamEnd, StreamEnd],
): readonly [StreamEnd, StreamEnd] {
  const facts = call.facts.streams.get(slot.stream)
  const at = (end: StreamEnd, known: EndFacts | undefined): StreamEnd =>
    known?.rtp === undefined
      ? end
      : {
          ...end,
          rtp: known.rtp.at,
          rtcp: known.rtcp?.at ?? end.rtcp,
          plausible: [...new Set([...end.plausible, known.rtp.at.address])],
        }
  return [at(a, facts?.a), at(b, facts?.b)]
}

function leaveParty({ tag, contact, flow, isAsymmetric, isTrusted, facing }: MediaParty): LeftParty {
  return {
    tag: tag ?? null,
    contact: contact ?? null,
    transport: flow.listener.transport,
    listener: [flow.listener.address, flow.listener.port],
    peer: [flow.address, flow.port],
    isAsymmetric,
    isTrusted,
    facing: facing ?? null,
  }
}

function restoreCall(exchange: Exchange, call: LeftCall, answeredAt: Instant, awayMs: number): CallFacts {
  const { now, options } = exchange.core
  const fromTag = call.sessions[0]?.parties[0].tag ?? ''
  const facts = new CallFacts(fromTag)
  exchange.calls.restore({
    callId: call.callId,
    fromTag,
    from: call.from,
    to: call.to,
    beganAt: later(now, -(call.beganMsAgo + awayMs)),
    beganAtUnixMs: options.wallClock() - call.beganMsAgo - awayMs,
    answeredAt,
    answeredAtUnixMs: options.wallClock() - call.answeredMsAgo - awayMs,
    endedAt: undefined,
    endedAtUnixMs: undefined,
    ending: undefined,
    status: 200,
    isRecordRouted: true,
    facts,
    parties: new Set(),
    hungUp: undefined,
    leftRingingAt: undefined,
  })
  return facts
}

/** Takes up what `leaveCalls` gave. @returns how many calls; a session whose listener is gone is left out */
export function takeUpCalls(exchange: Exchange, left: LeftCalls, awayMs: number): number {
  const { now } = exchange.core
  let count = 0
  for (const call of left.calls) {
    if (exchange.media.calls.has(call.callId)) continue
    const answeredAt = later(now, -(call.answeredMsAgo + awayMs))
    // The store knows most of them; what it lacks is the media.
    const facts = exchange.calls.factsOf(call.callId) ?? restoreCall(exchange, call, answeredAt, awayMs)
    for (const { parties } of call.sessions)
      for (const { peer } of parties) exchange.calls.find(call.callId)?.parties.add(peer[0])
    facts.happened(now, 'taken up after a restart')
    for (const session of call.sessions) takeUpSession(exchange, call.callId, session, answeredAt, facts)
    count++
  }
  return count
}

function takeUpSession(
  exchange: Exchange,
  callId: string,
  left: LeftSession,
  answeredAt: Instant,
  facts: CallFacts,
): void {
  const [caller, called] = left.parties.map((party) => takeUpParty(exchange, party))
  const { media, core } = exchange
  if (caller === undefined || called === undefined) {
    facts.happened(core.now, 'media lost at the restart')
    core.emit({
      kind: 'media-trouble',
      what: `call ${callId} goes on without its media: the address that it came in by is not listened on`,
    })
    return
  }
  const session: MediaSession = {
    id: left.id,
    callId,
    relay: left.streams.length > 0 ? media.own : media.relay,
    parties: [caller, called],
    beganAt: answeredAt,
    answeredAt,
    offer: undefined,
    aliveAt: core.now,
    isAsked: false,
    isOver: false,
  }
  media.restore(session)
  media.own.resume(session, left.streams)
  for (const [at, slot] of media.own.streamsOf(session).entries())
    if (slot !== undefined) facts.relayed(session.id, at, slot)
}

function takeUpParty(exchange: Exchange, party: LeftParty): MediaParty | undefined {
  const [address, port] = party.listener
  const listener = exchange.core.options.listeners.find(
    (at) => at.transport === party.transport && at.address === address && at.port === port,
  )
  if (listener === undefined) return undefined
  const flow: Flow = { listener, address: party.peer[0], port: party.peer[1], connection: undefined }
  return {
    tag: party.tag ?? undefined,
    contact: party.contact ?? undefined,
    flow,
    facing: party.facing ?? undefined,
    isAsymmetric: party.isAsymmetric,
    isTrusted: party.isTrusted,
  }
}
