import fc from 'fast-check'
import { expect, test } from 'vitest'
import { joined, receiverReport, rtcpPart, senderReport } from '../../test/sim/media/packets.ts'
import { readRtcp, rtcpTypes } from './rtcp.ts'

const { sr, rr, sdes, bye, app, xr } = rtcpTypes
const block = (ssrc: number): number[] => [ssrc, 0x40ff_fffe, 0, 80, 0x1234_5678, 65_536]

const good = {
  'an empty receiver report': receiverReport(7),
  'a sender report': senderReport(7, 1),
  'a sender report with two blocks': rtcpPart(sr, 2, [7, 0, 0, 0, 0, 0, ...block(1), ...block(2)]),
  'a report with a profile extension': rtcpPart(rr, 0, [7, 1, 2, 3]),
  'a compound': joined(receiverReport(7), rtcpPart(sdes, 1, [7, 0x0101_6100])),
  'an item that ends at a word': joined(receiverReport(7), rtcpPart(sdes, 1, [7, 0x0102_6161, 0])),
  'a description of nobody': joined(receiverReport(7), rtcpPart(sdes, 0, [])),
  'two chunks': rtcpPart(sdes, 2, [1, 0x0101_6100, 2, 0x0101_6200]),
  'a goodbye': joined(receiverReport(7), rtcpPart(bye, 1, [7])),
  'a goodbye with a reason': rtcpPart(bye, 1, [7, 0x0362_7965]),
  'a goodbye of nobody': joined(receiverReport(7), rtcpPart(bye, 0, [])),
  'an application packet': rtcpPart(app, 0, [7, 0x6e61_6d65]),
  'an extended report': rtcpPart(xr, 0, [7, 0x0400_0002, 1, 2]),
  'an extended report without blocks': rtcpPart(xr, 0, [7]),
  'feedback alone (RFC 5506)': rtcpPart(206, 1, [7, 8]),
  'padding on the last packet': padded(rtcpPart(rr, 0, [7, 0, 4]), 4),
}

test.each(Object.entries(good))('%s is let through', (_, packet) => {
  expect(readRtcp(packet, packet.length)).toBeDefined()
})

/** R25: shapes that have ended other servers, and every rule broken once. */
const bad = {
  nothing: new Uint8Array(0),
  'four octets': rtcpPart(rr, 0, []),
  'four octets of goodbye': rtcpPart(bye, 0, []),
  'six octets': rtcpPart(rr, 0, [7]).subarray(0, 6),
  'seven octets': rtcpPart(rr, 0, [7]).subarray(0, 7),
  'a length not of words': joined(receiverReport(7), new Uint8Array([0x80])),
  'a length beyond the end': withLength(receiverReport(7), 2),
  'the greatest length': withLength(receiverReport(7), 65_535),
  'a length short of its end': withLength(rtcpPart(rr, 0, [7, 1]), 1),
  'a length of zero, then rubbish': withLength(rtcpPart(rr, 0, [7]), 0),
  'version 0 in the second': joined(receiverReport(7), withFirst(receiverReport(7), 0)),
  'version 1': withFirst(receiverReport(7), 0x40),
  'version 3': withFirst(receiverReport(7), 0xc0),
  'type 191': rtcpPart(191, 0, [7]),
  'type 224': rtcpPart(224, 0, [7]),
  'type 0': rtcpPart(0, 0, [7]),
  'a sender report without its sender': rtcpPart(sr, 0, [7]),
  'a sender report one word short': rtcpPart(sr, 0, [7, 0, 0, 0, 0]),
  'a block that is missing': rtcpPart(rr, 1, [7]),
  'a block one word short': rtcpPart(rr, 1, [7, 1, 2, 3, 4, 5]),
  'thirty-one blocks claimed': rtcpPart(rr, 31, [7, ...block(1)]),
  'thirty-one blocks claimed by a sender': rtcpPart(sr, 31, [7, 0, 0, 0, 0, 0]),
  'a description without its chunk': rtcpPart(sdes, 1, [7]),
  'a description with two claimed': rtcpPart(sdes, 2, [7, 0x0101_6100]),
  'thirty-one chunks claimed': rtcpPart(sdes, 31, [7, 0x0101_6100]),
  'an item beyond the end': rtcpPart(sdes, 1, [7, 0x01ff_6161]),
  'an item without its length': rtcpPart(sdes, 1, [7, 0x0101_6101]),
  'items without an end': rtcpPart(sdes, 1, [7, 0x0102_6161]),
  'a chunk of nothing': joined(receiverReport(7), rtcpPart(sdes, 1, [])),
  'a goodbye without its source': joined(receiverReport(7), rtcpPart(bye, 1, [])),
  'thirty-one sources claimed': rtcpPart(bye, 31, [7]),
  'a reason beyond the end': rtcpPart(bye, 1, [7, 0x0462_7965]),
  'the longest reason claimed': rtcpPart(bye, 1, [7, 0xff62_7965]),
  'an application packet without a name': rtcpPart(app, 0, [7]),
  'an application packet of its header': joined(receiverReport(7), rtcpPart(app, 0, [])),
  'an extended report of its header': joined(receiverReport(7), rtcpPart(xr, 0, [])),
  'an extended block beyond the end': rtcpPart(xr, 0, [7, 0x0400_0002, 1]),
  'the greatest extended block': rtcpPart(xr, 0, [7, 0x0400_ffff, 1]),
  'feedback of its header': joined(receiverReport(7), rtcpPart(205, 1, [])),
  'padding in the middle': joined(withFirst(receiverReport(7), 0xa0), receiverReport(7)),
  'padding of nothing': padded(rtcpPart(rr, 0, [7, 0]), 0),
  'padding not of words': padded(rtcpPart(rr, 0, [7, 0]), 3),
  'padding longer than the packet': padded(rtcpPart(rr, 0, [7, 0]), 12),
  'padding over the sender': padded(rtcpPart(rr, 0, [7, 0]), 8),
  'padding over the blocks': padded(rtcpPart(rr, 1, [7, ...block(1)]), 4),
}

test.each(Object.entries(bad))('%s is refused', (_, packet) => {
  expect(readRtcp(packet, packet.length)).toBeUndefined()
})

test('what a receiver reports is read, losses below zero too', () => {
  const packet = rtcpPart(rr, 1, [7, 9, 0x40ff_fffe, 0, 80, 0x1234_5678, 65_536])
  expect(readRtcp(packet, packet.length)).toEqual({
    senderReportNtp: undefined,
    hasBye: false,
    blocks: [
      {
        ssrc: 9,
        fractionLost: 0.25,
        lost: -2,
        jitter: 80,
        lastSenderReport: 0x1234_5678,
        delaySinceLast: 65_536,
      },
    ],
  })
})

test('of a sender report the middle of its time is kept', () => {
  const packet = senderReport(7, 0x89ab_cdef)
  expect(readRtcp(packet, packet.length)?.senderReportNtp).toBe(0x89ab_cdef)
})

test('no octets make it throw or read beyond them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (octets) => {
      const packet = Uint8Array.from([
        0x80 | (octets[0] ?? 0),
        200 + ((octets[1] ?? 0) & 7),
        ...octets.slice(2),
      ])
      const summary = readRtcp(packet, packet.length)
      expect(summary === undefined || summary.blocks.every(({ ssrc }) => ssrc >= 0)).toBe(true)
    }),
    { seed: 3550, numRuns: 2_000 },
  )
})

function withFirst(packet: Uint8Array, first: number): Uint8Array {
  return Uint8Array.from([first, ...packet.subarray(1)])
}

function withLength(packet: Uint8Array, words: number): Uint8Array {
  return Uint8Array.from([...packet.subarray(0, 2), words >> 8, words & 255, ...packet.subarray(4)])
}

function padded(packet: Uint8Array, padding: number): Uint8Array {
  return Uint8Array.from([(packet[0] ?? 0) | 0x20, ...packet.subarray(1, -1), padding])
}
