import { instant, type Instant } from '../lib/instant.ts'
import type { MediaAddress } from './orders.ts'

/** A packet that came to one of our sockets, and as what it went on. */
export interface RecordedPacket {
  readonly at: Instant
  /** Of the pair that it came to. */
  readonly pair: number
  readonly from: MediaAddress
  /** Our socket. */
  readonly to: MediaAddress
  /** Undefined where it was not passed on. */
  readonly onward: { readonly from: MediaAddress; readonly to: MediaAddress } | undefined
  readonly payload: Uint8Array
}

/** Packets as they stand in a ring, and the addresses that they name by number: this crosses threads in one piece. */
export interface RecordedPackets {
  readonly octets: Uint8Array
  readonly addresses: readonly string[]
}

/*
 * A record, all numbers little-endian; the next one begins at a multiple of 8:
 *
 *     0  4  length of the whole record      8  8  instant      16  8  pair
 *     4  2  length of the payload          24  4  × 2: number of the address and port, whence and at which socket
 *     6  2  1: it went on                  32  4  × 2: the same of our other socket and of where it went
 *                                          40  the payload
 */
const HEAD_BYTES = 40
const ALIGNMENT = 8
const LONGEST_PAYLOAD_BYTES = 2_048
/** Whoever sprays from forged addresses must not fill the memory; the others share the first entry. */
const MOST_ADDRESSES = 4_096
const UNKNOWN_ADDRESS = '0.0.0.0'

/** The last packets in a fixed piece of memory: the oldest give way. */
export class PacketRing {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #addresses: string[] = [UNKNOWN_ADDRESS]
  readonly #numbers = new Map<string, number>()
  /** Where the next record goes. */
  #head = 0
  /** The oldest record. */
  #tail = 0
  /** Records from the tail up to here, then again from 0 up to the head; 0 while the head has not come round. */
  #end = 0

  constructor(sizeBytes: number) {
    this.#bytes = new Uint8Array(sizeBytes)
    this.#view = new DataView(this.#bytes.buffer)
  }

  /** Without `onwardFrom` the packet ended here. Longer packets than any path carries are cut. */
  note(
    now: Instant,
    pair: number,
    from: MediaAddress,
    to: MediaAddress,
    onwardFrom: MediaAddress | undefined,
    onwardTo: MediaAddress | undefined,
    packet: Uint8Array,
  ): void {
    const length = Math.min(packet.length, LONGEST_PAYLOAD_BYTES)
    const size = HEAD_BYTES + Math.ceil(length / ALIGNMENT) * ALIGNMENT
    const at = this.#roomFor(size)
    const view = this.#view
    view.setUint32(at, size, true)
    view.setUint16(at + 4, length, true)
    view.setUint16(at + 6, onwardFrom === undefined ? 0 : 1, true)
    view.setFloat64(at + 8, now, true)
    view.setFloat64(at + 16, pair, true)
    this.#setPlace(at + 24, from)
    this.#setPlace(at + 28, to)
    if (onwardFrom !== undefined && onwardTo !== undefined) {
      this.#setPlace(at + 32, onwardFrom)
      this.#setPlace(at + 36, onwardTo)
    }
    this.#bytes.set(length === packet.length ? packet : packet.subarray(0, length), at + HEAD_BYTES)
  }

  /** A copy of what came to these pairs, the oldest first. */
  take(pairs: ReadonlySet<number>): RecordedPackets {
    const wanted: [from: number, to: number][] = []
    let total = 0
    const look = (from: number, to: number): void => {
      for (let at = from; at < to;) {
        const size = this.#view.getUint32(at, true)
        if (pairs.has(this.#view.getFloat64(at + 16, true))) {
          wanted.push([at, at + size])
          total += size
        }
        at += size
      }
    }
    if (this.#end > 0) look(this.#tail, this.#end)
    look(this.#end > 0 ? 0 : this.#tail, this.#head)
    const octets = new Uint8Array(total)
    let at = 0
    for (const [from, to] of wanted) {
      octets.set(this.#bytes.subarray(from, to), at)
      at += to - from
    }
    return { octets, addresses: [...this.#addresses] }
  }

  #roomFor(size: number): number {
    if (this.#head + size > this.#bytes.length) {
      this.#end = this.#head
      this.#head = 0
      if (this.#tail >= this.#end) this.#tail = 0
    }
    while (this.#end > 0 && this.#tail < this.#head + size) {
      this.#tail += this.#view.getUint32(this.#tail, true)
      if (this.#tail < this.#end) continue
      this.#tail = 0
      this.#end = 0
    }
    const at = this.#head
    this.#head += size
    return at
  }

  #setPlace(at: number, { address, port }: MediaAddress): void {
    this.#view.setUint16(at, this.#numberOf(address), true)
    this.#view.setUint16(at + 2, port, true)
  }

  #numberOf(address: string): number {
    const known = this.#numbers.get(address)
    if (known !== undefined) return known
    if (this.#addresses.length === MOST_ADDRESSES) return 0
    this.#numbers.set(address, this.#addresses.length)
    return this.#addresses.push(address) - 1
  }
}

export function readRecordedPackets({ octets, addresses }: RecordedPackets): RecordedPacket[] {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
  const place = (at: number): MediaAddress => ({
    address: addresses[view.getUint16(at, true)] ?? UNKNOWN_ADDRESS,
    port: view.getUint16(at + 2, true),
  })
  const packets: RecordedPacket[] = []
  for (let at = 0; at < octets.length; at += view.getUint32(at, true)) {
    const wentOn = view.getUint16(at + 6, true) === 1
    packets.push({
      at: instant(view.getFloat64(at + 8, true)),
      pair: view.getFloat64(at + 16, true),
      from: place(at + 24),
      to: place(at + 28),
      onward: wentOn ? { from: place(at + 32), to: place(at + 36) } : undefined,
      payload: octets.subarray(at + HEAD_BYTES, at + HEAD_BYTES + view.getUint16(at + 4, true)),
    })
  }
  return packets
}
