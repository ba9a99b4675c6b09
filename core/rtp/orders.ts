/** What the exchange asks of the media relay, and what the relay tells it. Plain data: it crosses a thread. */

/**
 * Two sockets that are bound and wait for a call: RTP on `port`, which is even, and RTCP on `port` + 1
 * (RFC 3550 §11). One pair faces one phone for one media stream.
 */
export interface RelayPair {
  /** Never used twice in the life of the process, though its port may be. */
  readonly id: number
  /** IP address that the sockets are bound to, and that this phone is told. */
  readonly address: string
  readonly port: number
}

/** A place that media is sent to or comes from. */
export interface MediaAddress {
  /** IP address without brackets. */
  readonly address: string
  readonly port: number
}

/** One payload type of a description (RFC 4566 §6 rtpmap, RFC 3551 §6 for the static ones). */
export interface PayloadFormat {
  /** 0–127. */
  readonly type: number
  /** Lower case: `pcmu`, `pcma`, `g722`, `opus`, `telephone-event`, `cn` … */
  readonly encoding: string
  /** RTP clock, Hz: 8000 for G.722 too (RFC 3551 §4.5.2). */
  readonly clockHz: number
}

/** User name fragment and password of ICE (RFC 8445 §5.3), as we have announced them. */
export interface IceCredentials {
  readonly ufrag: string
  readonly pwd: string
}

/** What protects the media of one end, between it and us. */
export type Guard =
  | {
      readonly kind: 'sdes'
      readonly theirs: SdesKey
      readonly ours: SdesKey
    }
  | {
      readonly kind: 'dtls'
      /** The newest first; those before hold until they are no longer asked for (RFC 8445 §9). */
      readonly local: readonly IceCredentials[]
      /** Of its certificate, as its description announces it (RFC 8122 §5). */
      readonly fingerprints: readonly string[]
    }

export interface SdesKey {
  readonly suite: 'AES_CM_128_HMAC_SHA1_80' | 'AES_CM_128_HMAC_SHA1_32' | 'AEAD_AES_128_GCM'
  /** Master key and salt, base64 (RFC 4568 §6.1). */
  readonly key: string
}

/** One phone's end of a media stream, as its description and its signalling have it. */
export interface StreamEnd {
  /** Id of the pair that faces this phone. */
  readonly pair: number
  /** Where its description wants media; undefined while it has described nothing. */
  readonly rtp: MediaAddress | undefined
  /** `a=rtcp` (RFC 3605), else the next port; the RTP place itself with `a=rtcp-mux` (RFC 5761). */
  readonly rtcp: MediaAddress | undefined
  readonly isMultiplexed: boolean
  /** IP addresses that its media may come from: the one in its description, and the one that its signalling came from. */
  readonly plausible: readonly string[]
  /** Media goes where the description says, wherever it comes from: nothing is learned. */
  readonly isAsymmetric: boolean
  /** What its description and the answer to it allow (RFC 3264 §6.1). A held phone may be silent. */
  readonly mayReceive: boolean
  readonly maySend: boolean
  /** What it may send, as the two ends have agreed. */
  readonly formats: readonly PayloadFormat[]
  /** Packet time, ms, as far as known: 20 where nothing was said. */
  readonly packetTimeMs: number
  /** Undefined: its media is in clear. */
  readonly guard?: Guard | undefined
}

export type RelayOrder =
  /**
   * Joins two ends, or tells of a change of either (an answer, a re-INVITE, hold). A change of an end's `rtp`,
   * `plausible` or `revision` opens its learning anew for a moment.
   */
  | {
      readonly kind: 'connect'
      /** Names the stream in reports; given by the exchange, never used twice. */
      readonly stream: number
      /** Grows with each offer and answer that passed. */
      readonly revision: number
      readonly a: StreamEnd
      readonly b: StreamEnd
    }
  /** The stream is over: its last facts are reported, and its pairs rest before their ports are used again. */
  | { readonly kind: 'disconnect'; readonly stream: number }
  /** Pairs that were taken from the pool and never connected go back. */
  | { readonly kind: 'return-pairs'; readonly pairs: readonly number[] }
  /** So many pairs of that address were taken: bind new ones. */
  | { readonly kind: 'refill'; readonly address: string; readonly count: number }
  /** Takes up a stream of the process that ran before, on the same ports if they can still be had. */
  | {
      readonly kind: 'resume'
      readonly stream: number
      readonly revision: number
      readonly a: StreamEnd & { readonly at: MediaAddress }
      readonly b: StreamEnd & { readonly at: MediaAddress }
    }

/** What is in the payload of the packets of the last second. */
export type PayloadKind =
  | 'none'
  | 'speech'
  | 'near-silent'
  | 'digital-silence'
  | 'comfort-noise'
  | 'dtmf'
  | 'undecodable'
  /** Not looked into: video, encrypted, or a codec whose energy cannot be told. */
  | 'unknown'

/** Why a packet at an open pair was not passed on. */
export const relayDropReasons = [
  'malformed',
  'stranger',
  'before-peer-known',
  'peer-may-not-receive',
  'no-consent',
  'forbidden-destination',
  'send-failed',
  // Of ends that are protected:
  'not-authentic',
  'replayed',
  'no-keys',
  'ice-refused',
  'unproven-address',
] as const
export type RelayDropReason = (typeof relayDropReasons)[number]

/** How far the protection of an end has come. */
export interface GuardFacts {
  readonly kind: Guard['kind']
  /** `checking`: no ICE check has proved an address yet. `handshaking`: DTLS is under way. */
  readonly state: 'checking' | 'handshaking' | 'connected' | 'failed' | 'lost'
  readonly profile: SdesKey['suite'] | undefined
  /** Why it failed. */
  readonly why: string | undefined
  readonly since: number
}

/** How the place was found that media for a phone goes to. */
export interface Latching {
  readonly at: MediaAddress
  readonly from: 'description' | 'learned' | 'ice'
  /** Instant of the clock that the worker shares with the exchange. */
  readonly since: number
}

/** What arrived at one pair from its phone, and what was sent back to it. Counts grow from the stream's beginning. */
export interface EndFacts {
  readonly received: {
    readonly packets: number
    readonly bytes: number
    /** Packets in each of the last four spans of 250 ms, the oldest first: short silences show here. */
    readonly samples?: readonly number[]
    readonly firstAt: number | undefined
    readonly lastAt: number | undefined
    /** `address:port` → packets; at most 8, the rest under `others`. */
    readonly sources: Readonly<Record<string, number>>
    /** The same of packets that were not passed on, because their source was not this phone's. */
    readonly refused?: Readonly<Record<string, number>>
    readonly ssrcs: Readonly<Record<string, number>>
    readonly payloadTypes: Readonly<Record<string, number>>
    /** RFC 3550 A.3: expected minus received; negative with duplicates. */
    readonly lost: number
    readonly expected: number
    readonly duplicates: number
    readonly reordered: number
    /** RFC 3550 A.8, ms; the greatest so far beside it. */
    readonly jitterMs: number
    readonly maxJitterMs: number
    /** Mean distance of packets in time, ms. */
    readonly meanGapMs: number
    readonly longestGapMs: number
    readonly markers: number
    readonly rtcpPackets: number
    readonly stunPackets: number
    readonly payloadKind: PayloadKind
    /** Level of the last second, dBov (0 is full scale); undefined where it cannot be told. */
    readonly levelDbov: number | undefined
  }
  readonly sent: {
    readonly packets: number
    readonly bytes: number
    readonly lastAt: number | undefined
    readonly errors: Readonly<Record<string, number>>
    readonly rtcpPackets: number
    readonly keepAlives: number
  }
  readonly dropped: Readonly<Partial<Record<RelayDropReason, number>>>
  /** Undefined for media in clear. */
  readonly guard?: GuardFacts | undefined
  readonly rtp: Latching | undefined
  readonly rtcp: Latching | undefined
  /** From the phone's own receiver reports about what it gets (RFC 3550 §6.4): the arrow that we cannot see. */
  readonly reported:
    | {
        readonly fractionLost: number
        readonly lost: number
        readonly jitterMs: number
        readonly roundTripMs: number | undefined
        readonly at: number
      }
    | undefined
  /** Listening quality of what it sends, 1–4.5 (ITU-T G.107 simplified); undefined before enough has come. */
  readonly mos: number | undefined
}

export type RelayReport =
  /** At the start: what we prove ourselves with in every handshake (RFC 8122 §5). */
  | { readonly kind: 'identity'; readonly fingerprint: string }
  /** Bound and free to be given to a call. */
  | { readonly kind: 'pairs'; readonly pairs: readonly RelayPair[] }
  /** No port of that address's range could be bound. Told once, until some can be bound again. */
  | { readonly kind: 'no-ports'; readonly address: string; readonly why: string }
  /** Every second for each stream in which something has changed, and when a place was learned. */
  | {
      readonly kind: 'facts'
      readonly at: number
      readonly streams: readonly { readonly stream: number; readonly a: EndFacts; readonly b: EndFacts }[]
    }
  /** After `disconnect`: the last word on the stream. */
  | { readonly kind: 'closed'; readonly stream: number; readonly a: EndFacts; readonly b: EndFacts }
  | {
      readonly kind: 'latched'
      readonly stream: number
      readonly end: 'a' | 'b'
      readonly component: 'rtp' | 'rtcp'
      readonly latching: Latching
    }
  /** Since the last report, packets at pairs that no stream has: before an answer, or meant for another call. */
  | {
      readonly kind: 'strays'
      readonly pairs: readonly {
        readonly pair: number
        /** `address:port` → packets; at most 8, the rest under `others`. */
        readonly sources: Readonly<Record<string, number>>
      }[]
    }
  /** The answer to `resume`: whether both pairs have their old ports again. */
  | { readonly kind: 'resumed'; readonly stream: number; readonly ok: boolean }
  /** A media worker failed and was replaced: its streams are gone unless they are connected anew. */
  | {
      readonly kind: 'worker-lost'
      readonly streams: readonly number[]
      /** Free pairs whose ports somebody else has taken meanwhile: no call may get them. */
      readonly pairs: readonly number[]
      readonly why: string
    }
