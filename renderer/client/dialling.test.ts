import { expect, test } from 'vitest'
import { cleanNumber, uriFor } from './dialling.ts'

test.each([
  ['+49 (30) 123-456', '+4930123456'],
  [' 101 ', '101'],
  ['tel:0800/12.34', '08001234'],
  ['*43', '*43'],
  ['anna', 'anna'],
  ['sip:anna@pbx.example', 'anna@pbx.example'],
])('%s is dialled as %s', (typed, expected) => {
  expect(cleanNumber(typed)).toBe(expected)
})

test.each([
  ['101', 'sip:101@pbx:5060'],
  ['+49 30', 'sip:+4930@pbx:5060'],
  ['#31', 'sip:%2331@pbx:5060'],
  ['anna@other.example', 'sip:anna@other.example'],
  ['a b', 'sip:a%20b@pbx:5060'],
  ['', undefined],
  ['@pbx', undefined],
  ['a@b@c', undefined],
  ['a@b c', undefined],
  ['x@h>;tag=1', undefined],
])('%s becomes %s', (typed, expected) => {
  expect(uriFor(typed, 'pbx:5060')).toBe(expected)
})
