/** What the browser has counted since the call began. */
export interface BrowserTotals {
  readonly packetsSent: number
  readonly packetsReceived: number
  readonly packetsLost: number
  /** Of ours, as the far end reports (RFC 3550 §6.4.1): 0 to 1. */
  readonly fractionLostThere: number
  readonly jitterMs: number
  readonly roundTripMs: number | undefined
}

export type Quality = 'unknown' | 'good' | 'choppy' | 'silent'

/** Above this share of packets a listener notices, whatever hides the gaps. */
const NOTICED_LOSS = 0.03
const NOTICED_JITTER_MS = 60

/** How we hear them, from what has come in the last second. */
export function heardQuality(before: BrowserTotals | undefined, after: BrowserTotals): Quality {
  if (before === undefined) return 'unknown'
  const received = after.packetsReceived - before.packetsReceived
  const lost = Math.max(0, after.packetsLost - before.packetsLost)
  if (received === 0) return 'silent'
  const isChoppy = lost / (received + lost) > NOTICED_LOSS || after.jitterMs > NOTICED_JITTER_MS
  return isChoppy ? 'choppy' : 'good'
}

/** How they hear us: what leaves here, and what the far end says has arrived. */
export function sentQuality(before: BrowserTotals | undefined, after: BrowserTotals): Quality {
  if (before === undefined) return 'unknown'
  if (after.packetsSent === before.packetsSent) return 'silent'
  return after.fractionLostThere > NOTICED_LOSS ? 'choppy' : 'good'
}

/** Reads the totals out of a report of W3C webrtc-stats. */
export function totalsOf(report: Iterable<Readonly<Record<string, unknown>>>): BrowserTotals {
  const totals = {
    ...{ packetsSent: 0, packetsReceived: 0, packetsLost: 0, fractionLostThere: 0, jitterMs: 0 },
    roundTripMs: undefined as number | undefined,
  }
  for (const entry of report) {
    if (entry['type'] === 'outbound-rtp') totals.packetsSent += numberOf(entry['packetsSent'])
    if (entry['type'] === 'inbound-rtp') {
      totals.packetsReceived += numberOf(entry['packetsReceived'])
      totals.packetsLost += numberOf(entry['packetsLost'])
      totals.jitterMs = Math.max(totals.jitterMs, numberOf(entry['jitter']) * 1_000)
    }
    if (entry['type'] === 'remote-inbound-rtp') {
      totals.fractionLostThere = numberOf(entry['fractionLost'])
      const seconds = entry['roundTripTime']
      if (typeof seconds === 'number') totals.roundTripMs = seconds * 1_000
    }
  }
  return totals
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0
}
