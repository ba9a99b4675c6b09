import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePattern } from './pattern-parse.ts'
import { compilePattern, printPattern } from './pattern.ts'
import type { Pattern, PatternOptions } from './pattern.ts'

test.each<[string, string, boolean]>([
  ['^sip:[0-9]+@', 'sip:123@x', true],
  ['^sip:[0-9]+@', 'sip:a@x', false],
  ['INVITE', 'an invite', true],
  ['[[:digit:]]{3}', 'ab123', true],
  ['[[:digit:]]{3}', 'ab12', false],
  ['^[[:alpha:]_]+$', 'Ab_c', true],
  ['^[^[:space:]]+$', 'a b', false],
  ['^[]a]+$', ']a]', true],
  ['^[^]a]+$', 'b]', false],
  ['^[a\\d]+$', 'a\\d', true],
  ['^[a-]+$', '-a', true],
  ['^[[.-.]x]$', '-', true],
  ['^[[=x=]]$', 'X', true],
  ['^[\\.]$', '\\', true],
  ['^\\.$', '.', true],
  ['^\\.$', 'x', false],
  ['^\\d$', 'd', true],
  ['^\\d$', '5', false],
  ['^\\w+\\s\\W\\S$', 'ab_1 -x', true],
  ['\\bfoo\\>', 'a foo b', true],
  ['\\<oo', 'foo', false],
  ['\\Boo', 'foo', true],
  ["^\\`a\\'$", 'a', true],
  ['a|b|', 'zzz', true],
  ['^(a|bc)$', 'BC', true],
  ['^(a|bc)$', 'b', false],
  ['a)', 'a)', true],
  ['a}', 'a}', true],
  ['^a{2,3}$', 'aaaa', false],
  ['^a{2,}$', 'aaaa', true],
  ['^a{,2}$', 'aaa', false],
  ['^a**$', 'aaa', true],
  ['^a+?$', '', true],
  ['^a??$', 'a', true],
  ['^(ab){2}$', 'abAB', true],
  ['^(a{2}){2}$', 'aaaa', true],
  ['a.c', 'a\nc', true],
  ['^c', 'a\nc', false],
  ['^é$', 'É', false],
  ['(?i)', 'x', false],
  ['', 'x', true],
  ['/', 'a/b', true],
  ['^([0-9]+\\.)+$', '1.22.3.', true],
  ['^(a|b)*$', 'abba', true],
])('%s on %j is %s', (source, text, expected) => {
  const pattern = compilePattern(source)
  if (source === '(?i)') expect(pattern).toHaveProperty('refused')
  else expect((pattern as Pattern).test(text)).toBe(expected)
})

test.each<[string, PatternOptions, string, boolean]>([
  ['abc', { isCaseSensitive: true }, 'ABC', false],
  ['[^a]', { isCaseSensitive: true }, 'A', true],
  ['[a]', { isCaseSensitive: true }, 'A', false],
  ['^c$', { isNewlineSensitive: true }, 'a\nc\nd', true],
  ['^c$', { isNewlineSensitive: true }, 'a\rc\rd', false],
  ['a.c', { isNewlineSensitive: true }, 'a\nc', false],
  ['a[^x]c', { isNewlineSensitive: true }, 'a\nc', false],
  ['a.c', { isNewlineSensitive: true, dotMatchesNewline: true }, 'a\nc', true],
])('%s with %j on %j is %s', (source, options, text, expected) => {
  expect((compilePattern(source, options) as Pattern).test(text)).toBe(expected)
})

describe('refused at load', () => {
  test.each([
    'a(b',
    'a[b',
    '[b-a]',
    '[[:nope:]]',
    '[[:digit:]-z]x[a-[:digit:]]',
    '[[.ab.]]',
    '[[:digit',
    'a[[.',
    '*a',
    'a|*b',
    '(+a)',
    '^*',
    'a{3,2}',
    'a{x}',
    'a{}',
    'a{300}',
    'a{1,300}',
    'a{1',
    '{1}',
    'a\\',
    '(a)\\1',
    '(a*)*',
    '(a+)+b',
    '(a|a)*',
    '(a|ab|b)*',
    '(a?a)*',
    '(.*x)*',
    '((ab)*(ab)*)*',
    '(a{1,9}){9}',
    '((a{200}){200}){2}',
    `${'('.repeat(60)}a${')'.repeat(60)}`,
    `(${Array.from({ length: 200 }, (_, at) => `x${String(at)}y`).join('|')})*`,
    'a'.repeat(5000),
  ])('%s', (source) => {
    expect(compilePattern(source)).toMatchObject({ refused: expect.any(String), remedy: expect.any(String) })
  })
})

test('exec gives the match, its groups and its place', () => {
  const pattern = compilePattern('([a-z]+)(=([0-9]+))?;') as Pattern
  const match = pattern.exec('  abc;d=5;')
  expect([match?.index, ...(match ?? [])]).toEqual([2, 'abc;', 'abc', undefined, undefined])
  expect([...(pattern.exec('  abc;d=5;', 6) ?? [])]).toEqual(['d=5;', 'd', '=5', '5'])
  expect([pattern.exec('no'), pattern.groups]).toEqual([undefined, 3])
})

test('a subject longer than 65535 characters never matches', () => {
  const pattern = compilePattern('a') as Pattern
  expect(['a'.repeat(65535), 'a'.repeat(65536)].map((text) => pattern.test(text))).toEqual([true, false])
  expect(pattern.exec('a'.repeat(65536))).toBeUndefined()
})

test.each(['.*@.*x', '.*a.*b.*c', '^(.*);(.*)=(.*)!$', '[@a]*b'])(
  '%s takes linear time on a hostile text',
  (source) => {
    const pattern = compilePattern(source) as Pattern
    const began = performance.now()
    expect(pattern.test('@a;='.repeat(16_000))).toBe(false)
    expect(performance.now() - began).toBeLessThan(1000)
  },
)

test('the automaton and the engine agree on whether there is a match', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    '.',
    '[ab]',
    '[^a]',
    '^',
    '$',
    '\\b',
    '\\<',
    '(a|bc)',
    '(ab)?',
    'a*',
    'b+',
    'a{2,3}',
    '|',
    '_',
  )
  const source = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''))
  const subject = fc.array(fc.constantFrom('a', 'b', 'c', 'B', '_', ' ', '\n', '\u0100'), { maxLength: 12 })
  fc.assert(
    fc.property(source, subject, fc.boolean(), (text, characters, isNewlineSensitive) => {
      const pattern = compilePattern(text, { isNewlineSensitive })
      if ('refused' in pattern) return true
      const line = characters.join('')
      const parsed = parsePattern(text, { isNewlineSensitive })
      return 'wrong' in parsed || pattern.test(line) === new RegExp(printPattern(parsed.root)).test(line)
    }),
    { numRuns: 5000, seed: 1 },
  )
})

test('a pattern with very many states keeps its answer while its memory is emptied', () => {
  const pattern = compilePattern('a.{14}b$') as Pattern
  const noise = Array.from({ length: 20_000 }, (_, at) =>
    ((at * 7919) % 104_729) % 3 === 0 ? 'a' : 'c',
  ).join('')
  expect([pattern.test(`${noise}a${'c'.repeat(14)}b`), pattern.test(`${noise}c${'c'.repeat(14)}b`)]).toEqual([
    true,
    false,
  ])
  expect(pattern.test(`a${'c'.repeat(14)}b`)).toBe(true)
})
