import type { Flow, Listener, Transport } from '../lib/flow.ts'
import { isWebSocket } from '../lib/flow.ts'
import { isAddress, plainAddress } from '../lib/ip.ts'
import type { Octets } from '../lib/octets.ts'
import { isSipUri, parseUri, uriParameter } from '../sip/index.ts'
import type { SipUri } from '../sip/index.ts'

/** Where a message is to go next, before names are resolved. */
export interface NextHop {
  readonly transport: Transport
  readonly host: string
  readonly port: number | undefined
  /** Whether somebody named the transport; else a large request may switch to TCP (RFC 3261 §18.1.1). */
  readonly isTransportFixed: boolean
}

/** Where to send: a URI, a resolved way, or a host that somebody gave. */
export type Destination = Octets | Flow | NextHop

const transports: Readonly<Record<string, Transport>> = {
  udp: 'udp',
  tcp: 'tcp',
  tls: 'tls',
  ws: 'ws',
  wss: 'wss',
}

/** The next hop that a SIP URI names (RFC 3263 §4.1); a sentence where it names none. */
export function nextHopOf(text: Octets): NextHop | string {
  const uri = parseUri(text)
  if (!isSipUri(uri)) return 'is no SIP URI'
  return nextHopOfUri(uri)
}

export function nextHopOfUri(uri: SipUri): NextHop | string {
  const named = uri.parameters === '' ? undefined : uriParameter(uri, 'transport')
  const transport = named === undefined ? undefined : transports[named.toLowerCase()]
  if (named !== undefined && transport === undefined) return `asks for transport ${named}`
  const fallback: Transport = uri.scheme === 'sips' ? 'tls' : 'udp'
  return {
    transport: transport ?? fallback,
    host: uri.host,
    port: uri.port,
    isTransportFixed: named !== undefined || uri.scheme === 'sips',
  }
}

export function defaultPort(transport: Transport): number {
  switch (transport) {
    case 'tls':
      return 5061
    case 'ws':
      return 80
    case 'wss':
      return 443
    case 'udp':
    case 'tcp':
      return 5060
  }
}

/** True where nothing has to be asked of DNS. */
export function isResolved(hop: NextHop): boolean {
  return isAddress(hop.host)
}

/**
 * The way to an address: by the listener that the request came in on where that fits, else the first that does.
 * @param preferred listeners to try first, in order
 */
export function pickListener(
  listeners: readonly Listener[],
  preferred: Listener | undefined,
  transport: Transport,
  address: string,
): Listener | undefined {
  const isSix = address.includes(':')
  const fits = (listener: Listener): boolean =>
    listener.transport === transport && listener.address.includes(':') === isSix
  if (preferred !== undefined && fits(preferred)) return preferred
  let best: Listener | undefined
  for (const listener of listeners) {
    if (!fits(listener)) continue
    if (preferred !== undefined && listener.address === preferred.address) return listener
    if (best === undefined || (isLoopback(best.address) && !isLoopback(address))) best = listener
  }
  return best
}

/** Those by which others are reached: over WebSocket only whoever came himself is. */
export function openListeners(listeners: readonly Listener[]): readonly Listener[] {
  return listeners.filter(({ transport }) => !isWebSocket(transport))
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1'
}

export function flowTo(listener: Listener, address: string, port: number, connection?: number): Flow {
  return { listener, address: plainAddress(address), port, connection }
}
