import type { TableChange } from '../api/index.ts'

/** What of a table has changed: rows are plain objects whose fields compare by identity. */
export function rowChanges<Row extends object>(
  before: ReadonlyMap<string, Row>,
  after: ReadonlyMap<string, Row>,
): TableChange<Row> {
  const set: Row[] = []
  const gone: string[] = []
  for (const [key, row] of after) {
    const old = before.get(key)
    if (old === undefined || !isSame(old, row)) set.push(row)
  }
  for (const key of before.keys()) if (!after.has(key)) gone.push(key)
  return { set, gone }
}

export function isSame<Row extends object>(a: Row, b: Row): boolean {
  if (a === b) return true
  return (Object.keys(b) as (keyof Row)[]).every((field) => a[field] === b[field])
}
