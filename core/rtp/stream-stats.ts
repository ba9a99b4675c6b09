import type { Instant } from '../lib/instant.ts'
import { hasMarker, payloadTypeOf, sequenceOf, ssrcOf, timestampOf } from './header.ts'
import type { PayloadFormat } from './orders.ts'
import { PayloadMeter } from './payload-kind.ts'
import { PayloadMap, payloadRoles } from './payload-map.ts'
import { SourceStats } from './source-stats.ts'

/** A phone changes its SSRC with hold, transfer and restart; more at once is an attack on memory. */
const MOST_SOURCES = 8
/** A power of two, so that the oldest is found by a mask. */
const SAMPLES = 4

/** All RTP that one phone sends: figures of RFC 3550 for each of its sources, and what holds for all of them. */
export class StreamStats {
  packets = 0
  bytes = 0
  firstAt: Instant | undefined
  lastAt: Instant | undefined
  longestGapMs = 0
  markers = 0
  readonly payloadTypes = new Uint32Array(128)
  readonly meter: PayloadMeter
  map: PayloadMap
  /** Payload type of the last packet that was voice. */
  #voiceType = 0
  /** Packets of each of the last samples, in a ring. */
  readonly #samples = new Uint32Array(SAMPLES)
  #sampleCount = 0
  #sampledPackets = 0
  #sources: SourceStats[] = []
  #current: SourceStats | undefined
  /** Of sources that made room for newer ones. */
  readonly #forgotten = { packets: 0, expected: 0, duplicates: 0, reordered: 0, maxJitterMs: 0 }

  constructor(now: Instant, formats: readonly PayloadFormat[]) {
    this.meter = new PayloadMeter(now)
    this.map = new PayloadMap(formats)
  }

  take(now: Instant, packet: Uint8Array, length: number): void {
    this.packets++
    this.bytes += length
    if (this.lastAt === undefined) this.firstAt = now
    else if (now - this.lastAt > this.longestGapMs) this.longestGapMs = now - this.lastAt
    this.lastAt = now
    if (hasMarker(packet)) this.markers++
    const type = payloadTypeOf(packet)
    this.payloadTypes[type] = (this.payloadTypes[type] as number) + 1
    const sequence = sequenceOf(packet)
    const source = this.#sourceOf(ssrcOf(packet), sequence, now)
    source.take(now, sequence, timestampOf(packet), this.map.timingClockOf(type))
    const role = this.map.roleOf(type)
    if (role !== payloadRoles.dtmf && role !== payloadRoles.comfortNoise) this.#voiceType = type
    this.meter.take(role, packet, length)
  }

  /** To be called at even distances: notes what has come since the last time. */
  sample(): void {
    this.#samples[this.#sampleCount++ & (SAMPLES - 1)] = this.packets - this.#sampledPackets
    this.#sampledPackets = this.packets
  }

  /** Packets of each of the last samples, the oldest first. */
  get samples(): readonly number[] {
    const known = Math.min(this.#sampleCount, SAMPLES)
    const oldest = this.#sampleCount - known
    return Array.from({ length: known }, (_, index) => this.#samples[(oldest + index) & (SAMPLES - 1)] ?? 0)
  }

  get encoding(): string {
    return this.map.encodingOf(this.#voiceType)
  }

  /** Of the voice, Hz; 0 when it is not known. */
  get clockHz(): number {
    return this.map.clockOf(this.#voiceType)
  }

  get sources(): readonly SourceStats[] {
    return this.#sources
  }

  /** The source that spoke last. */
  get current(): SourceStats | undefined {
    return this.#current
  }

  get expected(): number {
    return this.#sources.reduce((sum, source) => sum + source.expected, this.#forgotten.expected)
  }

  get lost(): number {
    const received = this.#sources.reduce((sum, source) => sum + source.packets, this.#forgotten.packets)
    return this.expected - received
  }

  get duplicates(): number {
    return this.#sources.reduce((sum, source) => sum + source.duplicates, this.#forgotten.duplicates)
  }

  get reordered(): number {
    return this.#sources.reduce((sum, source) => sum + source.reordered, this.#forgotten.reordered)
  }

  get jitterMs(): number {
    return this.#current?.jitterMs ?? 0
  }

  get maxJitterMs(): number {
    return this.#sources.reduce(
      (most, source) => Math.max(most, source.maxJitterMs),
      this.#forgotten.maxJitterMs,
    )
  }

  /** Mean distance of packets in time; 0 before there are two. */
  get meanGapMs(): number {
    if (this.firstAt === undefined || this.lastAt === undefined || this.packets < 2) return 0
    return (this.lastAt - this.firstAt) / (this.packets - 1)
  }

  #sourceOf(ssrc: number, sequence: number, now: Instant): SourceStats {
    const current = this.#current
    if (current?.ssrc === ssrc) return current
    let source = this.#sources.find((known) => known.ssrc === ssrc)
    if (source === undefined) {
      source = new SourceStats(ssrc, sequence, now)
      if (this.#sources.length >= MOST_SOURCES) this.#forgetOldest()
      this.#sources.push(source)
    }
    this.#current = source
    return source
  }

  #forgetOldest(): void {
    const oldest = this.#sources.reduce((old, source) => (source.lastAt < old.lastAt ? source : old))
    this.#sources = this.#sources.filter((source) => source !== oldest)
    this.#forgotten.packets += oldest.packets
    this.#forgotten.expected += oldest.expected
    this.#forgotten.duplicates += oldest.duplicates
    this.#forgotten.reordered += oldest.reordered
    this.#forgotten.maxJitterMs = Math.max(this.#forgotten.maxJitterMs, oldest.maxJitterMs)
  }
}
