/** The expected outcome of every vector: one table for each set, in the order of the set. */
import { abuseExpectations } from './abuse/expectations.ts'
import type { Expectation } from './expectation.ts'
import { rfc4475Expectations } from './rfc4475/expectations.ts'
import { rfc5118Expectations } from './rfc5118/expectations.ts'

export interface ExpectationTables {
  readonly rfc4475: readonly Expectation[]
  readonly rfc5118: readonly Expectation[]
  readonly abuse: readonly Expectation[]
}

export const expectations: ExpectationTables = {
  rfc4475: rfc4475Expectations,
  rfc5118: rfc5118Expectations,
  abuse: abuseExpectations,
}

/** Every address-of-record that some expectation wants bound to the sink beforehand, each once. */
export function registeredUsers(): readonly string[] {
  const sets = [rfc4475Expectations, rfc5118Expectations, abuseExpectations]
  return [...new Set(sets.flat().flatMap((expectation) => expectation.registered))]
}
