declare const unit: unique symbol

/** Milliseconds of a monotonic clock, from an arbitrary zero. Only `io/clock.ts` and the simulated world make one. */
export type Instant = number & { readonly [unit]: 'ms' }

export function instant(ms: number): Instant {
  return ms as Instant
}

export function later(from: Instant, ms: number): Instant {
  return (from + ms) as Instant
}

export function soonest(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  if (a === undefined) return b
  return b === undefined || a <= b ? a : b
}
