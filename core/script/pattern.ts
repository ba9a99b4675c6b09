import { Automaton } from './pattern-automaton.ts'
import { hasAmbiguousRepeat } from './pattern-ambiguity.ts'
import { parsePattern } from './pattern-parse.ts'
import type { PatternOptions } from './pattern-parse.ts'
import type { CharacterSet, PatternNode } from './pattern-syntax.ts'
import { greatestCode } from './pattern-syntax.ts'
import type { Refused } from './vocabulary.ts'

export type { PatternOptions } from './pattern-parse.ts'

/** The whole match, then each group (undefined where it took no part), and where the match begins. */
export type PatternMatch = readonly (string | undefined)[] & { readonly index: number }

/** A regular expression that was checked at load time. A subject longer than 65535 characters never matches. */
export interface Pattern {
  readonly source: string
  /** The number of its groups. */
  readonly groups: number
  test(text: string): boolean
  /** The first match at or after `from`, which defaults to 0. */
  exec(text: string, from?: number): PatternMatch | undefined
}

/** A UDP packet holds no more, and time to match grows faster than the subject. */
const longestSubject = 65535
const longestPattern = 4096
/** Repetitions multiply the size of what the engine compiles. */
const greatestExpansion = 4000

/**
 * Turns a POSIX extended regular expression into a matcher; letters of either case match unless told otherwise.
 * Refused: what POSIX refuses, references to groups, and repetitions that could take exponential time.
 * Of several matches at one place it takes the first choice, where POSIX takes the longest.
 */
export function compilePattern(text: string, options: PatternOptions = {}): Pattern | Refused {
  if (text.length > longestPattern) {
    return refuse(`it is longer than ${String(longestPattern)} characters`, 'Split it into several.')
  }
  const parsed = parsePattern(text, options)
  if ('wrong' in parsed) return refuse(parsed.wrong, parsed.remedy)
  if (expansion(parsed.root) > greatestExpansion) {
    return refuse('its repetitions multiply to something too large', 'Use smaller numbers in { }.')
  }
  if (hasAmbiguousRepeat(parsed.root)) {
    const why = 'a repeated group can match one text in many ways, which could take forever'
    return refuse(
      why,
      'Repeat no group whose parts overlap: write [a-z0-9]* instead of ([a-z]|[0-9a])* or (a*)*.',
    )
  }
  return matcher(text, parsed.root, parsed.groups)
}

function refuse(why: string, remedy: string): Refused {
  return { refused: `The regular expression cannot be used: ${why}.`, remedy }
}

/** The automaton answers whether; only a text that matches is given to the engine that finds where and what. */
function matcher(source: string, root: PatternNode, groups: number): Pattern {
  const automaton = new Automaton(root)
  const finder = new RegExp(printPattern(root), 'g')
  const test = (text: string): boolean => text.length <= longestSubject && automaton.test(text)
  return {
    source,
    groups,
    test,
    exec(text, from = 0) {
      if (!test(text)) return undefined
      finder.lastIndex = from
      return finder.exec(text) ?? undefined
    },
  }
}

function expansion(node: PatternNode): number {
  switch (node.kind) {
    case 'set':
    case 'assertion':
      return 1
    case 'group':
      return 1 + expansion(node.of)
    case 'sequence':
    case 'choice':
      return node.of.reduce((sum, part) => sum + expansion(part), 1)
    case 'repeat':
      return expansion(node.of) * Math.max(1, node.most === Infinity ? node.least + 1 : node.most)
  }
}

/** Group numbers stay as they are: nothing but groups becomes a capturing parenthesis. */
export function printPattern(node: PatternNode): string {
  switch (node.kind) {
    case 'assertion':
      return node.source
    case 'set':
      return printSet(node.set)
    case 'group':
      return `(${printPattern(node.of)})`
    case 'sequence':
      return node.of.map(printPart).join('')
    case 'choice':
      return node.of.map(printPattern).join('|')
    case 'repeat':
      return printRepeat(printPattern(node.of), node.of.kind, node.least, node.most)
  }
}

function printPart(node: PatternNode): string {
  return node.kind === 'choice' ? `(?:${printPattern(node)})` : printPattern(node)
}

function printRepeat(body: string, kind: PatternNode['kind'], least: number, most: number): string {
  const atom = kind === 'set' || kind === 'group' ? body : `(?:${body})`
  if (most === Infinity && least <= 1) return atom + (least === 0 ? '*' : '+')
  if (least === 0 && most === 1) return `${atom}?`
  return `${atom}{${String(least)},${most === Infinity ? '' : String(most)}}`
}

function printSet(set: CharacterSet): string {
  const [only] = set
  if (set.length === 1 && only !== undefined) {
    if (only[0] === only[1]) return printCode(only[0])
    if (only[0] === 0 && only[1] === greatestCode) return '[^]'
  }
  return `[${set.map(([low, high]) => (low === high ? printCode(low) : `${printCode(low)}-${printCode(high)}`)).join('')}]`
}

function printCode(code: number): string {
  const c = String.fromCharCode(code)
  return /[A-Za-z0-9]/.test(c) ? c : `\\u${code.toString(16).padStart(4, '0')}`
}
