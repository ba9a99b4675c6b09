/**
 * What must become of a vector. `forward`: sent on once, to the right next hop, headers it must not touch the same
 * byte for byte. `drop`: no packet leaves and an event is counted. `silent`: no packet leaves, nothing need be counted.
 * A number is the status of the one final answer; on a stream the connection then stays open.
 */
import type { Octets } from '../../core/lib/octets.ts'

export type Fate = 'forward' | 'forward cleaned' | 'drop' | 'silent' | 'stun success' | number

/** The end of a stream connection, with or without an answer before it. */
export interface Closing {
  readonly kind: 'closing'
  readonly status: number | undefined
  /** `deadline`: nothing is said until the lab's message deadline has passed since the first octet. */
  readonly at: 'once' | 'deadline'
}

/** One packet that a stream reads as several messages; each has its own fates, any of which is right. */
export interface Several {
  readonly kind: 'several'
  readonly each: readonly (readonly Fate[])[]
}

/** The answer to a CRLF CRLF ping on a stream (RFC 5626 §4.4.1): one CRLF. */
export interface Pong {
  readonly kind: 'pong'
}

export type Outcome = Fate | Closing | Several | Pong

/** A part of the product that the lab of today has not: with it the outcome is another. */
export interface Later {
  readonly needs: 'media relay' | 'authentication'
  readonly outcome: Fate
  readonly also: readonly Fate[]
}

/** What is checked besides the outcome. Every member is one check; an absent member checks nothing. */
export interface Checks {
  /** Bindings of `bindingsOf` (by default the To URI's address-of-record) after the message. */
  readonly bindings?: number
  readonly bindingsOf?: string
  /** Octets that a fetch of the bindings shows in its Contact values. */
  readonly fetchShows?: readonly Octets[]
  readonly fetchLacks?: readonly Octets[]
  /** The option tags of the answer's Unsupported, in order. */
  readonly unsupported?: readonly string[]
  /** Header fields the answer must have. */
  readonly answerHas?: readonly string[]
  readonly answerLacksHeaders?: readonly string[]
  /** Octets that must stand in the answer, or must not. */
  readonly answerKeeps?: readonly Octets[]
  readonly answerLacks?: readonly Octets[]
  /** Octets that the forwarded message carries unchanged. */
  readonly mustKeep?: readonly Octets[]
  readonly mustNotContain?: readonly Octets[]
  /** Length of the forwarded body, which is also identical to the one sent. */
  readonly bodyBytes?: number
  readonly nextHop?: string
  readonly repliesTo?: 'packet source'
  readonly maxForwardsAdded?: number
  /** Final answers to one copy of the message. */
  readonly finalAnswers?: number
  /** Requests with this method that may leave, over all sockets. */
  readonly leaves?: Readonly<Record<string, number>>
  /** Hosts that no packet may reach; `broadcast` and `multicast` stand for all such addresses. */
  readonly neverReaches?: readonly string[]
  /** User part after unescaping, as the location look-up sees it. */
  readonly looksUpUser?: Octets
  readonly requestUriHost?: string
  readonly requestUriPort?: number
  /** Counted as an event of this kind of reason; the words are the plan's, not an event's name. */
  readonly counted?: string
  /** Longest time from receipt to parsed, in milliseconds. */
  readonly parsedWithinMs?: number
  /** What no field above can say. */
  readonly say?: string
}

export interface Expectation {
  /** The vector's name. */
  readonly name: string
  readonly udp: Outcome
  readonly tcp: Outcome
  readonly ws: Outcome
  /** Outcomes that are right as well, on every transport where `udp`'s own outcome would hold. */
  readonly also: readonly Fate[]
  /** Addresses-of-record that must be bound to the sink beforehand. */
  readonly registered: readonly string[]
  readonly checks: Checks
  readonly later?: Later
}

interface Particulars {
  readonly tcp?: Outcome
  readonly ws?: Outcome
  readonly also?: readonly Fate[]
  readonly registered?: readonly string[]
  readonly checks?: Checks
  readonly later?: Later
}

/** An expectation whose TCP and WebSocket outcomes are those of UDP unless they are given. */
export function expects(name: string, udp: Fate, particulars: Particulars = {}): Expectation {
  const { tcp = udp, ws = udp, also = [], registered = [], checks = {}, later } = particulars
  return { name, udp, tcp, ws, also, registered, checks, ...(later === undefined ? {} : { later }) }
}

export function closes(status: number | undefined): Closing {
  return { kind: 'closing', status, at: 'once' }
}

export function closesAtDeadline(status: number): Closing {
  return { kind: 'closing', status, at: 'deadline' }
}

export function withRelay(outcome: Fate, also: readonly Fate[] = []): Later {
  return { needs: 'media relay', outcome, also }
}

export function withAuthentication(outcome: Fate, also: readonly Fate[] = []): Later {
  return { needs: 'authentication', outcome, also }
}
