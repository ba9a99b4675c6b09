import type { Octets } from './octets.ts'

/** Characters that a token may hold (RFC 3261 §25.1), 64 of them; two together write 12 bits. */
const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_~'
const pairs: readonly string[] = Array.from(
  { length: 4096 },
  (_, i) => digits.charAt(i >> 6) + digits.charAt(i & 63),
)

/**
 * A quick 60-bit hash of two texts and a number, seeded, as ten token characters: for tags, branches and loop
 * detection, where speed matters and guessing the seed must not pay. Two independent 32-bit multiplicative mixes,
 * combined.
 */
export function textHash(seed: number, first: Octets, second = '', third = 0): string {
  let a = 0xdeadbeef ^ seed
  let b = 0x41c6ce57 ^ seed
  for (let i = 0; i < first.length; i++) {
    const code = first.charCodeAt(i)
    a = Math.imul(a ^ code, 0x9e3779b1)
    b = Math.imul(b ^ code, 0x5f356495)
  }
  // No octet has this code: `ab`, `c` and `a`, `bc` differ.
  a = Math.imul(a ^ 0x100 ^ third, 0x9e3779b1)
  b = Math.imul(b ^ 0x100 ^ third, 0x5f356495)
  for (let i = 0; i < second.length; i++) {
    const code = second.charCodeAt(i)
    a = Math.imul(a ^ code, 0x9e3779b1)
    b = Math.imul(b ^ code, 0x5f356495)
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35)
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35)
  return write30(a) + write30(b)
}

/** The low 30 bits of a number as five characters: quicker than a conversion to another base. */
export function write30(value: number): string {
  return (
    (pairs[(value >>> 18) & 4095] as string) +
    (pairs[(value >>> 6) & 4095] as string) +
    digits.charAt(value & 63)
  )
}
