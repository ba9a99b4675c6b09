import type { Instant } from '../../core/lib/instant.ts'
import { instant, later } from '../../core/lib/instant.ts'

interface Entry {
  readonly at: Instant
  /** Breaks ties: what was planned first happens first. */
  readonly order: number
  readonly act: () => void
}

/** Things that happen at one instant before the world is taken to go round in circles. */
const mostAtOnce = 200_000

/** The virtual clock: time passes only from one planned act to the next. */
export class Schedule {
  #now = instant(0)
  #order = 0
  readonly #heap: Entry[] = []

  get now(): Instant {
    return this.#now
  }

  after(ms: number, act: () => void): void {
    this.at(later(this.#now, Math.max(0, ms)), act)
  }

  at(at: Instant, act: () => void): void {
    const heap = this.#heap
    heap.push({ at, order: this.#order++, act })
    let place = heap.length - 1
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (!isSooner(heap[place]!, heap[parent]!)) break
      swap(heap, place, parent)
      place = parent
    }
  }

  /** Lets that much time pass. Throws when the world never gets on. */
  run(ms: number): void {
    const end = later(this.#now, ms)
    let before = this.#now
    let count = 0
    for (let next = this.#heap[0]; next !== undefined && next.at <= end; next = this.#heap[0]) {
      this.#takeFirst()
      this.#now = next.at
      count = next.at === before ? count + 1 : 0
      before = next.at
      if (count > mostAtOnce) throw new Error(`more than ${mostAtOnce} things happen at ${next.at} ms`)
      next.act()
    }
    this.#now = end
  }

  #takeFirst(): void {
    const heap = this.#heap
    const last = heap.pop()!
    if (heap.length === 0) return
    heap[0] = last
    let place = 0
    for (;;) {
      let child = 2 * place + 1
      if (child >= heap.length) return
      if (child + 1 < heap.length && isSooner(heap[child + 1]!, heap[child]!)) child++
      if (!isSooner(heap[child]!, heap[place]!)) return
      swap(heap, child, place)
      place = child
    }
  }
}

function isSooner(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}

function swap(heap: Entry[], a: number, b: number): void {
  const kept = heap[a]!
  heap[a] = heap[b]!
  heap[b] = kept
}
