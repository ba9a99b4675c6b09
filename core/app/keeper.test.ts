import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CallRecord, Change, StoredContact, Subscriber } from '../exchange/index.ts'
import { openLog } from '../io/index.ts'
import { Database } from '../io/store.ts'
import { Keeper } from './keeper.ts'
import { trimOperations } from './retention.ts'
import { joinUser, splitUser } from './stored-rows.ts'

let folder = ''
let keeper: Keeper
const lines: string[] = []

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sidetone-keeper-'))
  lines.length = 0
  keeper = await open()
})
afterEach(async () => {
  await keeper.close()
  rmSync(folder, { recursive: true })
})

const contact: StoredContact = {
  user: 'alice@office.example',
  contact: 'sip:al%20ice@[2001:db8::1]:5062;x=\u00e9\u00ff"\\\'',
  received: 'tcp:2001:db8::1:40000',
  expiresAtUnixMs: 1_793_491_200_123,
  q: 333,
  callId: 'c@1',
  cseq: 4_294_967_295,
  flags: 1,
  userAgent: 'T\u00e9l "x"',
  parameters: ';+sip.instance="<urn:uuid:1>"',
}
const permanent = {
  ...contact,
  user: 'sales',
  received: undefined,
  expiresAtUnixMs: 0,
  q: undefined,
  flags: 128,
}
const subscriber: Subscriber = {
  username: 'alice',
  domain: 'office.example',
  ha1: 'a'.repeat(32),
  ha1b: 'b'.repeat(32),
  ha1Sha256: 'c'.repeat(64),
  ha1bSha256: '',
  email: 'a@office.example',
  displayName: 'Alice \u00c4',
  columns: { rpid: 'sip:100@office.example', uuid: 'u-1', hobby: 'chess' },
}
const call: CallRecord = {
  callId: 'call-1',
  fromTag: 'f',
  from: 'sip:a@h',
  to: 'sip:b@h',
  beganAtUnixMs: 1_000,
  answeredAtUnixMs: 2_000,
  endedAtUnixMs: undefined,
  durationMs: 0,
  ending: undefined,
  status: 200,
  hungUpBy: undefined,
  facts: '{"codec":"PCMA"}',
}

const notices = (['info', 'warning', 'problem'] as const).map((level, at) => ({
  atUnixMs: 1_000 + at,
  level,
  code: 'login-wrong',
  text: `sentence ${at}`,
  subject: '101',
}))

test('what is saved is what is loaded after a restart', async () => {
  await save([
    { kind: 'put-contact', table: 'location', contact },
    { kind: 'put-contact', table: 'aliases', contact: permanent },
    { kind: 'put-contact', table: 'my "own" table', contact },
    { kind: 'put-subscriber', subscriber },
    { kind: 'put-call', call },
    { kind: 'put-call', call: { ...call, callId: 'call-2', endedAtUnixMs: 3_000, ending: 'answered' } },
    { kind: 'put-setting', name: 'key', value: 'old' },
    { kind: 'put-setting', name: 'key', value: 'new' },
    ...notices.map((notice) => ({ kind: 'add-notice' as const, notice })),
  ])
  await keeper.close()
  keeper = await open()
  expect(await keeper.load()).toEqual({
    contacts: [
      { table: 'location', contact },
      { table: 'aliases', contact: permanent },
      { table: 'my "own" table', contact },
    ],
    subscribers: [subscriber],
    callsUnderWay: [call],
    domains: [],
    settings: { key: 'new' },
    notices,
  })
  expect(lines).toEqual([])
})

test.each(['location', 'aliases', 'other'])(
  'contacts of %s are taken off one by one, by user, and all',
  async (table) => {
    const put = (user: string, uri: string): Change => ({
      kind: 'put-contact',
      table,
      contact: { ...contact, user, contact: uri },
    })
    const left = async (): Promise<string[]> =>
      (await keeper.load()).contacts.map((one) => `${one.contact.user} ${one.contact.contact}`)
    await save([put('a', '1'), put('a', '2'), put('b', '1'), put('b@d', '1'), put('c', '1')])
    await save([{ kind: 'drop-contact', table, user: 'a', contact: '1' }])
    await save([{ kind: 'drop-contact', table, user: 'b', contact: undefined }])
    expect(await left()).toEqual(['a 2', 'b@d 1', 'c 1'])
    await save([{ kind: 'clear-contacts', table }, put('d', '1')])
    expect(await left()).toEqual(['d 1'])
  },
)

test('a contact that is put again keeps its place', async () => {
  const put = (uri: string, cseq: number): Change => ({
    kind: 'put-contact',
    table: 'location',
    contact: { ...contact, contact: uri, cseq },
  })
  await save([put('1', 1), put('2', 1)])
  await save([put('1', 2)])
  const { contacts } = await keeper.load()
  expect(contacts.map((one) => [one.contact.contact, one.contact.cseq])).toEqual([
    ['1', 2],
    ['2', 1],
  ])
})

test('an account is changed and taken off, and the day it was made stays', async () => {
  await save([{ kind: 'put-subscriber', subscriber }])
  await save([{ kind: 'put-subscriber', subscriber: { ...subscriber, ha1: 'd'.repeat(32) } }])
  const [row] = await keeper.store.read('SELECT ha1, password, datetime_created FROM subscriber')
  expect(row).toMatchObject({ ha1: 'd'.repeat(32), password: '' })
  await save([{ kind: 'drop-subscriber', username: 'alice', domain: 'office.example' }])
  expect((await keeper.load()).subscribers).toEqual([])
})

test('accounting and events are added', async () => {
  const row = { sip_from: 'f', sip_callid: 'c', time: '2026-11-25 09:00:00', unknown: 'x' }
  await save([
    { kind: 'add-accounting', table: 'acc', row },
    { kind: 'add-accounting', table: 'missed_calls', row },
    { kind: 'add-notice', notice: { atUnixMs: 5, level: 'info', code: 'x', text: 'Hello.', subject: '101' } },
  ])
  expect(await keeper.store.read('SELECT sip_from, sip_callid, time FROM acc')).toEqual([
    { sip_from: 'f', sip_callid: 'c', time: '2026-11-25 09:00:00' },
  ])
  expect(await keeper.store.read('SELECT count(*) AS n FROM missed_calls')).toEqual([{ n: 1 }])
  expect(await keeper.store.read('SELECT at_ms, text, subject FROM events')).toEqual([
    { at_ms: 5, text: 'Hello.', subject: '101' },
  ])
})

test('what is too old or too much is trimmed; a call that goes on stays', async () => {
  const dayMs = 86_400_000
  const event = (atUnixMs: number): Change => ({
    kind: 'add-notice',
    notice: { atUnixMs, level: 'info', code: 'x', text: '', subject: '' },
  })
  await save([...Array.from({ length: 10 }, (_, day) => event(day * dayMs)), { kind: 'put-call', call }])
  const settings = new Map([
    ['events-days', '5'],
    ['events-rows', '3'],
    ['calls-rows', '0'],
    ['calls-days', 'nonsense'],
  ])
  keeper.store.write(trimOperations(settings, 10 * dayMs))
  await save([])
  expect(await keeper.store.read('SELECT at_ms / ?1 AS day FROM events ORDER BY 1', dayMs)).toEqual([
    { day: 7 },
    { day: 8 },
    { day: 9 },
  ])
  expect((await keeper.load()).callsUnderWay).toHaveLength(1)
})

test.each(['alice', 'alice@d', 'a@b@c', '@d', ''])('the key %j is the same after its two columns', (user) => {
  expect(joinUser(...splitUser(user))).toBe(user)
})

const tamperings: readonly (readonly [
  name: string,
  change: (file: string) => void | Promise<void>,
  why: RegExp,
])[] = [
  ['has a changed octet', (file) => flip(file, 9_000), /was changed after it was made/],
  [
    'is cut',
    (file) => writeFileSync(file, readFileSync(file).subarray(0, 8_000)),
    /is no backup of Sidetone/,
  ],
  ['is empty', (file) => writeFileSync(file, ''), /is no backup of Sidetone/],
  ['is an archive', (file) => writeFileSync(file, 'PK\u0003\u0004'.repeat(100)), /is no backup of Sidetone/],
  [
    'is no database',
    (file) => writeFileSync(file, sealed(Buffer.alloc(20_000, 7))),
    /is no store that can be read/,
  ],
  [
    'is of another program',
    (file) => resealed(file, 'PRAGMA application_id = 1'),
    /belongs to another program/,
  ],
  ['is newer', (file) => resealed(file, 'PRAGMA user_version = 99'), /was made by a newer Sidetone/],
  [
    'brings a trigger',
    (file) => resealed(file, 'CREATE TRIGGER t AFTER INSERT ON acc BEGIN DELETE FROM location; END'),
    /holds tables that no Sidetone makes/,
  ],
  ['lacks a table', (file) => resealed(file, 'DROP TABLE silo'), /holds tables that no Sidetone makes/],
]

test.each(tamperings)('a backup that %s is refused whole', async (_, change, why) => {
  await save([{ kind: 'put-contact', table: 'location', contact }])
  const file = join(folder, 'a.backup')
  await keeper.store.backUp(file)
  await save([{ kind: 'put-contact', table: 'location', contact: permanent }])
  await change(file)
  await expect(keeper.store.restore(file, false)).rejects.toThrow(why)
  expect((await keeper.load()).contacts).toHaveLength(2)
  expect(readdirSync(folder).filter((name) => name.includes('restoring'))).toEqual([])
})

test('a backup that is not there is told in one sentence', async () => {
  await expect(keeper.store.restore(join(folder, 'absent'), false)).rejects.toThrow(
    /no backup|Nothing was restored/,
  )
})

test('a backup is readable by its owner only and needs no other file', async () => {
  await save([{ kind: 'put-contact', table: 'location', contact }])
  const file = join(folder, 'a.backup')
  await keeper.store.backUp(file)
  const other = await Database.open(file, 'read')
  expect(await other.value('SELECT count(*) FROM location')).toBe(1)
  await other.close()
  expect(readdirSync(folder).filter((name) => name.startsWith('a.backup'))).toEqual(['a.backup'])
})

function open(): Promise<Keeper> {
  return Keeper.open({
    folder,
    log: openLog({ level: 'info', form: 'json', write: (line) => lines.push(line) }),
    wallMs: () => 1_793_491_200_000,
    loadedLate: () => undefined,
  })
}

function save(changes: readonly Change[]): Promise<void> {
  return new Promise((resolve, reject) => {
    keeper.save(changes, (why) => (why === undefined ? resolve() : reject(new Error(why))))
  })
}

function flip(file: string, at: number): void {
  const bytes = readFileSync(file)
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(file, bytes)
}

function sealed(bytes: Buffer): Buffer {
  const sum = createHash('sha256').update(bytes).digest('hex')
  return Buffer.concat([bytes, Buffer.from(`\nSidetone backup sha256=${sum}\n`)])
}

/** Somebody who knows how a backup is made changes it. */
async function resealed(file: string, sql: string): Promise<void> {
  const bytes = readFileSync(file)
  writeFileSync(file, bytes.subarray(0, bytes.length - 89))
  const database = await Database.open(file, 'write')
  await database.exec(sql)
  await database.close()
  const changed = readFileSync(file)
  writeFileSync(file, '')
  appendFileSync(file, sealed(changed))
}
