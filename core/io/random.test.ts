import { expect, test } from 'vitest'
import { secureRandom } from './random.ts'

test('random numbers lie in their range, differ and are spread evenly', () => {
  const random = secureRandom()
  const drawn = Array.from({ length: 20_000 }, random)
  expect(drawn.every((number) => number >= 0 && number < 1)).toBe(true)
  expect(new Set(drawn).size).toBe(20_000)
  const mean = drawn.reduce((sum, number) => sum + number, 0) / drawn.length
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.02)
})
