import type { Database, SqlValue } from './store.ts'
import { inTransaction } from './store-migrations.ts'
import { readTrouble, troubleOf, type Trouble } from './store-trouble.ts'

/** One row for a statement whose only parameter is a JSON list of such rows. */
export interface Operation {
  readonly sql: string
  readonly row: readonly SqlValue[]
}

/** Called once; undefined: it is on disk. */
export type Written = (trouble: Trouble | undefined) => void

export interface WriterEvents {
  /** The store has begun to fail, fails for another reason, or works again (undefined). */
  readonly changed: (trouble: Trouble | undefined) => void
  /** Rows that nobody waits for had to be given up. */
  readonly lost: (rows: number, trouble: Trouble) => void
}

interface Waiting {
  readonly operations: readonly Operation[]
  /** Absent: nobody waits, and it is kept until the disk takes it. */
  readonly written: Written | undefined
}

/** What waits for the disk in memory, at most. */
export const mostWaitingRows = 20_000
/** Rows of one transaction: more would make those behind them wait longer than a phone's timer. */
const mostRowsAtOnce = 2_000
const retryMs = 250
/** After a busy group the next one gathers for this long: fewer, larger transactions at high rates. */
const gatherMs = 2
const busyGroup = 8

/**
 * Group commit: whatever has come while one transaction was being written goes into the next. With `synchronous=FULL`
 * its COMMIT returns after the disk's.
 */
export class Writer {
  readonly path: string
  readonly #events: WriterEvents
  #database: Database | undefined
  #queue: Waiting[] = []
  #waitingRows = 0
  #busy: Promise<void> | undefined
  #isPlanned = false
  #isClosed = false
  #gathers = false
  #trouble: Trouble | undefined
  #retry: NodeJS.Timeout | undefined

  constructor(
    path: string,
    database: Database | undefined,
    trouble: Trouble | undefined,
    events: WriterEvents,
  ) {
    this.path = path
    this.#database = database
    this.#trouble = trouble
    this.#events = events
  }

  get trouble(): Trouble | undefined {
    return this.#trouble
  }

  get waitingRows(): number {
    return this.#waitingRows
  }

  /** The file is open after all. */
  opened(database: Database): void {
    this.#database = database
    this.#recovered()
    this.#plan()
  }

  write(operations: readonly Operation[], written?: Written): void {
    const trouble =
      this.#trouble ??
      (this.#waitingRows + operations.length > mostWaitingRows ? troubleOf('overrun', this.path) : undefined)
    if (trouble !== undefined && written !== undefined) {
      written(trouble)
      return
    }
    if (this.#isClosed || this.#waitingRows + operations.length > mostWaitingRows) {
      this.#events.lost(operations.length, troubleOf('overrun', this.path))
      return
    }
    this.#queue.push({ operations, written })
    this.#waitingRows += operations.length
    if (this.#trouble === undefined) this.#plan()
  }

  /** Work that must not meet a transaction of ours. */
  async alone<T>(work: (database: Database) => Promise<T>): Promise<T> {
    while (this.#busy !== undefined) await this.#busy
    const database = this.#database
    if (database === undefined) throw new Error(this.#trouble?.sentence ?? 'The store is closed.')
    const done = work(database)
    this.#busy = done.then(
      () => this.#idle(),
      () => this.#idle(),
    )
    return done
  }

  /** Writes what waits, as far as the disk takes it, and takes no more. */
  async close(): Promise<void> {
    clearTimeout(this.#retry)
    while (this.#busy !== undefined) await this.#busy
    while (this.#queue.length > 0 && (await this.#writeGroup()));
    this.#isClosed = true
    clearTimeout(this.#retry)
    if (this.#waitingRows > 0)
      this.#events.lost(this.#waitingRows, this.#trouble ?? troubleOf('failing', this.path))
  }

  #plan(): void {
    if (this.#isPlanned || this.#busy !== undefined || this.#isClosed || this.#queue.length === 0) return
    this.#isPlanned = true
    const begin = (): void => {
      this.#isPlanned = false
      if (this.#busy !== undefined || this.#isClosed) return
      this.#busy = this.#writeGroup().then(() => this.#idle())
    }
    if (this.#gathers) setTimeout(begin, gatherMs)
    else setImmediate(begin)
  }

  #idle(): void {
    this.#busy = undefined
    if (this.#trouble === undefined) this.#plan()
  }

  /** False where it failed. */
  async #writeGroup(): Promise<boolean> {
    const group = this.#nextGroup()
    const database = this.#database
    if (database === undefined) return this.#failed(group, this.#trouble ?? troubleOf('missing', this.path))
    try {
      await commit(database, group)
    } catch (error) {
      const trouble = readTrouble(error, this.path)
      return trouble.code === 'fault' ? this.#writeEach(database, group) : this.#failed(group, trouble)
    }
    this.#done(group, undefined)
    return true
  }

  /** One of them is not what the tables take; the others must not suffer for it. */
  async #writeEach(database: Database, group: readonly Waiting[]): Promise<boolean> {
    for (const [at, waiting] of group.entries()) {
      try {
        await commit(database, [waiting])
        this.#done([waiting], undefined)
      } catch (error) {
        const trouble = readTrouble(error, this.path)
        if (trouble.code !== 'fault') return this.#failed(group.slice(at), trouble)
        this.#done([waiting], trouble)
        if (waiting.written === undefined) this.#events.lost(waiting.operations.length, trouble)
      }
    }
    return true
  }

  #nextGroup(): Waiting[] {
    let rows = 0
    let count = 0
    for (const { operations } of this.#queue) {
      if (count > 0 && rows + operations.length > mostRowsAtOnce) break
      rows += operations.length
      count++
    }
    this.#gathers = rows > busyGroup
    return this.#queue.splice(0, count)
  }

  #done(group: readonly Waiting[], trouble: Trouble | undefined): void {
    if (trouble === undefined) this.#recovered()
    for (const { operations, written } of group) {
      this.#waitingRows -= operations.length
      written?.(trouble)
    }
  }

  #failed(group: readonly Waiting[], trouble: Trouble): false {
    const waited = [...group, ...this.#queue]
    this.#queue = waited.filter(({ written }) => written === undefined)
    const isNews = this.#trouble?.code !== trouble.code
    this.#trouble = trouble
    if (isNews) this.#events.changed(trouble)
    for (const { operations, written } of waited) {
      if (written === undefined) continue
      this.#waitingRows -= operations.length
      written(trouble)
    }
    this.#retryLater()
    return false
  }

  #retryLater(): void {
    clearTimeout(this.#retry)
    if (this.#isClosed) return
    this.#retry = setTimeout(() => {
      if (this.#busy !== undefined || this.#isClosed) return
      this.#busy = this.#tryAgain().then(() => this.#idle())
    }, retryMs)
    this.#retry.unref()
  }

  /** With nothing to write, a write that changes nothing tells whether the disk is back. */
  async #tryAgain(): Promise<void> {
    const { path } = this
    if (this.#queue.length > 0) {
      await this.#writeGroup()
      return
    }
    try {
      await this.#database?.exec(probe)
      this.#recovered()
    } catch (error) {
      this.#failed([], readTrouble(error, path))
    }
  }

  #recovered(): void {
    if (this.#trouble === undefined) return
    this.#trouble = undefined
    clearTimeout(this.#retry)
    this.#events.changed(undefined)
  }
}

const probe = `INSERT OR REPLACE INTO settings VALUES ('last-probe', hex(randomblob(2048)))`

/** Rows of one statement that follow one another go to the engine together. One statement needs no BEGIN. */
async function commit(database: Database, group: readonly Waiting[]): Promise<void> {
  const runs: { readonly sql: string; readonly rows: (readonly SqlValue[])[] }[] = []
  for (const { operations } of group)
    for (const { sql, row } of operations) {
      const last = runs.at(-1)
      if (last?.sql === sql) last.rows.push(row)
      else runs.push({ sql, rows: [row] })
    }
  const [only] = runs
  if (runs.length === 1 && only !== undefined) {
    await database.run(only.sql, JSON.stringify(only.rows))
    return
  }
  await inTransaction(database, async () => {
    for (const { sql, rows } of runs) await database.run(sql, JSON.stringify(rows))
  })
}
