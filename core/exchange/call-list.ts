import { parseSession } from '../sdp/index.ts'
import { connectionOf, directionOf } from '../sdp/index.ts'
import type { Octets } from '../lib/octets.ts'
import type { DescriptionFact, Moment, StreamFacts } from './call-facts.ts'
import type { MessageFact } from './call-messages.ts'
import type { Call } from './calls.ts'
import type { Exchange } from './exchange.ts'

/** Calls as rows, each with all that is known of it under `facts`. Times are Unix milliseconds. */
export function listCalls(exchange: Exchange, which: 'going-on' | 'ended'): unknown[] {
  const calls = which === 'ended' ? exchange.calls.ended : [...exchange.calls.all]
  return calls.map((call) => rowOf(exchange, call))
}

export function findCall(exchange: Exchange, callId: string): unknown {
  const { calls } = exchange
  const call = calls.find(callId)
  return call === undefined ? undefined : rowOf(exchange, call)
}

function rowOf(exchange: Exchange, call: Call): unknown {
  const { now, options } = exchange.core
  const toUnixMs = (at: number): number => Math.round(options.wallClock() - now + at)
  return {
    callId: call.callId,
    from: call.from,
    to: call.to,
    state: call.ending ?? (call.answeredAt === undefined ? 'ringing' : 'talking'),
    seconds: Math.floor(((call.endedAt ?? now) - (call.answeredAt ?? call.beganAt)) / 1000),
    durationMs: call.hungUp?.durationMs ?? 0,
    hungUpBy: call.hungUp?.by ?? null,
    facts: withMedia(printFacts(call, toUnixMs)),
  }
}

/** What `recordOfCall` has written, as `listCalls` shows it; empty where it is not to be read. */
export function readFacts(json: string): unknown {
  try {
    const facts: unknown = JSON.parse(json)
    return hasDescriptions(facts) ? withMedia(facts) : facts
  } catch {
    return {}
  }
}

interface Described {
  readonly descriptions: readonly {
    readonly received: Octets
    readonly sentOn?: Octets | null | undefined
  }[]
}

function hasDescriptions(facts: unknown): facts is Described {
  return (
    typeof facts === 'object' &&
    facts !== null &&
    'descriptions' in facts &&
    Array.isArray(facts.descriptions) &&
    facts.descriptions.every(
      (one: unknown) =>
        typeof one === 'object' && one !== null && 'received' in one && typeof one.received === 'string',
    )
  )
}

/** Made when it is asked for: it can be read from the texts at any time. */
function withMedia(facts: Described): unknown {
  return {
    ...facts,
    descriptions: facts.descriptions.map((fact) => ({
      ...fact,
      receivedMedia: mediaOf(fact.received),
      sentOnMedia: typeof fact.sentOn === 'string' ? mediaOf(fact.sentOn) : null,
    })),
  }
}

type InUnixMs<Fact, Key extends keyof Fact> = Omit<Fact, Key> & { readonly atUnixMs: number }

/** The facts of a call as plain values, which JSON holds. */
export interface PrintedFacts {
  readonly beganAtUnixMs: number
  readonly answeredAtUnixMs: number | null
  readonly endedAtUnixMs: number | null
  readonly status: number
  readonly isRecordRouted: boolean
  readonly moments: readonly InUnixMs<Moment, 'at'>[]
  readonly messages: readonly (InUnixMs<MessageFact, 'at' | 'lastAt' | 'sentOnAt'> & {
    readonly lastAtUnixMs: number
    readonly sentOnAtUnixMs: number | null
  })[]
  readonly descriptions: readonly InUnixMs<DescriptionFact, 'at'>[]
  readonly streams: readonly (Omit<StreamFacts, 'closedAt'> & { readonly closedAtUnixMs: number | null })[]
}

export function printFacts(call: Call, toUnixMs: (at: number) => number): PrintedFacts {
  const { facts } = call
  const optional = (at: number | undefined): number | null => (at === undefined ? null : toUnixMs(at))
  return {
    beganAtUnixMs: call.beganAtUnixMs,
    answeredAtUnixMs: call.answeredAtUnixMs ?? null,
    endedAtUnixMs: call.endedAtUnixMs ?? null,
    status: call.status,
    isRecordRouted: call.isRecordRouted,
    moments: facts.moments.map(({ at, what, times }) => ({ atUnixMs: toUnixMs(at), what, times })),
    messages: facts.messages.all.map(({ at, lastAt, sentOnAt, ...fact }) => ({
      atUnixMs: toUnixMs(at),
      lastAtUnixMs: toUnixMs(lastAt),
      sentOnAtUnixMs: optional(sentOnAt),
      ...fact,
    })),
    descriptions: facts.descriptions.map(({ at, ...fact }) => ({ atUnixMs: toUnixMs(at), ...fact })),
    streams: [...facts.streams.values()].map(({ closedAt, ...stream }) => ({
      ...stream,
      closedAtUnixMs: optional(closedAt),
    })),
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
