import type { EndedCall } from '../../../core/api/index.ts'
import { CommandFailed, connection } from '../../client/index.svelte.ts'

const PAGE_ROWS = 100
/** Pages kept round what is looked at; a hundred thousand calls never stand in the window at once. */
const MOST_PAGES = 12

/** The ended calls, fetched page by page as they come into view. */
export class EndedCallPages {
  total = $state<number | undefined>(undefined)
  hasFailed = $state(false)
  #version = $state(0)
  #search = ''
  readonly #pages = new Map<number, readonly EndedCall[]>()
  readonly #asked = new Set<number>()
  #turn = 0

  /** Begins anew; rows that were there stay until the new ones have come. */
  load(search: string): void {
    if (search !== this.#search) this.#pages.clear()
    this.#search = search
    this.#turn++
    this.#asked.clear()
    const known = [...this.#pages.keys()]
    for (const page of known.length === 0 ? [0] : known) void this.#fetch(page)
  }

  row(index: number): EndedCall | undefined {
    // Read, so that whoever shows this row follows what is fetched.
    void this.#version
    const page = Math.floor(index / PAGE_ROWS)
    const rows = this.#pages.get(page)
    if (rows === undefined) queueMicrotask(() => void this.#fetch(page))
    return rows?.[index % PAGE_ROWS]
  }

  async #fetch(page: number): Promise<void> {
    if (this.#asked.has(page)) return
    this.#asked.add(page)
    const turn = this.#turn
    try {
      const { total, rows } = await connection.ask('call-history', {
        from: page * PAGE_ROWS,
        count: PAGE_ROWS,
        search: this.#search,
      })
      if (turn !== this.#turn) return
      this.#keep(page, rows)
      this.total = total
      this.hasFailed = false
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error
      if (turn === this.#turn) this.hasFailed = true
      this.#asked.delete(page)
    }
  }

  #keep(page: number, rows: readonly EndedCall[]): void {
    this.#pages.delete(page)
    this.#pages.set(page, rows)
    const [oldest] = this.#pages.keys()
    if (this.#pages.size > MOST_PAGES && oldest !== undefined) {
      this.#pages.delete(oldest)
      this.#asked.delete(oldest)
    }
    this.#version++
  }
}
