import type { Guard, RelayEnd } from '../../rtp/index.ts'
import type { Instant } from '../../lib/instant.ts'

/** Stands between the sockets of one end and the relay: what comes in is opened, what goes out is sealed. */
export interface MediaGuard {
  /** @returns what is to be routed, in the same buffer; undefined where the packet ends here, counted */
  open(now: Instant, packet: Buffer, address: string, port: number): Buffer | undefined
  /** @returns undefined where it must not leave */
  seal(packet: Buffer): Buffer | undefined
  /** A new offer or answer has passed. */
  tell(now: Instant, guard: Guard): void
  /** Once a second or so. */
  tick(now: Instant): void
  close(): void
}

/** What a guard needs of the end that it stands before. */
export interface Guarded {
  readonly end: RelayEnd
  /** From the socket that faces the phone. */
  send(datagram: Uint8Array, address: string, port: number): void
}

/** What comes to a port that is protected (RFC 7983 §7, RFC 5761 §4); SRTP's padding cannot be read yet. */
export function sortOf(packet: Uint8Array): 'stun' | 'dtls' | 'rtp' | 'rtcp' | 'other' {
  const first = packet[0] ?? 255
  if (first < 4) return 'stun'
  if (first >= 20 && first < 64) return 'dtls'
  if (first < 128 || first >= 192) return 'other'
  const second = packet[1] ?? 0
  return second >= 192 && second < 224 ? 'rtcp' : 'rtp'
}
