import { expect, test } from 'vitest'
import { hmacSha256, md5, sha256 } from './hashes.ts'

test('MD5 is taken of octets', () => {
  expect(md5('')).toBe('d41d8cd98f00b204e9800998ecf8427e')
  // One octet E4, not the two of UTF-8.
  expect(md5('\xe4')).toBe('c15bcc5577f9fade4b4a3256190a59b0')
})

test('SHA-256 of the message of FIPS 180-4', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})

test('HMAC-SHA-256 with keys that are longer than a block (RFC 4231 §4.7)', () => {
  expect(hmacSha256('\xaa'.repeat(131), 'Test Using Larger Than Block-Size Key - Hash Key First')).toBe(
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  )
})

test('HMAC-SHA-256 of RFC 4231 §4.3', () => {
  expect(hmacSha256('Jefe', 'what do ya want for nothing?')).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  )
})
