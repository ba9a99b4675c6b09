/**
 * The fixed header of RTP (RFC 3550 §5.1), read in place, and what else may come to a media port
 * (RFC 7983 §7; RTCP on the same port: RFC 5761 §4).
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 *    |                           timestamp                           |
 *    |            synchronization source (SSRC) identifier           |
 *    |            contributing sources (CC times), extension         |
 */

/** Numbers, because one is made for every packet. */
export const packetKinds = { rtp: 0, rtcp: 1, stun: 2, dtls: 3, zrtp: 4, keepAlive: 5, malformed: 6 } as const
export type PacketKind = (typeof packetKinds)[keyof typeof packetKinds]

export const RTP_HEADER_BYTES = 12
const RTCP_HEADER_BYTES = 4
const STUN_HEADER_BYTES = 20
/** Phones and routers fill a keep-alive with a few zero octets (RFC 6263 §4.1 has none at all). */
const LONGEST_KEEP_ALIVE_BYTES = 4

export function kindOf(packet: Uint8Array, length: number): PacketKind {
  const first = octet(packet, 0)
  if (first >= 128 && first < 192) return kindOfMedia(packet, length)
  if (length <= LONGEST_KEEP_ALIVE_BYTES && isZero(packet, length)) return packetKinds.keepAlive
  if (first < 4 && length >= STUN_HEADER_BYTES) return packetKinds.stun
  if (first >= 16 && first < 20) return packetKinds.zrtp
  return first >= 20 && first < 64 ? packetKinds.dtls : packetKinds.malformed
}

function kindOfMedia(packet: Uint8Array, length: number): PacketKind {
  const second = octet(packet, 1)
  if (second >= 192 && second < 224)
    return length < RTCP_HEADER_BYTES ? packetKinds.malformed : packetKinds.rtcp
  return length < RTP_HEADER_BYTES || payloadStart(packet, length) < 0
    ? packetKinds.malformed
    : packetKinds.rtp
}

/** Where the payload begins, behind contributing sources and extension; −1 when they or the padding do not fit. */
export function payloadStart(packet: Uint8Array, length: number): number {
  if (octet(packet, 0) === 128) return RTP_HEADER_BYTES
  const start = headerEnd(packet, length)
  return start < 0 || payloadEnd(packet, length) < start ? -1 : start
}

/** The same while the payload is encrypted, and with it the padding's count. */
export function headerEnd(packet: Uint8Array, length: number): number {
  if (length < RTP_HEADER_BYTES) return -1
  const first = octet(packet, 0)
  let start = RTP_HEADER_BYTES + 4 * (first & 15)
  if ((first & 16) !== 0) {
    if (start + 4 > length) return -1
    start += 4 + 4 * ((octet(packet, start + 2) << 8) | octet(packet, start + 3))
  }
  return start > length ? -1 : start
}

/** Where the payload ends, before the padding; −1 when the padding's own count cannot be true. */
export function payloadEnd(packet: Uint8Array, length: number): number {
  if ((octet(packet, 0) & 32) === 0) return length
  const padding = octet(packet, length - 1)
  return padding === 0 || padding > length ? -1 : length - padding
}

export function hasMarker(packet: Uint8Array): boolean {
  return octet(packet, 1) >= 128
}

export function payloadTypeOf(packet: Uint8Array): number {
  return octet(packet, 1) & 127
}

export function sequenceOf(packet: Uint8Array): number {
  return (octet(packet, 2) << 8) | octet(packet, 3)
}

export function timestampOf(packet: Uint8Array): number {
  return word32(packet, 4)
}

export function ssrcOf(packet: Uint8Array): number {
  return word32(packet, 8)
}

/** Four octets, the first the highest, as a number from 0. */
export function word32(packet: Uint8Array, at: number): number {
  return (
    ((octet(packet, at) << 24) |
      (octet(packet, at + 1) << 16) |
      (octet(packet, at + 2) << 8) |
      octet(packet, at + 3)) >>>
    0
  )
}

function isZero(packet: Uint8Array, length: number): boolean {
  for (let at = 0; at < length; at++) if (packet[at] !== 0) return false
  return true
}

function octet(packet: Uint8Array, at: number): number {
  return packet[at] as number
}
