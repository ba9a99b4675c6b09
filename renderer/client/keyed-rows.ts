import type { TableChange } from '../../core/api/index.ts'

/** A topic's rows by their keys, in the order in which they came. */
export class KeyedRows<Row> {
  readonly #keyOf: (row: Row) => string
  #byKey = new Map<string, Row>()

  constructor(keyOf: (row: Row) => string) {
    this.#keyOf = keyOf
  }

  begin(rows: readonly Row[]): readonly Row[] {
    this.#byKey = new Map(rows.map((row) => [this.#keyOf(row), row]))
    return rows
  }

  take({ set, gone }: TableChange<Row>): readonly Row[] {
    for (const key of gone) this.#byKey.delete(key)
    for (const row of set) this.#byKey.set(this.#keyOf(row), row)
    return [...this.#byKey.values()]
  }
}
