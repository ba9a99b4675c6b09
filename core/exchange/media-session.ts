import type { Flow } from '../lib/flow.ts'
import type { Instant } from '../lib/instant.ts'
import type { Octets } from '../lib/octets.ts'
import type { Facing, MediaRelay } from './media-relay.ts'

/** 0 the caller, 1 the one who is called. */
export type Side = 0 | 1

/** A phone at its end of a session. */
export interface MediaParty {
  tag: string | undefined
  /** The way its signalling takes; of the called one known when a branch goes out. */
  flow: Flow
  /** URI of its Contact, for the question whether it is still there. */
  contact: Octets | undefined
  facing: Facing | undefined
  isAsymmetric: boolean
  isTrusted: boolean
}

/** The offer that passed last (RFC 3264): who made it and in which request's transaction. */
export interface LastOffer {
  readonly by: Side
  readonly cseq: number
}

/** The media of two phones: of a dialog, or of one branch that may become a dialog. */
export interface MediaSession {
  readonly id: number
  readonly callId: string
  readonly relay: MediaRelay
  readonly parties: readonly [MediaParty, MediaParty]
  readonly beganAt: Instant
  answeredAt: Instant | undefined
  offer: LastOffer | undefined
  /** When one of the two was last known to be there: by media, an answer to OPTIONS, or signalling. */
  aliveAt: Instant
  isAsked: boolean
  isOver: boolean
}

export function otherSide(side: Side): Side {
  return side === 0 ? 1 : 0
}
