import { expect, test } from 'vitest'
import { decodeText, faultsOf, freeNumber, readPeople } from './people-list.ts'

test.each<[string, [string, string][]]>([
  [
    'Anna\nBen',
    [
      ['101', 'Anna'],
      ['102', 'Ben'],
    ],
  ],
  [
    'Anna;201\r\n202,Ben',
    [
      ['201', 'Anna'],
      ['202', 'Ben'],
    ],
  ],
  [
    '"Berg, Anna"\t101\n\n  \nBen',
    [
      ['101', 'Berg, Anna'],
      ['102', 'Ben'],
    ],
  ],
  ['"say ""hi"""', [['101', 'say "hi"']]],
  ['', []],
])('a list %j', (text, wanted) => {
  expect(readPeople(text, []).map(({ number, name }) => [number, name])).toEqual(wanted)
})

test('a new number is none that is taken', () => {
  expect(freeNumber([{ number: '101' }, { number: '103' }])).toBe('102')
})

test.each<[string, number[]]>([
  ['UTF-8', [0x4d, 0xc3, 0xbc]],
  ['UTF-8 with a mark', [0xef, 0xbb, 0xbf, 0x4d, 0xc3, 0xbc]],
  ['UTF-16 little-endian', [0xff, 0xfe, 0x4d, 0, 0xfc, 0]],
  ['UTF-16 big-endian', [0xfe, 0xff, 0, 0x4d, 0, 0xfc]],
  ['Windows-1252', [0x4d, 0xfc]],
])('a file in %s', (_, bytes) => {
  expect(decodeText(Uint8Array.from(bytes))).toBe('Mü')
})

test('a number that is there twice or cannot be dialled is marked', () => {
  const people = ['101', '101', 'a b', '103'].map((number) => ({ number, name: '' }))
  expect(faultsOf(people)).toEqual(['same-number', 'same-number', 'bad-number', undefined])
})
