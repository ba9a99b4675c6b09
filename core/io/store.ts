import type sqlite3 from 'sqlite3'

export type SqlValue = string | number | null
export type SqlRow = Readonly<Record<string, SqlValue>>

/** How long a statement waits for a lock of another process: short, because whoever waits behind it has timers. */
const lockWaitMs = 100

/** One connection to an SQLite file. Every promise rejects with an `Error` that has SQLite's word as its `code`. */
export class Database {
  readonly #connection: sqlite3.Database
  readonly #statements = new Map<string, sqlite3.Statement>()

  private constructor(connection: sqlite3.Database) {
    this.#connection = connection
  }

  static async open(path: string, mode: 'read' | 'write'): Promise<Database> {
    // Loaded when it is wanted: most commands never ask for it, and the appliance runs where it could not be built.
    const { default: engine } = await import('sqlite3')
    const flags = mode === 'read' ? engine.OPEN_READONLY : engine.OPEN_READWRITE
    return new Promise((resolve, reject) => {
      const connection = new engine.Database(path, flags, (error) => {
        if (error === null) resolve(new Database(connection))
        else reject(error)
      })
      connection.configure('busyTimeout', lockWaitMs)
    })
  }

  /** Several statements in a row; what one of them gives back is lost. */
  exec(sql: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#connection.exec(sql, settle(resolve, reject))
    })
  }

  all(sql: string, ...values: SqlValue[]): Promise<SqlRow[]> {
    return new Promise((resolve, reject) => {
      this.#connection.all<SqlRow>(sql, values, (error, rows) => {
        if (error === null) resolve(rows)
        else reject(error)
      })
    })
  }

  /** One value of the first row; undefined where there is no row. */
  async value(sql: string, ...values: SqlValue[]): Promise<SqlValue | undefined> {
    const [row] = await this.all(sql, ...values)
    return row === undefined ? undefined : Object.values(row)[0]
  }

  /** Prepared once and kept: for the few statements that are run all the time. */
  async run(sql: string, value: SqlValue): Promise<void> {
    const statement = this.#statements.get(sql) ?? (await this.#prepare(sql))
    return new Promise((resolve, reject) => {
      statement.run(value, (error: Error | null) => {
        if (error === null) resolve()
        else reject(error)
      })
    })
  }

  async close(): Promise<void> {
    for (const statement of this.#statements.values()) {
      await new Promise<void>((resolve) => {
        statement.finalize(() => {
          resolve()
        })
      })
    }
    this.#statements.clear()
    return new Promise((resolve, reject) => {
      this.#connection.close(settle(resolve, reject))
    })
  }

  #prepare(sql: string): Promise<sqlite3.Statement> {
    return new Promise((resolve, reject) => {
      const statement = this.#connection.prepare(sql, (error: Error | null) => {
        if (error === null) {
          this.#statements.set(sql, statement)
          resolve(statement)
        } else reject(error)
      })
    })
  }
}

function settle(resolve: () => void, reject: (error: Error) => void): (error: Error | null) => void {
  return (error) => {
    if (error === null) resolve()
    else reject(error)
  }
}
