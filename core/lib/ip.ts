/** What kind of place an IP address is, for rules about whom one may send to. RFC 6890. */

/** The four octets of an IPv4 literal as one number; undefined for anything else. */
export function readAddress4(text: string): number | undefined {
  let value = 0
  let octet = -1
  let dots = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x2e) {
      if (octet < 0) return undefined
      value = value * 256 + octet
      octet = -1
      dots++
      continue
    }
    if (code < 0x30 || code > 0x39) return undefined
    octet = (octet < 0 ? 0 : octet * 10) + code - 0x30
    if (octet > 255) return undefined
  }
  return dots === 3 && octet >= 0 ? value * 256 + octet : undefined
}

/** IPv4 or IPv6 literal, without brackets; an IPv6 literal is known by its colon. */
export function isAddress(text: string): boolean {
  return text.includes(':') || readAddress4(text) !== undefined
}

/** IPv4-mapped IPv6 (`::ffff:192.0.2.1`) as IPv4 (RFC 5118 §4.9); others unchanged, lower case. */
export function plainAddress(text: string): string {
  if (!text.includes(':')) return text
  const lower = text.toLowerCase()
  return lower.startsWith('::ffff:') && lower.includes('.') ? lower.slice(7) : lower
}

/** True for unicast addresses that a SIP message may be sent to. */
export function isUnicast(text: string): boolean {
  const four = readAddress4(text)
  if (four !== undefined) return four >= 0x01000000 && four < 0xe0000000
  const lower = text.toLowerCase()
  return lower.includes(':') && !lower.startsWith('ff') && lower !== '::'
}

/** 127.0.0.0/8 and ::1. */
export function isLoopback(text: string): boolean {
  const four = readAddress4(text)
  return four === undefined ? text === '::1' : four >>> 24 === 127
}

/** Private, loopback, link-local and carrier-grade NAT: the first address and the number of bits that count. */
const localBlocks: readonly (readonly [address: number, bits: number])[] = [
  [0x0a000000, 8],
  [0x7f000000, 8],
  [0xac100000, 12],
  [0xc0a80000, 16],
  [0xa9fe0000, 16],
  [0x64400000, 10],
]
/** Loopback, link-local (fe80::/10) and unique-local (fc00::/7) in IPv6. */
const localPrefixes = ['fe8', 'fe9', 'fea', 'feb', 'fc', 'fd']

/** Addresses of the office, of this machine and of its links. */
export function isLocal(text: string): boolean {
  const four = readAddress4(text)
  if (four === undefined) {
    const lower = text.toLowerCase()
    return lower === '::1' || localPrefixes.some((prefix) => lower.startsWith(prefix))
  }
  return localBlocks.some(([address, bits]) => four >>> (32 - bits) === address >>> (32 - bits))
}

/** The three blocks of RFC 1918, and nothing else. */
export function isPrivate4(text: string): boolean {
  const four = readAddress4(text)
  return four !== undefined && (four >>> 24 === 10 || four >>> 20 === 0xac1 || four >>> 16 === 0xc0a8)
}
