/** RFC 3261 §18 and RFC 7118. `ws` and `wss` carry SIP in WebSocket frames. */
export type Transport = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss'

/** A place where the exchange listens: one socket. Compared by identity. */
export interface Listener {
  readonly transport: Transport
  /** IP address without brackets, never a wildcard. */
  readonly address: string
  readonly port: number
  /** Whoever comes in here has shown before that he may do all that the window can. */
  readonly isOwnWindow?: true
}

/**
 * The way a message came or goes (RFC 5626 §3 "flow"): a listener's socket and the peer's address;
 * on streams also the one connection.
 */
export interface Flow {
  readonly listener: Listener
  /** IP address without brackets, IPv4-mapped IPv6 written as IPv4. */
  readonly address: string
  readonly port: number
  /** Number of the stream connection, given by the exchange for those it opens (odd) and by the rim for those it accepts (even). */
  readonly connection: number | undefined
}

export function isStream(transport: Transport): boolean {
  return transport !== 'udp'
}

/** A peer there has no place of its own: only the connection that it opened itself leads to it (RFC 7118 §5). */
export function isWebSocket(transport: Transport): boolean {
  return transport === 'ws' || transport === 'wss'
}
