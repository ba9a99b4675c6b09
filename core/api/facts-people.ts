import { z } from 'zod'

/** One message of a call, in the order of their coming. */
const callMessage = z.object({
  atMs: z.number(),
  from: z.enum(['caller', 'callee']),
  /** `INVITE`, `180 INVITE`, `200 BYE` … */
  what: z.string(),
  /** How often the same came once more. */
  copies: z.number(),
  /** What a phone gave as its reason (RFC 3326). */
  reason: z.string().nullable(),
})

/** What is known of one call beyond its row; empty where it was long ago. */
export const callDetails = z.object({
  durationMs: z.number(),
  hungUpBy: z.enum(['caller', 'callee']).nullable(),
  messages: z.array(callMessage),
})
export type CallDetails = z.infer<typeof callDetails>
