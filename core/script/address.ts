/** An IP address as numbers: four octets, or eight 16-bit groups. */
export type AddressWords = readonly number[]

/** Reads an IPv4 or IPv6 address without brackets; an IPv4-mapped IPv6 address gives the IPv4 one. */
export function parseAddress(text: string): AddressWords | undefined {
  if (!text.includes(':')) return parseIpv4(text)
  const groups = parseIpv6(text)
  if (groups === undefined) return undefined
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  return isMapped ? octetsOf(groups.slice(6)) : groups
}

export function isIpv6Text(text: string): boolean {
  return parseIpv6(text) !== undefined
}

/** `network` and `mask` are of one family; a longer mask is the family's own. */
export function isInNetwork(address: AddressWords, network: AddressWords, mask: AddressWords): boolean {
  if (address.length !== network.length) return false
  for (let at = 0; at < address.length; at++) {
    if (((address[at] as number) ^ (network[at] as number)) & (mask[at] as number)) return false
  }
  return true
}

/** The mask of so many leading one bits, shaped like `like`. */
export function maskOfBits(bits: number, like: AddressWords): AddressWords {
  const width = like.length === 4 ? 8 : 16
  return like.map((_, at) => {
    const ones = Math.min(width, Math.max(0, bits - at * width))
    return ((1 << width) - 1) & ~((1 << (width - ones)) - 1)
  })
}

function parseIpv4(text: string): AddressWords | undefined {
  if (text.length > 15) return undefined
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  const octets: number[] = []
  for (const part of parts) {
    if (!/^[0-9]{1,3}$/.test(part)) return undefined
    const octet = Number(part)
    if (octet > 255) return undefined
    octets.push(octet)
  }
  return octets
}

function parseIpv6(text: string): AddressWords | undefined {
  if (text.length > 45) return undefined
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = parseGroups(halves[0] as string, halves.length === 1)
  if (head === undefined) return undefined
  if (halves.length === 1) return head.length === 8 ? head : undefined
  const tail = parseGroups(halves[1] as string, true)
  if (tail === undefined || head.length + tail.length > 7) return undefined
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail]
}

function parseGroups(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  const groups: number[] = []
  for (const [at, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(parseInt(part, 16))
      continue
    }
    const octets = mayEndInIpv4 && at === parts.length - 1 ? parseIpv4(part) : undefined
    if (octets === undefined) return undefined
    const [a, b, c, d] = octets as [number, number, number, number]
    groups.push(a * 256 + b, c * 256 + d)
  }
  return groups
}

function octetsOf(groups: readonly number[]): number[] {
  return groups.flatMap((group) => [group >> 8, group & 255])
}
