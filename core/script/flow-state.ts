import type { Facts, FlowVocabulary, Outcome } from './flow-vocabulary.ts'
import type { Place } from './problem.ts'

/** What can be known of a message at one place of the script: bit sets, so that equal knowledge is quickly found. */
export interface State {
  /** The methods that can be here. */
  readonly methods: number
  /** Facts that are known, and those of them that are so. */
  readonly known: number
  readonly truth: number
  /** The same for message flags. */
  readonly flagsKnown: number
  readonly flags: number
  /** Where the facts that a trap is shown at came about. */
  readonly origins: ReadonlyMap<string, Place>
  /** The `break` that ended the list, until the route it stands in is left. */
  readonly stoppedAt: Place | undefined
}

const noOrigins: ReadonlyMap<string, Place> = new Map()

/** Turns names into bits and applies outcomes to states. */
export class Knowledge {
  readonly #facts: ReadonlyMap<string, number>
  readonly #methods: readonly string[]
  readonly #placed: ReadonlySet<string>
  readonly #fading: number

  constructor({ facts, methods, traps, fading }: FlowVocabulary) {
    this.#facts = new Map(facts.map((fact, at) => [fact, 1 << at]))
    this.#methods = methods
    this.#placed = new Set(
      traps.flatMap(({ shownAt }) => (typeof shownAt === 'object' ? [shownAt.fact] : [])),
    )
    this.#fading = this.bits(fading)
  }

  get allMethods(): number {
    return 2 ** this.#methods.length - 1
  }

  beginning(methods: number, facts: Facts, areFlagsClear: boolean): State {
    const state = {
      methods,
      known: 0,
      truth: 0,
      flagsKnown: areFlagsClear ? -1 : 0,
      flags: 0,
      origins: noOrigins,
      stoppedAt: undefined,
    }
    return this.learn(state, facts)
  }

  bits(facts: readonly string[]): number {
    return facts.reduce((bits, fact) => bits | this.bit(fact), 0)
  }

  bit(fact: string): number {
    const bit = this.#facts.get(fact)
    if (bit === undefined) throw new Error(`the vocabulary has no fact ${fact}`)
    return bit
  }

  methodBits(names: readonly string[]): number {
    return names.reduce((bits, name) => bits | (1 << this.#methods.indexOf(name)), 0)
  }

  methodNames(bits: number): string[] {
    return this.#methods.filter((_, at) => (bits & (1 << at)) !== 0)
  }

  /** The named methods for which `holds` is so; the unnamed rest may go either way. */
  methodsWhere(holds: (name: string) => boolean): { readonly yes: number; readonly no: number } {
    const rest = 1 << (this.#methods.length - 1)
    let yes = rest
    let no = rest
    for (const [at, name] of this.#methods.slice(0, -1).entries()) {
      if (holds(name)) yes |= 1 << at
      else no |= 1 << at
    }
    return { yes, no }
  }

  isNamed(name: string): boolean {
    return this.#methods.slice(0, -1).includes(name.toUpperCase())
  }

  /** The state behind an outcome; undefined where it cannot happen. */
  after(state: State, outcome: Outcome, at: Place): State | undefined {
    const methods =
      outcome.methods === undefined ? state.methods : state.methods & this.methodBits(outcome.methods)
    if (methods === 0) return undefined
    const met = outcome.when === undefined ? state : this.meet(state, outcome.when)
    if (met === undefined) return undefined
    const learnt = outcome.then === undefined ? met : this.learn(met, outcome.then, at)
    const touched = (outcome.flags ?? []).reduce((bits, flag) => bits | (1 << flag), 0)
    return { ...learnt, methods, flagsKnown: learnt.flagsKnown & ~touched, flags: learnt.flags & ~touched }
  }

  fade(state: State): State {
    return (state.truth & this.#fading) === 0 ? state : { ...state, truth: state.truth & ~this.#fading }
  }

  /** Undefined where the facts contradict what is known. */
  meet(state: State, facts: Facts): State | undefined {
    for (const [fact, isSo] of Object.entries(facts)) {
      const bit = this.bit(fact)
      if ((state.known & bit) !== 0 && isSo !== ((state.truth & bit) !== 0)) return undefined
    }
    return this.learn(state, facts)
  }

  learn(state: State, facts: Facts, at?: Place): State {
    let { known, truth, origins } = state
    for (const [fact, isSo] of Object.entries(facts)) {
      const bit = this.bit(fact)
      known = isSo === undefined ? known & ~bit : known | bit
      truth = isSo === true ? truth | bit : truth & ~bit
      if (!this.#placed.has(fact)) continue
      const changed = new Map(origins)
      if (isSo === true && at !== undefined) changed.set(fact, at)
      else changed.delete(fact)
      origins = changed
    }
    return { ...state, known, truth, origins }
  }
}

/** Above this, what is known on different ways to one place is reduced to what is known on all of them. */
const mostStates = 64

/** The states on all ways to one place; those that differ in their methods only are one. */
export class States {
  readonly #byKey = new Map<string, State>()

  static of(...states: readonly State[]): States {
    const all = new States()
    for (const state of states) all.add(state)
    return all
  }

  get isEmpty(): boolean {
    return this.#byKey.size === 0
  }

  [Symbol.iterator](): IterableIterator<State> {
    return this.#byKey.values()
  }

  add(state: State): void {
    const key = keyOf(state)
    const same = this.#byKey.get(key)
    this.#byKey.set(key, same === undefined ? state : { ...same, methods: same.methods | state.methods })
    if (this.#byKey.size > mostStates) this.#join()
  }

  addAll(states: Iterable<State>): void {
    for (const state of states) this.add(state)
  }

  #join(): void {
    const [first, ...others] = this.#byKey.values()
    this.#byKey.clear()
    if (first !== undefined) this.add(others.reduce(common, first))
  }
}

export function keyOf({ known, truth, flagsKnown, flags, origins, stoppedAt }: State): string {
  let places = stoppedAt === undefined ? '' : `${stoppedAt.line}:${stoppedAt.column}`
  for (const [fact, { line, column }] of origins) places += ` ${fact} ${line}:${column}`
  return `${known} ${truth} ${flagsKnown} ${flags} ${places}`
}

/** What is known in both. */
function common(a: State, b: State): State {
  const known = a.known & b.known & ~(a.truth ^ b.truth)
  const flagsKnown = a.flagsKnown & b.flagsKnown & ~(a.flags ^ b.flags)
  return {
    methods: a.methods | b.methods,
    known,
    truth: a.truth & known,
    flagsKnown,
    flags: a.flags & flagsKnown,
    origins: a.origins,
    stoppedAt: a.stoppedAt ?? b.stoppedAt,
  }
}
