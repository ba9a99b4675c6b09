import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Database } from './store.ts'
import { openStoreFile, storeName } from './store-open.ts'
import type { Trouble } from './store-trouble.ts'
import { mostWaitingRows, Writer, type Operation } from './store-writer.ts'

const put = `INSERT INTO settings SELECT value ->> 0, value ->> 1 FROM json_each(?1)`
let folder = ''
let database: Database
let writer: Writer
const changes: (Trouble | undefined)[] = []
const losses: number[] = []

beforeEach(async () => {
  changes.length = 0
  losses.length = 0
  folder = mkdtempSync(join(tmpdir(), 'sidetone-writer-'))
  const opening = await openStoreFile(folder, () => new Date())
  if (opening.database === undefined) throw new Error(opening.trouble?.sentence)
  database = opening.database
  writer = new Writer(join(folder, storeName), database, undefined, {
    changed: (trouble) => changes.push(trouble),
    lost: (rows) => losses.push(rows),
  })
})

afterEach(async () => {
  await writer.close()
  await database.close()
  rmSync(folder, { recursive: true })
})

test('many writes at once share transactions, and each is told', async () => {
  const troubles = await Promise.all(Array.from({ length: 5_000 }, (_, at) => written([row(`n${at}`, 'x')])))
  expect(troubles.every((trouble) => trouble === undefined)).toBe(true)
  expect(await countOf()).toBe(5_000)
})

test('operations of different statements are one transaction, all or nothing', async () => {
  const trouble = await written([
    row('a', '1'),
    { sql: 'DELETE FROM version WHERE ?1', row: [] },
    row('a', '2'),
  ])
  expect(trouble?.code).toBe('fault')
  expect(await countOf()).toBe(0)
  expect(await database.value('SELECT count(*) FROM version')).toBeGreaterThan(5)
})

test('one that the tables refuse does not harm its neighbours', async () => {
  const troubles = await Promise.all([
    written([row('a', '1')]),
    written([row('b', null)]),
    written([row('c', '3')]),
  ])
  expect(troubles.map((trouble) => trouble?.code)).toEqual([undefined, 'fault', undefined])
  expect(await countOf()).toBe(2)
})

test('a file that may not grow is told as a full disk; what nobody waits for is kept and written later', async () => {
  await database.exec('PRAGMA max_page_count = 1')
  const big = 'x'.repeat(500_000)
  expect((await written([row('refused', big)]))?.code).toBe('full')
  writer.write([row('kept', big)])
  expect((await written([row('at once', 'x')]))?.code).toBe('full')
  await database.exec('PRAGMA max_page_count = 1000000')
  await until(() => changes.length === 2)
  await until(() => writer.waitingRows === 0)
  expect(changes.map((trouble) => trouble?.code)).toEqual(['full', undefined])
  const names = await database.all(`SELECT name FROM settings WHERE name <> 'last-probe'`)
  expect(names).toEqual([{ name: 'kept' }])
  expect(losses).toEqual([])
})

test('what waits for the disk is bounded, and what does not fit is told as lost', async () => {
  await database.exec('PRAGMA max_page_count = 1')
  expect((await written([row('first', 'x'.repeat(500_000))]))?.code).toBe('full')
  for (let count = 0; count < mostWaitingRows + 5; count++) writer.write([row(`w${count}`, 'x')])
  expect(writer.waitingRows).toBe(mostWaitingRows)
  expect(losses).toEqual([1, 1, 1, 1, 1])
  await database.exec('PRAGMA max_page_count = 1000000')
  await until(() => writer.waitingRows === 0)
  expect(await countOf()).toBe(mostWaitingRows)
})

test('a lock of another connection is told, and the queue is written when it is gone', async () => {
  const other = await Database.open(join(folder, storeName), 'write')
  await other.exec('BEGIN IMMEDIATE')
  expect((await written([row('refused', 'x')]))?.code).toBe('locked')
  writer.write([row('kept', 'x')])
  await other.exec('ROLLBACK')
  await other.close()
  await until(() => writer.waitingRows === 0)
  expect(await countOf()).toBe(1)
})

test('closing writes what waits', async () => {
  writer.write([row('last', 'x')])
  await writer.close()
  expect(await countOf()).toBe(1)
})

function row(name: string, value: string | null): Operation {
  return { sql: put, row: [name, value] }
}

function written(operations: readonly Operation[]): Promise<Trouble | undefined> {
  return new Promise((resolve) => writer.write(operations, resolve))
}

async function countOf(): Promise<number> {
  return Number(await database.value(`SELECT count(*) FROM settings WHERE name <> 'last-probe'`))
}

async function until(isDone: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !isDone(); tries++)
    await new Promise((resolve) => setTimeout(resolve, 20))
  expect(isDone()).toBe(true)
}
