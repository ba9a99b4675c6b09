/** The results of the matrix for people: a row for each caller, a column for each callee. */
import { natKinds } from './kinds.ts'
import type { PairOutcome } from './pair.ts'

const MARKS = { good: 'ok', absent: '·' }

export function printOutcomes(outcomes: readonly PairOutcome[]): string {
  const failures = outcomes.filter(({ failure }) => failure !== undefined)
  const cell = (caller: string, callee: string): string => {
    const outcome = outcomes.find((known) => known.caller === caller && known.callee === callee)
    if (outcome === undefined) return MARKS.absent
    return outcome.failure === undefined ? MARKS.good : `(${failures.indexOf(outcome) + 1})`
  }
  const first = Math.max(...natKinds.map((kind) => kind.length), 'caller ↓  callee →'.length)
  const row = (name: string, cells: readonly string[]): string =>
    [name.padEnd(first), ...cells.map((text, index) => text.padEnd(natKinds[index]?.length ?? 0))]
      .join('  ')
      .trimEnd()
  return [
    row('caller ↓  callee →', natKinds),
    ...natKinds.map((caller) =>
      row(
        caller,
        natKinds.map((callee) => cell(caller, callee)),
      ),
    ),
    ...failures.map(
      ({ caller, callee, failure }, index) =>
        `(${index + 1}) ${caller} calls ${callee}: ${failure?.step}: ${failure?.why}`,
    ),
    '',
  ].join('\n')
}
