import type { Side } from './case-facts.ts'

/** The catalogue of causes; beside them calls that are well, that are too young to judge, and that nobody can see. */
export const causes = [
  'fine',
  'checking',
  'unseen',
  'C01',
  'C02',
  'C03',
  'C04',
  'C05',
  'C06',
  'C07',
  'C08',
  'C08b',
  'C09',
  'C10',
  'C11',
  'C12',
  'C13',
  'C14',
  'C15',
  'C16',
  'C17',
  'C18',
  'C19',
  'C19b',
  'C20',
  'C21',
  'C22',
  'C23',
  'C24',
  'C25',
  'C26',
  'C27',
  'C28',
  'C29',
  'C30',
  'C31',
  'C32',
  'C33',
  'C34',
  'C35',
  'C35b',
  'C36',
  'C37',
  'C38',
  'C39',
  'C40',
  'C41',
  'C42',
  'C43',
  'C44',
  'C45',
  'C46',
  'C47',
  'C48',
  'C49',
  'C50',
] as const
export type Cause = (typeof causes)[number]

export type Confidence = 'certain' | 'likely' | 'cannot-tell'

/** One thing that was seen; the words for it are in the catalogue, by the code. */
export interface Evidence {
  readonly code: EvidenceCode
  readonly values: Readonly<Record<string, string>>
}

export const evidenceCodes = [
  'packets-from',
  'nothing-from',
  'stopped-from',
  'described-at',
  'signals-from',
  'voice-from',
  'told-address',
  'direction',
  'codecs',
  'protocol',
  'payload-type',
  'send-error',
  'reported-loss',
  'refused-from',
  'loss',
  'jitter',
  'level',
  'control-only',
  'checks-only',
  'answer-copies',
  'no-acknowledgement',
  'answers',
  'message-bytes',
  'status',
  'hung-up',
  'change',
  'event',
  'route',
  'interface',
  'firewall',
  'forwarding',
  'neighbours',
  'microphone',
  'output',
  'packet-time',
  'old-ports',
  'same-source',
  'rewritten',
  'announcement',
  'complaint',
  'clock',
  'early-voice',
  'quiet-before',
  'not-in-path',
  'withheld',
] as const
export type EvidenceCode = (typeof evidenceCodes)[number]

export interface Verdict {
  readonly cause: Cause
  readonly confidence: Confidence
  /** `fault`: something is wrong. `note`: it is as somebody wants it, or nothing to repair. */
  readonly weight: 'fault' | 'note' | 'well'
  /** The phone that it is about. */
  readonly who: Side | undefined
  /** Who cannot hear the other. */
  readonly deaf: readonly Side[]
  /** What the sentences of the catalogue are filled with. */
  readonly values: Readonly<Record<string, string>>
  readonly evidence: readonly Evidence[]
  /** Looked for with all the facts that it takes, and not there. */
  readonly ruledOut: readonly Cause[]
  /** Found as well, behind the first. */
  readonly also: readonly Cause[]
}
