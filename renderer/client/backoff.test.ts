import { expect, test } from 'vitest'
import { Backoff } from './backoff.ts'

test('waits double up to eight seconds, and begin again after a success', () => {
  const backoff = new Backoff(() => 0.5)
  const waits = Array.from({ length: 8 }, () => backoff.next())
  expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000])
  backoff.succeeded()
  expect(backoff.next()).toBe(250)
})

test.each([
  [0, 188],
  [1, 313],
])('chance %d spreads the first wait to %d ms', (chance, expected) => {
  expect(new Backoff(() => chance).next()).toBe(expected)
})
