/**
 * What arrives at a telephone's interface, as voice: baresip 1.0 no longer writes its recording once a call was held,
 * though it goes on hearing. dumpcap listens; G.711 μ-law is decoded here.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startProgram } from '../processes.ts'
import { hearing, type Heard } from './heard.ts'
import type { Station } from './lab.ts'
import { inside } from './namespaces.ts'

export interface Ear {
  /** The voice packets that came in a span of the wall clock, once `EAR_LAG_MS` have gone by since. */
  readonly heardIn: (fromMs: number, lastsMs: number) => Heard
  readonly stop: () => Promise<void>
}

/** dumpcap writes out what it has twice a second. */
export const EAR_LAG_MS = 800

const FILE_HEAD_BYTES = 24
const RECORD_HEAD_BYTES = 16
const FRAME_HEAD_BYTES = 14 + 20 + 8
const RTP_HEAD_BYTES = 12

export function openEar({ namespace, address, mediaPorts }: Station, folder: string, limitMs: number): Ear {
  const path = join(folder, 'heard.pcap')
  const filter = `udp and dst host ${address} and dst portrange ${mediaPorts}`
  const [command, args] = inside(namespace, ['dumpcap', '-q', '-P', '-i', 'phone', '-f', filter, '-w', path])
  const program = startProgram(command, args, { limitMs })
  return {
    heardIn: (fromMs, lastsMs) => {
      const payloads = existsSync(path) ? voiceIn(readFileSync(path), fromMs, fromMs + lastsMs) : []
      return hearing(Int16Array.from(Buffer.concat(payloads), linearOf))
    },
    stop: async () => {
      program.signal('SIGKILL')
      await program.exited
    },
  }
}

/** The payloads of RTP packets of type 0 between two moments, in the order in which they came. */
function voiceIn(capture: Buffer, fromMs: number, toMs: number): Buffer[] {
  const payloads: Buffer[] = []
  for (let at = FILE_HEAD_BYTES; at + RECORD_HEAD_BYTES <= capture.length;) {
    const atMs = capture.readUInt32LE(at) * 1000 + capture.readUInt32LE(at + 4) / 1000
    const length = capture.readUInt32LE(at + 8)
    const frame = capture.subarray(at + RECORD_HEAD_BYTES, at + RECORD_HEAD_BYTES + length)
    at += RECORD_HEAD_BYTES + length
    if (atMs < fromMs || atMs >= toMs || frame.length < length) continue
    const packet = frame.subarray(FRAME_HEAD_BYTES)
    if (packet.length > RTP_HEAD_BYTES && packet[0] === 0x80 && ((packet[1] ?? 0) & 0x7f) === 0)
      payloads.push(packet.subarray(RTP_HEAD_BYTES))
  }
  return payloads
}

/** ITU-T G.711 μ-law: inverted, then a sign, three bits of segment and four of step, over a bias of 33 × 4. */
function linearOf(code: number): number {
  const inverted = ~code & 0xff
  const magnitude = ((((inverted & 0x0f) << 3) + 0x84) << ((inverted & 0x70) >> 4)) - 0x84
  return (inverted & 0x80) === 0 ? magnitude : -magnitude
}
