import { isPrivate4, isUnicast, readAddress4 } from '../lib/ip.ts'
import type { MediaAddress } from './orders.ts'

/** Below are the services of a host; no phone asks for its voice there (T48). */
const LOWEST_MEDIA_PORT = 1024

export function isSamePlace(one: MediaAddress | undefined, other: MediaAddress | undefined): boolean {
  return one?.port === other?.port && one?.address === other?.address
}

/** The way that the system writes an address: IPv4 as it is, IPv6 by RFC 5952, without a zone. */
export function canonicalAddress(text: string): string {
  if (!text.includes(':')) return text
  const [plain = ''] = text.toLowerCase().split('%')
  const groups = groupsOf(plain)
  if (groups === undefined) return plain
  const { at, count } = longestZeros(groups)
  const hex = groups.map((group) => group.toString(16))
  if (count < 2) return hex.join(':')
  return `${hex.slice(0, at).join(':')}::${hex.slice(at + count).join(':')}`
}

export function canonicalPlace(place: MediaAddress): MediaAddress {
  return { address: canonicalAddress(place.address), port: place.port }
}

/** True for `0.0.0.0` and `::`, the old way to hold (RFC 2543), which names no place. */
export function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

export function isLoopback(address: string): boolean {
  const four = readAddress4(address)
  return four === undefined ? address === '::1' : four >>> 24 === 127
}

/** Hosts of one office network: no wider than /24, as the mask cannot be known here. */
export function areNeighbours(one: string, other: string): boolean {
  if (!isPrivate4(one) || !isPrivate4(other)) return false
  return (readAddress4(one) ?? 0) >>> 8 === (readAddress4(other) ?? 0) >>> 8
}

/** The network's own broadcast can't be known here; the system refuses that one. */
export function mayGetMedia(place: MediaAddress, signalledFrom: readonly string[]): boolean {
  if (place.port < LOWEST_MEDIA_PORT || place.port > 65_535 || !isUnicast(place.address)) return false
  return !isLoopback(place.address) || signalledFrom.every(isLoopback)
}

function groupsOf(text: string): number[] | undefined {
  const [front = '', back, ...more] = text.split('::')
  if (more.length > 0) return undefined
  const before = partsOf(front)
  const after = partsOf(back ?? '')
  if (before === undefined || after === undefined) return undefined
  const missing = 8 - before.length - after.length
  if (back === undefined ? missing !== 0 : missing < 0) return undefined
  return [...before, ...Array.from({ length: missing }, () => 0), ...after]
}

/** The last part may be an IPv4 address, which makes two groups. */
function partsOf(text: string): number[] | undefined {
  const groups: number[] = []
  for (const part of text === '' ? [] : text.split(':')) {
    const four = readAddress4(part)
    if (four !== undefined) groups.push(four >>> 16, four & 0xffff)
    else if (/^[0-9a-f]{1,4}$/.test(part)) groups.push(parseInt(part, 16))
    else return undefined
  }
  return groups
}

function longestZeros(groups: readonly number[]): { at: number; count: number } {
  let longest = { at: 0, count: 0 }
  for (let at = 0; at < groups.length; at++) {
    let count = 0
    while (groups[at + count] === 0) count++
    if (count > longest.count) longest = { at, count }
    at += count
  }
  return longest
}
