/** Tones and the rough loudness of one frequency in a recording (Goertzel), for telephones that record. */
import { readFileSync, writeFileSync } from 'node:fs'

const RATE = 8_000
const LOUDNESS = 12_000

/** Writes `seconds` of a sine as 8 kHz mono 16-bit WAV. */
export function writeTone(path: string, hertz: number, seconds: number): void {
  const count = RATE * seconds
  const file = Buffer.alloc(44 + count * 2)
  file.write('RIFF', 0, 'latin1')
  file.writeUInt32LE(36 + count * 2, 4)
  file.write('WAVEfmt ', 8, 'latin1')
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(RATE, 24)
  file.writeUInt32LE(RATE * 2, 28)
  file.writeUInt16LE(2, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36, 'latin1')
  file.writeUInt32LE(count * 2, 40)
  for (let index = 0; index < count; index += 1) {
    file.writeInt16LE(Math.round(LOUDNESS * Math.sin((2 * Math.PI * hertz * index) / RATE)), 44 + index * 2)
  }
  writeFileSync(path, file)
}

export interface Recording {
  readonly sampleRate: number
  readonly samples: Int16Array
}

/** A PCM WAV, the first channel; throws when it is something else. A length field of 0 means to the end. */
export function readWave(path: string): Recording {
  const file = readFileSync(path)
  if (file.toString('latin1', 0, 4) !== 'RIFF') throw new Error(`${path} is no WAV`)
  let sampleRate = 0
  let channels = 1
  for (let at = 12; at + 8 <= file.length;) {
    const name = file.toString('latin1', at, at + 4)
    const length = file.readUInt32LE(at + 4)
    const start = at + 8
    if (name === 'fmt ') {
      channels = file.readUInt16LE(start + 2)
      sampleRate = file.readUInt32LE(start + 4)
    }
    if (name === 'data') {
      const end = length === 0 ? file.length : Math.min(file.length, start + length)
      const step = 2 * channels
      const samples = Int16Array.from({ length: Math.floor((end - start) / step) }, (_, index) =>
        file.readInt16LE(start + index * step),
      )
      return { sampleRate, samples }
    }
    at = start + length + (length % 2)
  }
  throw new Error(`${path} has no samples`)
}

/** The share of the recording's energy that lies at one frequency: near 1 for a pure tone, 0 for silence. */
export function shareOf(recording: Recording, hertz: number): number {
  const block = Math.floor(recording.sampleRate / 20)
  let atTone = 0
  let whole = 0
  for (let start = 0; start + block <= recording.samples.length; start += block) {
    const samples = recording.samples.subarray(start, start + block)
    for (const sample of samples) whole += sample * sample
    atTone += (2 * goertzel(samples, hertz / recording.sampleRate)) / block
  }
  return whole === 0 ? 0 : atTone / whole
}

function goertzel(samples: Int16Array, cyclesPerSample: number): number {
  const factor = 2 * Math.cos(2 * Math.PI * cyclesPerSample)
  let last = 0
  let beforeLast = 0
  for (const sample of samples) {
    const now = sample + factor * last - beforeLast
    beforeLast = last
    last = now
  }
  return last * last + beforeLast * beforeLast - factor * last * beforeLast
}
