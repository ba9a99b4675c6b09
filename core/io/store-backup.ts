import { appendFileSync, closeSync, copyFileSync, openSync, readSync, rmSync, truncateSync } from 'node:fs'
import { Database } from './store.ts'
import { placeFile, sizeOf, sumOf } from './store-file.ts'
import { applicationId, migrate, newestVersion, versionOf, type readMigrations } from './store-migrations.ts'

/**
 * A backup is one SQLite file with a line of text at its end that holds the sum of all before it. SQLite takes the
 * length of a file from its header and passes over that line.
 */
const sealStart = '\nSidetone backup sha256='
const sealBytes = sealStart.length + 64 + 1

/** A file that is no backup of ours, or not a whole one. The message is one sentence with the remedy. */
export class BackupRefused extends Error {}

/** Copies the store as it is at this moment through a connection of its own; writing goes on meanwhile. */
export async function backUp(path: string, target: string): Promise<{ readonly bytes: number }> {
  const half = `${target}.half`
  rmSync(half, { force: true })
  const source = await Database.open(path, 'read')
  try {
    closeSync(openSync(half, 'a', 0o600))
    await source.all('VACUUM INTO ?', half)
  } catch (error) {
    rmSync(half, { force: true })
    throw error
  } finally {
    await source.close()
  }
  appendFileSync(half, `${sealStart}${sumOf(half)}\n`)
  const bytes = sizeOf(half)
  placeFile(half, target)
  return { bytes }
}

/**
 * Copies the backup to `copy` and makes it a store of the present version there. Throws `BackupRefused`, and then
 * leaves nothing.
 */
export async function openBackup(
  file: string,
  copy: string,
  migrations: ReturnType<typeof readMigrations>,
): Promise<void> {
  checkSeal(file)
  rmSync(copy, { force: true })
  copyFileSync(file, copy)
  try {
    truncateSync(copy, sizeOf(file) - sealBytes)
    await checkStore(file, copy, migrations)
  } catch (error) {
    removeStore(copy)
    if (error instanceof BackupRefused) throw error
    throw new BackupRefused(`${file} is no store that can be read: take another backup.`)
  }
}

export function removeStore(path: string): void {
  for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(path + ending, { force: true })
}

/** The names and definitions of all that is in it: a trigger or a view that somebody has added would show here. */
export async function shapeOf(database: Database): Promise<string> {
  const rows = await database.all(
    `SELECT type || ' ' || name || ' ' || coalesce(sql, '') AS line FROM sqlite_schema
     WHERE name NOT LIKE 'sqlite_stat%' ORDER BY 1`,
  )
  return rows.map(({ line }) => String(line)).join('\n')
}

function checkSeal(file: string): void {
  const size = sizeOf(file)
  const seal = Buffer.alloc(sealBytes)
  if (size > sealBytes) {
    const open = openSync(file, 'r')
    try {
      readSync(open, seal, 0, sealBytes, size - sealBytes)
    } finally {
      closeSync(open)
    }
  }
  const text = seal.toString('latin1')
  if (!text.startsWith(sealStart))
    throw new BackupRefused(`${file} is no backup of Sidetone, or its end is missing: give a whole one.`)
  if (text.slice(sealStart.length, -1) !== sumOf(file, size - sealBytes))
    throw new BackupRefused(`${file} was changed after it was made: take another backup.`)
}

async function checkStore(
  file: string,
  copy: string,
  migrations: ReturnType<typeof readMigrations>,
): Promise<void> {
  const database = await Database.open(copy, 'write')
  try {
    if (Number(await database.value('PRAGMA application_id')) !== applicationId)
      throw new BackupRefused(`${file} belongs to another program: give a backup of Sidetone.`)
    const version = await versionOf(database)
    if (version > newestVersion(migrations))
      throw new BackupRefused(
        `${file} was made by a newer Sidetone (tables ${version}): install that version.`,
      )
    const integrity = await database.value('PRAGMA integrity_check(1)')
    if (integrity !== 'ok') throw new BackupRefused(`${file} is damaged inside: take another backup.`)
    await checkShape(file, database, version, migrations)
    await migrate(database, migrations)
  } finally {
    await database.close()
  }
}

async function checkShape(
  file: string,
  database: Database,
  version: number,
  migrations: ReturnType<typeof readMigrations>,
): Promise<void> {
  const model = await Database.open(':memory:', 'write')
  try {
    await migrate(
      model,
      migrations.filter((migration) => migration.version <= version),
    )
    if ((await shapeOf(model)) !== (await shapeOf(database)))
      throw new BackupRefused(`${file} holds tables that no Sidetone makes: take another backup.`)
  } finally {
    await model.close()
  }
}
