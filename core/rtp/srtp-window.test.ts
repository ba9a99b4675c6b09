import { describe, expect, test } from 'vitest'
import { SrtpWindow } from './srtp-window.ts'

function windowAt(...indices: readonly number[]): SrtpWindow {
  const window = new SrtpWindow()
  for (const index of indices) window.accept(index)
  return window
}

describe('the index that a sequence number means', () => {
  test.each([
    ['the first packet of a stream', -1, 65_000, 65_000],
    ['the next one', 100, 101, 101],
    ['one before', 100, 99, 99],
    ['far ahead, within half the space', 100, 32_868, 32_868],
    ['before the beginning', 100, 65_535, -1],
    ['over the edge', 65_535, 0, 65_536],
    ['over the edge after an outage of 20,000 packets', 60_000, 14_464, 65_536 + 14_464],
    ['late, from before the edge', 65_536 + 5, 65_530, 65_530],
    ['the second roll-over', 2 * 65_536 - 1, 3, 2 * 65_536 + 3],
    ['late, in the upper half', 65_536 + 40_000, 39_000, 65_536 + 39_000],
  ])('%s', (_name, highest, sequence, index) => {
    expect((highest < 0 ? new SrtpWindow() : windowAt(highest)).indexOf(sequence)).toBe(index)
  })

  test('200,000 packets in a row keep one index each', () => {
    const window = new SrtpWindow()
    for (let n = 0; n < 200_000; n++) {
      const index = window.indexOf((n + 65_000) % 65_536)
      expect(index).toBe(n + 65_000)
      window.accept(index)
    }
  })
})

describe('the replay window', () => {
  test.each([
    ['the next', 1001, true],
    ['the last again', 1000, false],
    ['one that is missing', 998, true],
    ['one that was seen', 999, false],
    ['the oldest of the window', 1000 - 63, true],
    ['one beyond it', 1000 - 64, false],
    ['the beginning', 0, false],
    ['none', -1, false],
  ])('%s', (_name, index, isFresh) => {
    expect(windowAt(999, 1000).isFresh(index)).toBe(isFresh)
  })

  test('a jump ahead forgets what is too old, and takes late ones once', () => {
    const window = windowAt(10, 5000)
    expect(window.isFresh(10)).toBe(false)
    expect(window.isFresh(4990)).toBe(true)
    window.accept(4990)
    expect(window.isFresh(4990)).toBe(false)
    expect(window.highest).toBe(5000)
  })
})
