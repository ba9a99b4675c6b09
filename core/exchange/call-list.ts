import { parseSession } from '../sdp/index.ts'
import { connectionOf, directionOf } from '../sdp/index.ts'
import type { Octets } from '../lib/octets.ts'
import type { CallFacts, DescriptionFact } from './call-facts.ts'
import type { Call } from './calls.ts'
import type { Exchange } from './exchange.ts'

/** Calls as rows, each with all that is known of it under `facts`. Times are Unix milliseconds. */
export function listCalls(exchange: Exchange, which: 'going-on' | 'ended'): unknown[] {
  const { now, options } = exchange.core
  const toUnixMs = (at: number): number => Math.round(options.wallClock() - now + at)
  const calls = which === 'ended' ? exchange.calls.ended : [...exchange.calls.all]
  return calls.map((call) => ({
    callId: call.callId,
    from: call.from,
    to: call.to,
    state: call.ending ?? (call.answeredAt === undefined ? 'ringing' : 'talking'),
    seconds: Math.floor(((call.endedAt ?? now) - (call.answeredAt ?? call.beganAt)) / 1000),
    facts: printFacts(call, call.facts, toUnixMs),
  }))
}

function printFacts(call: Call, facts: CallFacts, toUnixMs: (at: number) => number): unknown {
  const optional = (at: number | undefined): number | null => (at === undefined ? null : toUnixMs(at))
  return {
    beganAtUnixMs: toUnixMs(call.beganAt),
    answeredAtUnixMs: optional(call.answeredAt),
    endedAtUnixMs: optional(call.endedAt),
    status: call.status,
    isRecordRouted: call.isRecordRouted,
    moments: facts.moments.map(({ at, what, times }) => ({ atUnixMs: toUnixMs(at), what, times })),
    messages: facts.messages.all.map(({ at, lastAt, sentOnAt, ...fact }) => ({
      atUnixMs: toUnixMs(at),
      lastAtUnixMs: toUnixMs(lastAt),
      sentOnAtUnixMs: optional(sentOnAt),
      ...fact,
    })),
    softphone: {
      complaints: facts.softphone.complaints.map(({ at, what }) => ({ atUnixMs: toUnixMs(at), what })),
      seconds: facts.softphone.seconds.map(({ at, second }) => ({ atUnixMs: toUnixMs(at), ...second })),
    },
    descriptions: facts.descriptions.map((fact) => printDescription(fact, toUnixMs)),
    streams: [...facts.streams.values()].map(({ closedAt, ...stream }) => ({
      ...stream,
      closedAtUnixMs: optional(closedAt),
    })),
  }
}

function printDescription({ at, ...fact }: DescriptionFact, toUnixMs: (at: number) => number): unknown {
  return {
    atUnixMs: toUnixMs(at),
    ...fact,
    receivedMedia: mediaOf(fact.received),
    sentOnMedia: fact.sentOn === undefined ? null : mediaOf(fact.sentOn),
  }
}

/** What a description says, medium by medium; empty where it cannot be read. */
function mediaOf(text: Octets): unknown[] {
  const session = parseSession(text)
  if ('unreadable' in session) return []
  return session.media.map((media) => ({
    kind: media.kind,
    address: connectionOf(session, media)?.address ?? null,
    port: media.port,
    protocol: media.protocol,
    direction: directionOf(session, media),
    rtcpPort: media.rtcp?.port ?? null,
    isMultiplexed: media.isMultiplexed,
    packetTimeMs: media.packetTimeMs ?? null,
    formats: media.formats,
    iceLines: media.ice.length,
    isEncrypted: media.protocol.includes('SAVP'),
  }))
}
