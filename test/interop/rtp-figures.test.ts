/** The relay's figures of a disturbed stream beside Wireshark's, which reads the same packets from a capture. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { instant } from '../../core/lib/instant.ts'
import { StreamStats } from '../../core/rtp/stream-stats.ts'
import { createImpairment } from '../sim/impair/impairment.ts'
import { rtp } from '../sim/media/packets.ts'
import { needs, temporaryFolder } from './processes.ts'

interface Arrival {
  readonly atMs: number
  readonly packet: Uint8Array
}

const PACKETS = 3_000
const PORT = 6000
const missing = needs('tshark')

test.skipIf(missing.skip).each([
  { what: 'undisturbed', options: { seed: 1 } },
  { what: 'loss', options: { seed: 2, lossShare: 0.05 } },
  { what: 'jitter that keeps the order', options: { seed: 3, jitterMs: 18 } },
  { what: 'loss and jitter with reordering', options: { seed: 4, lossShare: 0.02, jitterMs: 40 } },
])(`tshark agrees: $what${missing.because}`, ({ options }) => {
  const arrivals = disturbed(options)
  const stats = new StreamStats(instant(0), [{ type: 0, encoding: 'pcmu', clockHz: 8000 }])
  for (const { atMs, packet } of arrivals) stats.take(instant(atMs), packet, packet.length)
  const theirs = wiresharkOf(arrivals)
  expect(theirs.packets).toBe(stats.packets)
  expect(Math.abs(theirs.lost - stats.lost) / stats.expected).toBeLessThan(0.001)
  expect(Math.abs(theirs.maxJitterMs - stats.maxJitterMs)).toBeLessThan(1)
  expect(Math.abs(theirs.meanGapMs - stats.meanGapMs)).toBeLessThan(1)
})

function disturbed(options: Parameters<typeof createImpairment>[0]): Arrival[] {
  const impairment = createImpairment(options)
  return Array.from({ length: PACKETS }, (_, sequence) =>
    impairment.decide().copies.map(({ delayMs }) => ({
      // Captures count in microseconds.
      atMs: Math.round((1_000 + sequence * 20 + delayMs) * 1_000) / 1_000,
      packet: rtp({ ssrc: 7, sequence, timestamp: sequence * 160 }),
    })),
  )
    .flat()
    .toSorted((one, other) => one.atMs - other.atMs)
}

function wiresharkOf(arrivals: readonly Arrival[]): {
  packets: number
  lost: number
  maxJitterMs: number
  meanGapMs: number
} {
  const file = join(temporaryFolder('capture'), 'stream.pcap')
  writeFileSync(file, captureOf(arrivals))
  const args = ['-r', file, '-d', `udp.port==${PORT},rtp`, '-q', '-z', 'rtp,streams']
  const table = execFileSync('tshark', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  const row = table.split('\n').find((line) => line.includes('0x00000007')) ?? ''
  const found =
    /0x00000007\s+\S.*?\s(\d+)\s+(-?\d+)\s+\(.*?\)\s+([\d.]+)\s+([\d.]+)\s+([\d.]+)\s+([\d.]+)\s+([\d.]+)\s+([\d.]+)/.exec(
      row,
    )
  if (found === null) throw new Error(`tshark shows no such stream: ${table}`)
  const [packets = NaN, lost = NaN, , meanGapMs = NaN, , , , maxJitterMs = NaN] = found.slice(1).map(Number)
  return { packets, lost, maxJitterMs, meanGapMs }
}

/** A libpcap file of raw IPv4 (link type 101). */
function captureOf(arrivals: readonly Arrival[]): Buffer {
  const head = Buffer.alloc(24)
  head.writeUInt32LE(0xa1b2c3d4, 0)
  head.writeUInt16LE(2, 4)
  head.writeUInt16LE(4, 6)
  head.writeUInt32LE(65_535, 16)
  head.writeUInt32LE(101, 20)
  return Buffer.concat([head, ...arrivals.flatMap(recordOf)])
}

function recordOf({ atMs, packet }: Arrival): Buffer[] {
  const length = 28 + packet.length
  const record = Buffer.alloc(16 + 28)
  record.writeUInt32LE(Math.floor(atMs / 1_000), 0)
  record.writeUInt32LE(Math.round((atMs % 1_000) * 1_000) % 1_000_000, 4)
  record.writeUInt32LE(length, 8)
  record.writeUInt32LE(length, 12)
  record.set([0x45, 0, length >> 8, length & 255, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2], 16)
  record.writeUInt16BE(5000, 36)
  record.writeUInt16BE(PORT, 38)
  record.writeUInt16BE(8 + packet.length, 40)
  return [record, Buffer.from(packet)]
}
