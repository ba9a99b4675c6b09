/**
 * The doctor: what is known of a call → who cannot hear whom, why, how sure that is, and what it rests on.
 * Knows no words for people, no relay and no clock.
 */
export type { CaseFacts, HostFacts, Side } from './case-facts.ts'
export { fourArrows } from './arrows.ts'
export { caseOfCall } from './call-case.ts'
export { diagnose } from './diagnose.ts'
export { causes, evidenceCodes } from './verdict.ts'
