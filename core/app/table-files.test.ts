import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseTable, readTables } from './table-files.ts'

test.each([
  [
    'username(string) grp(string)\nalice:ld\nbob:int\n',
    [
      { username: 'alice', grp: 'ld' },
      { username: 'bob', grp: 'int' },
    ],
  ],
  [
    'src_ip proto from_pattern\r\n10.0.0.1:any:^sip\\:a\\\\.b\r\n',
    [{ src_ip: '10.0.0.1', proto: 'any', from_pattern: '^sip:a\\.b' }],
  ],
  [
    'a:b\n# a remark\n1\n\n:2\n',
    [
      { a: '1', b: '' },
      { a: '', b: '2' },
    ],
  ],
  ['', []],
])('%j', (text, rows) => {
  expect(parseTable(text)).toEqual(rows)
})

test('each file of the folder is a table; a folder that is not there has none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sidetone-tables-'))
  try {
    writeFileSync(join(folder, 'domain'), 'domain\nexample.com\n')
    writeFileSync(join(folder, 'notes.txt'), 'domain\nother.example\n')
    const lines: string[] = []
    const log = { line: (_level: string, text: string) => lines.push(text) } as never
    expect(readTables(folder, log).rows('domain')).toEqual([{ domain: 'example.com' }])
    expect(readTables(folder, log).rows('notes')).toBeUndefined()
    expect(readTables(join(folder, 'none'), log).rows('domain')).toBeUndefined()
    expect(lines).toEqual([])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
