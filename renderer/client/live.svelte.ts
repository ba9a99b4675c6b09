import type { Client, TableChange, TopicName, TopicRow } from '../../core/api/index.ts'
import { KeyedRows } from './keyed-rows.ts'

type TableName = Exclude<TopicName, 'office'>

/** A topic's rows as they are at this moment. */
export class LiveTable<Name extends TableName> {
  rows = $state.raw<readonly TopicRow<Name>[]>([])
  isLoaded = $state(false)
  readonly #keyed: KeyedRows<TopicRow<Name>>

  constructor(keyOf: (row: TopicRow<Name>) => string) {
    this.#keyed = new KeyedRows(keyOf)
  }

  start(client: Client, name: Name): void {
    client.watch(name, {
      snapshot: (snapshot) => {
        this.rows = this.#keyed.begin(snapshot as readonly TopicRow<Name>[])
        this.isLoaded = true
      },
      change: (change) => {
        this.rows = this.#keyed.take(change as TableChange<TopicRow<Name>>)
      },
    })
  }
}
