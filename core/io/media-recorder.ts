import type { Instant } from '../lib/instant.ts'
import { PacketRing, type MediaAddress, type RecordedPackets } from '../rtp/index.ts'

/** Whose packets are kept: everybody's, or those that come to certain pairs. Nobody's unless somebody asks. */
export interface RecordingWish {
  readonly isAll: boolean
  readonly pairs: readonly number[]
}

/** A minute of 27 calls, a second of 1,600. */
const RING_BYTES = 16 << 20

/** Keeps the last packets of the calls that somebody wants to capture; it has no memory while nobody does. */
export class MediaRecorder {
  /** The only thing that a packet costs while nobody captures is the look at this. */
  isOn = false
  #isAll = false
  #pairs: ReadonlySet<number> = new Set()
  #ring: PacketRing | undefined

  wish({ isAll, pairs }: RecordingWish): void {
    this.#isAll = isAll
    this.#pairs = new Set(pairs)
    this.isOn = isAll || pairs.length > 0
    if (!this.isOn) this.#ring = undefined
  }

  /** @param onward whence and whither it goes on, if it does */
  note(
    now: Instant,
    pair: number,
    from: MediaAddress,
    to: MediaAddress,
    onwardFrom: MediaAddress | undefined,
    onwardTo: MediaAddress | undefined,
    packet: Uint8Array,
  ): void {
    if (!this.#isAll && !this.#pairs.has(pair)) return
    this.#ring ??= new PacketRing(RING_BYTES)
    this.#ring.note(now, pair, from, to, onwardFrom, onwardTo, packet)
  }

  take(pairs: readonly number[]): RecordedPackets {
    return this.#ring?.take(new Set(pairs)) ?? { octets: new Uint8Array(0), addresses: [] }
  }
}
