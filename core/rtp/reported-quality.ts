import type { Instant } from '../lib/instant.ts'
import type { EndFacts } from './orders.ts'
import type { ReportBlock } from './rtcp.ts'
import type { StreamStats } from './stream-stats.ts'

/** Sender reports that a receiver may still refer to. */
const REMEMBERED = 4
const NTP_UNITS_PER_MS = 65.536

/** What one phone says about the stream that it gets: the arrow that the relay cannot see. */
export class ReportedQuality {
  latest: EndFacts['reported']
  readonly #senderReports: { readonly ntp: number; readonly at: Instant }[] = []

  /** A sender report went on to this phone. */
  sent(now: Instant, ntp: number): void {
    this.#senderReports.push({ ntp, at: now })
    if (this.#senderReports.length > REMEMBERED) this.#senderReports.shift()
  }

  /** `stream`: what the phone gets, as it came from the other end. Blocks about other streams are not ours to judge. */
  take(now: Instant, blocks: readonly ReportBlock[], stream: StreamStats): void {
    const block = blocks.find(({ ssrc }) => stream.sources.some((source) => source.ssrc === ssrc))
    if (block === undefined) return
    const clockHz = stream.clockHz
    this.latest = {
      fractionLost: block.fractionLost,
      lost: block.lost,
      jitterMs: clockHz === 0 ? 0 : (block.jitter * 1000) / clockHz,
      roundTripMs: this.#roundTripOf(now, block),
      at: now,
    }
  }

  /** RFC 3550 §6.4.1, with the relay in the place of the sender. */
  #roundTripOf(now: Instant, block: ReportBlock): number | undefined {
    const report = this.#senderReports.find(({ ntp }) => ntp === block.lastSenderReport)
    if (report === undefined) return undefined
    return Math.max(0, now - report.at - block.delaySinceLast / NTP_UNITS_PER_MS)
  }
}
