import type { Octets } from './octets.ts'

/**
 * A quick 53-bit hash of a text, seeded: for tags, branches and loop detection, where speed matters and
 * guessing the seed must not pay. Two independent 32-bit multiplicative mixes, combined.
 */
export function textHash(text: Octets, seed: number): number {
  let a = 0xdeadbeef ^ seed
  let b = 0x41c6ce57 ^ seed
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 0x9e3779b1)
    b = Math.imul(b ^ code, 0x5f356495)
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35)
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35)
  return 4294967296 * (b & 0x1fffff) + (a >>> 0)
}
