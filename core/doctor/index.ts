/**
 * The doctor: what is known of a call → who cannot hear whom, why, how sure that is, and what it rests on.
 * Knows no words for people, no relay and no clock.
 */
export type {
  CaseEvent,
  CaseFacts,
  DescribedVoice,
  MediaFacts,
  PartyFacts,
  Place,
  Side,
} from './case-facts.ts'
export { diagnose } from './diagnose.ts'
export type { Cause, Evidence, EvidenceCode, Verdict } from './verdict.ts'
export { causes, evidenceCodes } from './verdict.ts'
