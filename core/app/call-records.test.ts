import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CallRecord, CommandResult } from '../exchange/index.ts'
import { openLog } from '../io/index.ts'
import { CallRecords } from './call-records.ts'
import { Keeper } from './keeper.ts'

let folder = ''
let keeper: Keeper
let records: CallRecords

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sidetone-records-'))
  keeper = await Keeper.open({
    folder,
    log: openLog({ level: 'error', form: 'json', write: () => undefined }),
    wallMs: () => 1_000_000,
    loadedLate: () => undefined,
  })
  records = new CallRecords(keeper.store, () => Promise.resolve(nothingInMemory))
})
afterEach(async () => {
  await keeper.close()
  rmSync(folder, { recursive: true })
})

const nothingInMemory: CommandResult = { ok: false, code: 'not-found', message: 'none' }
const record: CallRecord = {
  callId: 'c0',
  fromTag: 'f',
  from: 'sip:Ann@h',
  to: 'sip:bob@h',
  beganAtUnixMs: 1_000,
  answeredAtUnixMs: 2_000,
  endedAtUnixMs: 5_500,
  durationMs: 3_500,
  ending: 'answered',
  status: 200,
  hungUpBy: 'callee',
  facts:
    '{"messages":[{"atUnixMs":1000,"from":"caller","what":"INVITE","retransmissions":2}],"descriptions":[]}',
}

test('what was saved a moment before is read, newest first', async () => {
  put(record, busy(1), { ...record, callId: 'going on', endedAtUnixMs: undefined, ending: undefined })
  expect(await records.newest(10)).toMatchObject({
    ok: true,
    value: [
      { callId: 'c1', state: 'busy', durationMs: 0, facts: { status: 486 } },
      {
        callId: 'c0',
        state: 'answered',
        seconds: 3,
        durationMs: 3_500,
        hungUpBy: 'callee',
        facts: { beganAtUnixMs: 1_000, endedAtUnixMs: 5_500, messages: [{ what: 'INVITE' }] },
      },
    ],
  })
  expect(await records.details('c0')).toEqual({
    durationMs: 3_500,
    hungUpBy: 'callee',
    messages: [{ atMs: 1_000, from: 'caller', what: 'INVITE', copies: 2, reason: null }],
  })
  expect(await records.details('c9')).toBeUndefined()
})

test('the window gets its page, and what it searches for', async () => {
  put(record, busy(1), busy(2), busy(3))
  expect(await records.page(1, 2, '')).toMatchObject({
    total: 4,
    rows: [{ callId: 'c2' }, { callId: 'c1', answeredAtMs: null, why: 'refused with 486' }],
  })
  expect(await records.page(0, 9, ' ANN ')).toMatchObject({ total: 1, rows: [{ why: 'hung up' }] })
  expect(await records.page(0, 9, 'refused with 486')).toMatchObject({ total: 3 })
  expect(await records.page(0, 9, "' OR 1=1 --")).toEqual({ total: 0, rows: [] })
})

test('where the store cannot be asked, memory answers', async () => {
  const away = new CallRecords(
    {
      trouble: { code: 'full', sentence: 'The disk is full.' },
      read: () => Promise.reject(new Error('never asked')),
      write: () => undefined,
    },
    (command) => Promise.resolve({ ok: true, value: command.name }),
  )
  expect(await away.newest(1)).toEqual({ ok: true, value: 'calls' })
  expect(await away.one('c')).toEqual({ ok: true, value: 'call' })
  expect(await away.page(0, 1, '')).toBeUndefined()
})

function busy(at: number): CallRecord {
  return {
    ...record,
    callId: `c${at}`,
    from: 'sip:carl@h',
    answeredAtUnixMs: undefined,
    endedAtUnixMs: 6_000 + at,
    durationMs: 0,
    ending: 'busy',
    status: 486,
    hungUpBy: undefined,
  }
}

function put(...calls: readonly CallRecord[]): void {
  keeper.save(
    calls.map((call) => ({ kind: 'put-call', call })),
    undefined,
  )
}
