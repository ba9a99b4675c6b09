import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Database } from './store.ts'

/** "Side" in the header of the file: what tells a store of ours from other SQLite files. */
export const applicationId = 0x53696465

interface Migration {
  readonly version: number
  readonly sql: string
}

/** The numbered steps from an empty file to the present tables; they lie beside this file, and beside the bundle. */
export function readMigrations(
  folder = fileURLToPath(new URL('migrations', import.meta.url)),
): readonly Migration[] {
  return readdirSync(folder)
    .filter((name) => /^\d{3}-.*\.sql$/.test(name))
    .sort()
    .map((name) => ({
      version: Number(name.slice(0, 3)),
      sql: readFileSync(join(folder, name), 'utf8'),
    }))
}

export function newestVersion(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0
}

export async function versionOf(database: Database): Promise<number> {
  return Number(await database.value('PRAGMA user_version'))
}

/**
 * Each step and its number are one transaction: killed at any point, the file has the old tables or the new ones.
 * Whoever asks has made sure that the file is not newer.
 */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<void> {
  const present = await versionOf(database)
  for (const { version, sql } of migrations) {
    if (version <= present) continue
    await inTransaction(database, () =>
      database.exec(`${sql}\nPRAGMA user_version = ${version}; PRAGMA application_id = ${applicationId};`),
    )
  }
}

export async function inTransaction(database: Database, work: () => Promise<void>): Promise<void> {
  await database.exec('BEGIN IMMEDIATE')
  try {
    await work()
    await database.exec('COMMIT')
  } catch (error) {
    // SQLite has rolled back by itself after some errors; then there is nothing left to roll back.
    await database.exec('ROLLBACK').catch(() => undefined)
    throw error
  }
}
