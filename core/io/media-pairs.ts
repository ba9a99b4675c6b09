import { PortPool, type PortRange, type RelayPair, type RelayReport } from '../rtp/index.ts'
import type { Clock } from './clock.ts'
import { bindPair, codeOf, type MediaSocket } from './media-socket.ts'

export type BoundPair = RelayPair & { readonly sockets: readonly [rtp: MediaSocket, rtcp: MediaSocket] }

export interface PairEvents {
  bound(pair: BoundPair): void
  report(report: RelayReport): void
}

interface Supply {
  readonly pool: PortPool
  /** How many are still to be bound. */
  wanted: number
  /** Bound and not yet taken by the exchange; below nothing while it waits for some. */
  free: number
  isFilling: boolean
  isTold: boolean
  why: string
}

/** So many sockets are bound before waiting packets get their turn. */
const AT_A_TIME = 4
const RETRY_MS = 1_000
/** These say that one port is somebody else's; any other error would come for each port of the range. */
const portErrors = new Set(['EADDRINUSE', 'EACCES'])

/** Keeps bound pairs ahead of the calls, from each address's range. */
export class MediaPairs {
  readonly #clock: Clock
  readonly #events: PairEvents
  readonly #supplies: readonly Supply[]
  #nextId: number
  #retry: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(ranges: readonly PortRange[], firstId: number, clock: Clock, events: PairEvents) {
    this.#clock = clock
    this.#events = events
    this.#nextId = firstId
    this.#supplies = ranges.map((range) => {
      // Not the same ports after each start: late packets of the process before may still come.
      const pool = new PortPool(range, Math.random())
      return { pool, wanted: 0, free: 0, isFilling: false, isTold: false, why: 'every port is taken' }
    })
  }

  /** At the start: so many of each range are bound before anybody asks. */
  prepare(ahead: number): void {
    for (const supply of this.#supplies) {
      supply.wanted = Math.min(ahead, supply.pool.size)
      void this.#fill(supply)
    }
  }

  /** The exchange has taken so many of that address. */
  refill(address: string, count: number): void {
    const supply = this.#supplies.find(({ pool }) => pool.range.address === address)
    if (supply === undefined) return
    supply.wanted += count
    supply.free -= count
    void this.#fill(supply)
  }

  /** A certain pair, as it was before a restart; undefined when its ports are no longer to be had. */
  async again(pair: RelayPair): Promise<BoundPair | undefined> {
    const pool = this.#poolOf(pair.address, pair.port)
    if (pool !== undefined && !pool.takeThis(pair.port)) return undefined
    this.#nextId = Math.max(this.#nextId, pair.id + 1)
    try {
      return { ...pair, sockets: await bindPair(pair.address, pair.port) }
    } catch {
      pool?.busy(this.#clock.now(), pair.port)
      return undefined
    }
  }

  /** Its ports rest before another call gets them. */
  close(pair: BoundPair): void {
    for (const socket of pair.sockets) socket.close()
    this.#poolOf(pair.address, pair.port)?.rest(this.#clock.now(), pair.port)
  }

  stop(): void {
    this.#isClosed = true
    clearTimeout(this.#retry)
  }

  async #fill(supply: Supply): Promise<void> {
    if (supply.isFilling) return
    supply.isFilling = true
    while (supply.wanted > 0 && !this.#isClosed) {
      const pairs: BoundPair[] = []
      const isMore = await this.#bindSome(supply, pairs)
      this.#tell(supply, pairs)
      if (!isMore) break
      await new Promise((resolve) => setImmediate(resolve))
    }
    supply.isFilling = false
    if (supply.wanted > 0) this.#tryLater()
  }

  /** False when it is no use to go on now. */
  async #bindSome(supply: Supply, pairs: BoundPair[]): Promise<boolean> {
    const { pool } = supply
    for (let tries = 0; tries < AT_A_TIME && supply.wanted > 0; tries++) {
      const port = pool.take(this.#clock.now())
      if (port === undefined) return false
      const { address } = pool.range
      try {
        const sockets = await bindPair(address, port)
        supply.wanted--
        pairs.push({ id: this.#nextId++, address, port, sockets })
      } catch (error) {
        supply.why = codeOf(error)
        if (portErrors.has(supply.why)) pool.busy(this.#clock.now(), port)
        else pool.giveBack(port)
        if (!portErrors.has(supply.why)) return false
      }
    }
    return true
  }

  #tell(supply: Supply, pairs: readonly BoundPair[]): void {
    if (this.#isClosed) {
      for (const pair of pairs) this.close(pair)
      return
    }
    for (const pair of pairs) this.#events.bound(pair)
    supply.free += pairs.length
    if (pairs.length > 0) {
      supply.isTold = false
      const told = pairs.map(({ id, address, port }) => ({ id, address, port }))
      this.#events.report({ kind: 'pairs', pairs: told })
    }
  }

  #tryLater(): void {
    for (const supply of this.#supplies) {
      if (supply.wanted === 0 || supply.free > 0 || supply.isTold) continue
      supply.isTold = true
      this.#events.report({ kind: 'no-ports', address: supply.pool.range.address, why: supply.why })
    }
    if (this.#retry !== undefined || this.#isClosed) return
    this.#retry = setTimeout(() => {
      this.#retry = undefined
      for (const supply of this.#supplies) void this.#fill(supply)
    }, RETRY_MS)
  }

  #poolOf(address: string, port: number): PortPool | undefined {
    return this.#supplies.find(({ pool }) => pool.range.address === address && pool.covers(port))?.pool
  }
}
