import type { EndedCall } from '../../../core/api/index.ts'
import { CommandFailed, connection } from '../../client/index.svelte.ts'
import { PageCache } from './page-cache.ts'

const PAGE_ROWS = 100
/** Kept round what is looked at; a hundred thousand calls never stand in the window at once. */
const MOST_PAGES = 12

/** The ended calls, fetched page by page as they come into view. */
export class EndedCallPages {
  total = $state<number | undefined>(undefined)
  hasFailed = $state(false)
  #version = $state(0)
  #search = ''
  readonly #cache = new PageCache<EndedCall>(PAGE_ROWS, MOST_PAGES)
  /** Pages under way in this turn; answers to an earlier turn are thrown away. */
  #underWay: readonly number[] = []
  #turn = 0

  /** Begins anew; rows that were there stay until the new ones have come. */
  load(search: string): void {
    if (search !== this.#search) this.#cache.clear()
    this.#search = search
    this.#turn++
    this.#underWay = []
    const known = this.#cache.pages
    for (const page of known.length === 0 ? [0] : known) void this.#fetch(page)
  }

  /** The version makes whoever shows this row follow what is fetched. */
  row(index: number): EndedCall | undefined {
    const row = this.#version >= 0 ? this.#cache.row(index) : undefined
    const page = this.#cache.pageOf(index)
    if (!this.#cache.has(page)) queueMicrotask(() => void this.#fetch(page))
    return row
  }

  async #fetch(page: number): Promise<void> {
    if (this.#underWay.includes(page)) return
    this.#underWay = [...this.#underWay, page]
    const turn = this.#turn
    const takes = { from: page * PAGE_ROWS, count: PAGE_ROWS, search: this.#search }
    try {
      const { total, rows } = await connection.ask('call-history', takes)
      if (turn !== this.#turn) return
      this.#cache.keep(page, rows)
      this.#version++
      this.total = total
      this.hasFailed = false
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error
      if (turn === this.#turn) this.hasFailed = true
    } finally {
      if (turn === this.#turn) this.#underWay = this.#underWay.filter((other) => other !== page)
    }
  }
}
