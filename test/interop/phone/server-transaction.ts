/** Server transactions by the letter of RFC 3261 §17.2 and §13.3.1.4, for the test phone. */
import { PATIENCE_MS, T1_MS, T2_MS } from './client-transaction.ts'

export interface ServerTransaction {
  /** Sends an answer and remembers it for repeated requests. */
  readonly respond: (status: number, bytes: string) => void
  /** A copy of the request came again. */
  readonly repeat: () => void
  /** The ACK for the final answer came. */
  readonly acknowledge: () => void
  /** True when the ACK came in time; false when Timer H (or 64 × T1 after a 2xx) passed without it. */
  readonly acknowledged: Promise<boolean>
  readonly lastStatus: () => number
  readonly end: () => void
}

/** An INVITE's final answer is repeated by Timer G until the ACK comes; other answers wait for copies. */
export function startServerTransaction(isInvite: boolean, send: (bytes: string) => void): ServerTransaction {
  let last = ''
  let status = 0
  let intervalMs = T1_MS
  let resend: NodeJS.Timeout | undefined
  let patience: NodeJS.Timeout | undefined
  let settle: (acked: boolean) => void = () => undefined
  const acknowledged = new Promise<boolean>((resolve) => (settle = resolve))

  const finish = (acked: boolean): void => {
    clearTimeout(resend)
    clearTimeout(patience)
    settle(acked)
  }
  const again = (): void => {
    send(last)
    intervalMs = Math.min(intervalMs * 2, T2_MS)
    resend = setTimeout(again, intervalMs)
  }

  return {
    respond: (newStatus, bytes) => {
      if (status >= 200) return
      last = bytes
      status = newStatus
      send(bytes)
      if (!isInvite || status < 200) return
      resend = setTimeout(again, intervalMs)
      patience = setTimeout(() => finish(false), PATIENCE_MS)
    },
    repeat: () => {
      // RFC 6026 §7.1: after a 2xx a copy of the INVITE is absorbed; the 2xx repeats by its own timer.
      const accepted = isInvite && status >= 200 && status < 300
      if (last !== '' && !accepted) send(last)
    },
    acknowledge: () => finish(true),
    acknowledged,
    lastStatus: () => status,
    end: () => finish(false),
  }
}
