import { expect, test } from 'vitest'
import { errorTable } from '../../core/api/index.ts'
import { fill, namesIn, pseudo } from './catalogue.ts'
import { de } from './de.ts'
import { en } from './en.ts'

const keys = Object.keys(en) as (keyof typeof en)[]

test('German has the keys of English and no other', () => {
  expect(Object.keys(de).sort()).toEqual([...keys].sort())
})

test.each(keys)('%s asks for the same names in German', (key) => {
  expect(namesIn(de[key])).toEqual(namesIn(en[key]))
})

test('each error of the contract has its words, and there are words for no other', () => {
  const wanted = Object.keys(errorTable).flatMap((code) => [`error.${code}`, `error.${code}.remedy`])
  expect(keys.filter((key) => key.startsWith('error.')).sort()).toEqual(wanted.sort())
})

test.each(Object.entries(errorTable))('the English words of %s are those of the contract', (code, entry) => {
  const words: Readonly<Record<string, unknown>> = en
  expect([words[`error.${code}`], words[`error.${code}.remedy`]]).toEqual([entry.text, entry.remedy])
})

test('a message is filled by names; what is not given stays visible', () => {
  expect(fill('{a} of {b}', { a: '1' })).toBe('1 of {b}')
})

test('the pseudo language keeps names, and is longer and bracketed', () => {
  expect(pseudo('Ring {number}')).toBe('⟦Ríñg {number}~~~~~~⟧')
})
