import { isIP, isIPv6 } from 'node:net'
import type { InterfaceAddress } from '../io/index.ts'
import type { Listener, Transport } from '../lib/flow.ts'
import { Failure } from './failure.ts'

/** Where somebody wants to listen, as written: the host may be a name, an interface or a wildcard. */
export interface ListenWish {
  /** Undefined: UDP and TCP. */
  readonly transport: Transport | undefined
  readonly host: string
  readonly port: number | undefined
}

/** One address and port to bind; both transports on the same number. */
export interface Opening {
  readonly address: string
  readonly port: number
  readonly udp: boolean
  readonly tcp: boolean
  /** WebSocket alone, on a port of its own. */
  readonly ws?: boolean
}

export interface ListenRules {
  readonly wishes: readonly ListenWish[]
  /** For wishes that name no port. */
  readonly defaultPort: number
  readonly isTcpOff: boolean
  readonly interfaces: readonly InterfaceAddress[]
  /** Addresses of a host name. */
  readonly addressesOf: (host: string) => Promise<readonly string[]>
}

/** `PROTO:HOST:PORT`, IPv6 in brackets; a sentence when it is none. */
export function parseListen(text: string): ListenWish | string {
  const parts = /^([a-z]+):(\[[^\]]*\]|[^:[\]]*):(\d{1,5})$/i.exec(text)
  if (parts === null) {
    return `--listen ${text}: write PROTO:HOST:PORT, such as udp:192.168.1.10:5060, and IPv6 in brackets.`
  }
  const [, protocol = '', bracketed = '', digits = ''] = parts
  const transport = protocol.toLowerCase()
  const host = bracketed.replace(/^\[|\]$/g, '')
  const port = Number(digits)
  const complaint = complaintAbout(host, bracketed.startsWith('['), port)
  if (complaint !== undefined) return `--listen ${text}: ${complaint}.`
  if (transport === 'udp' || transport === 'tcp' || transport === 'ws') return { transport, host, port }
  const isLater = transport === 'tls' || transport === 'wss'
  return `--listen ${text}: ${isLater ? `${transport} is not part of this version; use` : 'the protocol is'} udp, tcp or ws.`
}

function complaintAbout(host: string, isBracketed: boolean, port: number): string | undefined {
  if (host === '') return 'the host is missing'
  if (isBracketed && !isIPv6(host)) return `[${host}] is no IPv6 address`
  return port > 65_535 ? 'a port is a number up to 65535' : undefined
}

/** Nothing is registered beside the web's own port 80 (RFC 7118 §8), which a program without rights can't open. */
const defaultWebSocketPort = 8088

export const anyIpv4: ListenWish = { transport: undefined, host: '0.0.0.0', port: undefined }

/** Turns wishes into what to bind: every wildcard, interface and name becomes addresses of this machine. */
export async function planListening(rules: ListenRules): Promise<Opening[]> {
  const openings: { -readonly [Key in keyof Opening]: Opening[Key] }[] = []
  for (const wish of rules.wishes) {
    if (wish.transport === 'ws') {
      for (const address of await addressesOfHost(wish.host, rules))
        openings.push({ address, port: wish.port ?? defaultWebSocketPort, udp: false, tcp: false, ws: true })
      continue
    }
    const transports = transportsOf(wish, rules)
    const port = wish.port ?? rules.defaultPort
    for (const address of await addressesOfHost(wish.host, rules)) {
      for (const transport of transports) {
        const shared = openings.find(
          (opening) => opening.address === address && opening.port === port && opening.ws !== true,
        )
        if (shared === undefined) {
          openings.push({ address, port, udp: transport === 'udp', tcp: transport === 'tcp' })
        } else shared[transport] = true
      }
    }
  }
  if (openings.length === 0) {
    throw new Failure(
      'There is no address to listen on: connect a network, or name an address with --listen.',
    )
  }
  return openings
}

/** `udp:127.0.0.1:5060`, `tcp:[::1]:5060`. */
export function printListener(listener: Listener): string {
  return `${listener.transport}:${hostPort(listener.address, listener.port)}`
}

export function hostPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || (isIP(address) === 4 && address.startsWith('127.'))
}

/** TLS in a script is its own module's business; a TCP wish is void when the script turns TCP off. */
function transportsOf(wish: ListenWish, rules: ListenRules): ('udp' | 'tcp')[] {
  if (wish.transport === 'udp') return ['udp']
  if (wish.transport === 'tcp') return rules.isTcpOff ? [] : ['tcp']
  if (wish.transport !== undefined) {
    throw new Failure(
      `Listening on ${wish.transport} is not part of this version: remove ${wish.host} from listen.`,
    )
  }
  return rules.isTcpOff ? ['udp'] : ['udp', 'tcp']
}

async function addressesOfHost(host: string, rules: ListenRules): Promise<readonly string[]> {
  const { interfaces } = rules
  if (host === '0.0.0.0' || host === '*') return addressesIn(interfaces, 4)
  if (host === '::') return addressesIn(interfaces, 6)
  if (isIP(host) !== 0) return [host]
  const own = interfaces.filter((entry) => entry.name === host)
  if (own.length > 0) {
    const v4 = addressesIn(own, 4)
    return v4.length > 0 ? v4 : addressesIn(own, 6)
  }
  const found = await rules.addressesOf(host)
  const chosen = found.find((address) => isIP(address) === 4) ?? found[0]
  if (chosen === undefined) {
    throw new Failure(
      `listen: ${host} is neither an interface nor a name that resolves; write an IP address.`,
    )
  }
  return [chosen]
}

/** Link-local addresses need a zone that SIP can't write, so no wildcard takes them in. */
function addressesIn(interfaces: readonly InterfaceAddress[], family: 4 | 6): string[] {
  return interfaces
    .filter((entry) => entry.family === family && !entry.address.startsWith('fe80:'))
    .map((entry) => entry.address)
}
