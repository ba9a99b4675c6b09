import type { Place } from './problem.ts'
import type { Action, Arm } from './syntax.ts'
import { stop, unknown, yes } from './truth.ts'
import type { Test } from './truth.ts'
import type { Result, Step } from './vocabulary.ts'

/** Told of each statement and test of a run, in their order. A program that is compiled without one has no trace of it. */
export interface Tracer {
  /** @returns what is to be told the result; statements of called routes come in between */
  begins(statement: Traced): (result: TracedResult) => void
}

export interface Traced extends Place {
  readonly kind: 'command' | 'test'
  /** The command; `if` for a test. */
  readonly name: string
}

/** A command's number; what a test came to (`stopped`: a command in it ended the list). */
export type TracedResult = Result | 'holds' | 'does not hold' | 'cannot be told' | 'stopped'

export function tracedStep<Context>(
  step: Step<Context>,
  action: Exclude<Action, { kind: 'if' }>,
  tracer: Tracer,
): Step<Context> {
  const name = action.kind === 'core' ? action.written : action.name
  const statement: Traced = { kind: 'command', name, line: action.at.line, column: action.at.column }
  return (context) => {
    const ends = tracer.begins(statement)
    const result = step(context)
    ends(result)
    return result
  }
}

export function tracedTest<Context>(test: Test<Context>, { at }: Arm, tracer: Tracer): Test<Context> {
  const statement: Traced = { kind: 'test', name: 'if', line: at.line, column: at.column }
  return (context) => {
    const ends = tracer.begins(statement)
    const truth = test(context)
    ends(
      truth === yes
        ? 'holds'
        : truth === stop
          ? 'stopped'
          : truth === unknown
            ? 'cannot be told'
            : 'does not hold',
    )
    return truth
  }
}
