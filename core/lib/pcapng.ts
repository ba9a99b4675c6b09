/**
 * Writes packet captures (draft-ietf-opsawg-pcapng) from what passed over sockets: the frames around each payload are
 * made up, since nobody but the kernel saw the real ones, with right lengths and checksums.
 * Every piece that a writer gives is to be put behind the one before.
 */
import { plainAddress, readAddress4 } from './ip.ts'
import { unreachable } from './unreachable.ts'

export interface CapturePlace {
  /** IP address without brackets. */
  readonly address: string
  readonly port: number
}

export interface CapturedPayload {
  /** Wall clock, ms since 1970; fractions count. */
  readonly atMs: number
  readonly from: CapturePlace
  readonly to: CapturePlace
  /** TCP payloads get sequence numbers that follow one another, as a stream without loss. */
  readonly transport: 'udp' | 'tcp'
  readonly payload: Uint8Array
  /** Shown by Wireshark beside the packet. */
  readonly comment?: string
}

export interface CaptureWriter {
  /** The head of the file: to be written once, first. */
  readonly head: () => Uint8Array
  /** Undefined for what no frame could carry: a place without an IP address, a datagram longer than IP allows. */
  readonly packet: (captured: CapturedPayload) => Uint8Array | undefined
}

/** `program`: who wrote the capture. */
export function createCaptureWriter(program: string): CaptureWriter {
  const sequences = new Map<string, number>()
  let identification = 0
  return {
    head: () => joined([sectionHeader(program), interfaceDescription()]),
    packet: (captured) => {
      const ends = endsOf(captured)
      if (ends === undefined) return undefined
      if (captured.transport === 'udp' && captured.payload.length > LONGEST_DATAGRAM_BYTES) return undefined
      return joined(
        piecesOf(captured).map((piece) => {
          identification = (identification + 1) & 0xffff
          return enhancedPacket(piece, frameOf(piece, ends, sequences, identification))
        }),
      )
    },
  }
}

/** 65,535 octets less the headers of IPv4 and UDP. */
const LONGEST_DATAGRAM_BYTES = 65_507
/** What Ethernet leaves of 1,500 octets for TCP over IPv6. */
const LONGEST_SEGMENT_BYTES = 1_440

/** A stream is cut as Ethernet would have it; a datagram stays whole. */
function piecesOf(captured: CapturedPayload): CapturedPayload[] {
  const { payload, transport } = captured
  if (transport === 'udp' || payload.length <= LONGEST_SEGMENT_BYTES) return [captured]
  return Array.from({ length: Math.ceil(payload.length / LONGEST_SEGMENT_BYTES) }, (_, index) => ({
    ...captured,
    payload: payload.subarray(index * LONGEST_SEGMENT_BYTES, (index + 1) * LONGEST_SEGMENT_BYTES),
  }))
}

const SECTION_HEADER = 0x0a0d0d0a
const INTERFACE_DESCRIPTION = 1
const ENHANCED_PACKET = 6
const BYTE_ORDER_MAGIC = 0x1a2b3c4d
const LINK_ETHERNET = 1
const OPTION_COMMENT = 1
const OPTION_SHB_USER_APPLICATION = 4
const OPTION_IF_TIMESTAMP_RESOLUTION = 9
/** Ten to the minus this many seconds. */
const RESOLUTION_DIGITS = 6

function sectionHeader(program: string): Uint8Array {
  const body = new Uint8Array(16)
  const view = viewOf(body)
  view.setUint32(0, BYTE_ORDER_MAGIC, true)
  view.setUint16(4, 1, true)
  // The length of the section is not known beforehand: all ones.
  view.setBigInt64(8, -1n, true)
  return block(SECTION_HEADER, [body, options([[OPTION_SHB_USER_APPLICATION, text(program)]])])
}

function interfaceDescription(): Uint8Array {
  const body = new Uint8Array(8)
  viewOf(body).setUint16(0, LINK_ETHERNET, true)
  const resolution = Uint8Array.of(RESOLUTION_DIGITS)
  return block(INTERFACE_DESCRIPTION, [body, options([[OPTION_IF_TIMESTAMP_RESOLUTION, resolution]])])
}

function enhancedPacket({ atMs, comment }: CapturedPayload, frame: Uint8Array): Uint8Array {
  const body = new Uint8Array(20)
  const view = viewOf(body)
  const micros = Math.round(atMs * 1000)
  view.setUint32(4, Math.floor(micros / 0x1_0000_0000), true)
  view.setUint32(8, micros % 0x1_0000_0000, true)
  view.setUint32(12, frame.length, true)
  view.setUint32(16, frame.length, true)
  const notes = comment === undefined ? [] : [options([[OPTION_COMMENT, text(comment)]])]
  return block(ENHANCED_PACKET, [body, padded(frame), ...notes])
}

/** Type, length, body, and the length again, so that a file can be read backwards. */
function block(type: number, parts: readonly Uint8Array[]): Uint8Array {
  const bytes = joined([new Uint8Array(8), ...parts, new Uint8Array(4)])
  const view = viewOf(bytes)
  view.setUint32(0, type, true)
  view.setUint32(4, bytes.length, true)
  view.setUint32(bytes.length - 4, bytes.length, true)
  return bytes
}

const LONGEST_OPTION_BYTES = 0xffff

function options(list: readonly (readonly [code: number, value: Uint8Array])[]): Uint8Array {
  const parts = list.map(([code, whole]) => {
    const value = whole.subarray(0, LONGEST_OPTION_BYTES)
    const head = new Uint8Array(4)
    viewOf(head).setUint16(0, code, true)
    viewOf(head).setUint16(2, value.length, true)
    return joined([head, padded(value)])
  })
  // opt_endofopt: code and length 0.
  return joined([...parts, new Uint8Array(4)])
}

interface Ends {
  readonly from: Uint8Array
  readonly to: Uint8Array
}

function endsOf({ from, to }: CapturedPayload): Ends | undefined {
  const [source, target] = [addressOctets(from.address), addressOctets(to.address)]
  if (source === undefined || target === undefined || source.length !== target.length) return undefined
  return { from: source, to: target }
}

/** 4 octets, or 16 of an IPv6 literal (RFC 4291 §2.2); undefined for what is neither. */
function addressOctets(literal: string): Uint8Array | undefined {
  const plain = plainAddress(literal)
  const four = readAddress4(plain)
  if (four !== undefined) return Uint8Array.of(four >>> 24, four >>> 16, four >>> 8, four)
  const [address = ''] = plain.split('%')
  const [before = '', after, ...more] = address.split('::')
  if (more.length > 0 || !address.includes(':')) return undefined
  const left = groups(before)
  const right = after === undefined ? [] : groups(after)
  const missing = 8 - left.length - right.length
  if (after === undefined ? missing !== 0 : missing < 1) return undefined
  const all = [...left, ...Array.from({ length: missing }, () => 0), ...right]
  if (!all.every((group) => group >= 0 && group <= 0xffff)) return undefined
  return Uint8Array.from(all.flatMap((group) => [group >>> 8, group & 0xff]))
}

function groups(part: string): number[] {
  if (part === '') return []
  return part.split(':').map((group) => (/^[0-9a-f]{1,4}$/i.test(group) ? Number.parseInt(group, 16) : -1))
}

const UDP = 17
const TCP = 6
const ETHERTYPE_IPV4 = 0x0800
const ETHERTYPE_IPV6 = 0x86dd
const HOPS = 64

function frameOf(
  captured: CapturedPayload,
  ends: Ends,
  sequences: Map<string, number>,
  identification: number,
): Uint8Array {
  const segment = segmentOf(captured, sequences)
  const protocol = captured.transport === 'udp' ? UDP : TCP
  const checksumAt = protocol === UDP ? 6 : 16
  const sum = checksum([pseudoHeader(ends, protocol, segment.length), segment])
  // RFC 768: 0 would say that there is no checksum.
  viewOf(segment).setUint16(checksumAt, sum === 0 && protocol === UDP ? 0xffff : sum)
  const isFour = ends.from.length === 4
  const ip = isFour
    ? header4(ends, protocol, segment.length, identification)
    : header6(ends, protocol, segment.length)
  return joined([ethernet(ends, isFour ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6), ip, segment])
}

/** Hardware addresses of our own making (locally administered), told apart by the end of the IP address. */
function ethernet({ from, to }: Ends, type: number): Uint8Array {
  const hardware = (address: Uint8Array): Uint8Array => joined([Uint8Array.of(2, 0), address.subarray(-4)])
  return joined([hardware(to), hardware(from), Uint8Array.of(type >>> 8, type & 0xff)])
}

function header4({ from, to }: Ends, protocol: number, length: number, identification: number): Uint8Array {
  const header = new Uint8Array(20)
  const view = viewOf(header)
  view.setUint8(0, 0x45)
  view.setUint16(2, 20 + length)
  view.setUint16(4, identification)
  view.setUint8(8, HOPS)
  view.setUint8(9, protocol)
  header.set(from, 12)
  header.set(to, 16)
  view.setUint16(10, checksum([header]))
  return header
}

function header6({ from, to }: Ends, protocol: number, length: number): Uint8Array {
  const header = new Uint8Array(40)
  const view = viewOf(header)
  view.setUint8(0, 0x60)
  view.setUint16(4, length)
  view.setUint8(6, protocol)
  view.setUint8(7, HOPS)
  header.set(from, 8)
  header.set(to, 24)
  return header
}

/** What the checksum of UDP and TCP covers besides themselves: RFC 768, RFC 9293 §3.1, RFC 8200 §8.1. */
function pseudoHeader({ from, to }: Ends, protocol: number, length: number): Uint8Array {
  const tail = new Uint8Array(8)
  viewOf(tail).setUint32(0, length)
  tail[7] = protocol
  return joined([from, to, tail])
}

function segmentOf(captured: CapturedPayload, sequences: Map<string, number>): Uint8Array {
  switch (captured.transport) {
    case 'udp':
      return udpSegment(captured)
    case 'tcp':
      return tcpSegment(captured, sequences)
    default:
      return unreachable(captured.transport)
  }
}

function udpSegment({ from, to, payload }: CapturedPayload): Uint8Array {
  const head = new Uint8Array(8)
  const view = viewOf(head)
  view.setUint16(0, from.port)
  view.setUint16(2, to.port)
  view.setUint16(4, 8 + payload.length)
  return joined([head, payload])
}

const PUSH_AND_ACKNOWLEDGE = 0x18

function tcpSegment({ from, to, payload }: CapturedPayload, sequences: Map<string, number>): Uint8Array {
  const forth = `${from.address} ${from.port} ${to.address} ${to.port}`
  const back = `${to.address} ${to.port} ${from.address} ${from.port}`
  const sequence = sequences.get(forth) ?? 1
  sequences.set(forth, (sequence + payload.length) >>> 0)
  const head = new Uint8Array(20)
  const view = viewOf(head)
  view.setUint16(0, from.port)
  view.setUint16(2, to.port)
  view.setUint32(4, sequence)
  view.setUint32(8, sequences.get(back) ?? 1)
  view.setUint8(12, 5 << 4)
  view.setUint8(13, PUSH_AND_ACKNOWLEDGE)
  view.setUint16(14, 0xffff)
  return joined([head, payload])
}

/** RFC 1071; the parts but the last have an even length. */
function checksum(parts: readonly Uint8Array[]): number {
  let sum = 0
  for (const part of parts) {
    for (let at = 0; at < part.length; at += 2) sum += ((part[at] ?? 0) << 8) | (part[at + 1] ?? 0)
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000)
  return ~sum & 0xffff
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Filled up with zeros to a multiple of four octets. */
function padded(part: Uint8Array): Uint8Array {
  return part.length % 4 === 0 ? part : joined([part, new Uint8Array(4 - (part.length % 4))])
}

/** UTF-8; half a surrogate pair becomes the replacement character. */
function text(words: string): Uint8Array {
  const escaped = encodeURIComponent(words.toWellFormed())
  const octets = escaped.replaceAll(/%(..)/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  )
  return Uint8Array.from(octets, (octet) => octet.charCodeAt(0))
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
