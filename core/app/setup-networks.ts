import type { NetworkChoice, NetworkKind } from '../api/index.ts'
import type { InterfaceAddress } from '../io/index.ts'

/** Devices that programs make: tunnels, bridges of virtual machines and containers, and Windows' names for the same. */
const virtualDevices =
  /^(tun|tap|wg|ppp|utun|ipsec|docker|br-|virbr|veth|vmnet|vboxnet|lxc|lxd|cni|flannel|zt|tailscale|vEthernet|VMware|VirtualBox|Hyper-V|NordLynx|OpenVPN|WireGuard)/i
const rank: Readonly<Record<NetworkKind, number>> = { office: 0, virtual: 1, 'this-computer': 2 }

/** Where phones could be, the likeliest first: an office has private addresses (RFC 1918), and IPv4 before IPv6. */
export function networkChoices(addresses: readonly InterfaceAddress[]): NetworkChoice[] {
  return addresses
    .filter(({ address }) => !address.startsWith('fe80:'))
    .map((entry) => ({ entry, kind: kindOf(entry) }))
    .toSorted((a, b) => rank[a.kind] - rank[b.kind] || strangeness(a.entry) - strangeness(b.entry))
    .map(({ entry, kind }) => ({ device: entry.name, address: entry.address, kind }))
}

function kindOf({ name, isLoopback }: InterfaceAddress): NetworkKind {
  if (isLoopback) return 'this-computer'
  return virtualDevices.test(name) ? 'virtual' : 'office'
}

function strangeness({ address, family }: InterfaceAddress): number {
  if (family === 6) return 2
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address) ? 0 : 1
}
