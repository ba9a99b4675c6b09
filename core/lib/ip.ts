/** What kind of place an IP address is, for rules about whom one may send to. RFC 6890. */

const fourNumbers = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/

/** The four octets of an IPv4 literal; undefined for anything else. */
export function readAddress4(text: string): readonly [number, number, number, number] | undefined {
  const first = text.charCodeAt(0)
  if (first < 0x30 || first > 0x39) return undefined
  const match = fourNumbers.exec(text)
  if (match === null) return undefined
  const [a, b, c, d] = [Number(match[1]), Number(match[2]), Number(match[3]), Number(match[4])]
  return a < 256 && b < 256 && c < 256 && d < 256 ? [a, b, c, d] : undefined
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
  if (four !== undefined) return four[0] !== 0 && four[0] < 224
  const lower = text.toLowerCase()
  return lower.includes(':') && !lower.startsWith('ff') && lower !== '::'
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
  const value = ((four[0] << 24) | (four[1] << 16) | (four[2] << 8) | four[3]) >>> 0
  return localBlocks.some(([address, bits]) => value >>> (32 - bits) === address >>> (32 - bits))
}
