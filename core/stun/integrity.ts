import { attributeTypes, type AttributeType } from './attributes.ts'
import type { PlacedAttribute, StunMessage } from './message.ts'
import { HEADER_BYTES, withAttribute, write16 } from './message.ts'

/** HMAC (RFC 2104) over SHA-1 or SHA-256: all octets of it. */
export type Hmac = (key: Uint8Array, bytes: Uint8Array) => Uint8Array

/** The two ways of RFC 8489 §14.5 and §14.6. */
export interface IntegrityKind {
  readonly type: AttributeType
  readonly bytes: number
  /** Of SHA-256 a receiver takes what has been cut to 16 octets or more, in steps of 4. */
  readonly leastBytes: number
}

export const integrity: IntegrityKind = {
  type: attributeTypes.messageIntegrity,
  bytes: 20,
  leastBytes: 20,
}

export const integritySha256: IntegrityKind = {
  type: attributeTypes.messageIntegritySha256,
  bytes: 32,
  leastBytes: 16,
}

/**
 * `key`: the password's octets with short-term credentials (ICE); with long-term ones the MD5 or SHA-256 of
 * `user:realm:password` (RFC 8489 §9.2.2).
 */
export function addIntegrity(
  bytes: Uint8Array,
  kind: IntegrityKind,
  key: Uint8Array,
  hmac: Hmac,
): Uint8Array<ArrayBuffer> {
  const whole = withAttribute(bytes, kind.type, new Uint8Array(kind.bytes))
  whole.set(hmac(key, covered(bytes, bytes.length, kind.bytes)), bytes.length + 4)
  return whole
}

export function checkIntegrity(
  message: StunMessage,
  kind: IntegrityKind,
  key: Uint8Array,
  hmac: Hmac,
): 'absent' | 'right' | 'wrong' {
  const found = placeOf(message, kind)
  if (found === undefined) return 'absent'
  const { value, at } = found
  if (value.length < kind.leastBytes || value.length > kind.bytes || value.length % 4 !== 0) return 'wrong'
  return isEqual(value, hmac(key, covered(message.bytes, at, value.length))) ? 'right' : 'wrong'
}

/** SHA-1's may stand before SHA-256's, never behind it; behind the fingerprint nothing counts (RFC 8489 §14.6). */
function placeOf({ attributes }: StunMessage, { type }: IntegrityKind): PlacedAttribute | undefined {
  for (const attribute of attributes) {
    if (attribute.type === type) return attribute
    const isEnd =
      attribute.type === attributeTypes.messageIntegritySha256 ||
      attribute.type === attributeTypes.fingerprint
    if (isEnd) return undefined
  }
  return undefined
}

/** All before the attribute, with the length that the message has where it ends with it. */
function covered(bytes: Uint8Array, at: number, valueBytes: number): Uint8Array {
  const part = Uint8Array.from(bytes.subarray(0, at))
  write16(part, 2, at + 4 + valueBytes - HEADER_BYTES)
  return part
}

/** The same time wherever the first difference is. */
function isEqual(given: Uint8Array, right: Uint8Array): boolean {
  let difference = 0
  for (const [index, octet] of given.entries()) difference |= octet ^ (right[index] ?? 0)
  return difference === 0
}
