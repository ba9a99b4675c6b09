import fc from 'fast-check'
import { test } from 'vitest'
import { transactionTarget } from '../fuzz/transaction-target.ts'
import { createChance } from '../sim/chance.ts'

test('a transaction ends once, within 70 s, whatever comes in whatever order, and leaves no deadline', () => {
  fc.assert(
    fc.property(fc.integer(), (number) => {
      let history = ''
      try {
        transactionTarget.run(createChance(number), (shown) => {
          history = shown
        })
      } catch (error) {
        throw new Error(history, { cause: error })
      }
    }),
    { numRuns: 20_000, seed: 20_261_125 },
  )
})
