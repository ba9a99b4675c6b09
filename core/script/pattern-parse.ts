import { classSet, readBracket } from './pattern-bracket.ts'
import type { CharacterSet, PatternNode } from './pattern-syntax.ts'
import { complement, foldCase, greatestCode, unite } from './pattern-syntax.ts'

export interface PatternOptions {
  /** Default: letters of either case match. */
  readonly isCaseSensitive?: boolean
  /** As REG_NEWLINE: `^` and `$` also match at line breaks; `.` and `[^…]` never match a line feed. */
  readonly isNewlineSensitive?: boolean
  /** Whether `.` matches a line feed all the same. */
  readonly dotMatchesNewline?: boolean
}

export interface Wrong {
  readonly wrong: string
  readonly remedy: string
}

export interface ParsedPattern {
  readonly root: PatternNode
  readonly groups: number
}

const deepestGroups = 50
const greatestRepeat = 255
const repetitionSigns = '*+?{'

/** Reads a POSIX extended regular expression as glibc does; Wrong when it would not compile there either. */
export function parsePattern(text: string, options: PatternOptions): ParsedPattern | Wrong {
  const parser = new PatternParser(text, options)
  const root = parser.parseChoice(0)
  return root === undefined ? (parser.wrong as Wrong) : { root, groups: parser.groups }
}

class PatternParser {
  wrong: Wrong | undefined
  groups = 0
  readonly #text: string
  readonly #options: PatternOptions
  #at = 0

  constructor(text: string, options: PatternOptions) {
    this.#text = text
    this.#options = options
  }

  parseChoice(depth: number): PatternNode | undefined {
    if (depth > deepestGroups) return this.#refuse('it is nested too deeply', 'Use fewer parentheses.')
    const branches: PatternNode[] = []
    do {
      const branch = this.#parseBranch(depth)
      if (branch === undefined) return undefined
      branches.push(branch)
    } while (this.#take('|'))
    return branches.length === 1 ? branches[0] : { kind: 'choice', of: branches }
  }

  #parseBranch(depth: number): PatternNode | undefined {
    const pieces: PatternNode[] = []
    for (;;) {
      const c = this.#text.charAt(this.#at)
      if (c === '' || c === '|' || (c === ')' && depth > 0)) return { kind: 'sequence', of: pieces }
      const atom = this.#parseAtom(c, depth)
      if (atom === undefined) return undefined
      const piece = this.#parseRepeats(atom)
      if (piece === undefined) return undefined
      pieces.push(piece)
    }
  }

  #parseAtom(c: string, depth: number): PatternNode | undefined {
    if (repetitionSigns.includes(c)) {
      return this.#refuse(
        `${c} stands behind nothing that it could repeat`,
        `Write \\${c} for the character itself.`,
      )
    }
    switch (c) {
      case '(':
        return this.#parseGroup(depth)
      case '[':
        return this.#parseBracket()
      case '\\':
        return this.#parseEscape()
      case '.':
        this.#at++
        return { kind: 'set', set: this.#isLineBound() ? complement([[10, 10]]) : [[0, greatestCode]] }
      case '^':
        return this.#assertion(this.#options.isNewlineSensitive === true ? '(?<![^\\n])' : '^', 1)
      case '$':
        return this.#assertion(this.#options.isNewlineSensitive === true ? '(?![^\\n])' : '$', 1)
      default:
        this.#at++
        return this.#set(single(c))
    }
  }

  #isLineBound(): boolean {
    return this.#options.isNewlineSensitive === true && this.#options.dotMatchesNewline !== true
  }

  #set(set: CharacterSet): PatternNode {
    return { kind: 'set', set: this.#options.isCaseSensitive === true ? set : foldCase(set) }
  }

  /** An anchor cannot be repeated in POSIX; a repetition sign behind it stands behind nothing. */
  #assertion(source: string, length: number): PatternNode {
    this.#at += length
    return { kind: 'assertion', source }
  }

  #parseGroup(depth: number): PatternNode | undefined {
    this.#at++
    this.groups++
    const inner = this.parseChoice(depth + 1)
    if (inner === undefined) return undefined
    if (this.#take(')')) return { kind: 'group', of: inner }
    return this.#refuse('a ( has no )', 'Write the missing ), or \\( for the character itself.')
  }

  #parseBracket(): PatternNode | undefined {
    const bracket = readBracket(this.#text, this.#at)
    if ('wrong' in bracket)
      return this.#refuse(bracket.wrong, 'Correct the brackets, or write \\[ for the character itself.')
    this.#at = bracket.end
    if (!bracket.isNegated) return this.#set(bracket.set)
    const folded = this.#options.isCaseSensitive === true ? bracket.set : foldCase(bracket.set)
    const excluded = this.#options.isNewlineSensitive === true ? unite([...folded, [10, 10]]) : folded
    return { kind: 'set', set: complement(excluded) }
  }

  #parseEscape(): PatternNode | undefined {
    const c = this.#text.charAt(this.#at + 1)
    if (c === '') return this.#refuse('it ends with a backslash', 'Write \\\\ for the character itself.')
    if (c >= '1' && c <= '9') {
      return this.#refuse(`\\${c} refers back to a group`, 'Write out what the group may contain.')
    }
    const assertion = assertions.get(c)
    if (assertion !== undefined) return this.#assertion(assertion, 2)
    this.#at += 2
    return this.#set(escapedSet(c))
  }

  #parseRepeats(atom: PatternNode): PatternNode | undefined {
    let node = atom
    for (;;) {
      const c = this.#text.charAt(this.#at)
      if (c === '' || !repetitionSigns.includes(c)) return node
      if (atom.kind === 'assertion') return this.#parseAtom(c, 0)
      const range = c === '{' ? this.#parseInterval() : this.#simpleRange(c)
      if (range === undefined) return undefined
      node = repeat(node, range[0], range[1])
    }
  }

  #simpleRange(c: string): readonly [number, number] {
    this.#at++
    return [c === '+' ? 1 : 0, c === '?' ? 1 : Infinity]
  }

  #parseInterval(): readonly [number, number] | undefined {
    const found = /^\{([0-9]{0,5})(,?)([0-9]{0,5})\}/.exec(this.#text.slice(this.#at, this.#at + 14))
    const least = Number(found?.[1])
    const most = found === null ? 0 : mostRounds(found, least)
    if (found === null || found[0] === '{}' || !isInterval(least, most)) {
      const remedy = `Write {2}, {2,} or {2,5} with numbers up to ${String(greatestRepeat)}, or \\{ for the character itself.`
      return this.#refuse('the numbers in { } are wrong', remedy)
    }
    this.#at += found[0].length
    return [least, most]
  }

  #take(c: string): boolean {
    if (this.#text[this.#at] !== c) return false
    this.#at++
    return true
  }

  #refuse(wrong: string, remedy: string): undefined {
    this.wrong ??= { wrong, remedy }
  }
}

/** Extensions of glibc that scripts use; everything else behind a backslash is the character itself. */
const assertions: ReadonlyMap<string, string> = new Map([
  ['b', '\\b'],
  ['B', '\\B'],
  ['<', '\\b(?=\\w)'],
  ['>', '\\b(?<=\\w)'],
  ['`', '^'],
  ["'", '$'],
])

function escapedSet(c: string): CharacterSet {
  const word = unite([...classSet('alnum'), [95, 95]])
  switch (c) {
    case 'w':
      return word
    case 'W':
      return complement(word)
    case 's':
      return classSet('space')
    case 'S':
      return complement(classSet('space'))
    default:
      return single(c)
  }
}

function mostRounds(found: RegExpExecArray, least: number): number {
  if (found[2] === '') return least
  return found[3] === '' ? Infinity : Number(found[3])
}

function isInterval(least: number, most: number): boolean {
  return least <= greatestRepeat && least <= most && (most === Infinity || most <= greatestRepeat)
}

function single(c: string): CharacterSet {
  const code = c.charCodeAt(0)
  return [[code, code]]
}

/** `a**` is `a*`: repetitions of repetitions are joined where one range can say the same. */
function repeat(node: PatternNode, least: number, most: number): PatternNode {
  if (node.kind === 'repeat' && node.least <= 1 && least <= 1 && isLoose(node.most) && isLoose(most)) {
    const isEndless = node.most === Infinity || most === Infinity
    return { kind: 'repeat', of: node.of, least: node.least * least, most: isEndless ? Infinity : 1 }
  }
  return { kind: 'repeat', of: node, least, most }
}

function isLoose(most: number): boolean {
  return most === 1 || most === Infinity
}
