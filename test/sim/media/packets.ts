/** Media packets for tests: RTP as a phone sends it, RTCP as RFC 3550 draws it. */

export interface RtpFields {
  readonly ssrc?: number
  readonly sequence?: number
  readonly timestamp?: number
  readonly payloadType?: number
  readonly marker?: boolean
  /** 160 octets of it; something that is neither silence nor zero unless given. */
  readonly fill?: number
}

export function rtp(fields: RtpFields = {}): Uint8Array {
  const { ssrc = 1, sequence = 0, timestamp = 0, payloadType = 0, marker = false, fill = 0x2a } = fields
  const packet = new Uint8Array(172).fill(fill)
  const view = new DataView(packet.buffer)
  view.setUint8(0, 0x80)
  view.setUint8(1, (marker ? 128 : 0) | payloadType)
  view.setUint16(2, sequence & 0xffff)
  view.setUint32(4, timestamp >>> 0)
  view.setUint32(8, ssrc)
  return packet
}

/** A packet of the given type: count, then words behind the header. */
export function rtcpPart(type: number, count: number, words: readonly number[]): Uint8Array {
  const packet = new Uint8Array(4 + 4 * words.length)
  const view = new DataView(packet.buffer)
  view.setUint8(0, 0x80 | count)
  view.setUint8(1, type)
  view.setUint16(2, words.length)
  words.forEach((word, index) => view.setUint32(4 + 4 * index, word >>> 0))
  return packet
}

export function receiverReport(ssrc: number): Uint8Array {
  return rtcpPart(201, 0, [ssrc])
}

export function senderReport(ssrc: number, ntp: number): Uint8Array {
  return rtcpPart(200, 0, [ssrc, ntp >>> 16, (ntp << 16) >>> 0, 0, 1, 160])
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

export function stunRequest(): Uint8Array {
  const packet = new Uint8Array(20)
  packet.set([0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42])
  return packet
}
