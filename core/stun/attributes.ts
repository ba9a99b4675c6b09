import { readAddress4 } from '../lib/ip.ts'
import type { Octets } from '../lib/octets.ts'
import { readAddress6 } from '../lib/subnet.ts'
import type { StunAttribute, StunMessage } from './message.ts'
import { MAGIC_COOKIE, read16, read32, write16, write32 } from './message.ts'

/** IANA's registry of STUN attributes, as far as they are read or written here. */
export const attributeTypes = {
  mappedAddress: 0x0001,
  /** RFC 3489 §11.2.2. */
  responseAddress: 0x0002,
  changeRequest: 0x0003,
  /** RFC 3489 §11.2.3, and the next. */
  sourceAddress: 0x0004,
  changedAddress: 0x0005,
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  unknownAttributes: 0x000a,
  realm: 0x0014,
  nonce: 0x0015,
  messageIntegritySha256: 0x001c,
  xorMappedAddress: 0x0020,
  priority: 0x0024,
  useCandidate: 0x0025,
  padding: 0x0026,
  responsePort: 0x0027,
  software: 0x8022,
  fingerprint: 0x8028,
  iceControlled: 0x8029,
  iceControlling: 0x802a,
  responseOrigin: 0x802b,
  otherAddress: 0x802c,
} as const

export type AttributeType = (typeof attributeTypes)[keyof typeof attributeTypes]

/** A transport address: IP literal and port. */
export interface StunAddress {
  readonly address: string
  readonly port: number
}

/**
 * The first of its type: RFC 8489 §14 has a receiver ignore the others. What stands behind MESSAGE-INTEGRITY is not
 * protected and not seen (§14.5), but for the SHA-256 one and the fingerprint; behind the latter, nothing.
 */
export function findAttribute(message: StunMessage, type: AttributeType): Uint8Array | undefined {
  let isProtected = false
  for (const attribute of message.attributes) {
    if (attribute.type === type && (!isProtected || mayFollowIntegrity(type))) return attribute.value
    if (attribute.type === attributeTypes.fingerprint) return undefined
    if (isIntegrity(attribute.type)) isProtected = true
  }
  return undefined
}

function isIntegrity(type: number): boolean {
  return type === attributeTypes.messageIntegrity || type === attributeTypes.messageIntegritySha256
}

function mayFollowIntegrity(type: number): boolean {
  return type === attributeTypes.messageIntegritySha256 || type === attributeTypes.fingerprint
}

/** Types below 0x8000 that are not among `known`: whoever gets them must not go on as if they were absent (§6.3.1). */
export function unknownRequired(message: StunMessage, known: readonly number[]): number[] {
  const unknown = new Set<number>()
  for (const { type } of message.attributes) {
    if (type < 0x8000 && !known.includes(type)) unknown.add(type)
    if (isIntegrity(type)) break
  }
  return [...unknown]
}

const FAMILY_4 = 1
const FAMILY_6 = 2

/** An attribute that holds an address as it stands (RFC 8489 §14.1). */
export function addressOf(message: StunMessage, type: AttributeType): StunAddress | undefined {
  const value = findAttribute(message, type)
  return value === undefined ? undefined : readAddress(value)
}

/** XOR-MAPPED-ADDRESS (RFC 8489 §14.2), which no translator recognises and changes. */
export function xorMappedAddressOf(message: StunMessage): StunAddress | undefined {
  const value = findAttribute(message, attributeTypes.xorMappedAddress)
  return value === undefined ? undefined : readAddress(masked(value, message.transactionId))
}

/** What the server saw, in the new form or else in the old. */
export function mappedAddressOf(message: StunMessage): StunAddress | undefined {
  return xorMappedAddressOf(message) ?? addressOf(message, attributeTypes.mappedAddress)
}

export function addressAttribute(type: AttributeType, address: StunAddress): StunAttribute {
  return { type, value: writeAddress(address) }
}

export function xorMappedAddress(address: StunAddress, transactionId: Uint8Array): StunAttribute {
  return { type: attributeTypes.xorMappedAddress, value: masked(writeAddress(address), transactionId) }
}

function readAddress(value: Uint8Array): StunAddress | undefined {
  const port = read16(value, 2)
  if (value[1] === FAMILY_4 && value.length === 8) return { address: value.subarray(4).join('.'), port }
  if (value[1] !== FAMILY_6 || value.length !== 20) return undefined
  const groups = Array.from({ length: 8 }, (_, index) => read16(value, 4 + 2 * index))
  return { address: printAddress6(groups), port }
}

function writeAddress({ address, port }: StunAddress): Uint8Array {
  const four = readAddress4(address)
  const value = new Uint8Array(four === undefined ? 20 : 8)
  value[1] = four === undefined ? FAMILY_6 : FAMILY_4
  write16(value, 2, port)
  if (four !== undefined) write32(value, 4, four)
  else {
    let rest = readAddress6(address.replace(/%.*$/, '')) ?? 0n
    for (let place = 19; place >= 4; place--) {
      value[place] = Number(rest & 0xffn)
      rest >>= 8n
    }
  }
  return value
}

/** The port with the upper half of the cookie, the address with cookie and transaction ID (§14.2). Its own inverse. */
function masked(value: Uint8Array, transactionId: Uint8Array): Uint8Array {
  const mask = new Uint8Array(16)
  write32(mask, 0, MAGIC_COOKIE)
  mask.set(transactionId.subarray(-12), 4)
  const result = Uint8Array.from(value, (octet, index) =>
    index < 4 ? octet : octet ^ (mask[index - 4] ?? 0),
  )
  for (let index = 2; index < 4; index++) result[index] = (value[index] ?? 0) ^ (mask[index - 2] ?? 0)
  return result
}

/** RFC 5952: the longest run of two zero groups or more is left out, the first of equals. */
function printAddress6(groups: readonly number[]): string {
  let from = 0
  let length = 1
  for (let start = 0; start < groups.length; start++) {
    let end = start
    while (groups[end] === 0) end++
    if (end - start > length) {
      from = start
      length = end - start
    }
  }
  const texts = groups.map((group) => group.toString(16))
  if (length < 2) return texts.join(':')
  return `${texts.slice(0, from).join(':')}::${texts.slice(from + length).join(':')}`
}

/** USERNAME, REALM, NONCE and SOFTWARE are UTF-8 in octets. */
export function textOf(message: StunMessage, type: AttributeType): Octets | undefined {
  const value = findAttribute(message, type)
  return value === undefined ? undefined : String.fromCharCode(...value)
}

export function textAttribute(type: AttributeType, text: Octets): StunAttribute {
  return { type, value: Uint8Array.from(text, (character) => character.charCodeAt(0)) }
}

/** PRIORITY, CHANGE-REQUEST: four octets. */
export function numberOf(message: StunMessage, type: AttributeType): number | undefined {
  const value = findAttribute(message, type)
  return value?.length === 4 ? read32(value, 0) : undefined
}

export function numberAttribute(type: AttributeType, number: number): StunAttribute {
  const value = new Uint8Array(4)
  write32(value, 0, number)
  return { type, value }
}

/** ICE-CONTROLLED and ICE-CONTROLLING: the tie-breaker, eight octets (RFC 8445 §16.1). */
export function tieBreakerOf(message: StunMessage, type: AttributeType): bigint | undefined {
  const value = findAttribute(message, type)
  if (value?.length !== 8) return undefined
  return (BigInt(read32(value, 0)) << 32n) | BigInt(read32(value, 4))
}

export function tieBreakerAttribute(type: AttributeType, tieBreaker: bigint): StunAttribute {
  const value = new Uint8Array(8)
  write32(value, 0, Number((tieBreaker >> 32n) & 0xffffffffn))
  write32(value, 4, Number(tieBreaker & 0xffffffffn))
  return { type, value }
}

/** USE-CANDIDATE and the like: present or not. */
export function flagAttribute(type: AttributeType): StunAttribute {
  return { type, value: new Uint8Array(0) }
}

export interface StunError {
  readonly code: number
  readonly reason: Octets
}

/** RFC 8489 §14.8: the hundreds and the rest stand apart. */
export function errorOf(message: StunMessage): StunError | undefined {
  const value = findAttribute(message, attributeTypes.errorCode)
  if (value === undefined || value.length < 4) return undefined
  const code = ((value[2] ?? 0) & 7) * 100 + (value[3] ?? 0)
  return { code, reason: String.fromCharCode(...value.subarray(4)) }
}

export function errorAttribute({ code, reason }: StunError): StunAttribute {
  const text = textAttribute(attributeTypes.errorCode, reason).value
  const value = new Uint8Array(4 + text.length)
  value[2] = Math.floor(code / 100)
  value[3] = code % 100
  value.set(text, 4)
  return { type: attributeTypes.errorCode, value }
}

export function unknownAttributesOf(message: StunMessage): number[] {
  const value = findAttribute(message, attributeTypes.unknownAttributes)
  if (value === undefined) return []
  return Array.from({ length: value.length >> 1 }, (_, index) => read16(value, 2 * index))
}

export function unknownAttributes(types: readonly number[]): StunAttribute {
  const value = new Uint8Array(2 * types.length)
  for (const [index, type] of types.entries()) write16(value, 2 * index, type)
  return { type: attributeTypes.unknownAttributes, value }
}
