import { instant, type Instant } from '../lib/instant.ts'

export interface Clock {
  /** Milliseconds from an arbitrary zero that never go back, whatever is done to the wall clock. */
  now(): Instant
  /** Unix time in milliseconds, for what people read and for nonces that outlive a restart. */
  wallMs(): number
}

export const systemClock: Clock = {
  now: () => instant(performance.now()),
  wallMs: () => Date.now(),
}
