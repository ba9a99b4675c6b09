import type { Octets } from '../lib/octets.ts'
import type { RelayPair, StreamEnd } from '../rtp/index.ts'
import type { SessionDescription } from '../sdp/index.ts'
import type { DescribedStream } from './media-places.ts'
import type { MediaProtection } from './media-protection.ts'
import type { PassageOutcome } from './media-relay.ts'
import type { Side } from './media-session.ts'

/** One medium of a session: a pair that faces the caller, one that faces the called, and what the relay was told. */
export interface RelayedStream {
  readonly stream: number
  readonly pairs: readonly [RelayPair, RelayPair]
  revision: number
  ends: readonly [StreamEnd, StreamEnd] | undefined
}

/** A session's media in our own relay, by number of the `m=` line. */
export interface Relayed {
  readonly streams: (RelayedStream | undefined)[]
  /** What each side described last, as agreed. */
  readonly described: [readonly DescribedStream[] | undefined, readonly DescribedStream[] | undefined]
  /** What was agreed last, to know copies by. */
  readonly texts: [Octets, Octets]
  offered: Offered | undefined
  readonly protection: MediaProtection
}

export interface Offered {
  readonly by: Side
  readonly text: Octets
  readonly streams: readonly DescribedStream[]
}

/** A stream of the process before, as its file has it. */
export interface ResumedStream {
  readonly at: number
  readonly pairs: readonly [RelayPair, RelayPair]
  readonly revision: number
  readonly ends: readonly [StreamEnd, StreamEnd]
}

/** `address:port` of each of its sockets. */
export function placesOf(slot: RelayedStream): string[] {
  return slot.pairs.flatMap(({ address, port }) => [`${address}:${port}`, `${address}:${port + 1}`])
}

/** Nobody can refuse an answer (RFC 3264 §6): one that cannot be read goes on as it came. */
export function refused(isOffer: boolean, text: Octets, why: string): PassageOutcome {
  return isOffer ? { status: 488, why: `the session description is wrong: ${why}` } : { text }
}

/** A medium of which nothing is believed but that it is there: it is learned from where it is signalled. */
export function unknownPlace(media: SessionDescription['media'][number]): DescribedStream {
  return {
    isRefused: media.port === 0,
    rtp: undefined,
    rtcp: undefined,
    isHeld: false,
    direction: media.direction ?? 'sendrecv',
    isMultiplexed: false,
    isByIce: false,
    formats: media.formats,
    packetTimeMs: media.packetTimeMs,
  }
}
