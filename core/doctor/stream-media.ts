import type { Call } from '../exchange/index.ts'
import type { MediaFacts, SentFacts, Side } from './case-facts.ts'
import { describedVoice } from './described-voice.ts'

export type StreamFacts = Call['facts']['streams'] extends Map<number, infer Stream> ? Stream : never
type EndFacts = NonNullable<StreamFacts['a']>
type SecondOfEnd = StreamFacts['seconds'][number]['a']

const RECENT_SECONDS = 3
/** A report that is older says nothing of what is heard now (RFC 3550 §6.2: about every 5 s). */
const REPORT_LIVES_MS = 15_000
/** Before so many packets a share of losses is a guess. */
const ENOUGH_PACKETS = 50
const NOTHING: Readonly<Record<string, number>> = {}

/** The stream that carries the voice: of several, the one that was made last. */
export function streamOf({ facts }: Call): StreamFacts | undefined {
  const first = facts.descriptions.find(({ sentOn }) => sentOn !== undefined)
  const media = first === undefined ? 0 : (describedVoice(first.received, 0, '')?.media ?? 0)
  return [...facts.streams.values()].findLast((stream) => stream.media === media)
}

export function mediaOf(
  stream: StreamFacts | undefined,
  side: Side,
  beganAt: number,
  endMs: number,
): MediaFacts {
  const isCaller = side === 'caller'
  const [own, peer] = isCaller ? [stream?.a, stream?.b] : [stream?.b, stream?.a]
  const seconds = (stream?.seconds ?? []).map(({ second, a, b }) => ({ second, of: isCaller ? a : b }))
  const lastSecond = (beganAt + endMs) / 1_000
  const recent = seconds
    .filter(({ second }) => lastSecond - second <= RECENT_SECONDS + 1)
    .slice(-RECENT_SECONDS)
    .map(({ of }) => of)
  const sent = sentOf(own, peer, recent, beganAt + endMs)
  if (own === undefined) return { ...unheard, sent }
  const { received } = own
  return {
    packets: received.packets,
    ...timesOf(received, beganAt),
    rate: rateOf(recent, ({ packets }) => packets),
    sources: received.sources,
    refused: received.refused ?? NOTHING,
    payloadTypes: received.payloadTypes,
    ssrcs: Object.keys(received.ssrcs),
    lossShare:
      received.packets < ENOUGH_PACKETS ? 0 : Math.max(0, received.lost) / Math.max(1, received.expected),
    jitterMs: received.jitterMs,
    gapMs: received.meanGapMs,
    longestGapMs: received.longestGapMs,
    rtcpPackets: received.rtcpPackets,
    stunPackets: received.stunPackets,
    kind: received.payloadKind,
    kindSeconds: lastingSeconds(
      seconds.map(({ of }) => of),
      received.payloadKind,
    ),
    sent: { ...sent, ...quietBefore(seconds.map(({ of }) => of)) },
  }
}

function timesOf(
  { firstAt, lastAt }: EndFacts['received'],
  beganAt: number,
): Pick<MediaFacts, 'firstMs' | 'lastMs'> {
  if (firstAt === undefined || lastAt === undefined) return {}
  return { firstMs: firstAt - beganAt, lastMs: lastAt - beganAt }
}

const unheard: Omit<MediaFacts, 'sent'> = {
  packets: 0,
  rate: 0,
  sources: {},
  refused: {},
  payloadTypes: {},
  ssrcs: [],
  lossShare: 0,
  jitterMs: 0,
  rtcpPackets: 0,
  stunPackets: 0,
  kind: 'none',
}

function rateOf(recent: readonly SecondOfEnd[], of: (second: SecondOfEnd) => number): number {
  return recent.reduce((sum, second) => sum + of(second), 0) / RECENT_SECONDS
}

function lastingSeconds(seconds: readonly SecondOfEnd[], kind: string): number {
  const other = seconds.findLastIndex(({ payloadKind }) => payloadKind !== kind)
  return seconds.length - 1 - other
}

function sentOf(
  own: EndFacts | undefined,
  peer: EndFacts | undefined,
  recent: readonly SecondOfEnd[],
  now: number,
): SentFacts {
  const reported = own?.reported
  const isCurrent = reported !== undefined && now - reported.at <= REPORT_LIVES_MS
  const place = own?.rtp
  return {
    packets: own?.sent.packets ?? 0,
    rate: rateOf(recent, ({ sent }) => sent),
    ...(place === undefined ? {} : { to: { ...place.at, from: place.from } }),
    errors: own?.sent.errors ?? NOTHING,
    withheld: peer?.dropped ?? NOTHING,
    ...(isCurrent ? { reportedLoss: reported.fractionLost } : {}),
  }
}

/** How many seconds nothing had gone to it before its own packets stopped. */
function quietBefore(seconds: readonly SecondOfEnd[]): Pick<SentFacts, 'quietBeforeMs'> {
  const last = seconds.findLastIndex(({ packets }) => packets > 0)
  const busy = seconds.slice(0, last + 1).findLastIndex(({ sent }) => sent > 0)
  return last < 0 || last === busy ? {} : { quietBeforeMs: (last - busy) * 1_000 }
}
