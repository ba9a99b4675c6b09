import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Command, CommandResult } from '../exchange/index.ts'
import type { Log } from '../io/index.ts'
import { leaveCalls, takeUpCalls } from './left-calls.ts'

let folder = ''
let asked: Command[] = []
let lines: string[] = []
const log = { line: (_level: string, text: string) => void lines.push(text) } as unknown as Log

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'left-calls-'))
  asked = []
  lines = []
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

test('what one process leaves the next takes up once, with the time in between', async () => {
  await leaveCalls(folder, ask, 1_000_000, log)
  expect(statSync(path()).mode & 0o777).toBe(0o600)

  await takeUpCalls(folder, ask, 1_004_000, log)
  await takeUpCalls(folder, ask, 1_004_000, log)

  expect(asked).toEqual([
    { name: 'leave-calls' },
    { name: 'take-up-calls', left: { calls: ['one'] }, awayMs: 4000 },
  ])
  expect(existsSync(path())).toBe(false)
})

test.each([
  ['too old', 1_011_000, 'too long ago (11 s)'],
  ['from the future', 999_000, 'at a time that is yet to come'],
])('a file that is %s is deleted and not used, with a word', async (_what, nowUnixMs, when) => {
  await leaveCalls(folder, ask, 1_000_000, log)

  await takeUpCalls(folder, ask, nowUnixMs, log)

  expect(asked).toHaveLength(1)
  expect(lines).toEqual([`${path()} was written ${when} and is deleted: its calls are over`])
  expect(existsSync(path())).toBe(false)
})

test.each(['', '{', 'null', '{"form":2,"leftAtUnixMs":1,"left":{}}', '{"form":1}'])(
  'a file with %j is said to be none, and deleted',
  async (text) => {
    writeFileSync(path(), text)

    await takeUpCalls(folder, ask, 1_000_000, log)

    expect(asked).toEqual([])
    expect(lines).toEqual([`${path()} was no list of calls and is deleted`])
    expect(existsSync(path())).toBe(false)
  },
)

test('what the exchange cannot read is told', async () => {
  await leaveCalls(folder, ask, 1_000_000, log)
  writeFileSync(path(), readFileSync(path(), 'utf8').replace('one', 'bad'))

  await takeUpCalls(folder, ask, 1_001_000, log)

  expect(lines).toEqual([`the calls of ${path()} are not taken up: no calls`])
})

test('no file, no word', async () => {
  await takeUpCalls(folder, ask, 0, log)

  expect([asked, lines]).toEqual([[], []])
})

function path(): string {
  return join(folder, 'calls-left.json')
}

function ask(command: Command): Promise<CommandResult> {
  asked.push(command)
  const isBad = JSON.stringify(command).includes('bad')
  return Promise.resolve(
    isBad ? { ok: false, code: 'bad-state', message: 'no calls' } : { ok: true, value: { calls: ['one'] } },
  )
}
