import { attributeTypes } from './attributes.ts'
import type { StunMessage } from './message.ts'
import { HEADER_BYTES, read32, withAttribute, write16, write32 } from './message.ts'

/** RFC 8489 §14.7: "STUN" in ASCII, so that a CRC-32 that another protocol carries is not taken for one. */
const FINGERPRINT_XOR = 0x5354554e
const FINGERPRINT_BYTES = 8

export function addFingerprint(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = withAttribute(bytes, attributeTypes.fingerprint, new Uint8Array(4))
  write32(whole, bytes.length + 4, fingerprintOf(whole.subarray(0, bytes.length)))
  return whole
}

/** 'wrong' also where it is not the last attribute, as it must be. */
export function checkFingerprint(message: StunMessage): 'absent' | 'right' | 'wrong' {
  const { bytes, attributes } = message
  const found = attributes.find(({ type }) => type === attributeTypes.fingerprint)
  if (found === undefined) return 'absent'
  if (found.value.length !== 4 || found.at + FINGERPRINT_BYTES !== bytes.length) return 'wrong'
  return read32(found.value, 0) === fingerprintOf(bytes.subarray(0, found.at)) ? 'right' : 'wrong'
}

/** Over all before it, with the length that the message has with it. */
function fingerprintOf(before: Uint8Array): number {
  const covered = Uint8Array.from(before)
  write16(covered, 2, before.length + FINGERPRINT_BYTES - HEADER_BYTES)
  return (crc32(covered) ^ FINGERPRINT_XOR) >>> 0
}

/** ITU V.42, reflected. */
const CRC_POLYNOMIAL = 0xedb88320

const crcTable = Uint32Array.from({ length: 256 }, (_, octet) => {
  let value = octet
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ CRC_POLYNOMIAL : value >>> 1
  return value >>> 0
})

function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff
  for (const octet of bytes) value = (crcTable[(value ^ octet) & 0xff] ?? 0) ^ (value >>> 8)
  return ~value >>> 0
}
