import { expect, test } from 'vitest'
import { md5 } from './hashes.ts'

test('MD5 is taken of octets', () => {
  expect(md5('')).toBe('d41d8cd98f00b204e9800998ecf8427e')
  // One octet E4, not the two of UTF-8.
  expect(md5('\xe4')).toBe('c15bcc5577f9fade4b4a3256190a59b0')
})
