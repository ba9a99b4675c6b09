import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkDescription, someDescription } from '../fuzz/sdp-target.ts'
import { createChance } from '../sim/chance.ts'

const seed = 20_261_125

test('whatever a description says, a relay changes only what leads media, once, and to no forbidden place', () => {
  const seen = { unreadable: 0, refused: 0, relayed: 0, left: 0 }
  fc.assert(
    fc.property(fc.integer(), (number) => {
      seen[checkDescription(someDescription(createChance(number)))]++
    }),
    { numRuns: 10_000, seed },
  )
  expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(100)
})

test('octets without any form are a value too', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      checkDescription(`v=0\r\n${Buffer.from(bytes).toString('latin1')}`)
    }),
    { numRuns: 5000, seed },
  )
})
