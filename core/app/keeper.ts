import type { Change, StoredState } from '../exchange/index.ts'
import { Store, type Log, type Operation } from '../io/index.ts'
import { operationsOf } from './stored-rows.ts'
import { loadState } from './stored-state.ts'
import { trimOperations } from './retention.ts'

export interface KeeperParts {
  readonly folder: string
  readonly log: Log
  readonly wallMs: () => number
  /** The store could be read only some time after the start. */
  readonly loadedLate: (state: StoredState) => void
}

const trimEveryMs = 3_600_000

/** The exchange's side of the store: its changes become rows, and rows become the state it starts with. */
export class Keeper {
  readonly store: Store
  readonly #parts: KeeperParts
  readonly #trimming: NodeJS.Timeout

  private constructor(store: Store, parts: KeeperParts) {
    this.store = store
    this.#parts = parts
    this.#trimming = setInterval(() => {
      void this.#trim()
    }, trimEveryMs)
    this.#trimming.unref()
  }

  static async open(parts: KeeperParts): Promise<Keeper> {
    const store = await Store.open({
      folder: parts.folder,
      now: () => new Date(parts.wallMs()),
      tell: (level, sentence) => {
        parts.log.line(level, sentence)
      },
      openedLate: () => {
        void keeper.load().then(parts.loadedLate)
      },
    })
    const keeper = new Keeper(store, parts)
    return keeper
  }

  /** What there is; nothing of what can't be read. */
  async load(): Promise<StoredState> {
    try {
      return await loadState(this.store)
    } catch (error) {
      this.#parts.log.line('error', error instanceof Error ? error.message : String(error))
      return { contacts: [], subscribers: [], callsUnderWay: [], domains: [] }
    }
  }

  save(changes: readonly Change[], saved: ((why: string | undefined) => void) | undefined): void {
    const nowMs = this.#parts.wallMs()
    const operations: Operation[] = changes.map((change) => operationsOf(change, nowMs))
    if (saved === undefined) this.store.write(operations)
    else
      this.store.write(operations, (trouble) => {
        saved(trouble?.sentence)
      })
  }

  async close(): Promise<void> {
    clearInterval(this.#trimming)
    await this.store.close()
  }

  async #trim(): Promise<void> {
    const settings = await this.store.read('SELECT name, value FROM settings').catch(() => [])
    const values = new Map(settings.map((row) => [String(row['name']), String(row['value'])]))
    this.store.write(trimOperations(values, this.#parts.wallMs()))
  }
}
