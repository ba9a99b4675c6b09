import fc from 'fast-check'
import { expect, test } from 'vitest'
import { highlight } from './highlight.ts'

test('a line is told apart into notes, texts, words and the rest', () => {
  expect(highlight('  if (!lookup("a # b")) break; # why')).toEqual([
    { kind: 'plain', text: '  ' },
    { kind: 'word', text: 'if' },
    { kind: 'plain', text: ' (!' },
    { kind: 'plain', text: 'lookup' },
    { kind: 'plain', text: '(' },
    { kind: 'text', text: '"a # b"' },
    { kind: 'plain', text: ')) ' },
    { kind: 'word', text: 'break' },
    { kind: 'plain', text: '; ' },
    { kind: 'note', text: '# why' },
  ])
})

test('nothing of a line is lost, whatever it is', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }).map((text) => text.replace(/[\r\n\u2028\u2029]/g, '')),
      (line) => {
        expect(
          highlight(line)
            .map(({ text }) => text)
            .join(''),
        ).toBe(line)
      },
    ),
  )
})
