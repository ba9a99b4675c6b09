/**
 * A connectivity check as it stands on the wire (RFC 8445 §7.1, RFC 8489 §5): what an ICE-lite agent has to know of it,
 * and the answer to it.
 *
 *    | type (2) | length (2) | magic cookie (4) | transaction (12) | attributes: type (2) length (2) value, padding … |
 */

/** HMAC-SHA1 under a password, and CRC-32: they come from outside. */
export interface StunHashes {
  hmacSha1(key: string, octets: Uint8Array): Uint8Array
  crc32(octets: Uint8Array): number
}

export interface IceCheck {
  readonly username: string
  readonly isNominating: boolean
  /** Its sender thinks that it is the controlled one (RFC 8445 §7.3.1.1). */
  readonly isControlled: boolean
  /** Types of attributes that must be understood and are not. */
  readonly unknown: readonly number[]
  /** Where MESSAGE-INTEGRITY begins. */
  readonly integrityAt: number
}

const HEADER_BYTES = 20
const COOKIE = 0x2112a442
const INTEGRITY_BYTES = 20
const FINGERPRINT_MASK = 0x5354554e
/** RFC 8445 §7.1: a check fits into a datagram that needs no fragments; Chromium's have about 110 octets. */
const LONGEST_BYTES = 576
const LONGEST_USERNAME = 513

const messages = { bindingRequest: 0x0001, bindingSuccess: 0x0101, bindingError: 0x0111 } as const
const attributes = {
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  unknownAttributes: 0x000a,
  xorMappedAddress: 0x0020,
  priority: 0x0024,
  useCandidate: 0x0025,
  fingerprint: 0x8028,
  iceControlled: 0x8029,
} as const
const known: ReadonlySet<number> = new Set([
  attributes.username,
  attributes.messageIntegrity,
  attributes.priority,
  attributes.useCandidate,
])
/** From here on whoever does not understand an attribute passes over it (RFC 8489 §14). */
const FIRST_OPTIONAL = 0x8000

interface Seen {
  username: string | undefined
  isNominating: boolean
  isControlled: boolean
  hasPriority: boolean
  integrityAt: number | undefined
  fingerprintAt: number | undefined
  readonly unknown: number[]
}

/** Undefined for anything that is no whole check with a user name, a priority, and both proofs at its end. */
export function readIceCheck(packet: Uint8Array, hashes: StunHashes): IceCheck | undefined {
  const view = viewOf(packet)
  if (packet.length < HEADER_BYTES || packet.length > LONGEST_BYTES) return undefined
  if (view.getUint16(0) !== messages.bindingRequest || view.getUint32(4) !== COOKIE) return undefined
  if (view.getUint16(2) !== packet.length - HEADER_BYTES) return undefined
  const seen = readAttributes(packet, view)
  if (seen === undefined) return undefined
  const { username, integrityAt, fingerprintAt } = seen
  if (username === undefined || integrityAt === undefined || fingerprintAt === undefined) return undefined
  const fingerprint = (hashes.crc32(packet.subarray(0, fingerprintAt)) ^ FINGERPRINT_MASK) >>> 0
  if (!seen.hasPriority || view.getUint32(fingerprintAt + 4) !== fingerprint) return undefined
  const { isNominating, isControlled, unknown } = seen
  return { username, isNominating, isControlled, unknown, integrityAt }
}

/** Nothing but FINGERPRINT may count behind MESSAGE-INTEGRITY, and nothing may stand behind that (RFC 8489 §14.5). */
function readAttributes(packet: Uint8Array, view: DataView): Seen | undefined {
  const seen: Seen = {
    username: undefined,
    isNominating: false,
    isControlled: false,
    hasPriority: false,
    integrityAt: undefined,
    fingerprintAt: undefined,
    unknown: [],
  }
  for (let at = HEADER_BYTES; at < packet.length;) {
    if (at + 4 > packet.length || seen.fingerprintAt !== undefined) return undefined
    const type = view.getUint16(at)
    const length = view.getUint16(at + 2)
    const end = at + 4 + length
    if (end > packet.length) return undefined
    if (type === attributes.fingerprint && length === 4) seen.fingerprintAt = at
    else if (seen.integrityAt === undefined && !note(seen, type, packet.subarray(at + 4, end), at))
      return undefined
    at = end + (-length & 3)
  }
  return seen
}

/** @returns false where the value cannot be of that type */
function note(seen: Seen, type: number, value: Uint8Array, at: number): boolean {
  switch (type) {
    case attributes.username:
      seen.username = String.fromCharCode(...value.subarray(0, LONGEST_USERNAME))
      return value.length <= LONGEST_USERNAME
    case attributes.messageIntegrity:
      seen.integrityAt = at
      return value.length === INTEGRITY_BYTES
    case attributes.priority:
      seen.hasPriority = true
      return value.length === 4
    case attributes.useCandidate:
      seen.isNominating = true
      return true
    case attributes.iceControlled:
      seen.isControlled = true
      return true
    default:
      if (type < FIRST_OPTIONAL && !known.has(type)) seen.unknown.push(type)
      return true
  }
}

/** RFC 8489 §14.5: over what stands before, with a length that ends with the attribute itself. */
export function isIntact(
  packet: Uint8Array,
  { integrityAt }: IceCheck,
  pwd: string,
  hashes: StunHashes,
): boolean {
  const proved = packet.slice(0, integrityAt)
  viewOf(proved).setUint16(2, integrityAt + 4 + INTEGRITY_BYTES - HEADER_BYTES)
  const hmac = hashes.hmacSha1(pwd, proved)
  let difference = 0
  for (let n = 0; n < INTEGRITY_BYTES; n++)
    difference |= (hmac[n] as number) ^ (packet[integrityAt + 4 + n] as number)
  return difference === 0
}

export type IceAnswer =
  | { readonly kind: 'success'; readonly address: Uint8Array; readonly port: number }
  | { readonly kind: 'error'; readonly code: 420 | 487; readonly unknown: readonly number[] }

/** The answer to a check, with its transaction and both proofs. */
export function writeIceAnswer(
  check: Uint8Array,
  answer: IceAnswer,
  pwd: string,
  hashes: StunHashes,
): Uint8Array {
  const isSuccess = answer.kind === 'success'
  const body = isSuccess
    ? mappedAddress(check, answer.address, answer.port)
    : errorOf(answer.code, answer.unknown)
  const integrityAt = HEADER_BYTES + body.length
  const fingerprintAt = integrityAt + 4 + INTEGRITY_BYTES
  const packet = new Uint8Array(fingerprintAt + 8)
  const view = viewOf(packet)
  packet.set(check.subarray(4, HEADER_BYTES), 4)
  packet.set(body, HEADER_BYTES)
  view.setUint16(0, isSuccess ? messages.bindingSuccess : messages.bindingError)
  view.setUint16(2, fingerprintAt - HEADER_BYTES)
  view.setUint16(integrityAt, attributes.messageIntegrity)
  view.setUint16(integrityAt + 2, INTEGRITY_BYTES)
  packet.set(hashes.hmacSha1(pwd, packet.subarray(0, integrityAt)), integrityAt + 4)
  view.setUint16(2, packet.length - HEADER_BYTES)
  view.setUint16(fingerprintAt, attributes.fingerprint)
  view.setUint16(fingerprintAt + 2, 4)
  view.setUint32(fingerprintAt + 4, hashes.crc32(packet.subarray(0, fingerprintAt)) ^ FINGERPRINT_MASK)
  return packet
}

/** XOR-MAPPED-ADDRESS (RFC 8489 §14.2): under the cookie, and for IPv6 the transaction too. */
function mappedAddress(check: Uint8Array, address: Uint8Array, port: number): Uint8Array {
  const attribute = new Uint8Array(8 + address.length)
  const view = viewOf(attribute)
  view.setUint16(0, attributes.xorMappedAddress)
  view.setUint16(2, 4 + address.length)
  attribute[5] = address.length === 4 ? 1 : 2
  view.setUint16(6, port ^ (COOKIE >>> 16))
  address.forEach((octet, n) => (attribute[8 + n] = octet ^ (check[4 + n] as number)))
  return attribute
}

function errorOf(code: 420 | 487, unknown: readonly number[]): Uint8Array {
  const listed = code === 420 ? 4 + 2 * unknown.length + 2 * (unknown.length % 2) : 0
  const body = new Uint8Array(8 + listed)
  const view = viewOf(body)
  view.setUint16(0, attributes.errorCode)
  view.setUint16(2, 4)
  body[6] = Math.floor(code / 100)
  body[7] = code % 100
  if (code === 420) {
    view.setUint16(8, attributes.unknownAttributes)
    view.setUint16(10, 2 * unknown.length)
    unknown.forEach((type, n) => {
      view.setUint16(12 + 2 * n, type)
    })
  }
  return body
}

function viewOf(octets: Uint8Array): DataView {
  return new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
}
