const longestName = 40

/** The names that differ from `name` by few letters, nearest first, as words for a sentence; '' when there is none. */
export function nearNames(name: string, known: readonly string[]): string {
  if (name.length > longestName) return ''
  const most = name.length < 5 ? 1 : Math.max(2, Math.floor(name.length / 4))
  const wanted = name.toLowerCase()
  return [...new Set(known)]
    .map((other) => ({ other, distance: distance(wanted, other.toLowerCase(), most) }))
    .filter((near) => near.distance <= most)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map((near) => near.other)
    .join(' or ')
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
