import type { Result } from './vocabulary.ts'

/**
 * What a condition comes to. `stop` is the 0 of a command (ser-language §4): the list round the `if` ends.
 * `unknown`: an operand could not be read; it is neither true nor, under `!`, made true.
 */
export type Truth = -2 | -1 | 0 | 1
export const yes = 1
export const no = 0
export const unknown = -1
export const stop = -2

export type Test<Context> = (context: Context) => Truth

export function truthOf(result: Result): Truth {
  return result > 0 ? yes : result < 0 ? no : stop
}

export function negate<Context>(test: Test<Context>): Test<Context> {
  return (context) => {
    const truth = test(context)
    return truth === yes ? no : truth === no ? yes : truth
  }
}

/** Goes on only while the parts are true; anything else is the outcome. */
export function all<Context>(tests: readonly Test<Context>[]): Test<Context> {
  const [first, second] = tests as [Test<Context>, Test<Context>]
  if (tests.length === 2) {
    return (context) => {
      const truth = first(context)
      return truth === yes ? second(context) : truth
    }
  }
  return (context) => {
    let truth: Truth = yes
    for (let at = 0; at < tests.length && truth === yes; at++) truth = (tests[at] as Test<Context>)(context)
    return truth
  }
}

/** Goes on only while the parts are false; anything else is the outcome. */
export function any<Context>(tests: readonly Test<Context>[]): Test<Context> {
  const [first, second] = tests as [Test<Context>, Test<Context>]
  if (tests.length === 2) {
    return (context) => {
      const truth = first(context)
      return truth === no ? second(context) : truth
    }
  }
  return (context) => {
    let truth: Truth = no
    for (let at = 0; at < tests.length && truth === no; at++) truth = (tests[at] as Test<Context>)(context)
    return truth
  }
}
