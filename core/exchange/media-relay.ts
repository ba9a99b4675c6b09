import type { Flow } from '../lib/flow.ts'
import type { Octets } from '../lib/octets.ts'
import type { Side } from './media-session.ts'
import type { MediaSession } from './media-session.ts'

/** The side of us that a phone is on, where the script says so (flags i and e of force_rtp_proxy). */
export type Facing = 'internal' | 'external'

/** What force_rtp_proxy() or use_media_proxy() asked for, about the message in hand. */
export interface MediaWish {
  readonly by: 'nathelper' | 'mediaproxy'
  /** Its sender takes media where its description says, wherever it sends from (flag a). */
  readonly isAsymmetric: boolean
  /** Its sender's description is taken as it stands (flag r). */
  readonly isTrusted: boolean
  /** Of its sender and of its receiver. */
  readonly facing: readonly [Facing | undefined, Facing | undefined]
  /** Nothing new is begun for it (flag l). */
  readonly isLookup: boolean
  /** What to tell those outside in place of our own address. */
  readonly address: string | undefined
}

/** A description on its way from one phone of a session to the other. */
export interface Passage {
  readonly kind: 'offer' | 'answer'
  readonly sender: Side
  /** The ways to both; the receiver's may have changed since. */
  readonly senderFlow: Flow
  readonly receiverFlow: Flow
  readonly text: Octets
  readonly wish: MediaWish
}

/** The description to pass on, or why there is none: a status for the request that carried it. */
export type PassageOutcome = { readonly text: Octets } | { readonly status: number; readonly why: string }

/** Whoever leads the media: our own ports, or a program beside us that is asked over its control protocol. */
export interface MediaRelay {
  /** Whether it would take a description at all; the reason where not. Asked while the script runs. */
  refusal(): string | undefined
  /** Rewrites a description. `told` is called once, at once or later; the message waits for it. */
  pass(session: MediaSession, passage: Passage, told: (outcome: PassageOutcome) => void): void
  /** The offer that passed last came to nothing: what was agreed before holds (RFC 3261 §14.1). */
  withdraw(session: MediaSession): void
  end(session: MediaSession): void
}
