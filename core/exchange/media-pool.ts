import type { MediaAddress, RelayPair } from '../rtp/index.ts'

/** Pairs that the rim has bound and that no call has yet, by the address that they are bound to. */
export class MediaPool {
  readonly #free = new Map<string, RelayPair[]>()

  get isEmpty(): boolean {
    for (const pairs of this.#free.values()) if (pairs.length > 0) return false
    return true
  }

  /** Free pairs by address. */
  get sizes(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#free].map(([address, pairs]) => [address, pairs.length]))
  }

  add(pairs: readonly RelayPair[]): void {
    for (const pair of pairs) {
      const free = this.#free.get(pair.address)
      if (free === undefined) this.#free.set(pair.address, [pair])
      else free.push(pair)
    }
  }

  /** Their ports are somebody else's. @returns how many of each address there were */
  remove(ids: readonly number[]): ReadonlyMap<string, number> {
    const removed = new Map<string, number>()
    for (const [address, pairs] of this.#free) {
      const left = pairs.filter(({ id }) => !ids.includes(id))
      if (left.length === pairs.length) continue
      removed.set(address, pairs.length - left.length)
      this.#free.set(address, left)
    }
    return removed
  }

  /** Whether a place is one of the free sockets: the next call would be led to itself. */
  has({ address, port }: MediaAddress): boolean {
    return this.#free.get(address)?.some((pair) => pair.port === port || pair.port + 1 === port) ?? false
  }

  /** The one that has waited longest. */
  take(address: string): RelayPair | undefined {
    return this.#free.get(address)?.shift()
  }

  /**
   * The address whose pairs face a phone that is reached from `local`: that one itself where media has ports there,
   * else one of the same family, else any (a relay joins IPv4 and IPv6).
   */
  addressFor(local: string): string | undefined {
    if (this.#free.has(local)) return local
    const addresses = [...this.#free.keys()]
    return addresses.find((address) => address.includes(':') === local.includes(':')) ?? addresses[0]
  }
}
