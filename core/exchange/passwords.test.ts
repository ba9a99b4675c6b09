import { expect, test } from 'vitest'
import { generatePassword, utf8Octets, weaknessOf } from './passwords.ts'

test('a password that is made has 20 characters in groups, none of them easily taken for another', () => {
  let state = 1
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
  const made = Array.from({ length: 1000 }, () => generatePassword(random))
  expect(made.filter((password) => !/^([a-hjkmnp-z2-9]{4}-){4}[a-hjkmnp-z2-9]{4}$/.test(password))).toEqual(
    [],
  )
  expect(new Set(made).size).toBe(1000)
  expect(made.filter((password) => weaknessOf(password, '101') !== undefined)).toEqual([])
})

test.each([
  ['101', '101'],
  ['abcdefghijk', '101'],
  ['alicealicealice', 'alice'],
  ['Reception-Desk', 'reception-desk'],
  ['aaaaaaaaaaaaaaaa', '101'],
  ['abcabcabcabcab', '101'],
  ['x'.repeat(129), '101'],
  ['', '101'],
])('%j is refused for %s', (password, username) => {
  expect(weaknessOf(password, username)).toMatch(/password/)
})

test('twelve characters that are no piece of the number will do', () => {
  expect(weaknessOf('right-horse1', '101')).toBeUndefined()
})

test('phones hash UTF-8', () => {
  const text = 'Zürich € 😀'
  expect(utf8Octets(text)).toBe(Buffer.from(text, 'utf8').toString('latin1'))
})
