import type { Knowledge, State } from './flow-state.ts'
import type { FlowVocabulary } from './flow-vocabulary.ts'
import { compilePattern } from './pattern.ts'
import type { Comparison } from './syntax.ts'

interface Narrowed {
  readonly yes: State | undefined
  readonly no: State | undefined
}

/** Splits what is known of a message by comparisons. */
export class Narrowing {
  readonly #flow: FlowVocabulary
  readonly #knowledge: Knowledge
  readonly #methods = new Map<Comparison, Split | undefined>()

  constructor(flow: FlowVocabulary, knowledge: Knowledge) {
    this.#flow = flow
    this.#knowledge = knowledge
  }

  /** What is known where the comparison holds, and where it does not; undefined: that cannot be. */
  narrow(state: State, comparison: Comparison): Narrowed {
    const methods = this.#methodsOf(comparison)
    if (methods !== undefined) {
      return { yes: withMethods(state, methods.yes), no: withMethods(state, methods.no) }
    }
    const told = this.#flow.tells(comparison)
    return {
      yes: told?.yes === undefined ? state : this.#knowledge.meet(state, told.yes),
      no: told?.no === undefined ? state : this.#knowledge.meet(state, told.no),
    }
  }

  #methodsOf(comparison: Comparison): Split | undefined {
    if (!this.#methods.has(comparison)) this.#methods.set(comparison, methodsOf(comparison, this.#knowledge))
    return this.#methods.get(comparison)
  }
}

function withMethods(state: State, methods: number): State | undefined {
  const left = state.methods & methods
  return left === 0 ? undefined : { ...state, methods: left }
}

interface Split {
  readonly yes: number
  readonly no: number
}

function methodsOf(comparison: Comparison, knowledge: Knowledge): Split | undefined {
  if (comparison.kind !== 'text' && comparison.kind !== 'pattern') return undefined
  if (comparison.operand !== 'method') return undefined
  if (comparison.kind === 'pattern') {
    const pattern = compilePattern(comparison.text)
    return 'refused' in pattern ? undefined : knowledge.methodsWhere((name) => pattern.test(name))
  }
  const { yes, no } = equalMethods(comparison.text, knowledge)
  return comparison.isNegated ? { yes: no, no: yes } : { yes, no }
}

function equalMethods(text: string, knowledge: Knowledge): Split {
  const wanted = text.toUpperCase()
  if (!knowledge.isNamed(wanted)) return knowledge.methodsWhere((name) => name === wanted)
  const yes = knowledge.methodBits([wanted])
  return { yes, no: knowledge.allMethods & ~yes }
}
