/** Different keys that are kept apart; whoever sprays must not fill the memory. */
const MOST_KEYS = 8
const OTHERS = 'others'

/** Adds to the count of `key`, or to that of `others` when there are enough keys. */
export function countOf(tally: Map<string, number>, key: string, by: number): void {
  const known = tally.has(key) || tally.size < MOST_KEYS ? key : OTHERS
  tally.set(known, (tally.get(known) ?? 0) + by)
}
