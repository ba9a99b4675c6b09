import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Row, Tables } from '../exchange/index.ts'
import type { Log } from '../io/index.ts'
import { codeOf } from './failure.ts'

const longestOctets = 16 << 20
const tableName = /^\w{1,60}$/

/**
 * Tables as text files, one for each, in the form of SER's dbtext: the first line names the columns, each further one
 * is a row with `:` between the values. Read once: a script never waits for a disk.
 */
export function readTables(folder: string, log: Log): Tables {
  const tables = new Map<string, readonly Row[]>()
  for (const name of namesIn(folder)) {
    try {
      tables.set(name, parseTable(readFileSync(join(folder, name), 'latin1').slice(0, longestOctets)))
    } catch (error) {
      log.line('warn', `the table ${join(folder, name)} can't be read (${codeOf(error)})`)
    }
  }
  return { rows: (table) => tables.get(table) }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => tableName.test(name))
  } catch {
    // Most have no such folder; then there are no tables.
    return []
  }
}

/** Columns are `name(type)` or plain names; in values `\:` is a colon, `\n` `\t` `\\` are what they say. */
export function parseTable(text: string): readonly Row[] {
  const [head = '', ...lines] = text.split(/\r?\n/)
  const columns = head
    .trim()
    .split(/[\s:]+/)
    .map((column) => column.replace(/\(.*$/, ''))
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const values = [...`:${line}`.matchAll(/:((?:\\.|[^:\\])*)/g)].map(([, value = '']) => unescaped(value))
      return Object.fromEntries(columns.map((column, at) => [column, values[at] ?? '']))
    })
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', 0: '' }

function unescaped(value: string): string {
  return value.replace(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter)
}
