import { expect, test } from 'vitest'
import { receiverReport, rtp, stunRequest } from '../../test/sim/media/packets.ts'
import { kindOf, packetKinds, payloadEnd, payloadStart, sequenceOf, ssrcOf, timestampOf } from './header.ts'

const kinds = packetKinds
const zeros = (length: number): Uint8Array => new Uint8Array(length)
const bytes = (...octets: number[]): Uint8Array => Uint8Array.from(octets)

test.each([
  { what: 'RTP', packet: rtp(), kind: kinds.rtp },
  {
    what: 'RTP with marker and PT 95 is not RTCP',
    packet: rtp({ payloadType: 95, marker: false }),
    kind: kinds.rtp,
  },
  { what: 'RTCP on any port', packet: receiverReport(1), kind: kinds.rtcp },
  { what: 'RTCP of four octets', packet: bytes(0x80, 201, 0, 0), kind: kinds.rtcp },
  { what: 'RTCP cut in its header', packet: bytes(0x80, 201, 0), kind: kinds.malformed },
  { what: 'RTP cut in its header', packet: rtp().subarray(0, 11), kind: kinds.malformed },
  { what: 'STUN', packet: stunRequest(), kind: kinds.stun },
  { what: 'STUN cut short', packet: stunRequest().subarray(0, 19), kind: kinds.malformed },
  { what: 'ZRTP', packet: bytes(0x10, 0, 0, 1), kind: kinds.zrtp },
  { what: 'DTLS', packet: bytes(22, 0xfe, 0xfd), kind: kinds.dtls },
  { what: 'a TURN channel', packet: bytes(0x40, 0, 0, 4, 1, 2, 3, 4), kind: kinds.malformed },
  { what: 'version 3', packet: bytes(0xc0, ...zeros(20)), kind: kinds.malformed },
  { what: 'an empty datagram', packet: zeros(0), kind: kinds.keepAlive },
  { what: 'four zeros', packet: zeros(4), kind: kinds.keepAlive },
  { what: 'four octets that are not zero', packet: bytes(0, 0, 0, 1), kind: kinds.malformed },
  { what: 'five zeros', packet: zeros(5), kind: kinds.malformed },
])('$what is told apart', ({ packet, kind }) => {
  expect(kindOf(packet, packet.length)).toBe(kind)
})

test.each([
  { what: 'plain', first: 0x80, tail: [], start: 12 },
  { what: 'two contributing sources', first: 0x82, tail: [], start: 20 },
  { what: 'sources beyond the end', first: 0x8f, tail: [], start: -1 },
  { what: 'an extension of one word', first: 0x90, tail: [0, 0, 0, 1], start: 20 },
  { what: 'an extension beyond the end', first: 0x90, tail: [0, 0, 0, 200], start: -1 },
  { what: 'an extension whose header does not fit', first: 0x9a, tail: [], start: -1 },
])('the payload begins behind: $what', ({ first, tail, start }) => {
  const packet = rtp().subarray(0, 52)
  packet[0] = first
  packet.set(tail, 12)
  expect(payloadStart(packet, packet.length)).toBe(start)
})

test.each([
  { padding: 4, end: 168, start: 12 },
  { padding: 0, end: -1, start: -1 },
  { padding: 173, end: -1, start: -1 },
  { padding: 165, end: 7, start: -1 },
])('padding of $padding octets', ({ padding, end, start }) => {
  const packet = rtp()
  packet[0] = 0xa0
  packet[171] = padding
  expect(payloadEnd(packet, packet.length)).toBe(end)
  expect(payloadStart(packet, packet.length)).toBe(start)
})

test('the fields are read whole', () => {
  const packet = rtp({ ssrc: 0xfedcba98, sequence: 65_535, timestamp: 0xffffffff })
  expect([ssrcOf(packet), sequenceOf(packet), timestampOf(packet)]).toEqual([0xfedcba98, 65_535, 0xffffffff])
})
