import { join } from 'node:path'
import { expect, test } from 'vitest'
import { discard, temporaryFolder } from './processes.ts'
import { readWave, shareOf, writeTone } from './wave.ts'

test('a tone’s energy lies at its own frequency', () => {
  const folder = temporaryFolder('wave')
  const path = join(folder, 'tone.wav')
  writeTone(path, 440, 2)
  const recording = readWave(path)
  discard(folder)
  expect(recording.sampleRate).toBe(8_000)
  expect(recording.samples.length).toBe(16_000)
  expect(shareOf(recording, 440)).toBeGreaterThan(0.95)
  expect(shareOf(recording, 1000)).toBeLessThan(0.02)
  expect(shareOf({ sampleRate: 8_000, samples: new Int16Array(8_000) }, 440)).toBe(0)
})
