import { z } from 'zod'

const text = z.string()
const values = z.record(z.string(), text)
const arrow = z.enum(['flows', 'silent', 'unknown'])

/** What the doctor says of one call. Sentences are in the catalogue, by cause and by code of the evidence. */
export const diagnosis = z.object({
  callId: text,
  from: text,
  to: text,
  isLive: z.boolean(),
  seconds: z.number(),
  cause: z.string(),
  confidence: z.enum(['certain', 'likely', 'cannot-tell']),
  weight: z.enum(['fault', 'note', 'well']),
  /** Names of those who cannot hear, and of whom. */
  deaf: z.array(z.object({ who: text, other: text })),
  values,
  evidence: z.array(z.object({ code: z.string(), values })),
  ruledOut: z.array(z.string()),
  also: z.array(z.string()),
  /** Caller to Sidetone, Sidetone to called, and back, with the packets of each. */
  arrows: z.array(z.object({ state: arrow, packets: z.number().nullable() })).length(4),
})
export type Diagnosis = z.infer<typeof diagnosis>
