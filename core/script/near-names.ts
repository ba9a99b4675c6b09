const longestName = 40

/** Names to choose from; what was looked for once is remembered, because one mistake often stands many times. */
export class NearNames {
  readonly #known: readonly { readonly name: string; readonly lower: string }[]
  readonly #found = new Map<string, string>()

  constructor(known: readonly string[]) {
    this.#known = [...new Set(known)].map((name) => ({ name, lower: name.toLowerCase() }))
  }

  /** The names that differ from `name` by few letters, nearest first, as words for a sentence; '' when there is none. */
  find(name: string): string {
    if (name.length > longestName) return ''
    let near = this.#found.get(name)
    if (near === undefined) {
      near = this.#search(name.toLowerCase())
      this.#found.set(name, near)
    }
    return near
  }

  #search(wanted: string): string {
    const most = wanted.length < 5 ? 1 : Math.max(2, Math.floor(wanted.length / 4))
    return this.#known
      .map(({ name, lower }) => ({ name, distance: distance(wanted, lower, most) }))
      .filter((near) => near.distance <= most)
      .sort((a, b) => a.distance - b.distance)
      .slice(0, 3)
      .map(({ name }) => name)
      .join(' or ')
  }
}

/** The number of letters to insert, remove or change; Infinity as soon as it is sure to be above `most`. */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return Infinity
  let above = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let row = 1; row <= a.length; row++) {
    const line = [row]
    let least = row
    for (let column = 1; column <= b.length; column++) {
      const change = (above[column - 1] as number) + (a[row - 1] === b[column - 1] ? 0 : 1)
      const here = Math.min(change, (above[column] as number) + 1, (line[column - 1] as number) + 1)
      line.push(here)
      if (here < least) least = here
    }
    if (least > most) return Infinity
    above = line
  }
  return above[b.length] as number
}
