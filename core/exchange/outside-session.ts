import type { Octets } from '../lib/octets.ts'

/** Which session a command is about, as both protocols name it. */
export interface OutsideSession {
  readonly callId: string
  /** Tag of the side whose description it is, and of the other side where that is known. */
  readonly fromTag: string
  readonly toTag: string | undefined
}

/** A description that is to be led through the relay: an offer, or the answer to one (RFC 3264). */
export interface OutsideDescription {
  readonly kind: 'offer' | 'answer'
  readonly session: OutsideSession
  /** The session description itself, without the message round it. */
  readonly text: Octets
  /** IP address that the message came from. */
  readonly source: string
  /** force_rtp_proxy's flags (ser-modules, nathelper). */
  readonly flags: OutsideFlags
}

export interface OutsideFlags {
  /** a: nothing is learned from packets. */
  readonly isAsymmetric: boolean
  /** r: the address in the description is right, whatever the source. */
  readonly trustsDescription: boolean
  /** l: only a session that is there already is used. */
  readonly onlyLooksUp: boolean
  /** i and e, the sender's side first: `ie`, `ei`, `ii`, `ee`, or empty. */
  readonly directions: string
  /** The address to tell the other side in place of the relay's own. */
  readonly advertised: string | undefined
}

/** The description as it is to go on, or why there is none. */
export type OutsideResult = { readonly text: Octets } | { readonly why: string }
