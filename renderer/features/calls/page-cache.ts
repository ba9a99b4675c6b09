/** The pages of a long list that were looked at last; the others are forgotten. */
export class PageCache<Row> {
  readonly pageRows: number
  readonly #most: number
  readonly #pages = new Map<number, readonly Row[]>()

  constructor(pageRows: number, most: number) {
    this.pageRows = pageRows
    this.#most = most
  }

  get pages(): readonly number[] {
    return [...this.#pages.keys()]
  }

  row(index: number): Row | undefined {
    return this.#pages.get(this.pageOf(index))?.[index % this.pageRows]
  }

  has(page: number): boolean {
    return this.#pages.has(page)
  }

  pageOf(index: number): number {
    return Math.floor(index / this.pageRows)
  }

  keep(page: number, rows: readonly Row[]): void {
    this.#pages.delete(page)
    this.#pages.set(page, rows)
    const [oldest] = this.#pages.keys()
    if (this.#pages.size > this.#most && oldest !== undefined) this.#pages.delete(oldest)
  }

  clear(): void {
    this.#pages.clear()
  }
}
