import type { AttributeType } from './attributes.ts'

/** RFC 8489 §5: the two bits that tell what a message is. */
export type StunClass = 'request' | 'indication' | 'success' | 'error'

const classes: readonly StunClass[] = ['request', 'indication', 'success', 'error']

/** The only method of STUN itself; those of TURN are none of ours. */
export const BINDING = 1

export const HEADER_BYTES = 20
export const MAGIC_COOKIE = 0x2112a442

export interface StunAttribute {
  readonly type: number
  readonly value: Uint8Array
}

/** An attribute as received, with the place of its type in the message. */
export interface PlacedAttribute extends StunAttribute {
  readonly at: number
}

export interface StunMessage {
  readonly class: StunClass
  readonly method: number
  /**
   * 12 octets; 16 where the magic cookie is absent: then the peer speaks RFC 3489, and they include the four
   * where the cookie would stand.
   */
  readonly transactionId: Uint8Array
  readonly attributes: readonly PlacedAttribute[]
  /** The whole message: integrity and fingerprint are computed over it. */
  readonly bytes: Uint8Array
}

/** Why octets are no STUN message. */
export type StunFault = 'too short' | 'not STUN' | 'wrong length' | 'broken attribute' | 'too many attributes'

/** ICE's checks have nine at most; each is a step of work for whoever looks one up. */
const MOST_ATTRIBUTES = 64

/**
 * Whether a datagram is STUN of RFC 8489: two zero bits, the cookie, and a length that is right (§6.3). Tells it from
 * SIP, RTP and DTLS on the same socket (RFC 7983 §7).
 */
export function isStun(bytes: Uint8Array): boolean {
  return (
    bytes.length >= HEADER_BYTES &&
    (at(bytes, 0) & 0xc0) === 0 &&
    read32(bytes, 4) === MAGIC_COOKIE &&
    bytes.length === HEADER_BYTES + read16(bytes, 2)
  )
}

/**
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |0 0|M M M M M|C|M M M|C|M M M M|       length of what follows  |
 * |                  magic cookie 0x2112A442                      |
 * |                  transaction ID (96 bits)                     |
 * ```
 * RFC 8489 §5; a message without the cookie is read as RFC 3489's.
 */
export function readMessage(bytes: Uint8Array): StunMessage | StunFault {
  if (bytes.length < HEADER_BYTES) return 'too short'
  const type = read16(bytes, 0)
  if (type > 0x3fff) return 'not STUN'
  const length = read16(bytes, 2)
  if (length % 4 !== 0 || bytes.length !== HEADER_BYTES + length) return 'wrong length'
  const attributes = readAttributes(bytes)
  if (typeof attributes === 'string') return attributes
  const hasCookie = read32(bytes, 4) === MAGIC_COOKIE
  return {
    class: classes[((type >> 7) & 2) | ((type >> 4) & 1)] as StunClass,
    method: (type & 0xf) | ((type >> 1) & 0x70) | ((type >> 2) & 0xf80),
    transactionId: bytes.subarray(hasCookie ? 8 : 4, HEADER_BYTES),
    attributes,
    bytes,
  }
}

function readAttributes(bytes: Uint8Array): PlacedAttribute[] | StunFault {
  const attributes: PlacedAttribute[] = []
  for (let place = HEADER_BYTES; place < bytes.length;) {
    if (attributes.length === MOST_ATTRIBUTES) return 'too many attributes'
    const length = read16(bytes, place + 2)
    const start = place + 4
    const end = start + length + paddingOf(length)
    if (end > bytes.length) return 'broken attribute'
    attributes.push({
      type: read16(bytes, place),
      value: bytes.subarray(start, start + length),
      at: place,
    })
    place = end
  }
  return attributes
}

export interface StunDraft {
  readonly class: StunClass
  readonly method: number
  readonly transactionId: Uint8Array
  readonly attributes: readonly StunAttribute[]
}

/** With the cookie, unless the transaction ID is one of RFC 3489 (16 octets). Integrity and fingerprint are added after. */
export function writeMessage(draft: StunDraft): Uint8Array<ArrayBuffer> {
  const { attributes, transactionId } = draft
  let length = HEADER_BYTES
  for (const { value } of attributes) length += 4 + value.length + paddingOf(value.length)
  const bytes = new Uint8Array(length)
  write16(bytes, 0, typeOf(draft))
  write16(bytes, 2, length - HEADER_BYTES)
  if (transactionId.length === 12) write32(bytes, 4, MAGIC_COOKIE)
  bytes.set(transactionId, HEADER_BYTES - transactionId.length)
  let place = HEADER_BYTES
  for (const { type, value } of attributes) {
    write16(bytes, place, type)
    write16(bytes, place + 2, value.length)
    bytes.set(value, place + 4)
    place += 4 + value.length + paddingOf(value.length)
  }
  return bytes
}

/** The same message with one more attribute at its end, and its length changed to say so. */
export function withAttribute(
  bytes: Uint8Array,
  type: AttributeType,
  value: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const longer = new Uint8Array(bytes.length + 4 + value.length + paddingOf(value.length))
  longer.set(bytes)
  write16(longer, 2, longer.length - HEADER_BYTES)
  write16(longer, bytes.length, type)
  write16(longer, bytes.length + 2, value.length)
  longer.set(value, bytes.length + 4)
  return longer
}

function typeOf({ class: kind, method }: StunDraft): number {
  const two = classes.indexOf(kind)
  return (
    (method & 0xf) | ((two & 1) << 4) | ((method & 0x70) << 1) | ((two & 2) << 7) | ((method & 0xf80) << 2)
  )
}

export function isSameTransaction(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((octet, index) => octet === other[index])
}

function paddingOf(length: number): number {
  return (4 - (length & 3)) & 3
}

function at(bytes: Uint8Array, place: number): number {
  return bytes[place] ?? 0
}

export function read16(bytes: Uint8Array, place: number): number {
  return (at(bytes, place) << 8) | at(bytes, place + 1)
}

export function read32(bytes: Uint8Array, place: number): number {
  return ((read16(bytes, place) << 16) | read16(bytes, place + 2)) >>> 0
}

export function write16(bytes: Uint8Array, place: number, value: number): void {
  bytes[place] = value >>> 8
  bytes[place + 1] = value
}

export function write32(bytes: Uint8Array, place: number, value: number): void {
  write16(bytes, place, value >>> 16)
  write16(bytes, place + 2, value & 0xffff)
}
