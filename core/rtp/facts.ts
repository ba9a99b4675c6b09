import type { Instant } from '../lib/instant.ts'
import { meanOpinionScore } from './mos.ts'
import type { EndFacts } from './orders.ts'
import type { RelayEnd } from './relay-end.ts'
import type { StreamStats } from './stream-stats.ts'
import { countOf } from './tally.ts'

/** Before a second of voice has come, a score is a guess. */
const ENOUGH_PACKETS = 50

/** What is known of one end, as plain data that may cross a thread. */
export function factsOf(end: RelayEnd): EndFacts {
  return {
    received: receivedFacts(end),
    sent: {
      packets: end.sentPackets,
      bytes: end.sentBytes,
      lastAt: end.lastSentAt,
      errors: Object.fromEntries(end.sendErrors),
      rtcpPackets: end.sentRtcpPackets,
      keepAlives: end.keepAlives,
    },
    dropped: Object.fromEntries(end.dropped),
    ...(end.guard === undefined ? {} : { guard: end.guard }),
    rtp: end.rtp.latching,
    rtcp: end.rtcp.latching,
    reported: end.reported.latest,
    mos: scoreOf(end),
  }
}

function receivedFacts(end: RelayEnd): EndFacts['received'] {
  const { stats } = end
  return {
    packets: stats.packets,
    bytes: stats.bytes,
    samples: stats.samples,
    firstAt: stats.firstAt,
    lastAt: stats.lastAt,
    sources: sourcesOf(end),
    refused: Object.fromEntries(end.refused),
    ssrcs: Object.fromEntries(stats.sources.map((source) => [source.ssrc, source.packets])),
    payloadTypes: payloadTypesOf(stats),
    lost: stats.lost,
    expected: stats.expected,
    duplicates: stats.duplicates,
    reordered: stats.reordered,
    jitterMs: stats.jitterMs,
    maxJitterMs: stats.maxJitterMs,
    meanGapMs: stats.meanGapMs,
    longestGapMs: stats.longestGapMs,
    markers: stats.markers,
    rtcpPackets: end.rtcpPackets,
    stunPackets: end.stunPackets,
    payloadKind: stats.meter.kind,
    levelDbov: stats.meter.levelDbov,
  }
}

function sourcesOf(end: RelayEnd): Readonly<Record<string, number>> {
  const sources = new Map(end.rtp.formerSources)
  const { source, packets } = end.rtp
  if (source !== undefined) countOf(sources, source, packets)
  return Object.fromEntries(sources)
}

function payloadTypesOf(stats: StreamStats): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  stats.payloadTypes.forEach((count, type) => {
    if (count > 0) counts[type] = count
  })
  return counts
}

function scoreOf(end: RelayEnd): number | undefined {
  const { stats } = end
  if (stats.packets < ENOUGH_PACKETS) return undefined
  return meanOpinionScore({
    encoding: stats.encoding,
    lossShare: stats.lost / Math.max(1, stats.expected),
    jitterMs: stats.jitterMs,
    packetTimeMs: end.told.packetTimeMs,
    delayMs: (end.peer.reported.latest?.roundTripMs ?? 0) / 2,
  })
}

/** Changes whenever something happened at the end that its facts tell. */
export function activityOf(end: RelayEnd, now: Instant): number {
  const isJudging = end.stats.lastAt !== undefined && now - end.stats.lastAt < 2_500 ? now : 0
  return (
    end.stats.packets +
    end.sentPackets +
    end.rtcpPackets +
    end.stunPackets +
    end.keepAlives +
    end.drops +
    isJudging
  )
}
