import type { Octets } from '../lib/octets.ts'

/**
 * What is to be kept for good, as rows of the tables of the guide. The exchange decides, the store keeps; times are
 * Unix milliseconds, because they outlive the process.
 */
export type Change =
  | { readonly kind: 'put-contact'; readonly table: string; readonly contact: StoredContact }
  | {
      readonly kind: 'drop-contact'
      readonly table: string
      readonly user: string
      /** Undefined: all of that user. */
      readonly contact: Octets | undefined
    }
  /** Every contact of a table, before all of them are put again. */
  | { readonly kind: 'clear-contacts'; readonly table: string }
  | { readonly kind: 'put-subscriber'; readonly subscriber: Subscriber }
  | { readonly kind: 'drop-subscriber'; readonly username: string; readonly domain: string }
  /** A row of acc or missed_calls in SER's columns. */
  | {
      readonly kind: 'add-accounting'
      readonly table: string
      readonly row: Readonly<Record<string, string>>
    }
  | { readonly kind: 'put-call'; readonly call: CallRecord }
  | { readonly kind: 'add-notice'; readonly notice: Notice }
  /** One of the product's own settings, such as the key of nonces. */
  | { readonly kind: 'put-setting'; readonly name: string; readonly value: string }

/** A binding as the location table has it. */
export interface StoredContact {
  /** The key of the record: the user, with `@domain` where the script says so. */
  readonly user: string
  readonly contact: Octets
  /** `transport:address:port` of the flow that it is reached by; undefined: by its own URI. */
  readonly received: string | undefined
  /** 0 where it never expires. */
  readonly expiresAtUnixMs: number
  /** 0–1000. */
  readonly q: number | undefined
  readonly callId: string
  readonly cseq: number
  readonly flags: number
  readonly userAgent: Octets
  readonly parameters: Octets
}

/** Somebody with a password, of whom only the digests are kept (RFC 7616 §3.4.2 A1, RFC 8760). */
export interface Subscriber {
  readonly username: string
  readonly domain: string
  /** Hexadecimal MD5 of user:realm:password, and of user@domain:realm:password. */
  readonly ha1: string
  readonly ha1b: string
  /** The same by SHA-256; empty for those imported from SER, whose passwords nobody knows. */
  readonly ha1Sha256: string
  readonly ha1bSha256: string
  readonly email: string
  readonly displayName: string
  /** Other columns of the subscriber table that a script may ask for as attributes (rpid, uuid, domn …). */
  readonly columns: Readonly<Record<string, string>>
}

/** One call from its INVITE to its end. */
export interface CallRecord {
  readonly callId: string
  readonly fromTag: string
  readonly from: string
  readonly to: string
  readonly beganAtUnixMs: number
  readonly answeredAtUnixMs: number | undefined
  readonly endedAtUnixMs: number | undefined
  /** Of the talk, to the millisecond; 0 where it was never answered. */
  readonly durationMs: number
  readonly ending: CallEnding | undefined
  /** Last status of the INVITE; 0 before any. */
  readonly status: number
  readonly hungUpBy: 'caller' | 'callee' | undefined
  /** Everything else that is known of it, such as the facts of its media: JSON. */
  readonly facts: string
}

export type CallEnding = 'answered' | 'busy' | 'cancelled' | 'no-answer' | 'failed' | 'vanished'

/** One line of the event log, in a plain sentence. */
export interface Notice {
  readonly atUnixMs: number
  readonly level: 'info' | 'warning' | 'problem'
  /** From a closed list, such as `login-failed`. */
  readonly code: string
  readonly text: string
  /** Whom or what it concerns, to search for; empty where nobody. */
  readonly subject: string
}

/** What the store hands over before the first message is taken, in the input `loaded`. */
export interface StoredState {
  readonly contacts: readonly { readonly table: string; readonly contact: StoredContact }[]
  readonly subscribers: readonly Subscriber[]
  readonly callsUnderWay: readonly CallRecord[]
  readonly domains: readonly string[]
  readonly settings?: Readonly<Record<string, string>>
  /** The newest, oldest first. */
  readonly notices?: readonly Notice[]
}
