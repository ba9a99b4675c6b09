import { expect, test } from 'vitest'
import { compactForms, coreHeaderFields, extensionHeaderFields, methods, responseCodes } from './index.ts'

test('every compact form is one letter of its own and stands for a registered header field', () => {
  const letters = compactForms.map(([compact]) => compact)
  const names = [...coreHeaderFields, ...extensionHeaderFields]
  expect(letters.every((letter) => letter >= 'a' && letter <= 'z' && letter.length === 1)).toBe(true)
  expect(new Set(letters).size).toBe(letters.length)
  expect(compactForms.filter(([, name]) => !names.includes(name))).toEqual([])
})

test('status codes ascend, from 100 to 608', () => {
  const codes = responseCodes.map(([status]) => status)
  expect(codes).toEqual([...new Set(codes)].toSorted((one, other) => one - other))
  expect([codes[0], codes.at(-1)]).toEqual([100, 608])
})

test('RFC 3261 §20 has 44 header fields and the registry 14 methods, none of them twice', () => {
  const names = [...coreHeaderFields, ...extensionHeaderFields].map((name) => name.toLowerCase())
  expect(coreHeaderFields).toHaveLength(44)
  expect(new Set(names).size).toBe(names.length)
  expect(new Set(methods.map(({ method }) => method)).size).toBe(14)
})
