import type { CharacterSet, PatternNode } from './pattern-syntax.ts'

/** Past this many remembered states the memory is emptied and filled anew; the answer is the same. */
const mostStates = 1000

/** What stands beside a place between characters. */
const edge = 0
const lineFeed = 1
const wordPart = 2
const other = 3

interface Place {
  /** By character class; undefined where nothing is read. */
  readonly reads: Uint8Array | undefined
  readonly assertion: string | undefined
  readonly next: number[]
}

interface State {
  readonly places: readonly number[]
  readonly before: number
  /** By character class; filled in when first needed. */
  readonly after: (State | 'match' | undefined)[]
}

/**
 * Tells whether a pattern matches anywhere in a text, in time that grows with the text alone: a backtracking
 * matcher takes the cube of a request's length for a pattern as common as `.*@.*x`, and strangers choose the text.
 * It follows all places of the pattern at once and remembers each set of places that it met (Thompson's
 * construction, determinised as it runs).
 */
export class Automaton {
  readonly #places: Place[] = []
  readonly #classes: Classes
  readonly #start: number
  #states = new Map<string, State>()
  #first: State

  constructor(root: PatternNode) {
    this.#classes = new Classes(root)
    // Place 0 is the match.
    this.#add(undefined, undefined, [])
    this.#start = this.#build(root, 0)
    this.#first = this.#state([this.#start], edge)
  }

  test(text: string): boolean {
    let state = this.#first
    for (let at = 0; at < text.length; at++) {
      const of = this.#classes.of(text.charCodeAt(at))
      const next = state.after[of] ?? this.#advance(state, of)
      if (next === 'match') return true
      state = next
    }
    return this.#close(state, edge) === 'match'
  }

  #add(reads: Uint8Array | undefined, assertion: string | undefined, next: number[]): number {
    return this.#places.push({ reads, assertion, next }) - 1
  }

  /** Lays out a node so that it leads to the place `next`; gives the place where it begins. */
  #build(node: PatternNode, next: number): number {
    switch (node.kind) {
      case 'set':
        return this.#add(this.#classes.membersOf(node.set), undefined, [next])
      case 'assertion':
        return this.#add(undefined, node.source, [next])
      case 'group':
        return this.#build(node.of, next)
      case 'sequence':
        return node.of.reduceRight((entry, part) => this.#build(part, entry), next)
      case 'choice':
        return this.#add(
          undefined,
          undefined,
          node.of.map((part) => this.#build(part, next)),
        )
      case 'repeat':
        return this.#buildRepeat(node, next)
    }
  }

  #buildRepeat({ of, least, most }: PatternNode & { kind: 'repeat' }, next: number): number {
    let entry = next
    if (most === Infinity) {
      entry = this.#add(undefined, undefined, [next])
      this.#places[entry]?.next.push(this.#build(of, entry))
    } else {
      for (let round = least; round < most; round++) {
        entry = this.#add(undefined, undefined, [next, this.#build(of, entry)])
      }
    }
    for (let round = 0; round < least; round++) entry = this.#build(of, entry)
    return entry
  }

  #state(places: readonly number[], before: number): State {
    const key = `${String(before)}:${places.join()}`
    const known = this.#states.get(key)
    if (known !== undefined) return known
    if (this.#states.size >= mostStates) {
      this.#states = new Map()
      this.#first = { places: [this.#start], before: edge, after: [] }
    }
    const state: State = { places, before, after: [] }
    this.#states.set(key, state)
    return state
  }

  #advance(state: State, of: number): State | 'match' {
    const kind = this.#classes.kindOf(of)
    const readers = this.#close(state, kind)
    const next = readers === 'match' ? readers : this.#state(this.#move(readers, of), kind)
    state.after[of] = next
    return next
  }

  #move(readers: readonly number[], of: number): readonly number[] {
    const reached = new Set([this.#start])
    for (const at of readers) {
      const { reads, next } = this.#places[at] as Place
      if (reads?.[of] === 1) reached.add(next[0] as number)
    }
    return [...reached].sort((a, b) => a - b)
  }

  /** Every reading place that can be reached without reading, or that the match itself is among them. */
  #close(state: State, after: number): readonly number[] | 'match' {
    const readers: number[] = []
    const seen = new Set(state.places)
    for (const at of seen) {
      if (at === 0) return 'match'
      const { reads, assertion, next } = this.#places[at] as Place
      if (reads !== undefined) readers.push(at)
      else if (assertion === undefined || holds(assertion, state.before, after))
        for (const to of next) seen.add(to)
    }
    return readers
  }
}

function holds(assertion: string, before: number, after: number): boolean {
  const isBoundary = (before === wordPart) !== (after === wordPart)
  switch (assertion) {
    case '^':
      return before === edge
    case '$':
      return after === edge
    case '(?<![^\\n])':
      return before === edge || before === lineFeed
    case '(?![^\\n])':
      return after === edge || after === lineFeed
    case '\\b':
      return isBoundary
    case '\\B':
      return !isBoundary
    case '\\b(?=\\w)':
      return isBoundary && after === wordPart
    default:
      return isBoundary && before === wordPart
  }
}

const lineFeedSet: CharacterSet = [[10, 10]]
const wordSet: CharacterSet = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
]

/** Characters that no set of the pattern tells apart are one class. */
class Classes {
  /** The first character code of each class, ascending. */
  readonly #starts: readonly number[]
  readonly #octets: Uint16Array
  readonly #kinds: readonly number[]

  constructor(root: PatternNode) {
    const starts = new Set([0])
    for (const set of [lineFeedSet, wordSet]) addStarts(set, starts)
    collectStarts(root, starts)
    this.#starts = [...starts].sort((a, b) => a - b)
    this.#octets = new Uint16Array(256)
    for (const [at, code] of this.#starts.entries()) if (code < 256) this.#octets.fill(at, code)
    this.#kinds = this.#starts.map((code) =>
      isMember(lineFeedSet, code) ? lineFeed : isMember(wordSet, code) ? wordPart : other,
    )
  }

  of(code: number): number {
    return code < 256 ? (this.#octets[code] as number) : this.#find(code)
  }

  kindOf(of: number): number {
    return this.#kinds[of] as number
  }

  /** Every range of the pattern begins and ends where classes do. */
  membersOf(set: CharacterSet): Uint8Array {
    const members = new Uint8Array(this.#starts.length)
    for (const [low, high] of set) members.fill(1, this.of(low), this.of(high) + 1)
    return members
  }

  #find(code: number): number {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#starts[middle] as number) <= code) low = middle
      else high = middle - 1
    }
    return low
  }
}

function isMember(set: CharacterSet, code: number): boolean {
  return set.some(([low, high]) => low <= code && code <= high)
}

function addStarts(set: CharacterSet, into: Set<number>): void {
  for (const [low, high] of set) into.add(low).add(high + 1)
}

function collectStarts(node: PatternNode, into: Set<number>): void {
  if (node.kind === 'set') addStarts(node.set, into)
  else if (node.kind === 'group' || node.kind === 'repeat') collectStarts(node.of, into)
  else if (node.kind !== 'assertion') for (const part of node.of) collectStarts(part, into)
}
