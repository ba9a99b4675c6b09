import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLogFiles } from './log-files.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sidetone-logs-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const line = `${'x'.repeat(99_999)}\n`

test('lines are appended, also to what an earlier run has left, and only the owner can read them', () => {
  openLogFiles(join(folder, 'logs'), false).write('one\n')
  const files = openLogFiles(join(folder, 'logs'), false)
  files.write('two\n')
  expect(readFileSync(files.paths()[0] ?? '', 'utf8')).toBe('one\ntwo\n')
  expect(statSync(files.paths()[0] ?? '').mode & 0o077).toBe(0)
})

test('files turn at two megabytes and there are never more than five', () => {
  const files = openLogFiles(folder, false)
  for (let count = 0; count < 150; count++) files.write(line)
  expect(readdirSync(folder)).toHaveLength(5)
  for (const path of files.paths()) expect(statSync(path).size).toBeLessThan(2_300_000)
  expect(files.paths().at(-1)).toBe(join(folder, 'sidetone.log'))
})

test('a folder that can not be made costs the lines and nothing else', () => {
  writeFileSync(join(folder, 'logs'), '')
  const files = openLogFiles(join(folder, 'logs'), false)
  files.write('lost\n')
  expect(files.paths()).toEqual([])
})
