import type { Instant } from '../lib/instant.ts'
import { kindOf, packetKinds, sequenceOf, ssrcOf, type PacketKind } from './header.ts'
import { Latch, type Hop } from './latch.ts'
import type { GuardFacts, MediaAddress, RelayDropReason, StreamEnd } from './orders.ts'
import { PayloadMap } from './payload-map.ts'
import { ReportedQuality } from './reported-quality.ts'
import { readRtcp } from './rtcp.ts'
import { StreamStats } from './stream-stats.ts'
import { countOf } from './tally.ts'

/** Without a packet for so long, its source may be another (one that stops talking sends comfort noise or nothing). */
const RTP_SILENCE_MS = 1_000
/** Three intervals of RTCP (RFC 3550 §6.2: 5 s). */
const RTCP_SILENCE_MS = 15_000

/** One phone's end of a stream: whom it is, what came from it, what went to it. */
export class RelayEnd {
  readonly pair: number
  readonly slot: number
  readonly stats: StreamStats
  readonly reported = new ReportedQuality()
  readonly dropped = new Map<RelayDropReason, number>()
  readonly refused = new Map<string, number>()
  readonly sendErrors = new Map<string, number>()
  readonly rtp: Latch
  /** The latch of RTP itself while both come to one port (RFC 5761). */
  rtcp: Latch
  peer: RelayEnd
  told: StreamEnd
  rtcpPackets = 0
  stunPackets = 0
  sentPackets = 0
  sentBytes = 0
  sentRtcpPackets = 0
  lastSentAt: Instant | undefined
  keepAlives = 0
  guard: GuardFacts | undefined
  /** Of the stream's beginning before there was one. */
  lastKeptAliveAt: Instant
  readonly #ownRtcp: Latch

  constructor(now: Instant, slot: number, told: StreamEnd, isOurs: (place: MediaAddress) => boolean) {
    this.pair = told.pair
    this.slot = slot
    this.stats = new StreamStats(now, told.formats)
    this.rtp = new Latch(2 * slot, RTP_SILENCE_MS, isOurs)
    this.#ownRtcp = new Latch(2 * slot + 1, RTCP_SILENCE_MS, isOurs)
    this.rtcp = this.#ownRtcp
    this.lastKeptAliveAt = now
    this.peer = this
    this.told = told
    this.#aim(now)
  }

  /** An offer or answer passed. Learning opens anew only where that says something about this end. */
  tell(now: Instant, told: StreamEnd): void {
    this.told = told
    this.stats.map = new PayloadMap(told.formats)
    this.#aim(now)
  }

  #aim(now: Instant): void {
    const { plausible, isAsymmetric, rtp, rtcp, isMultiplexed, guard } = this.told
    const isByIce = guard?.kind === 'dtls'
    this.rtp.describe(now, { described: rtp, plausible, isAsymmetric, isByIce })
    this.#ownRtcp.describe(now, { described: rtcp, plausible, isAsymmetric, isByIce })
    this.rtcp = isMultiplexed ? this.rtp : this.#ownRtcp
  }

  /** A packet at one of its sockets: where it goes on, or undefined when it ends here. Never throws, never allocates. */
  receive(
    now: Instant,
    isRtcpPort: boolean,
    address: string,
    port: number,
    packet: Uint8Array,
    length: number,
  ): Hop | undefined {
    const kind = kindOf(packet, length)
    const latch = isRtcpPort ? this.#ownRtcp : this.rtp
    if (!latch.isFrom(address, port) && !this.#learns(now, latch, address, port, packet, kind)) {
      if (kind !== packetKinds.malformed) countOf(this.refused, `${address}:${port}`, 1)
      return this.#drop(kind === packetKinds.malformed ? 'malformed' : 'stranger')
    }
    if (kind !== packetKinds.rtp) return this.#receiveOther(now, isRtcpPort, kind, address, packet, length)
    if (isRtcpPort) return this.#drop('malformed')
    this.#heard(now, latch, address)
    this.stats.take(now, packet, length)
    return this.#passOn(now, this.peer.rtp, true, length)
  }

  #receiveOther(
    now: Instant,
    isRtcpPort: boolean,
    kind: PacketKind,
    address: string,
    packet: Uint8Array,
    length: number,
  ): Hop | undefined {
    if (kind === packetKinds.malformed) return this.#drop('malformed')
    const latch = isRtcpPort ? this.#ownRtcp : this.rtp
    if (kind === packetKinds.rtcp) return this.#receiveRtcp(now, latch, address, packet, length)
    this.#heard(now, latch, address)
    if (kind === packetKinds.stun) this.stunPackets++
    if (kind === packetKinds.stun || kind === packetKinds.keepAlive) return undefined
    return this.#passOn(now, isRtcpPort ? this.peer.rtcp : this.peer.rtp, !isRtcpPort, length)
  }

  /** Whoever guards this end did not let a packet in. */
  refuse(reason: RelayDropReason, source: string): undefined {
    countOf(this.refused, source, 1)
    return this.#drop(reason)
  }

  /** A packet that was counted as sent could not be sealed. */
  unsealed(reason: RelayDropReason): undefined {
    return this.peer.#drop(reason)
  }

  /** The system did not take a packet that was counted as sent. */
  sendFailed(code: string): void {
    countOf(this.sendErrors, code, 1)
    this.peer.#drop('send-failed')
  }

  get drops(): number {
    let drops = 0
    for (const count of this.dropped.values()) drops += count
    return drops
  }

  #learns(
    now: Instant,
    latch: Latch,
    address: string,
    port: number,
    packet: Uint8Array,
    kind: PacketKind,
  ): boolean {
    if (kind === packetKinds.malformed) return false
    const isRtp = kind === packetKinds.rtp
    const source = this.stats.current
    const continues = isRtp && source?.ssrc === ssrcOf(packet) && source.isContinuedBy(sequenceOf(packet))
    const isMedia = isRtp || kind === packetKinds.rtcp || kind === packetKinds.dtls
    return latch.learn(now, address, port, isMedia, continues)
  }

  #heard(now: Instant, latch: Latch, address: string): void {
    latch.lastHeardAt = now
    latch.packets++
    if (!this.rtp.isConsented) this.rtp.hear(address)
    if (!this.rtcp.isConsented) this.rtcp.hear(address)
  }

  #receiveRtcp(
    now: Instant,
    latch: Latch,
    address: string,
    packet: Uint8Array,
    length: number,
  ): Hop | undefined {
    const summary = readRtcp(packet, length)
    if (summary === undefined) return this.#drop('malformed')
    this.#heard(now, latch, address)
    this.rtcpPackets++
    if (summary.senderReportNtp !== undefined) this.peer.reported.sent(now, summary.senderReportNtp)
    this.reported.take(now, summary.blocks, this.peer.stats)
    return this.#passOn(now, this.peer.rtcp, false, length)
  }

  #passOn(now: Instant, latch: Latch, isRtp: boolean, length: number): Hop | undefined {
    const { peer } = this
    const { hop } = latch
    if (hop === undefined) return this.#drop('before-peer-known')
    if (isRtp && !peer.told.mayReceive) return this.#drop('peer-may-not-receive')
    if (latch.isForbidden) return this.#drop('forbidden-destination')
    if (!latch.isConsented && !latch.spend()) return this.#drop('no-consent')
    if (isRtp) {
      peer.sentPackets++
      peer.sentBytes += length
    } else {
      peer.sentRtcpPackets++
    }
    peer.lastSentAt = now
    return hop
  }

  #drop(reason: RelayDropReason): undefined {
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + 1)
    return undefined
  }
}
