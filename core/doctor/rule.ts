import type { Side } from './case-facts.ts'
import type { Look } from './look.ts'
import type { Cause, Confidence, Evidence } from './verdict.ts'

export interface Finding {
  readonly who: Side
  readonly confidence: Confidence
  /** Absent: a fault. */
  readonly weight?: 'note'
  readonly evidence: readonly Evidence[]
  readonly values?: Readonly<Record<string, string>>
}

export interface Rule {
  readonly cause: Cause
  /** Absent: once it is answered. */
  readonly when?: 'unanswered' | 'always'
  /** The signalling alone tells it: no need to wait for voice that may still come. */
  readonly isEarly?: true
  /** Whether the facts are there without which its absence proves nothing; absent: they always are. */
  readonly isKnown?: (look: Look) => boolean
  readonly find: (look: Look) => Finding | undefined
}

/** The first side for which there is a finding. */
export function eitherSide(
  find: (side: Side, look: Look) => Omit<Finding, 'who'> | undefined,
): (look: Look) => Finding | undefined {
  return (look) => {
    for (const who of ['callee', 'caller'] as const) {
      const found = find(who, look)
      if (found !== undefined) return { who, ...found }
    }
    return undefined
  }
}
