import type { Client, TableChange, TopicName, TopicRow } from '../../core/api/index.ts'

type TableName = Exclude<TopicName, 'office'>

/** A topic's rows as they are at this moment, in the order in which they came. */
export class LiveTable<Name extends TableName> {
  rows = $state.raw<readonly TopicRow<Name>[]>([])
  isLoaded = $state(false)
  readonly #keyOf: (row: TopicRow<Name>) => string
  readonly #byKey = new Map<string, TopicRow<Name>>()

  constructor(keyOf: (row: TopicRow<Name>) => string) {
    this.#keyOf = keyOf
  }

  start(client: Client, name: Name): void {
    client.watch(name, {
      snapshot: (snapshot) => {
        this.#byKey.clear()
        this.#take({ set: snapshot as readonly TopicRow<Name>[], gone: [] })
        this.isLoaded = true
      },
      change: (change) => this.#take(change as TableChange<TopicRow<Name>>),
    })
  }

  #take({ set, gone }: TableChange<TopicRow<Name>>): void {
    for (const key of gone) this.#byKey.delete(key)
    for (const row of set) this.#byKey.set(this.#keyOf(row), row)
    this.rows = [...this.#byKey.values()]
  }
}
