import { chmodSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { Database } from './store.ts'
import { BackupRefused, openBackup, removeStore } from './store-backup.ts'
import { breakSeal, createFile, inspectFile, placeFile, setAside } from './store-file.ts'
import { applicationId, migrate, newestVersion, readMigrations, versionOf } from './store-migrations.ts'
import { readTrouble, troubleOf, type Trouble } from './store-trouble.ts'

export const storeName = 'store.db'
export const lastGoodName = 'store.backup.db'

export interface Opening {
  readonly database: Database | undefined
  readonly trouble: Trouble | undefined
  /** What people must be told of it, in plain sentences. */
  readonly told: readonly string[]
}

class Damaged extends Error {}

/** Opens the store of a data folder, whatever is found there; never throws. A damaged file is set aside, never deleted. */
export async function openStoreFile(folder: string, now: () => Date): Promise<Opening> {
  const path = join(folder, storeName)
  try {
    return { database: await openWhole(path), trouble: undefined, told: [] }
  } catch (error) {
    if (!isDamage(error)) return { database: undefined, trouble: troubleFrom(error, path), told: [] }
  }
  try {
    const aside = setAside(path, stampOf(now()))
    const told = [
      `The store was damaged and is set aside as ${aside}. ${await restoreLastGood(folder, path)}`,
    ]
    return { database: await openWhole(path), trouble: undefined, told }
  } catch (error) {
    return { database: undefined, trouble: troubleFrom(error, path), told: [] }
  }
}

class Newer extends Error {}

function isDamage(error: unknown): boolean {
  return error instanceof Damaged || readTrouble(error, '').code === 'corrupt'
}

function troubleFrom(error: unknown, path: string): Trouble {
  return error instanceof Newer ? troubleOf('newer', path) : readTrouble(error, path)
}

async function openWhole(path: string): Promise<Database> {
  const state = inspectFile(path)
  if (state === 'empty' || state === 'damaged' || state === 'no-file') throw new Damaged()
  if (state === 'absent') await createStore(path)
  const database = await Database.open(path, 'write')
  try {
    await database.exec(workingMode)
    await checkPresent(database)
    await migrate(database, readMigrations())
    breakSeal(path)
    return database
  } catch (error) {
    await database.close().catch(() => undefined)
    throw error
  }
}

/** macOS keeps what was synced in the drive's own memory unless it is asked for `fullfsync`; others pass over it. */
const workingMode =
  'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = 1; PRAGMA cache_size = -16000'

/** It gets its name when it is whole: an empty file under that name has lost what was in it. */
async function createStore(path: string): Promise<void> {
  const half = `${path}.new`
  removeStore(half)
  createFile(half)
  const database = await Database.open(half, 'write')
  try {
    await migrate(database, readMigrations())
  } finally {
    await database.close()
  }
  placeFile(half, path)
}

/** An SQLite file of another program is not ours to change; one without a mark and without tables was cut off at its birth. */
async function checkPresent(database: Database): Promise<void> {
  const version = await versionOf(database)
  const mark = Number(await database.value('PRAGMA application_id'))
  const tables = Number(await database.value('SELECT count(*) FROM sqlite_schema'))
  if (mark !== applicationId && tables > 0) throw new Damaged()
  if (version > newestVersion(readMigrations())) throw new Newer()
  if ((await database.value('PRAGMA quick_check(1)')) !== 'ok') throw new Damaged()
}

/** Gives the sentence that tells what came of it. */
async function restoreLastGood(folder: string, path: string): Promise<string> {
  const backup = join(folder, lastGoodName)
  if (!existsSync(backup)) return 'There is no backup yet: it begins empty.'
  const copy = `${path}.restored`
  try {
    await openBackup(backup, copy, readMigrations())
    chmodSync(copy, 0o600)
    placeFile(copy, path)
    return 'The last good backup was put in its place: what is newer than it has to be done again.'
  } catch (error) {
    removeStore(copy)
    const why = error instanceof BackupRefused ? error.message : readTrouble(error, backup).sentence
    return `The last backup could not be used (${why}): it begins empty.`
  }
}

/** `2026-11-23T14-05-09Z`: sorts by time, and is a name on every file system. */
function stampOf(date: Date): string {
  return `${date.toISOString().slice(0, 19).replaceAll(':', '-')}Z`
}
