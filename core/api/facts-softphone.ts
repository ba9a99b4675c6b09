import { z } from 'zod'

const count = z.number().int().min(0).max(4_294_967_295)
const level = z.number().min(0).max(1)

/** Who may telephone from this window, and under which domain. */
export const softphoneAccount = z.object({
  domain: z.string(),
  /** Empty: nobody is asked for a password, and any number may be taken. */
  people: z.array(z.string()),
})
export type SoftphoneAccount = z.infer<typeof softphoneAccount>

/** One second of a call as the browser has counted it, or a word of the person, or both. */
export const softphoneReport = z.strictObject({
  callId: z.string().min(1).max(300),
  complaint: z.enum(['i-cannot-hear', 'they-cannot-hear']).optional(),
  second: z
    .strictObject({
      packetsSent: count,
      packetsReceived: count,
      packetsLost: z.number().int().min(-1_000_000).max(4_294_967_295),
      jitterMs: z.number().min(0).max(600_000),
      levelSent: level,
      levelReceived: level,
      roundTripMs: z.number().min(0).max(600_000).optional(),
      isMuted: z.boolean(),
      isHeld: z.boolean(),
    })
    .optional(),
})
export type SoftphoneReport = z.infer<typeof softphoneReport>
