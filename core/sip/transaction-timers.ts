/** Timers that repeat a message, RFC 3261 table 4. */
export type ResendTimer = 'A' | 'E' | 'G'

/** Timers that end a state, RFC 3261 table 4 and RFC 6026 §7. */
export type EndTimer = 'B' | 'D' | 'F' | 'H' | 'I' | 'J' | 'K' | 'L' | 'M'

/** The timers over one kind of transport. */
export interface TimerLengths {
  /** Waits between sendings, one after the other; the last one repeats. Empty: nothing is sent again. */
  readonly resendMs: Readonly<Record<ResendTimer, readonly number[]>>
  /** 0: the state is left at once. */
  readonly endMs: Readonly<Record<EndTimer, number>>
}

export interface TransactionTimers {
  readonly reliable: TimerLengths
  readonly unreliable: TimerLengths
}

/** What may differ from RFC 3261; absent means the RFC's value. */
export interface TimerSettings {
  readonly t1Ms?: number
  readonly t2Ms?: number
  readonly t4Ms?: number
  /** B, F and H: how long a first answer, a final answer or an ACK is waited for (`fr_timer` of a script). */
  readonly timeoutMs?: number
  /** D, I, J and K: how long stragglers are absorbed after the end, over UDP (`wt_timer` of a script). */
  readonly absorptionMs?: number
  /**
   * Waits of A, E and G, the last one repeating (`retr_timer1p1`, `1p2`, `1p3`, `retr_timer2` of a script).
   * The last one is also the step of E behind a provisional answer. Waits that are not above 0 are left out.
   */
  readonly retransmissionsMs?: readonly number[]
}

/** RFC 3261 §17.1.1.2 asks at least this much of timer D, whatever T1 is. */
const leastTimerDMs = 32_000

export function makeTransactionTimers(settings: TimerSettings): TransactionTimers {
  const { t1Ms = 500, t2Ms = 4000, t4Ms = 5000, absorptionMs } = settings
  const longestMs = 64 * t1Ms
  const { timeoutMs = longestMs } = settings
  const given = settings.retransmissionsMs?.filter((waitMs) => waitMs > 0)
  const capped = given ?? doublings(t1Ms, t2Ms)
  // L and M stay at 64*T1 whatever a script says: they wait for a 2xx of another branch, or of the same (RFC 6026 §7).
  const timeouts = { B: timeoutMs, F: timeoutMs, H: timeoutMs, L: longestMs, M: longestMs }
  return {
    reliable: {
      resendMs: { A: [], E: [], G: [] },
      endMs: { ...timeouts, D: 0, I: 0, J: 0, K: 0 },
    },
    unreliable: {
      resendMs: { A: given ?? doublings(t1Ms, timeoutMs), E: capped, G: capped },
      endMs: {
        ...timeouts,
        D: absorptionMs ?? Math.max(longestMs, leastTimerDMs),
        I: absorptionMs ?? t4Ms,
        J: absorptionMs ?? longestMs,
        K: absorptionMs ?? t4Ms,
      },
    },
  }
}

export const rfcTimers: TransactionTimers = makeTransactionTimers({})

/** Twice as long each time, up to the cap. */
function doublings(firstMs: number, capMs: number): number[] {
  const waitsMs: number[] = []
  let waitMs = firstMs
  for (; waitMs > 0 && waitMs < capMs; waitMs *= 2) waitsMs.push(waitMs)
  if (capMs > 0) waitsMs.push(capMs)
  return waitsMs
}
