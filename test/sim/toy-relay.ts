import type { RelayOrder, RelayPair, RelayReport, StreamEnd } from '../../core/rtp/index.ts'

export interface ToyStream {
  readonly stream: number
  readonly revision: number
  readonly a: StreamEnd
  readonly b: StreamEnd
}

export const toyFingerprint = `sha-256 ${Array.from({ length: 32 }, () => '5A').join(':')}`

/** A relay that keeps the books of pairs and streams and moves no packet: what leaked shows at once. */
export class ToyRelay {
  readonly orders: RelayOrder[] = []
  readonly streams = new Map<number, ToyStream>()
  /** Pairs that the exchange has or a call uses. */
  readonly out = new Map<number, RelayPair>()
  readonly #report: (report: RelayReport) => void
  readonly #addresses: readonly string[]
  readonly #least: number
  #lastId = 0
  #nextPort = 35_000
  readonly #most: number

  /** @param most pairs that can be bound at once, for each address */
  constructor(
    addresses: readonly string[],
    report: (report: RelayReport) => void,
    { least = 8, most = 1000 }: { least?: number; most?: number } = {},
  ) {
    this.#addresses = addresses
    this.#report = report
    this.#least = least
    this.#most = most
  }

  open(): void {
    this.#report({ kind: 'identity', fingerprint: toyFingerprint })
    for (const address of this.#addresses) this.#bind(address, this.#least)
  }

  pair(id: number): RelayPair {
    const pair = this.out.get(id)
    if (pair === undefined) throw new Error(`pair ${id} is not bound`)
    return pair
  }

  obey(order: RelayOrder): void {
    this.orders.push(order)
    switch (order.kind) {
      case 'connect': {
        const { stream, revision, a, b } = order
        const before = this.streams.get(stream)
        if (before !== undefined && before.revision >= revision) throw new Error('a revision must grow')
        for (const end of [a, b]) this.pair(end.pair)
        this.streams.set(stream, { stream, revision, a, b })
        break
      }
      case 'disconnect': {
        const stream = this.streams.get(order.stream)
        if (stream === undefined) throw new Error(`stream ${order.stream} is not there`)
        this.streams.delete(order.stream)
        for (const end of [stream.a, stream.b]) this.out.delete(end.pair)
        break
      }
      case 'return-pairs':
        for (const id of order.pairs) {
          this.pair(id)
          this.out.delete(id)
        }
        break
      case 'refill':
        this.#bind(order.address, order.count)
        break
      case 'resume': {
        const { stream, revision, a, b } = order
        for (const end of [a, b]) this.out.set(end.pair, { id: end.pair, ...end.at })
        this.streams.set(stream, { stream, revision, a, b })
        this.#report({ kind: 'resumed', stream, ok: true })
      }
    }
  }

  #bind(address: string, count: number): void {
    const pairs: RelayPair[] = []
    const free = this.#most - this.out.size
    for (let i = 0; i < Math.min(count, free); i++) {
      const pair = { id: ++this.#lastId, address, port: this.#nextPort }
      this.#nextPort += 2
      this.out.set(pair.id, pair)
      pairs.push(pair)
    }
    if (pairs.length > 0) this.#report({ kind: 'pairs', pairs })
  }
}
