import {
  Relay,
  type PortRange,
  type RecordedPackets,
  type RelayOrder,
  type RelayOutput,
  type RelayPair,
  type RelayReport,
} from '../rtp/index.ts'
import type { Clock } from './clock.ts'
import { MediaPairs, type BoundPair } from './media-pairs.ts'
import { MediaGuards, type GuardParts } from './media-guards.ts'
import { MediaRecorder, type RecordingWish } from './media-recorder.ts'
import type { MediaParts, SocketTable } from './media-socket.ts'

export interface MediaLoopOptions extends GuardParts {
  readonly ranges: readonly PortRange[]
  readonly firstPairId: number
  readonly clock: Clock
  readonly report: (report: RelayReport) => void
  readonly trouble: (why: string) => void
}

type ResumeOrder = Extract<RelayOrder, { kind: 'resume' }>

const TICK_MS = 25

/** Everything that runs in the media thread: sockets around a `Relay`. */
export class MediaLoop {
  readonly #options: MediaLoopOptions
  readonly #relay: Relay
  readonly #pairs: MediaPairs
  readonly #parts: MediaParts
  readonly #sockets: SocketTable = []
  readonly #recorder = new MediaRecorder()
  readonly #bound = new Map<number, BoundPair & { readonly slot: number }>()
  readonly #guards: MediaGuards
  readonly #ticking: NodeJS.Timeout
  readonly #resuming: Promise<void>[] = []
  #isClosed = false

  constructor(options: MediaLoopOptions) {
    const { ranges, firstPairId, clock, report } = options
    this.#options = options
    this.#relay = new Relay(ranges)
    this.#guards = new MediaGuards(this.#relay, options)
    this.#parts = { relay: this.#relay, clock, sockets: this.#sockets, recorder: this.#recorder }
    this.#pairs = new MediaPairs(ranges, firstPairId, clock, { bound: (pair) => this.#start(pair), report })
    this.#ticking = setInterval(() => {
      const now = clock.now()
      this.#guards.tick(now)
      this.#perform(this.#relay.tick(now))
    }, TICK_MS)
  }

  /** Binds anew what a thread before had bound: the exchange holds those still. Gives the ids of those that are lost. */
  async takeUp(before: readonly RelayPair[]): Promise<number[]> {
    const lost: number[] = []
    for (const pair of before) {
      const bound = await this.#pairs.again(pair)
      if (bound === undefined) lost.push(pair.id)
      else this.#start(bound)
    }
    return lost
  }

  /** Binds the pairs ahead, when calls that are taken up have got their ports. */
  async prepare(pairsAhead: number): Promise<void> {
    await Promise.all(this.#resuming)
    if (!this.#isClosed) this.#pairs.prepare(pairsAhead)
  }

  order(order: RelayOrder): void {
    const now = this.#options.clock.now()
    switch (order.kind) {
      case 'connect':
        this.#perform(this.#relay.connect(now, order))
        return this.#guards.tell(now, order, this.#bound.values())
      case 'disconnect':
        return this.#perform(this.#relay.disconnect(now, order.stream))
      case 'return-pairs':
        return this.#perform(this.#relay.returnPairs(order.pairs))
      case 'refill':
        return this.#pairs.refill(order.address, order.count)
      case 'resume':
        return void this.#resuming.push(this.#resume(order))
    }
  }

  record(wish: RecordingWish): void {
    this.#recorder.wish(wish)
  }

  recorded(pairs: readonly number[]): RecordedPackets {
    return this.#recorder.take(pairs)
  }

  close(): void {
    this.#isClosed = true
    clearInterval(this.#ticking)
    this.#pairs.stop()
    for (const pair of this.#bound.values()) {
      this.#guards.forget(pair.id)
      this.#pairs.close(pair)
    }
    this.#bound.clear()
    this.#sockets.length = 0
  }

  async #resume(order: ResumeOrder): Promise<void> {
    const pairs: BoundPair[] = []
    for (const { pair, at } of [order.a, order.b]) {
      const bound = await this.#pairs.again({ id: pair, address: at.address, port: at.port })
      if (bound !== undefined) pairs.push(bound)
    }
    const ok = pairs.length === 2 && !this.#isClosed
    if (ok) {
      for (const pair of pairs) this.#start(pair)
      this.#perform(this.#relay.connect(this.#options.clock.now(), order))
    } else {
      for (const pair of pairs) this.#pairs.close(pair)
    }
    this.#options.report({ kind: 'resumed', stream: order.stream, ok })
  }

  #start(pair: BoundPair): void {
    const slot = this.#relay.open(pair)
    this.#bound.set(slot, { ...pair, slot })
    pair.sockets[0].start(2 * slot, pair.id, this.#parts)
    pair.sockets[1].start(2 * slot + 1, pair.id, this.#parts)
  }

  #perform(outputs: readonly RelayOutput[]): void {
    for (const output of outputs) {
      switch (output.kind) {
        case 'report':
          this.#options.report(output.report)
          break
        case 'trouble':
          this.#options.trouble(output.why)
          break
        case 'keep-alive':
          this.#sockets[output.hop.key]?.keepAlive(output.hop)
          break
        case 'close-pair':
          this.#closePair(output.slot)
          break
      }
    }
  }

  #closePair(slot: number): void {
    const pair = this.#bound.get(slot)
    if (pair === undefined) return
    this.#bound.delete(slot)
    this.#guards.forget(pair.id)
    this.#sockets[2 * slot] = undefined
    this.#sockets[2 * slot + 1] = undefined
    this.#pairs.close(pair)
  }
}
