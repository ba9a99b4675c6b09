/**
 * RTCP as it passes (RFC 3550 §6, extended reports RFC 3611): every packet of a compound is walked and checked
 * before it goes on, and what sender and receiver reports say is read.
 *
 *    |V=2|P| count   |  packet type  |  length in words less one     |
 */
import { word32 } from './header.ts'

export const rtcpTypes = { sr: 200, rr: 201, sdes: 202, bye: 203, app: 204, xr: 207 } as const

/** What a receiver reports of one stream that it gets (RFC 3550 §6.4.1). */
export interface ReportBlock {
  readonly ssrc: number
  /** 0–1, since its report before. */
  readonly fractionLost: number
  /** Negative when duplicates outnumber losses. */
  readonly lost: number
  /** In units of the stream's clock. */
  readonly jitter: number
  /** Middle 32 bits of the NTP time of the last sender report that it got; 0 for none. */
  readonly lastSenderReport: number
  /** Since that report, in 1/65536 s. */
  readonly delaySinceLast: number
}

export interface RtcpSummary {
  /** Middle 32 bits of the NTP time of its sender report; undefined without one. */
  readonly senderReportNtp: number | undefined
  readonly blocks: readonly ReportBlock[]
  readonly hasBye: boolean
}

interface Walk {
  senderReportNtp: number | undefined
  blocks: ReportBlock[]
  hasBye: boolean
}

const HEADER_BYTES = 4
const BLOCK_BYTES = 24
const SENDER_INFO_BYTES = 20
/** The shortest that means anything: a receiver report about nobody. */
const SHORTEST_BYTES = 8

/**
 * Undefined for what is malformed anywhere. The first packet may be of any type: RFC 5506 lets two phones agree
 * on that, and the relay is not told.
 */
export function readRtcp(packet: Uint8Array, length: number): RtcpSummary | undefined {
  if (length < SHORTEST_BYTES || (length & 3) !== 0) return undefined
  const walk: Walk = { senderReportNtp: undefined, blocks: [], hasBye: false }
  let at = 0
  while (at < length) {
    if (at + HEADER_BYTES > length) return undefined
    const end = at + 4 * (((packet[at + 2] as number) << 8) + (packet[at + 3] as number) + 1)
    if (end > length || !isSound(packet, at, end, end === length)) return undefined
    if (!readOne(packet, at, end, walk)) return undefined
    at = end
  }
  return walk
}

/** Version, type and padding: only the last packet of a compound may be padded (§6.4.1). */
function isSound(packet: Uint8Array, at: number, end: number, isLast: boolean): boolean {
  const first = packet[at] as number
  const type = packet[at + 1] as number
  if (first >> 6 !== 2 || type < 192 || type > 223) return false
  return (first & 32) === 0 || (isLast && isPaddingSound(packet, at, end))
}

function isPaddingSound(packet: Uint8Array, at: number, end: number): boolean {
  const padding = packet[end - 1] as number
  return padding > 0 && (padding & 3) === 0 && padding <= end - at - HEADER_BYTES
}

function readOne(packet: Uint8Array, at: number, padded: number, walk: Walk): boolean {
  const first = packet[at] as number
  const count = first & 31
  const end = (first & 32) === 0 ? padded : padded - (packet[padded - 1] as number)
  switch (packet[at + 1]) {
    case rtcpTypes.sr:
      if (at + 8 + SENDER_INFO_BYTES > end) return false
      walk.senderReportNtp = word32(packet, at + 10)
      return readBlocks(packet, at + 8 + SENDER_INFO_BYTES, end, count, walk)
    case rtcpTypes.rr:
      return at + 8 <= end && readBlocks(packet, at + 8, end, count, walk)
    case rtcpTypes.sdes:
      return isDescriptionSound(packet, at + HEADER_BYTES, end, count)
    case rtcpTypes.bye:
      walk.hasBye = true
      return isByeSound(packet, at + HEADER_BYTES, end, count)
    case rtcpTypes.app:
      return at + 12 <= end
    case rtcpTypes.xr:
      return at + 8 <= end && areExtensionsSound(packet, at + 8, end)
    default:
      // Feedback (RFC 4585) and types to come: an SSRC stands behind every header.
      return at + 8 <= end
  }
}

function readBlocks(packet: Uint8Array, from: number, end: number, count: number, walk: Walk): boolean {
  if (from + count * BLOCK_BYTES > end) return false
  for (let at = from; at < from + count * BLOCK_BYTES; at += BLOCK_BYTES) {
    walk.blocks.push({
      ssrc: word32(packet, at),
      fractionLost: (packet[at + 4] as number) / 256,
      lost: (word32(packet, at + 4) << 8) >> 8,
      jitter: word32(packet, at + 12),
      lastSenderReport: word32(packet, at + 16),
      delaySinceLast: word32(packet, at + 20),
    })
  }
  return true
}

/** Chunks: an SSRC, items of type and length, a zero, and zeros up to the next word (§6.5). */
function isDescriptionSound(packet: Uint8Array, from: number, end: number, count: number): boolean {
  let at = from
  for (let chunk = 0; chunk < count; chunk++) {
    at += 4
    while (at < end && packet[at] !== 0) {
      if (at + 2 > end) return false
      at += 2 + (packet[at + 1] as number)
    }
    if (at >= end) return false
    at += 4 - ((at - from) & 3)
  }
  return at <= end
}

function isByeSound(packet: Uint8Array, from: number, end: number, count: number): boolean {
  const reason = from + 4 * count
  if (reason > end) return false
  return reason === end || reason + 1 + (packet[reason] as number) <= end
}

/** Report blocks of RFC 3611 §3: type, something, length in words. */
function areExtensionsSound(packet: Uint8Array, from: number, end: number): boolean {
  let at = from
  while (at < end) {
    if (at + 4 > end) return false
    at += 4 + 4 * (((packet[at + 2] as number) << 8) | (packet[at + 3] as number))
  }
  return at === end
}
