import { expect, test } from 'vitest'
import { systemClock } from './clock.ts'

test('the clock never goes back', () => {
  const first = systemClock.now()
  expect(systemClock.now()).toBeGreaterThanOrEqual(first)
  expect(Math.abs(systemClock.wallMs() - Date.now())).toBeLessThan(1_000)
})
