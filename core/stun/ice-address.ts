import { readAddress4 } from '../lib/ip.ts'
import { readAddress6 } from '../lib/subnet.ts'

/** Four or sixteen octets, the highest first; undefined for what is no address. */
export function octetsOfAddress(text: string): Uint8Array | undefined {
  const [plain = ''] = text.split('%', 1)
  const four = readAddress4(plain)
  if (four !== undefined) return Uint8Array.from([24, 16, 8, 0], (shift) => (four >>> shift) & 255)
  let six = readAddress6(plain)
  if (six === undefined) return undefined
  const octets = new Uint8Array(16)
  for (let at = 15; at >= 0; at--) {
    octets[at] = Number(six & 255n)
    six >>= 8n
  }
  return octets
}
