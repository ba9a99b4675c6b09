import { expect, test } from 'vitest'
import { shownText } from './shown-text.ts'

const octets = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')

test.each([
  ['plain', 'plain'],
  ['', ''],
  [octets('Jürgen 😀'), 'Jürgen 😀'],
  ['J\xfcrgen', 'Jürgen'],
  ['x'.repeat(3_000), 'x'.repeat(2_000)],
])('%j is shown as %j', (given, shown) => {
  expect(shownText(given)).toBe(shown)
})

test('a cut through a character does not turn all others into latin1', () => {
  const shown = shownText(octets('ü'.repeat(1_500)) + 'x')
  expect(shown.startsWith('üüü')).toBe(true)
  expect(shownText(`a${octets('ü'.repeat(1_500))}`)).toMatch(/^aü+\ufffd$/)
})
