import { expect, test } from 'vitest'
import { printTable } from './table.ts'

test.each([
  [[], 'none\n'],
  [[{ user: '101', port: 5 }, { user: 'a' }], 'user  port\n101   5\na     -\n'],
  [{ a: 1, inner: { long: 'x' } }, 'a      1\ninner\n  long  x\n'],
  ['done\x1b[2J', 'done?[2J\n'],
  [null, '-\n'],
])('the table of %j', (value, expected) => {
  expect(printTable(value)).toBe(expected)
})
