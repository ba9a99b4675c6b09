import { instant, type Instant } from '../lib/instant.ts'

export interface Clock {
  /** Milliseconds from an arbitrary zero that never go back, whatever is done to the wall clock. */
  now(): Instant
  /** Unix time in milliseconds, for what people read and for nonces that outlive a restart. */
  wallMs(): number
}

/** Of this thread's clock: time that has passed for everybody else while the machine slept. */
let sleptMs = 0

export function addSleep(ms: number): void {
  sleptMs += ms
}

export const systemClock: Clock = {
  now: () => instant(performance.now() + sleptMs),
  wallMs: () => Date.now(),
}

/** Where this thread's `systemClock` has its zero on the machine's monotonic clock, which all threads share. */
export function zeroOfThreadMs(): number {
  return Number(process.hrtime.bigint()) / 1e6 - performance.now() - sleptMs
}

/** A clock whose instants are those of `systemClock` in the thread whose zero is given. */
export function clockFrom(zeroMs: number): Clock {
  const offsetMs = zeroOfThreadMs() - zeroMs
  return {
    now: () => instant(performance.now() + sleptMs + offsetMs),
    wallMs: () => Date.now(),
  }
}
