import { expect, test } from 'vitest'
import { ExchangeTarget } from '../fuzz/exchange-target.ts'
import { createChance } from '../sim/chance.ts'

/** Messages old and new, answers, streams and failures in any order; the target checks each output and the end. */
test.each([1, 2, 3, 4, 5, 6])(
  'an exchange under random input never throws, ends all it began, and still answers (seed %i)',
  (seed) => {
    const target = new ExchangeTarget()
    const kinds = new Set<string>()
    for (let run = 0; run < 6000; run++) {
      let shown = ''
      try {
        target.run(createChance(seed * 1_000_003 + run), (text) => {
          shown = text
        })
      } catch (error) {
        throw new Error(`run ${run}: ${shown}`, { cause: error })
      }
      kinds.add(shown.slice(0, shown.indexOf(' ')))
    }
    target.finish()
    expect(kinds.size).toBeGreaterThanOrEqual(7)
  },
)
