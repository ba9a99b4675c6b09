import { networkInterfaces } from 'node:os'

export interface InterfaceAddress {
  /** Such as `eth0`. */
  readonly name: string
  readonly address: string
  readonly family: 4 | 6
  /** Only reachable from this machine. */
  readonly isLoopback: boolean
  /** How many of the first bits its network's addresses share. */
  readonly prefixBits: number
}

/** The addresses of this machine's interfaces that are up; link-local IPv6 carries its zone (`fe80::1%eth0`). */
export function interfaceAddresses(): InterfaceAddress[] {
  const found: InterfaceAddress[] = []
  for (const [name, entries] of Object.entries(networkInterfaces())) {
    for (const entry of entries ?? []) {
      const family = entry.family === 'IPv6' ? 6 : 4
      const isLinkLocal = family === 6 && entry.address.startsWith('fe80:')
      const address = isLinkLocal ? `${entry.address}%${name}` : entry.address
      const prefixBits = Number(entry.cidr?.split('/')[1] ?? (family === 6 ? 128 : 32))
      found.push({ name, address, family, isLoopback: entry.internal, prefixBits })
    }
  }
  return found
}
