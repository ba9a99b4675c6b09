import type { Program } from '../script/index.ts'
import type { TransactionTimers } from '../sip/index.ts'
import { makeTransactionTimers, rfcTimers } from '../sip/index.ts'
import type { Run } from './run.ts'

/** RFC 3261 §16.6 step 11: timer C is more than three minutes. */
const timerCMs = 181_000
/** SER 0.9's own defaults, in seconds, for `compatibility=ser09`. */
const ser09: Readonly<Record<string, number>> = {
  fr_timer: 30,
  fr_inv_timer: 120,
  wt_timer: 5,
  retr_timer1p1: 1,
  retr_timer1p2: 2,
  retr_timer1p3: 4,
  retr_timer2: 4,
}

/** Transaction timers: the RFC's, where the script's modparams for tm do not say otherwise. */
export function timersOf(program: Program<Run>): TransactionTimers {
  const fr = secondsOf(program, 'fr_timer')
  const wt = secondsOf(program, 'wt_timer')
  const intervals = ['retr_timer1p1', 'retr_timer1p2', 'retr_timer1p3', 'retr_timer2'].map((name) =>
    secondsOf(program, name),
  )
  const hasIntervals = intervals.some((seconds) => seconds !== undefined)
  if (fr === undefined && wt === undefined && !hasIntervals) return rfcTimers
  const fallback = [0.5, 1, 2, 4]
  return makeTransactionTimers({
    ...(fr === undefined ? {} : { timeoutMs: fr * 1000 }),
    ...(wt === undefined ? {} : { absorptionMs: wt * 1000 }),
    ...(hasIntervals
      ? { retransmissionsMs: intervals.map((seconds, i) => (seconds ?? fallback[i] ?? 4) * 1000) }
      : {}),
  })
}

/** How long an INVITE may go without an answer once it is on its way. */
export function answerTimeMs(program: Program<Run>): number {
  const seconds = secondsOf(program, 'fr_inv_timer')
  return seconds === undefined ? timerCMs : seconds * 1000
}

/** The same after each 101–199; `restart_fr_on_each_reply` off is 0.9's way to bound the whole. */
export function ringTimeMs(program: Program<Run>): number {
  return answerTimeMs(program)
}

function secondsOf(program: Program<Run>, name: string): number | undefined {
  const value = program.settings('tm')?.get(name)
  if (typeof value === 'number') return value
  return program.globals.isSer09 ? ser09[name] : undefined
}
