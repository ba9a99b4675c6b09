import { expect, test } from 'vitest'
import { createChance } from '../../test/sim/chance.ts'
import { rtp } from '../../test/sim/media/packets.ts'
import { instant } from '../lib/instant.ts'
import { StreamStats } from './stream-stats.ts'

const pcmu = [{ type: 0, encoding: 'pcmu', clockHz: 8000 }]

function statsOf(sequences: readonly number[], gapMs = 20): StreamStats {
  const stats = new StreamStats(instant(0), pcmu)
  sequences.forEach((sequence, index) => {
    stats.take(instant(index * gapMs), rtp({ sequence, timestamp: sequence * 160 }), 172)
  })
  return stats
}

test.each([
  { what: 'in order', sequences: [1, 2, 3], lost: 0, expected: 3, duplicates: 0, reordered: 0 },
  { what: 'one missing', sequences: [1, 2, 4], lost: 1, expected: 4, duplicates: 0, reordered: 0 },
  { what: 'a copy', sequences: [1, 2, 2, 3], lost: -1, expected: 3, duplicates: 1, reordered: 0 },
  { what: 'two changed places', sequences: [1, 3, 2, 4], lost: 0, expected: 4, duplicates: 0, reordered: 1 },
  {
    what: 'over the end of the numbers',
    sequences: [65_534, 65_535, 0, 2],
    lost: 1,
    expected: 5,
    duplicates: 0,
    reordered: 0,
  },
  {
    what: 'late from before the turn',
    sequences: [65_535, 1, 0],
    lost: 0,
    expected: 3,
    duplicates: 0,
    reordered: 1,
  },
  {
    what: 'a new run of numbers',
    sequences: [1, 2, 30_000, 30_001, 30_002],
    lost: 0,
    expected: 5,
    duplicates: 0,
    reordered: 0,
  },
  {
    what: 'a new run from zero',
    sequences: [40_000, 65_535, 0, 1],
    lost: 0,
    expected: 4,
    duplicates: 0,
    reordered: 0,
  },
  {
    what: 'an old packet from far away',
    sequences: [5_000, 1, 5_001],
    lost: -1,
    expected: 2,
    duplicates: 0,
    reordered: 0,
  },
])('$what', ({ sequences, lost, expected, duplicates, reordered }) => {
  const stats = statsOf(sequences)
  expect({
    lost: stats.lost,
    expected: stats.expected,
    duplicates: stats.duplicates,
    reordered: stats.reordered,
  }).toEqual({ lost, expected, duplicates, reordered })
})

/** The same arithmetic, written down a second time over the whole list: RFC 3550 A.3 and A.8. */
function recount(packets: readonly { at: number; sequence: number }[]): { lost: number; jitterMs: number } {
  const seen = new Set<number>()
  let jitter = 0
  let before: { at: number; sequence: number } | undefined
  for (const packet of packets) {
    if (!seen.has(packet.sequence) && before !== undefined) {
      const difference = packet.at - before.at - (packet.sequence - before.sequence) * 20
      jitter += (Math.abs(difference) - jitter) / 16
    }
    if (!seen.has(packet.sequence)) before = packet
    seen.add(packet.sequence)
  }
  const expected = Math.max(...seen) - (packets[0]?.sequence ?? 0) + 1
  return { lost: expected - packets.length, jitterMs: jitter }
}

test.each([1, 2, 3, 4, 5])('a disturbed stream, seed %i, agrees with an independent count', (seed) => {
  const chance = createChance(seed)
  const packets = Array.from({ length: 3_000 }, (_, sequence) => ({
    sequence,
    at: sequence * 20 + chance() * 30,
  }))
    .filter(({ sequence }) => sequence === 0 || chance() > 0.05)
    .flatMap((packet) => (chance() < 0.03 ? [packet, { ...packet, at: packet.at + 1 }] : [packet]))
    .toSorted((one, other) => one.at - other.at)
  const stats = new StreamStats(instant(0), pcmu)
  for (const { at, sequence } of packets) {
    stats.take(instant(at), rtp({ sequence, timestamp: sequence * 160 }), 172)
  }
  const truth = recount(packets)
  expect(stats.lost).toBe(truth.lost)
  expect(stats.jitterMs).toBeCloseTo(truth.jitterMs, 6)
  expect(stats.duplicates).toBe(packets.length - new Set(packets.map(({ sequence }) => sequence)).size)
})

test('each source is counted for itself, and more than eight make room', () => {
  const stats = new StreamStats(instant(0), pcmu)
  for (let ssrc = 1; ssrc <= 20; ssrc++) {
    for (const sequence of [1, 2, 4]) stats.take(instant(ssrc * 100 + sequence), rtp({ ssrc, sequence }), 172)
  }
  expect(stats.sources.length).toBe(8)
  expect({ expected: stats.expected, lost: stats.lost, packets: stats.packets }).toEqual({
    expected: 80,
    lost: 20,
    packets: 60,
  })
})

test('a collision of two sources leaves the figures of both whole (R16)', () => {
  const stats = new StreamStats(instant(0), pcmu)
  for (let sequence = 0; sequence < 100; sequence++) {
    stats.take(instant(sequence * 20), rtp({ ssrc: 1, sequence, timestamp: sequence * 160 }), 172)
    stats.take(
      instant(sequence * 20 + 3),
      rtp({ ssrc: 2, sequence: sequence + 7000, timestamp: sequence * 160 }),
      172,
    )
  }
  expect({ lost: stats.lost, duplicates: stats.duplicates, jitterMs: stats.maxJitterMs }).toEqual({
    lost: 0,
    duplicates: 0,
    jitterMs: 0,
  })
})

test('times of packets: first, last, mean and longest gap, markers, bytes, payload types', () => {
  const stats = new StreamStats(instant(0), pcmu)
  for (const [at, marker] of [
    [100, true],
    [120, false],
    [620, false],
  ] as const) {
    stats.take(instant(at), rtp({ marker, payloadType: 3 }), 172)
  }
  expect(stats.payloadTypes[3]).toBe(3)
  expect(stats).toMatchObject({
    packets: 3,
    bytes: 516,
    firstAt: 100,
    lastAt: 620,
    longestGapMs: 500,
    markers: 1,
  })
  expect(stats.meanGapMs).toBe(260)
})

test('events of the keypad and a clock that starts anew say nothing about jitter', () => {
  const stats = new StreamStats(instant(0), [
    ...pcmu,
    { type: 101, encoding: 'telephone-event', clockHz: 8000 },
  ])
  stats.take(instant(0), rtp({ sequence: 1, timestamp: 0 }), 172)
  for (let i = 0; i < 9; i++) {
    stats.take(instant(20 + i * 20), rtp({ sequence: 2 + i, timestamp: 160, payloadType: 101 }), 172)
  }
  stats.take(instant(200), rtp({ sequence: 11, timestamp: 1600 }), 172)
  expect(stats.maxJitterMs).toBe(0)
  stats.take(instant(220), rtp({ sequence: 12, timestamp: 900_000_000 }), 172)
  stats.take(instant(240), rtp({ sequence: 13, timestamp: 900_000_160 }), 172)
  expect(stats.maxJitterMs).toBe(0)
})
