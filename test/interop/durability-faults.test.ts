/** A disk that is full, locked, damaged, not ours or half upgraded (reliability-tests G9: D5 to D9). */
import {
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { Database } from '../../core/io/store.ts'
import {
  applicationId,
  inTransaction,
  newestVersion,
  readMigrations,
  versionOf,
} from '../../core/io/store-migrations.ts'
import {
  bindingsOf,
  full,
  integrityOf,
  kill,
  leavePlace,
  makePlace,
  RegisterClient,
  startOn,
  type Answer,
  type Place,
  type Run,
} from './durable.ts'
import { makeChance } from './durable-history.ts'
import { needs, pause, startProgram, type RunningProgram } from './processes.ts'

const isRoot = process.getuid?.() === 0
const missing = needs('strace', 'unshare', 'nsenter')
const because = isRoot ? missing.because : ' (skipped: mounts and other owners need root)'
const places: Place[] = []
const runs: Run[] = []
const clients: RegisterClient[] = []
const holders: RunningProgram[] = []

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()))
  for (const run of runs.splice(0)) await kill(run)
  for (const holder of holders.splice(0)) await holder.stop()
  for (const place of places.splice(0)) leavePlace(place)
})

describe.skipIf(missing.skip || !isRoot)(`store faults${because}`, () => {
  test(
    'D5: a full disk is told, calls go on, and writes resume by themselves',
    { timeout: 120_000 },
    async () => {
      const place = await placeOf()
      const { words, inside } = await mounted(place, 'tmpfs', 'size=2m')
      const run = await running(place, words)
      const client = await clientOf(place)
      expect((await client.register(wish('before')))?.status).toBe(200)
      writeUntilFull(join(inside, 'filler'))
      const refused = await until(client, 'during', ({ status }) => status === 503, 20_000)
      expect(refused.text).toMatch(/\r\nRetry-After: 1\d\r\n/)
      const held = await Promise.all(
        ['before', 'during'].map((user) => client.register({ user, isLookUp: true })),
      )
      expect(run.program.stderr()).toContain('has no room left on its disk: free some space')
      expect(held.map((answer) => answer?.contacts)).toEqual([
        ['sip:before@127.0.0.1:5060'],
        ['sip:during@127.0.0.1:5060'],
      ])
      rmSync(join(inside, 'filler'))
      const freedAt = performance.now()
      await until(client, 'after', ({ status }) => status === 200, 5_000)
      process.stdout.write(
        `D5: written again ${Math.round(performance.now() - freedAt)} ms after there was room\n`,
      )
      await pause(1_500)
      expect(run.program.stderr()).toContain('is written again')
      await kill(run)
      await running(place, words)
      const found = await bindingsOf(place, inside)
      expect([...found.keys()].filter((user) => !user.startsWith('fill')).toSorted()).toEqual([
        'after',
        'before',
        'during',
      ])
    },
  )

  const lockedMs = full ? 30_000 : 3_000
  test('D6: a lock of another process delays and loses nothing', { timeout: 120_000 }, async () => {
    const place = await placeOf()
    const run = await running(place)
    const client = await clientOf(place)
    expect((await client.register(wish('before')))?.status).toBe(200)
    const other = await Database.open(join(place.data, 'store.db'), 'write')
    await other.exec('BEGIN IMMEDIATE')
    const lockedAt = performance.now()
    const answers = new Map<string, number>()
    for (let count = 0; performance.now() - lockedAt < lockedMs; count++) {
      const answer = await client.register(wish(`locked${count}`))
      answers.set(`locked${count}`, answer?.status ?? 0)
      await pause(20)
    }
    await other.exec('ROLLBACK')
    await other.close()
    const freedAt = performance.now()
    await until(client, 'after', ({ status }) => status === 200, 5_000)
    const resumedMs = performance.now() - freedAt
    await pause(1_500)
    await kill(run)
    await running(place)
    const found = await bindingsOf(place)
    process.stdout.write(
      `D6: ${answers.size} answers while locked, written again after ${Math.round(resumedMs)} ms\n`,
    )
    expect([...new Set(answers.values())]).toEqual([503])
    expect(run.program.stderr()).toContain('is locked by another program')
    expect([...answers.keys()].filter((user) => !found.has(user))).toEqual([])
  })

  const flips = full ? 50 : 5
  test(
    `D7: ${flips} changed octets are found at the start, and the last good backup is there`,
    { timeout: 300_000 },
    async () => {
      const place = await placeOf()
      await prepare(place)
      const path = join(place.data, 'store.db')
      const good = readFileSync(path)
      const chance = makeChance(7)
      const outcomes: string[] = []
      for (let count = 0; count < flips; count++) {
        const bad = Buffer.from(good)
        const at = Math.floor(chance() * bad.length)
        bad[at] = (bad[at] ?? 0) ^ (1 << Math.floor(chance() * 8))
        writeFileSync(path, bad)
        const run = await running(place)
        const isTold = run.program.stderr().includes('is set aside as')
        const { size } = await bindingsOf(place)
        if (!isTold || size !== 20 || run.readyMs > 2_000)
          outcomes.push(`at ${at}: ${isTold}, ${size}, ${run.readyMs} ms`)
        await kill(run)
        for (const ending of ['-wal', '-shm', '.sum']) rmSync(path + ending, { force: true })
        writeFileSync(path, good)
        writeFileSync(`${path}.sum`, sumBefore(place))
      }
      const aside = readdirSync(place.data).filter((name) => /^store\.db\.bad-[^.]+Z(-\d+)?$/.test(name))
      process.stdout.write(`D7: ${flips} flips, ${aside.length} files set aside\n`)
      expect(outcomes).toEqual([])
      expect(aside).toHaveLength(flips)
    },
  )

  const damages: readonly (readonly [name: string, damage: (path: string) => void])[] = [
    ['cut in half', (path) => truncateSync(path, Math.floor(readFileSync(path).length / 2))],
    ['cut within its header', (path) => truncateSync(path, 50)],
    ['of no length', (path) => truncateSync(path, 0)],
    ['text', (path) => writeFileSync(path, 'no database at all\n'.repeat(500))],
    [
      'a folder',
      (path) => {
        rmSync(path)
        mkdirSync(path)
      },
    ],
  ]
  test.each(damages)('D7: a store that is %s is set aside', { timeout: 60_000 }, async (_, damage) => {
    const place = await placeOf()
    await prepare(place)
    damage(join(place.data, 'store.db'))
    const run = await running(place)
    const client = await clientOf(place)
    expect(run.program.stderr()).toMatch(
      /set aside as \S+\.bad-\S+Z\. The last good backup was put in its place/,
    )
    expect((await bindingsOf(place)).size).toBe(20)
    expect((await client.register(wish('new')))?.status).toBe(200)
    expect(run.readyMs).toBeLessThanOrEqual(2_000)
  })

  test(
    'D7: without a backup a damaged store begins empty, and the old one is still there',
    { timeout: 60_000 },
    async () => {
      const place = await placeOf()
      await prepare(place)
      rmSync(join(place.data, 'store.backup.db'))
      truncateSync(join(place.data, 'store.db'), 5_000)
      const run = await running(place)
      expect(run.program.stderr()).toContain('There is no backup yet: it begins empty.')
      expect((await bindingsOf(place)).size).toBe(0)
      expect(readdirSync(place.data).some((name) => name.startsWith('store.db.bad-'))).toBe(true)
    },
  )

  test('D9: a newer store is left as it is, and calls work from memory', { timeout: 60_000 }, async () => {
    const place = await placeOf()
    await prepare(place)
    const path = join(place.data, 'store.db')
    await changeStore(path, 'PRAGMA user_version = 99')
    rmSync(`${path}.sum`)
    const run = await running(place)
    const client = await clientOf(place)
    expect(run.program.stderr()).toContain('was written by a newer Sidetone')
    expect((await client.register(wish('new')))?.status).toBe(503)
    expect((await client.register({ user: 'new', isLookUp: true }))?.contacts).toEqual([
      'sip:new@127.0.0.1:5060',
    ])
    await run.program.stop()
    const database = await Database.open(path, 'read')
    expect(await versionOf(database)).toBe(99)
    await database.close()
  })

  test(
    'D8: in a folder that may only be read it starts, says so, and phones reach one another',
    { timeout: 60_000 },
    async () => {
      const place = await placeOf()
      const { words } = await mounted(place, 'tmpfs', 'ro')
      const run = await running(place, words)
      const client = await clientOf(place)
      expect((await client.register(wish('phone')))?.status).toBe(503)
      expect((await client.register({ user: 'phone', isLookUp: true }))?.contacts).toEqual([
        'sip:phone@127.0.0.1:5060',
      ])
      expect(run.program.stderr()).toMatch(/may only be read: nothing is kept/)
      expect(run.program.stderr()).toMatch(
        /is on a disk or in a folder that may only be read: make it writable/,
      )
    },
  )

  test('D8: a store of another user is told, and calls work from memory', { timeout: 60_000 }, async () => {
    const place = await placeOf()
    await prepare(place)
    const nobody = 65_534
    for (const path of [place.folder, place.data]) chownSync(path, nobody, nobody)
    const words = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups']
    const run = await running(place, words)
    const client = await clientOf(place)
    expect((await client.register(wish('phone')))?.status).toBe(503)
    expect(run.program.stderr()).toMatch(/belongs to another user: give this user the right|cannot be opened/)
    for (const name of readdirSync(place.data)) chownSync(join(place.data, name), nobody, nobody)
    await until(client, 'later', ({ status }) => status === 200, 5_000)
    // What it holds is read while phones are answered already.
    await expect.poll(async () => (await bindingsOf(place)).size, { timeout: 5_000 }).toBe(22)
  })

  const points = full ? 20 : 5
  test(
    `D9: an upgrade killed at ${points} points leaves the old tables or the new ones`,
    { timeout: 300_000 },
    async () => {
      const place = await placeOf()
      const old = join(place.folder, 'old.db')
      const rows = 5_000
      await makeOldStore(old, rows)
      const path = join(place.data, 'store.db')
      const seen = new Set<number>()
      for (let point = 1; point <= points; point++) {
        for (const name of readdirSync(place.data)) rmSync(join(place.data, name), { recursive: true })
        copyFileSync(old, path)
        const when = full ? point * 3 : point * 12
        await runAndDie(place, when)
        const database = await Database.open(path, 'write')
        const version = await versionOf(database)
        seen.add(version)
        expect(version).toBeOneOf([1, 2, newestVersion(readMigrations())])
        expect(await database.value('SELECT count(*) FROM location')).toBe(rows)
        const columns = await database.all('PRAGMA table_info(location)')
        expect(columns).toHaveLength(version === 1 ? 13 : 14)
        expect(await database.value('PRAGMA integrity_check')).toBe('ok')
        await database.close()
      }
      const run = await running(place)
      expect((await bindingsOf(place)).size).toBe(rows)
      await run.program.stop()
      expect(await integrityOf(path)).toBe('ok')
      process.stdout.write(
        `D9: ${points} kills; afterwards tables of version ${[...seen].toSorted().join(' and ')}\n`,
      )
    },
  )
})

async function placeOf(): Promise<Place> {
  const place = await makePlace(1)
  places.push(place)
  return place
}

async function running(place: Place, before: readonly string[] = []): Promise<Run> {
  const run = await startOn(place, before)
  runs.push(run)
  return run
}

async function clientOf(place: Place): Promise<RegisterClient> {
  const client = await RegisterClient.open(place.port)
  clients.push(client)
  return client
}

function wish(user: string): { user: string; contact: string } {
  return { user, contact: `sip:${user}@127.0.0.1:5060` }
}

/** A store with 20 registrations, closed in order. */
async function prepare(place: Place): Promise<void> {
  const run = await running(place)
  const client = await clientOf(place)
  await client.all(20, (index) => wish(`kept${index}`), 4)
  await run.program.stop()
  copyFileSync(join(place.data, 'store.db.sum'), join(place.folder, 'sum'))
}

function sumBefore(place: Place): Buffer {
  return readFileSync(join(place.folder, 'sum'))
}

/** Registers that user anew until the answer fits. */
async function until(
  client: RegisterClient,
  user: string,
  fits: (answer: Answer) => boolean,
  limitMs: number,
): Promise<Answer> {
  const endsAt = performance.now() + limitMs
  let last: Answer | undefined
  for (let cseq = 1; performance.now() < endsAt; cseq++) {
    last = await client.register({ ...wish(user), callId: `until-${user}`, cseq })
    if (last !== undefined && fits(last)) return last
    await pause(20)
  }
  throw new Error(`no such answer within ${limitMs} ms; the last was ${last?.status ?? 'none'}`)
}

/** A file system over the data folder, in a mount namespace of its own that lives as long as its holder. */
async function mounted(
  place: Place,
  kind: string,
  options: string,
): Promise<{ readonly words: readonly string[]; readonly inside: string }> {
  const command = `mount -t ${kind} -o ${options} none ${place.data} && echo mounted && exec sleep 600`
  const holder = startProgram('unshare', ['-m', 'sh', '-c', command], { limitMs: 600_000 })
  holders.push(holder)
  await holder.firstLine((line) => (line === 'mounted' ? line : undefined), 5_000)
  return {
    words: ['nsenter', '-m', '-t', String(holder.pid)],
    inside: `/proc/${holder.pid}/root${place.data}`,
  }
}

function writeUntilFull(path: string): void {
  const piece = Buffer.alloc(16_384, 1)
  for (;;) {
    try {
      writeFileSync(path, piece, { flag: 'a' })
    } catch {
      return
    }
  }
}

async function changeStore(path: string, sql: string): Promise<void> {
  const database = await Database.open(path, 'write')
  await database.exec(sql)
  await database.close()
}

async function makeOldStore(path: string, rows: number): Promise<void> {
  const [first] = readMigrations()
  writeFileSync(path, '')
  const database = await Database.open(path, 'write')
  await database.exec(`PRAGMA journal_mode = WAL; PRAGMA application_id = ${applicationId}`)
  await inTransaction(database, () =>
    database.exec(`${first?.sql ?? ''}; PRAGMA user_version = 1;
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
      INSERT INTO location (username, contact, expires) SELECT 'old' || i, 'sip:old' || i || '@127.0.0.1', '2099-01-01 00:00:00' FROM n`),
  )
  await database.close()
  expect(existsSync(`${path}-wal`)).toBe(false)
}

/** Starts it on the store and kills it at that many writes of one thread. */
async function runAndDie(place: Place, when: number): Promise<void> {
  const words = ['strace', '-f', '-o', '/dev/null', '-e', 'trace=pwrite64']
  const inject = ['-e', `inject=pwrite64:signal=KILL:when=${when}`]
  try {
    await kill(await startOn(place, [...words, ...inject]))
  } catch {
    // It died before it was ready, as asked.
  }
}
