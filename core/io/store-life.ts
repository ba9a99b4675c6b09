import { join } from 'node:path'
import type { Database, SqlRow, SqlValue } from './store.ts'
import { BackupRefused, backUp, openBackup, removeStore } from './store-backup.ts'
import { sealFile } from './store-file.ts'
import { inTransaction, readMigrations } from './store-migrations.ts'
import { lastGoodName, openStoreFile, storeName } from './store-open.ts'
import { readTrouble, type Trouble } from './store-trouble.ts'
import { Writer, type Operation, type Written } from './store-writer.ts'

export interface StoreParts {
  readonly folder: string
  readonly now: () => Date
  /** For people: a sentence of something that has happened to the store. */
  readonly tell: (level: 'warn' | 'error', sentence: string) => void
  /** The file could be opened only some time after the start. */
  readonly openedLate: () => void
}

const reopenMs = 1_000
const firstBackupMs = 30_000
const backupEveryMs = 3_600_000

/** The store of one data folder: always there, even where its file is not; then it says so, and goes on trying. */
export class Store {
  readonly path: string
  readonly #parts: StoreParts
  readonly #writer: Writer
  #database: Database | undefined
  #timer: NodeJS.Timeout | undefined
  #isClosed = false
  #writesSinceBackup = 0
  #lostRows = 0

  private constructor(parts: StoreParts, database: Database | undefined, trouble: Trouble | undefined) {
    this.path = join(parts.folder, storeName)
    this.#parts = parts
    this.#database = database
    this.#writer = new Writer(this.path, database, trouble, {
      changed: (now) => {
        if (now === undefined) parts.tell('warn', `The store ${this.path} is written again.`)
        else parts.tell('error', now.sentence)
      },
      lost: (rows, why) => {
        this.#lostRows += rows
        parts.tell('error', `${rows} rows of the store were given up. ${why.sentence}`)
      },
    })
  }

  static async open(parts: StoreParts): Promise<Store> {
    const { database, trouble, told } = await openStoreFile(parts.folder, parts.now)
    for (const sentence of told) parts.tell('error', sentence)
    if (trouble !== undefined) parts.tell('error', trouble.sentence)
    const store = new Store(parts, database, trouble)
    if (database === undefined) store.#reopenLater()
    else store.#backUpIn(firstBackupMs)
    return store
  }

  get trouble(): Trouble | undefined {
    return this.#writer.trouble
  }

  get figures(): Readonly<Record<string, number | string>> {
    return {
      waitingRows: this.#writer.waitingRows,
      lostRows: this.#lostRows,
      state: this.trouble?.code ?? 'good',
    }
  }

  /** Empty where the file is not open. Rejects with an `Error` whose message is a sentence for people. */
  async read(sql: string, ...values: SqlValue[]): Promise<SqlRow[]> {
    if (this.#database === undefined) return []
    try {
      return await this.#database.all(sql, ...values)
    } catch (error) {
      throw new Error(readTrouble(error, this.path).sentence, { cause: error })
    }
  }

  write(operations: readonly Operation[], written?: Written): void {
    this.#writesSinceBackup += operations.length
    this.#writer.write(operations, written)
  }

  /** Rejects with an `Error` whose message is a sentence for people. */
  async backUp(target: string): Promise<{ readonly bytes: number }> {
    try {
      return await backUp(this.path, target)
    } catch (error) {
      throw new Error(`No backup was made. ${readTrouble(error, target).sentence}`, { cause: error })
    }
  }

  /**
   * Puts all tables of a backup in place of the present ones, in one transaction.
   * @returns the rows of each table in the backup
   */
  async restore(file: string, isDryRun: boolean): Promise<Readonly<Record<string, number>>> {
    const copy = `${this.path}.restoring`
    try {
      await openBackup(file, copy, readMigrations())
      return await this.#writer.alone((database) => takeOver(database, copy, isDryRun))
    } catch (error) {
      if (error instanceof BackupRefused) throw error
      throw new Error(`Nothing was restored. ${readTrouble(error, file).sentence}`, { cause: error })
    } finally {
      removeStore(copy)
    }
  }

  /** Writes what waits, and leaves one file with its sum. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    await this.#writer.close()
    const database = this.#database
    if (database === undefined) return
    this.#database = undefined
    try {
      if (this.trouble === undefined && this.#writesSinceBackup > 0) await this.#keepLastGood()
      await database.close()
      sealFile(this.path)
    } catch (error) {
      this.#parts.tell('warn', readTrouble(error, this.path).sentence)
    }
  }

  #reopenLater(): void {
    if (this.trouble?.code === 'newer') return
    this.#timer = setTimeout(() => {
      void this.#reopen()
    }, reopenMs)
    this.#timer.unref()
  }

  async #reopen(): Promise<void> {
    const { database, told } = await openStoreFile(this.#parts.folder, this.#parts.now)
    for (const sentence of told) this.#parts.tell('error', sentence)
    if (this.#isClosed) {
      await database?.close()
    } else if (database === undefined) {
      this.#reopenLater()
    } else {
      this.#database = database
      this.#writer.opened(database)
      this.#parts.openedLate()
      this.#backUpIn(firstBackupMs)
    }
  }

  #backUpIn(waitMs: number): void {
    this.#timer = setTimeout(() => {
      const isWorth = this.trouble === undefined && this.#writesSinceBackup > 0
      void (isWorth ? this.#keepLastGood() : Promise.resolve()).then(() => {
        if (!this.#isClosed) this.#backUpIn(backupEveryMs)
      })
    }, waitMs)
    this.#timer.unref()
  }

  async #keepLastGood(): Promise<void> {
    try {
      await this.backUp(join(this.#parts.folder, lastGoodName))
      this.#writesSinceBackup = 0
    } catch (error) {
      this.#parts.tell('warn', error instanceof Error ? error.message : String(error))
    }
  }
}

async function takeOver(
  database: Database,
  copy: string,
  isDryRun: boolean,
): Promise<Readonly<Record<string, number>>> {
  await database.all('ATTACH ? AS backup', copy)
  try {
    const tables = await database.all(
      `SELECT name FROM backup.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`,
    )
    const counts: Record<string, number> = {}
    for (const { name } of tables)
      counts[String(name)] = Number(await database.value(`SELECT count(*) FROM backup."${String(name)}"`))
    if (isDryRun) return counts
    await inTransaction(database, async () => {
      for (const { name } of tables)
        await database.exec(
          `DELETE FROM main."${String(name)}"; INSERT INTO main."${String(name)}" SELECT * FROM backup."${String(name)}"`,
        )
    })
    return counts
  } finally {
    await database.exec('DETACH backup')
  }
}
