import { expect, test } from 'vitest'
import { readCallWish } from './call-wish.ts'
import { readPlace } from './places.ts'

test.each([
  ['#/phone?call=101', '101'],
  ['#/phone?call=%2B493012345', '+493012345'],
  ['#/phone?call=anna%40example.org', 'anna@example.org'],
  ['#/phone?call=', undefined],
  ['#/phone?other=101', undefined],
  ['#/phone', undefined],
  ['', undefined],
  [`#/phone?call=${'1'.repeat(257)}`, undefined],
])('%s asks to call %s', (hash, target) => {
  expect(readCallWish(hash)).toBe(target)
})

test('what stands behind the question mark does not change the place', () => {
  expect(readPlace('#/phone?call=101')).toBe('phone')
})
