/** Inclusive ranges of character codes, ascending and apart. */
export type CharacterSet = readonly (readonly [number, number])[]

/** A POSIX extended regular expression as a tree. */
export type PatternNode =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  /** A place between characters, as JavaScript writes it. */
  | { readonly kind: 'assertion'; readonly source: string }
  | { readonly kind: 'group'; readonly of: PatternNode }
  | { readonly kind: 'sequence' | 'choice'; readonly of: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly of: PatternNode; readonly least: number; readonly most: number }

export const greatestCode = 0xffff

export function unite(ranges: readonly (readonly [number, number])[]): CharacterSet {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0])
  const united: [number, number][] = []
  for (const [low, high] of sorted) {
    const last = united[united.length - 1]
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high)
    else united.push([low, high])
  }
  return united
}

export function complement(set: CharacterSet): CharacterSet {
  const rest: [number, number][] = []
  let next = 0
  for (const [low, high] of set) {
    if (low > next) rest.push([next, low - 1])
    next = high + 1
  }
  if (next <= greatestCode) rest.push([next, greatestCode])
  return rest
}

/** Adds the other case of every ASCII letter; SIP compares only those without regard to case (RFC 3261 §7.3.1). */
export function foldCase(set: CharacterSet): CharacterSet {
  const folded: (readonly [number, number])[] = [...set]
  for (const [low, high] of set) {
    addShifted(folded, Math.max(low, 65), Math.min(high, 90), 32)
    addShifted(folded, Math.max(low, 97), Math.min(high, 122), -32)
  }
  return unite(folded)
}

function addShifted(into: (readonly [number, number])[], low: number, high: number, shift: number): void {
  if (low <= high) into.push([low + shift, high + shift])
}

export function doOverlap(a: CharacterSet, b: CharacterSet): boolean {
  return a.some(([low, high]) => b.some(([from, to]) => low <= to && from <= high))
}
