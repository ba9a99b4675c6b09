import { expect, test } from 'vitest'
import { meanOpinionScore, type Quality } from './mos.ts'

const perfect: Quality = { encoding: 'pcmu', lossShare: 0, jitterMs: 0, packetTimeMs: 20, delayMs: 0 }

test('an undisturbed call is as good as G.711 gets', () => {
  expect(meanOpinionScore(perfect)).toBeCloseTo(4.39, 2)
})

test.each([
  { what: 'loss', worse: { lossShare: 0.05 } },
  { what: 'jitter', worse: { jitterMs: 60 } },
  { what: 'delay', worse: { delayMs: 400 } },
  { what: 'the codec', worse: { encoding: 'g729' } },
  { what: 'a codec that nobody knows', worse: { encoding: 'strange' } },
])('$what costs quality', ({ worse }) => {
  expect(meanOpinionScore({ ...perfect, ...worse })).toBeLessThan(4.35)
})

test('it never leaves the scale', () => {
  expect(meanOpinionScore({ ...perfect, lossShare: 1, delayMs: 5_000 })).toBe(1)
  expect(meanOpinionScore({ ...perfect, lossShare: -3, delayMs: -1_000 })).toBe(4.5)
})
