import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { describeFailure, errorTable, isErrorCode } from './errors.ts'

const manual = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
const sections = new Map(
  manual
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...rest] = section.split('\n')
      return [heading, rest.join('\n')] as const
    }),
)

test('the manual has a section for each code, and none for a code that is not there', () => {
  expect([...sections.keys()].sort()).toEqual(Object.keys(errorTable).sort())
})

test.each(Object.entries(errorTable))('%s is explained in the manual with its remedy', (code, entry) => {
  expect(sections.get(code)).toContain(entry.text)
  expect(sections.get(code)).toContain(`**To do:** ${entry.remedy}`)
})

test.each(Object.entries(errorTable))('%s speaks in short, calm sentences', (_code, { text, remedy }) => {
  for (const sentence of `${text} ${remedy}`.split(/(?<=[.;:]) /)) {
    expect(sentence.split(' ').length).toBeLessThanOrEqual(20)
    expect(sentence).not.toMatch(/!|please/i)
  }
})

test('a failure names its place in the manual', () => {
  expect(describeFailure('script-changed', 'ser.cfg')).toEqual({
    code: 'script-changed',
    ...errorTable['script-changed'],
    detail: 'ser.cfg',
    manual: 'docs/errors.md#script-changed',
  })
})

test('inherited names are no codes', () => {
  expect(isErrorCode('toString')).toBe(false)
  expect(isErrorCode('offline')).toBe(true)
})
