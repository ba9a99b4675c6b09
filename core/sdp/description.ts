import type { Octets } from '../lib/octets.ts'

/** A change of a body's text: `remove` octets at `at` give way to `insert`. */
export interface TextEdit {
  readonly at: number
  readonly remove: number
  readonly insert: Octets
}

/** One line of a description (RFC 8866 §5), by its place in the text. */
export interface SdpLine {
  /** The letter before the `=`. */
  readonly type: string
  /** What stands behind the `=`, without its line end. */
  readonly value: Octets
  readonly at: number
  readonly valueAt: number
  /** Where the next line begins. */
  readonly end: number
}

/** A `c=` line (RFC 8866 §5.7). */
export interface Connection {
  readonly line: SdpLine
  /** Without a TTL or a count; a host name stays a name. */
  readonly address: string
}

/** RFC 3264 §6.1, as the one who sent the description has it. */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

/** One payload type; the shape is the one that the relay's orders use. */
export interface Format {
  readonly type: number
  /** Lower case. */
  readonly encoding: string
  readonly clockHz: number
}

/** `a=rtcp` (RFC 3605). */
export interface RtcpAttribute {
  readonly line: SdpLine
  readonly port: number
  /** Undefined: the address of the `c=` line. */
  readonly address: string | undefined
}

/** An `m=` line with all that belongs to it (RFC 8866 §5.14). */
export interface MediaDescription {
  readonly line: SdpLine
  /** `audio`, `video`, `image` …, lower case. */
  readonly kind: string
  readonly port: number
  /** Where the port stands, with a count behind it (`49170/2`). */
  readonly portAt: number
  readonly portLength: number
  /** Upper case: `RTP/AVP` … */
  readonly protocol: string
  readonly connections: readonly Connection[]
  readonly direction: Direction | undefined
  readonly rtcp: RtcpAttribute | undefined
  readonly isMultiplexed: boolean
  /** Empty where the protocol is not RTP. */
  readonly formats: readonly Format[]
  readonly packetTimeMs: number | undefined
  /** Lines of ICE, which would lead media past a relay (RFC 8839). */
  readonly ice: readonly SdpLine[]
  /** Where this media section ends. */
  readonly end: number
}

export interface SessionDescription {
  readonly text: Octets
  readonly origin: SdpLine | undefined
  readonly connection: Connection | undefined
  readonly direction: Direction | undefined
  readonly ice: readonly SdpLine[]
  /** `a=nortpproxy:yes`: another relay has had it already. */
  readonly isRelayed: boolean
  readonly media: readonly MediaDescription[]
  /** Line end that it uses. */
  readonly lineEnd: Octets
}

export interface Unreadable {
  readonly unreadable: string
}

/** Media that a relay of RTP can carry: over UDP, whatever is in the payload (RFC 3551, 4585, 3711, 5124). */
export function isRtp(media: MediaDescription): boolean {
  return /^(UDP\/TLS\/)?RTP\/S?AVPF?$/.test(media.protocol)
}

/** The `c=` line that rules a media section; the last of several is the one that phones take. */
export function connectionOf(session: SessionDescription, media: MediaDescription): Connection | undefined {
  return media.connections.at(-1) ?? session.connection
}

export function directionOf(session: SessionDescription, media: MediaDescription): Direction {
  return media.direction ?? session.direction ?? 'sendrecv'
}
