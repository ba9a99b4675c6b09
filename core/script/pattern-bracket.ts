import type { CharacterSet } from './pattern-syntax.ts'
import { unite } from './pattern-syntax.ts'

/** A bracket expression, its end being behind the `]`; or why it is wrong. */
export type Bracket =
  | { readonly set: CharacterSet; readonly isNegated: boolean; readonly end: number }
  | { readonly wrong: string }

const classes: ReadonlyMap<string, CharacterSet> = new Map<string, CharacterSet>([
  [
    'alpha',
    [
      [65, 90],
      [97, 122],
    ],
  ],
  ['digit', [[48, 57]]],
  [
    'alnum',
    [
      [48, 57],
      [65, 90],
      [97, 122],
    ],
  ],
  ['upper', [[65, 90]]],
  ['lower', [[97, 122]]],
  [
    'space',
    [
      [9, 13],
      [32, 32],
    ],
  ],
  [
    'blank',
    [
      [9, 9],
      [32, 32],
    ],
  ],
  [
    'punct',
    [
      [33, 47],
      [58, 64],
      [91, 96],
      [123, 126],
    ],
  ],
  ['print', [[32, 126]]],
  ['graph', [[33, 126]]],
  [
    'cntrl',
    [
      [0, 31],
      [127, 127],
    ],
  ],
  [
    'xdigit',
    [
      [48, 57],
      [65, 70],
      [97, 102],
    ],
  ],
])

export function classSet(name: string): CharacterSet {
  return classes.get(name) as CharacterSet
}

/** Reads `[…]` of POSIX: a `]` that comes first is a plain character, and so is every backslash. */
export function readBracket(text: string, open: number): Bracket {
  const isNegated = text[open + 1] === '^'
  const first = open + (isNegated ? 2 : 1)
  const ranges: (readonly [number, number])[] = []
  let at = first
  while (at < text.length) {
    if (text[at] === ']' && at > first) return { set: unite(ranges), isNegated, end: at + 1 }
    const element = readElement(text, at)
    if ('wrong' in element) return element
    at = element.end
    if (element.set !== undefined) {
      ranges.push(...element.set)
      continue
    }
    if (!isRange(text, at)) {
      ranges.push([element.code, element.code])
      continue
    }
    const last = readElement(text, at + 1)
    if ('wrong' in last) return last
    if (last.set !== undefined || last.code < element.code) {
      return { wrong: `the range ${text.slice(at - 1, last.end)} runs backwards or has no end` }
    }
    ranges.push([element.code, last.code])
    at = last.end
  }
  return { wrong: 'a [ has no ]' }
}

/** Whether a `-` at this place joins two characters, rather than being the last one. */
function isRange(text: string, at: number): boolean {
  return text[at] === '-' && text[at + 1] !== ']' && at + 1 < text.length
}

type Element =
  | { readonly set: CharacterSet; readonly end: number }
  | { readonly set: undefined; readonly code: number; readonly end: number }
  | { readonly wrong: string }

function readElement(text: string, at: number): Element {
  const mark = text[at + 1]
  if (text[at] !== '[' || (mark !== ':' && mark !== '.' && mark !== '=')) {
    return { set: undefined, code: text.charCodeAt(at), end: at + 1 }
  }
  const close = text.slice(at + 2, at + 24).indexOf(`${mark}]`)
  if (close < 0) return { wrong: `[${mark} has no ${mark}]` }
  const name = text.slice(at + 2, at + 2 + close)
  const end = at + 4 + close
  if (mark === ':') {
    const set = classes.get(name)
    return set === undefined ? { wrong: `there is no class [:${name}:]` } : { set, end }
  }
  if (name.length !== 1) return { wrong: `[${mark}${name}${mark}] is not one character` }
  return { set: undefined, code: name.charCodeAt(0), end }
}
