import { hash } from 'node:crypto'
import type { Octets } from '../lib/octets.ts'

/** Lower-case hexadecimal MD5 of the octets; what RFC 2617 digests and branch keys are made of. */
export function md5(octets: Octets): string {
  return hash('md5', Buffer.from(octets, 'latin1'), 'hex')
}

/** Lower-case hexadecimal SHA-256 of the octets: the digests of RFC 8760. */
export function sha256(octets: Octets): string {
  return hash('sha256', Buffer.from(octets, 'latin1'), 'hex')
}

const blockBytes = 64
const digestBytes = 32

interface Pads {
  readonly inner: Octets
  /** The outer pad, and room for the inner digest behind it. */
  readonly outer: Buffer
}

/** One key is used for years; another takes its place. */
let cached: { readonly key: Octets; readonly pads: Pads } | undefined

/**
 * Lower-case hexadecimal HMAC-SHA-256 (RFC 2104 §2) of the octets. Made of two one-shot hashes: Node's own Hmac objects
 * cost ten times as much to set up, and each challenge needs one.
 */
export function hmacSha256(key: Octets, octets: Octets): string {
  if (cached?.key !== key) cached = { key, pads: padsOf(key) }
  const { inner, outer } = cached.pads
  hash('sha256', Buffer.from(inner + octets, 'latin1'), 'buffer').copy(outer, blockBytes)
  return hash('sha256', outer, 'hex')
}

function padsOf(key: Octets): Pads {
  const bytes = Buffer.from(key, 'latin1')
  const short = bytes.length > blockBytes ? hash('sha256', bytes, 'buffer') : bytes
  const block = Buffer.alloc(blockBytes)
  short.copy(block)
  const outer = Buffer.alloc(blockBytes + digestBytes)
  block.forEach((byte, at) => (outer[at] = byte ^ 0x5c))
  return { inner: Buffer.from(block.map((byte) => byte ^ 0x36)).toString('latin1'), outer }
}
