import { expect, test } from 'vitest'
import type { Bencoded } from './bencode.ts'
import { parseBencode, printBencode } from './bencode.ts'

test.each<[Bencoded, string]>([
  ['spam', '4:spam'],
  ['', '0:'],
  [-7, 'i-7e'],
  [['a', 1, []], 'l1:ai1elee'],
  [{ command: 'ping', list: [{ x: 'y' }] }, 'd7:command4:ping4:listld1:x1:yeee'],
])('%j is %s, both ways', (value, text) => {
  expect(printBencode(value)).toBe(text)
  expect(parseBencode(text)).toEqual(value)
})

test.each([
  '',
  'i1',
  'ie',
  '5:spam',
  '4:spamx',
  'l1:a',
  'd1:a',
  'd1:ae',
  'di1ei2ee',
  'x',
  'l'.repeat(100_000),
  '999999999:a',
])('no value: %.20s', (text) => {
  expect(parseBencode(text)).toBeUndefined()
})
