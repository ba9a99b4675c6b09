import { expect, test } from 'vitest'
import { instant } from '../lib/instant.ts'
import { PacketRing, readRecordedPackets } from './packet-ring.ts'

const phone = { address: '192.0.2.7', port: 4000 }
const here = { address: '192.0.2.1', port: 35_000 }
const there = { address: '192.0.2.1', port: 35_002 }
const other = { address: '2001:db8::9', port: 6000 }

test('a packet comes out as it went in, passed on or not', () => {
  const ring = new PacketRing(4_096)
  ring.note(instant(12.5), 7, phone, here, there, other, Uint8Array.of(128, 0, 1))
  ring.note(instant(13), 8, other, there, undefined, undefined, new Uint8Array(0))
  expect(readRecordedPackets(ring.take(new Set([7, 8])))).toEqual([
    {
      ...{ at: 12.5, pair: 7, from: phone, to: here, onward: { from: there, to: other } },
      payload: Uint8Array.of(128, 0, 1),
    },
    { at: 13, pair: 8, from: other, to: there, onward: undefined, payload: new Uint8Array(0) },
  ])
  expect(readRecordedPackets(ring.take(new Set([8]))).map(({ pair }) => pair)).toEqual([8])
  expect(readRecordedPackets(ring.take(new Set()))).toEqual([])
})

test.each([512, 1_000, 4_096])('%i octets always hold an unbroken run of the newest packets', (size) => {
  const ring = new PacketRing(size)
  for (let count = 1; count <= 500; count++) {
    ring.note(instant(count), 1, phone, here, undefined, undefined, new Uint8Array((count * 37) % 173))
    const times = readRecordedPackets(ring.take(new Set([1]))).map(({ at }) => Number(at))
    expect(times.at(-1)).toBe(count)
    expect(times).toEqual(times.map((_, index) => count - times.length + 1 + index))
    if (count > 20) expect(times.length).toBeGreaterThanOrEqual(Math.floor(size / (40 + 176)) - 1)
  }
})

test('a pair’s number above 32 bits is kept, and a packet that no path carries is cut', () => {
  const ring = new PacketRing(8_192)
  ring.note(instant(1), 1_700_000_000_000_123, phone, here, undefined, undefined, new Uint8Array(3_000))
  const [packet] = readRecordedPackets(ring.take(new Set([1_700_000_000_000_123])))
  expect(packet?.payload.length).toBe(2_048)
})

test('more addresses than are told apart share one', () => {
  const ring = new PacketRing(1 << 20)
  for (let count = 0; count < 5_000; count++) {
    const from = { address: `10.0.${count >> 8}.${count & 255}`, port: 9 }
    ring.note(instant(count), 1, from, here, undefined, undefined, Uint8Array.of(1))
  }
  const packets = readRecordedPackets(ring.take(new Set([1])))
  expect(packets[0]?.from.address).toBe('10.0.0.0')
  expect(packets.at(-1)?.from.address).toBe('0.0.0.0')
})
