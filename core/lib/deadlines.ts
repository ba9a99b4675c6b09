import type { Instant } from './instant.ts'

interface Entry<Key> {
  readonly key: Key
  readonly at: Instant
}

/**
 * Which key wants to be woken when. A binary heap with lazy removal: a key that was set again or cleared
 * leaves its old entry behind, and that entry is passed over when it surfaces.
 */
export class Deadlines<Key> {
  readonly #current = new Map<Key, Entry<Key>>()
  #heap: Entry<Key>[] = []

  get size(): number {
    return this.#current.size
  }

  set(key: Key, at: Instant): void {
    const entry = { key, at }
    this.#current.set(key, entry)
    this.#push(entry)
    if (this.#heap.length > 64 && this.#heap.length > 4 * this.#current.size) this.#rebuild()
  }

  clear(key: Key): void {
    this.#current.delete(key)
  }

  get soonest(): Instant | undefined {
    this.#dropStale()
    return this.#heap[0]?.at
  }

  /** Removes and returns one key that is due, or undefined when none is. */
  due(now: Instant): Key | undefined {
    this.#dropStale()
    const top = this.#heap[0]
    if (top === undefined || top.at > now) return undefined
    this.#pop()
    this.#current.delete(top.key)
    return top.key
  }

  #dropStale(): void {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      if (this.#current.get(top.key) === top) return
      this.#pop()
    }
  }

  #rebuild(): void {
    this.#heap = []
    for (const entry of this.#current.values()) this.#push(entry)
  }

  #push(entry: Entry<Key>): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(entry)
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent] as Entry<Key>
      if (above.at <= entry.at) break
      heap[at] = above
      at = parent
    }
    heap[at] = entry
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && (heap[child + 1] as Entry<Key>).at < (heap[child] as Entry<Key>).at)
        child++
      const below = heap[child] as Entry<Key>
      if (below.at >= last.at) break
      heap[at] = below
      at = child
    }
    heap[at] = last
  }
}
