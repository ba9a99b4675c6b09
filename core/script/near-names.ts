const longestName = 40

/** The names that differ from `name` by few letters, nearest first, as words for a sentence; '' when there is none. */
export function nearNames(name: string, known: readonly string[]): string {
  if (name.length > longestName) return ''
  const most = name.length < 5 ? 1 : Math.max(2, Math.floor(name.length / 4))
  return [...new Set(known)]
    .map((other) => ({ other, distance: distance(name.toLowerCase(), other.toLowerCase()) }))
    .filter((near) => near.distance <= most)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map((near) => near.other)
    .join(' or ')
}

/** The number of letters to insert, remove or change. */
function distance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let row = 1; row <= a.length; row++) {
    const line = [row]
    for (let column = 1; column <= b.length; column++) {
      const change = (above[column - 1] as number) + (a[row - 1] === b[column - 1] ? 0 : 1)
      line.push(Math.min(change, (above[column] as number) + 1, (line[column - 1] as number) + 1))
    }
    above = line
  }
  return above[b.length] as number
}
