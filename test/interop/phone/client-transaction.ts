/** Client transactions by the letter of RFC 3261 §17.1, for the test phone. */
import type { PhoneMessage } from './text.ts'

export const T1_MS = 500
export const T2_MS = 4_000
/** Timers B, F and H: 64 × T1. */
export const PATIENCE_MS = 64 * T1_MS

export interface ClientTransaction {
  readonly branch: string
  readonly sentAtMs: number
  /** Our copies of the request beyond the first. */
  readonly retransmissions: () => number
  readonly provisional: Promise<PhoneMessage | undefined>
  /** The first final answer; undefined when Timer B or F fired. */
  readonly final: Promise<PhoneMessage | undefined>
  readonly take: (response: PhoneMessage) => void
  readonly end: () => void
}

export interface ClientRequest {
  readonly bytes: string
  readonly branch: string
  readonly isInvite: boolean
  readonly send: (bytes: string) => void
  /** Each arrival of a final answer, repeated ones too: the place to acknowledge. */
  readonly onFinal?: (response: PhoneMessage) => void
  readonly onProvisional?: (response: PhoneMessage) => void
}

/** Sends the request and repeats it by Timer A (INVITE) or E until answered or out of patience. */
export function startClientTransaction(request: ClientRequest): ClientTransaction {
  let settleFinal: (response: PhoneMessage | undefined) => void = () => undefined
  let settleProvisional: (response: PhoneMessage | undefined) => void = () => undefined
  const final = new Promise<PhoneMessage | undefined>((resolve) => (settleFinal = resolve))
  const provisional = new Promise<PhoneMessage | undefined>((resolve) => (settleProvisional = resolve))
  let intervalMs = T1_MS
  let proceeding = false
  let copies = 0
  let resend: NodeJS.Timeout | undefined

  const again = (): void => {
    copies += 1
    request.send(request.bytes)
    intervalMs = request.isInvite ? intervalMs * 2 : Math.min(intervalMs * 2, T2_MS)
    // RFC 3261 §17.1.2.2: in Proceeding a non-INVITE is repeated every T2.
    resend = setTimeout(again, proceeding ? T2_MS : intervalMs)
  }
  const rest = (): void => {
    clearTimeout(resend)
    clearTimeout(patience)
  }
  const give = (response: PhoneMessage | undefined): void => {
    rest()
    settleProvisional(undefined)
    settleFinal(response)
  }

  const patience = setTimeout(() => give(undefined), PATIENCE_MS)
  const sentAtMs = performance.now()
  request.send(request.bytes)
  resend = setTimeout(again, intervalMs)

  return {
    branch: request.branch,
    sentAtMs,
    retransmissions: () => copies,
    provisional,
    final,
    take: (response) => {
      if (response.status >= 200) {
        request.onFinal?.(response)
        give(response)
        return
      }
      request.onProvisional?.(response)
      proceeding = true
      // RFC 3261 §17.1.1.2: any provisional answer ends Timers A and B.
      if (request.isInvite) rest()
      if (response.status > 100) settleProvisional(response)
    },
    end: () => give(undefined),
  }
}
