import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { vocabulary } from '../modules/index.ts'
import { globalTable, loadScript } from '../script/index.ts'
import { manualPages } from './manual.ts'
import { examples } from './manual-examples.ts'
import { readTraceOptions } from './options.ts'
import { endsOf } from './trace.ts'
import { runTrial } from './trial.ts'

const folder = new URL('../../resources/manual/', import.meta.url)

test('the printed manual is what the tables say: npm run manual', () => {
  const pages = manualPages()
  expect(readdirSync(folder).sort()).toEqual([...pages.keys()].sort())
  for (const [name, text] of pages) expect(readFileSync(new URL(name, folder), 'utf8'), name).toBe(text)
})

test('every command, parameter and global parameter stands in it', () => {
  const text = [...manualPages().values()].join('\n')
  const names = vocabulary.modules.flatMap(({ commands, parameters }) => [
    ...commands.map(({ name }) => `\`${name}(`),
    ...parameters.map(({ name }) => `\`${name}\``),
  ])
  const missing = [...names, ...globalTable.map(({ name }) => `\`${name}\``)].filter(
    (name) => !text.includes(name),
  )
  expect(missing).toEqual([])
  expect(text).not.toMatch(/heslo|47serro11/)
})

test.each(examples)('example of $module: $title', ({ script, trial, ends }) => {
  const { program, problems } = loadScript(script, vocabulary)
  expect(problems).toEqual([])
  if (program === undefined) return
  const { request } = readTraceOptions(['example.cfg', ...trial])
  expect(endsOf(runTrial(program, request)).at(-1)).toBe(ends)
})
