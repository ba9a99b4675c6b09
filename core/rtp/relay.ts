import { later, type Instant } from '../lib/instant.ts'
import { activityOf, factsOf } from './facts.ts'
import type { Hop } from './latch.ts'
import type { MediaAddress, RelayOrder, RelayPair, RelayReport } from './orders.ts'
import { canonicalAddress } from './place.ts'
import { countOf } from './tally.ts'
import type { PortRange } from './port-pool.ts'
import { RelayEnd } from './relay-end.ts'

export type RelayOutput =
  | { readonly kind: 'report'; readonly report: RelayReport }
  /** The pair's stream is over: close its sockets. */
  | { readonly kind: 'close-pair'; readonly slot: number }
  /** An empty datagram (RFC 6263 §4.1). */
  | { readonly kind: 'keep-alive'; readonly hop: Hop }
  /** An order that cannot be followed: a bug of whoever gave it. */
  | { readonly kind: 'trouble'; readonly why: string }

type ConnectOrder = Extract<RelayOrder, { kind: 'connect' }>

interface RelayStream {
  readonly stream: number
  readonly a: RelayEnd
  readonly b: RelayEnd
  revision: number
  sampleAt: Instant
  /** Until the facts are told. */
  samplesLeft: number
  /** What had happened when it was reported last. */
  reported: number
}

interface OpenPair {
  readonly slot: number
  readonly id: number
  end: RelayEnd | undefined
}

const SAMPLE_MS = 250
/** Another thread reads the facts, and for many streams that costs as much as a fifth of their packets four times a second. */
const SAMPLES_PER_REPORT = 4
/** Streams that began together are sampled apart, so that no packet waits for the facts of all. */
const SAMPLE_SPREAD = 10
/** Whoever sends to ports without a stream does so fifty times a second. */
const STRAYS_MS = 1_000
/** RFC 6263 §4: the shortest life of a NAT's binding that is worth counting on, with a reserve. */
const KEEP_ALIVE_MS = 15_000

/**
 * Every packet at every pair of ports, and to whom it goes: pure but for its counters, so that a simulated world can
 * attack it. Pairs are known by a slot, a small number that is used again; sockets by twice the slot, and one more for RTCP.
 */
export class Relay {
  readonly #ranges: readonly PortRange[]
  readonly #ends: (RelayEnd | undefined)[] = []
  readonly #pairs = new Map<number, OpenPair>()
  readonly #freeSlots: number[] = []
  readonly #streams = new Map<number, RelayStream>()
  /** Packets at pairs without a stream, by slot: counts by source. */
  readonly #strays = new Map<number, Map<string, number>>()
  #straysAt: Instant | undefined
  #slotCount = 0
  #begun = 0

  /** `ranges`: ports of this relay, which no media goes to. */
  constructor(ranges: readonly PortRange[]) {
    this.#ranges = ranges.map((range) => ({ ...range, address: canonicalAddress(range.address) }))
  }

  get streamCount(): number {
    return this.#streams.size
  }

  /** Both sockets of the pair are bound. Gives its slot. */
  open(pair: RelayPair): number {
    const slot = this.#freeSlots.pop() ?? this.#slotCount++
    this.#pairs.set(pair.id, { slot, id: pair.id, end: undefined })
    return slot
  }

  /** A packet at the socket `key`. The path of every packet: nothing is allocated, copied or thrown. */
  route(
    now: Instant,
    key: number,
    address: string,
    port: number,
    packet: Uint8Array,
    length: number,
  ): Hop | undefined {
    const end = this.#ends[key >> 1]
    if (end === undefined) return this.#stray(key >> 1, address, port)
    return end.receive(now, (key & 1) === 1, address, port, packet, length)
  }

  /** The end whose sockets these are, for whoever guards it. */
  endOf(key: number): RelayEnd | undefined {
    return this.#ends[key >> 1]
  }

  /** The system refused to send from the socket `key`. */
  sendFailed(key: number, code: string): void {
    this.#ends[key >> 1]?.sendFailed(code)
  }

  connect(now: Instant, order: Omit<ConnectOrder, 'kind'>): RelayOutput[] {
    const known = this.#streams.get(order.stream)
    if (known === undefined) return this.#begin(now, order)
    if (known.a.pair !== order.a.pair || known.b.pair !== order.b.pair) {
      return [trouble(`stream ${order.stream} keeps its pairs as long as it lives`)]
    }
    if (order.revision < known.revision) return []
    known.revision = order.revision
    known.a.tell(now, order.a)
    known.b.tell(now, order.b)
    return []
  }

  disconnect(now: Instant, stream: number): RelayOutput[] {
    const ended = this.#streams.get(stream)
    if (ended === undefined) return []
    this.#streams.delete(stream)
    judge(now, ended)
    return [
      report({ kind: 'closed', stream, a: factsOf(ended.a), b: factsOf(ended.b) }),
      ...[ended.a.pair, ended.b.pair].flatMap((id) => {
        const pair = this.#pairs.get(id)
        return pair === undefined ? [] : [this.#close(pair)]
      }),
    ]
  }

  /** Pairs that no stream has. */
  returnPairs(ids: readonly number[]): RelayOutput[] {
    return ids.flatMap((id) => {
      const pair = this.#pairs.get(id)
      if (pair === undefined) return []
      return pair.end === undefined
        ? [this.#close(pair)]
        : [trouble(`pair ${id} is in use and cannot be returned`)]
    })
  }

  /** To be called every 25 ms or so. */
  tick(now: Instant): RelayOutput[] {
    const outputs: RelayOutput[] = []
    const facts: Extract<RelayReport, { kind: 'facts' }>['streams'][number][] = []
    for (const stream of this.#streams.values()) {
      if (now < stream.sampleAt) continue
      stream.sampleAt = later(now, SAMPLE_MS)
      const isLatched = reportLatches(stream, outputs)
      judge(now, stream)
      stream.a.stats.sample()
      stream.b.stats.sample()
      keepAlive(now, stream.a, outputs)
      keepAlive(now, stream.b, outputs)
      if (--stream.samplesLeft > 0 && !isLatched) continue
      if (stream.samplesLeft <= 0) stream.samplesLeft = SAMPLES_PER_REPORT
      const activity = activityOf(stream.a, now) + activityOf(stream.b, now)
      if (activity === stream.reported) continue
      stream.reported = activity
      facts.push({ stream: stream.stream, a: factsOf(stream.a), b: factsOf(stream.b) })
    }
    if (facts.length > 0) outputs.push(report({ kind: 'facts', at: now, streams: facts }))
    this.#tellStrays(now, outputs)
    return outputs
  }

  #stray(slot: number, address: string, port: number): undefined {
    const sources = this.#strays.get(slot) ?? new Map<string, number>()
    this.#strays.set(slot, sources)
    countOf(sources, `${address}:${port}`, 1)
    return undefined
  }

  #tellStrays(now: Instant, outputs: RelayOutput[]): void {
    if (this.#strays.size === 0 || (this.#straysAt !== undefined && now < this.#straysAt)) return
    this.#straysAt = later(now, STRAYS_MS)
    const pairs = [...this.#pairs.values()].flatMap(({ slot, id }) => {
      const sources = this.#strays.get(slot)
      return sources === undefined ? [] : [{ pair: id, sources: Object.fromEntries(sources) }]
    })
    this.#strays.clear()
    outputs.push(report({ kind: 'strays', pairs }))
  }

  #begin(now: Instant, order: Omit<ConnectOrder, 'kind'>): RelayOutput[] {
    const one = this.#pairs.get(order.a.pair)
    const other = this.#pairs.get(order.b.pair)
    if (one === undefined || other === undefined || one === other) {
      return [trouble(`stream ${order.stream} names a pair that is not open`)]
    }
    if (one.end !== undefined || other.end !== undefined) {
      return [trouble(`stream ${order.stream} names a pair that another stream has`)]
    }
    const isOurs = (place: MediaAddress): boolean => this.#isOurs(place)
    const a = new RelayEnd(now, one.slot, order.a, isOurs)
    const b = new RelayEnd(now, other.slot, order.b, isOurs)
    a.peer = b
    b.peer = a
    this.#ends[one.slot] = one.end = a
    this.#ends[other.slot] = other.end = b
    const turn = this.#begun++
    const spread = (turn % SAMPLE_SPREAD) * (SAMPLE_MS / SAMPLE_SPREAD)
    this.#streams.set(order.stream, {
      stream: order.stream,
      a,
      b,
      revision: order.revision,
      sampleAt: later(now, SAMPLE_MS + spread),
      samplesLeft: 1 + (Math.floor(turn / SAMPLE_SPREAD) % SAMPLES_PER_REPORT),
      reported: 0,
    })
    return []
  }

  #close(pair: OpenPair): RelayOutput {
    this.#pairs.delete(pair.id)
    this.#ends[pair.slot] = undefined
    this.#strays.delete(pair.slot)
    this.#freeSlots.push(pair.slot)
    return { kind: 'close-pair', slot: pair.slot }
  }

  #isOurs(place: MediaAddress): boolean {
    return this.#ranges.some(
      ({ address, lowPort, highPort }) =>
        place.address === address && place.port >= lowPort && place.port <= highPort,
    )
  }
}

function report(report: RelayReport): RelayOutput {
  return { kind: 'report', report }
}

function trouble(why: string): RelayOutput {
  return { kind: 'trouble', why }
}

function judge(now: Instant, { a, b }: RelayStream): void {
  a.stats.meter.tick(now)
  b.stats.meter.tick(now)
}

/** @returns whether there was anything to tell */
function reportLatches({ stream, a, b }: RelayStream, outputs: RelayOutput[]): boolean {
  const before = outputs.length
  for (const [end, side] of [
    [a, 'a'],
    [b, 'b'],
  ] as const) {
    for (const component of ['rtp', 'rtcp'] as const) {
      const latching = end[component].takeNews()
      if (latching === undefined) continue
      outputs.push(report({ kind: 'latched', stream, end: side, component, latching }))
    }
  }
  return outputs.length > before
}

/** For a phone to which nothing goes: what it sends later must still find a way in and out of its NAT. */
function keepAlive(now: Instant, end: RelayEnd, outputs: RelayOutput[]): void {
  const { hop, isForbidden, isConsented } = end.rtp
  if (hop === undefined || isForbidden || !isConsented) return
  if (now < later(end.lastKeptAliveAt, KEEP_ALIVE_MS)) return
  if (end.lastSentAt !== undefined && now < later(end.lastSentAt, KEEP_ALIVE_MS)) return
  end.lastKeptAliveAt = now
  end.keepAlives++
  outputs.push({ kind: 'keep-alive', hop })
}
