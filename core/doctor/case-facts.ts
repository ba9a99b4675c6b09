/** What is known of one call, as plain data: what a diagnosis starts from. Times are ms since its INVITE. */
export interface CaseFacts {
  /** When it was looked at; of an ended call, when it ended. */
  readonly ageMs: number
  readonly answeredMs?: number
  readonly ended?: { readonly by: Side | 'nobody'; readonly reason?: string }
  /** Last status of the INVITE; 0 before any. */
  readonly status: number
  /** `direct`: nobody sees the packets. `captured`: somebody else's system, seen on the wire. */
  readonly path: 'relayed' | 'direct' | 'captured'
  readonly caller: PartyFacts
  readonly callee: PartyFacts
  readonly signalling: SignallingFacts
  readonly host?: HostFacts
  readonly events?: readonly CaseEvent[]
  /** Whoever has said that nothing is to be heard: the wish to know, never a verdict. */
  readonly complaints?: readonly Side[]
}

export type Side = 'caller' | 'callee'

export interface Place {
  /** IP literal; a description may name a host. */
  readonly address: string
  readonly port: number
}

export interface PartyFacts {
  /** How people call it: 101. */
  readonly name: string
  /** Where its signalling came from. */
  readonly source: Place
  readonly via?: Place
  readonly contact?: Place
  readonly userAgent?: string
  /** What it has said of its voice, the oldest first; the last one is in force. */
  readonly descriptions: readonly DescribedVoice[]
  /** What it was told last of the other side. */
  readonly told?: DescribedVoice
  readonly media: MediaFacts
  readonly softphone?: SoftphoneFacts
  /** A router has changed its messages: what shows it. */
  readonly rewritten?: 'mirror-test' | 'wrong-length' | 'foreign-address'
  /** Its router gives every destination another port (RFC 4787 §4.1), as a test has shown. */
  readonly mapping?: 'same-for-all' | 'differs'
}

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

export interface CodecFact {
  readonly type: number
  /** Lower case. */
  readonly encoding: string
  readonly clockHz: number
}

/** The voice part of one session description. */
export interface DescribedVoice extends Place {
  readonly atMs: number
  /** Of the message that carried it: `INVITE`, `183 INVITE`, `200 INVITE` … */
  readonly message: string
  /** Upper case: `RTP/AVP` … */
  readonly protocol: string
  readonly direction: Direction
  readonly formats: readonly CodecFact[]
  readonly packetTimeMs?: number
  readonly longestPacketMs?: number
  readonly rtcpPort?: number
  /** Addresses of its ICE candidates; absent without ICE. */
  readonly candidates?: readonly string[]
  /** a=crypto under a protocol that promises no encryption. */
  readonly hasOptionalKeys?: boolean
}

/** What came from a party at the relay, or past a capture, and what was sent to it. */
export interface MediaFacts {
  readonly packets: number
  readonly firstMs?: number
  readonly lastMs?: number
  /** RTP packets a second over the last three. */
  readonly rate: number
  /** `address:port` → packets. */
  readonly sources: Readonly<Record<string, number>>
  /** The same of what was not let in. */
  readonly refused: Readonly<Record<string, number>>
  readonly payloadTypes: Readonly<Record<string, number>>
  readonly ssrcs: readonly string[]
  readonly lossShare: number
  readonly jitterMs: number
  /** Mean distance of its packets. */
  readonly gapMs?: number
  readonly longestGapMs?: number
  readonly rtcpPackets: number
  readonly stunPackets: number
  readonly dtlsPackets?: number
  readonly authFailures?: number
  readonly kind:
    | 'none'
    | 'speech'
    | 'near-silent'
    | 'digital-silence'
    | 'comfort-noise'
    | 'dtmf'
    | 'undecodable'
    | 'unknown'
  /** Seconds for which the kind has held. */
  readonly kindSeconds?: number
  /** RTP clock that its time stamps show. */
  readonly measuredClockHz?: number
  /** Packets of it at places that were agreed before and are no more. */
  readonly atOldPorts?: number
  readonly sent: SentFacts
}

export interface SentFacts {
  readonly packets: number
  /** A second, over the last three. */
  readonly rate: number
  readonly to?: Place & { readonly from: 'description' | 'learned' | 'ice' }
  /** Our own address on those packets, where the system has shown it. */
  readonly leavesFrom?: string
  /** Error code of the system → how often. */
  readonly errors: Readonly<Record<string, number>>
  /** Reason of the relay → packets that were not passed on to it. */
  readonly withheld: Readonly<Record<string, number>>
  /** From its own receiver reports. */
  readonly reportedLoss?: number
  /** How long nothing had been sent to it before its own packets stopped. */
  readonly quietBeforeMs?: number
}

export interface SignallingFacts {
  readonly acknowledgedMs?: number
  /** Copies of the 200 that came after the first. */
  readonly answerCopies: number
  /** Phones that have answered, by To tag. */
  readonly answers: number
  /** Phones that described media before an answer. */
  readonly earlyDescriptions: number
  readonly ringingMs?: number
  /** Offers and answers after the first. */
  readonly changes: readonly {
    readonly atMs: number
    readonly by: Side
    readonly why: 'change' | 'transfer' | 'refresh'
    readonly status?: number
  }[]
  /** Alert-Info, Call-Info answer-after, or a paging number. */
  readonly isAnnouncement?: boolean
  readonly largest: { readonly what: string; readonly bytes: number; readonly isDatagram: boolean }
  /** Why we could not give ports: none are left, or the system's code. */
  readonly portsRefused?: string
  readonly sessionExpiresSeconds?: number
}

export interface HostFacts {
  readonly interfaces?: readonly {
    readonly name: string
    readonly address: string
    readonly kind: 'physical' | 'vpn' | 'virtual'
  }[]
  /** Local address that the system would use towards a phone, by party. */
  readonly routes?: { readonly caller?: string; readonly callee?: string }
  readonly firewall?: { readonly isOn: boolean; readonly letsVoiceIn: boolean }
  /** Our address as the internet sees it. */
  readonly outsideAddress?: string
  /** Whether the router passes our media ports in, as tested. */
  readonly arePortsForwarded?: boolean
  /** Other phones of the same network from which no voice comes either. */
  readonly silentNeighbours?: { readonly caller?: number; readonly callee?: number }
  /** Voice test packets to that phone came back. */
  readonly voiceProbe?: { readonly caller?: boolean; readonly callee?: boolean }
}

/** What a softphone of ours sees from inside. */
export interface SoftphoneFacts {
  readonly microphone?: 'live' | 'muted' | 'denied' | 'missing' | 'ended'
  /** Level of its microphone over the last seconds, dBov. */
  readonly microphoneDbov?: number
  readonly sentPackets?: number
  readonly receivedPackets?: number
  /** Level of what it plays, dBov. */
  readonly playedDbov?: number
  readonly concealedShare?: number
  readonly output?: {
    readonly isPlaying: boolean
    readonly volume: number
    readonly device: string
    readonly isThere: boolean
  }
  readonly ice?: 'checking' | 'connected' | 'failed'
  readonly dtls?: 'connecting' | 'connected' | 'failed'
  readonly playsEarlyMedia?: boolean
  readonly makesRingback?: boolean
}

export interface CaseEvent {
  readonly atMs: number
  readonly what: 'interface-changed' | 'stalled' | 'relay-lost' | 'woke' | 'phone-gone' | 'device-changed'
  readonly party?: Side
  readonly lastedMs?: number
}
