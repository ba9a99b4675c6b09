import { expect, test } from 'vitest'
import { printable, userOf } from './printable.ts'

test.each([
  ['Yealink T46', 'Yealink T46'],
  ['a\r\nb', 'a␍␊b'],
  ['\u001b[31mred', '␛[31mred'],
  ['101\u202e901', '101\\u202e901'],
  ['\u2066x\u2069', '\\u2066x\\u2069'],
  ['zero\u200bwidth', 'zero\\u200bwidth'],
  ['\u007f\u0085', '␡\\u0085'],
  ['<b>bold</b>', '<b>bold</b>'],
  ['Jürgen 😀 שלום', 'Jürgen 😀 שלום'],
])('%j is shown as %j', (text, shown) => {
  expect(printable(text)).toBe(shown)
})

test.each([
  ['sip:101@192.0.2.1', '101'],
  ['sips:anna@office.example;transport=tls', 'anna'],
  ['sip:192.0.2.1', '192.0.2.1'],
  ['tel:+49301234', 'tel:+49301234'],
])('%s is of %s', (uri, user) => {
  expect(userOf(uri)).toBe(user)
})
