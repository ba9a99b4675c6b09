import type { Operation } from '../io/index.ts'

/** How long something is kept, and how much of it at most; both can be set by `ctl settings`. */
interface Limit {
  readonly table: string
  readonly time: string
  readonly daysSetting: string
  readonly days: number
  readonly rowsSetting: string
  readonly rows: number
}

/** Calls for a year's bills; traces hold what people said to whom, and are kept for as long as a fault is looked for. */
export const retentionLimits: readonly Limit[] = [
  limit('events', 'at_ms', 90, 200_000),
  limit('calls', 'began_at_ms', 365, 1_000_000),
  limit('traces', 'at_ms', 7, 100_000),
  limit('check_ups', 'at_ms', 365, 1_000),
]

const dayMs = 86_400_000

function limit(table: string, time: string, days: number, rows: number): Limit {
  return { table, time, daysSetting: `${table}-days`, days, rowsSetting: `${table}-rows`, rows }
}

/** Takes away what is older or more than the limits. A call that goes on is never taken. */
export function trimOperations(settings: ReadonlyMap<string, string>, nowUnixMs: number): Operation[] {
  return retentionLimits.flatMap(({ table, time, daysSetting, days, rowsSetting, rows }) => {
    const isOver = table === 'calls' ? 'ended_at_ms IS NOT NULL AND ' : ''
    const oldest = nowUnixMs - readLimit(settings.get(daysSetting), days) * dayMs
    return [
      {
        sql: `DELETE FROM ${table} WHERE ${isOver}${time} < (SELECT value ->> 0 FROM json_each(?1))`,
        row: [oldest],
      },
      {
        sql: `DELETE FROM ${table} WHERE ${isOver}rowid IN (SELECT rowid FROM ${table} ORDER BY ${time} DESC
          LIMIT -1 OFFSET (SELECT value ->> 0 FROM json_each(?1)))`,
        row: [readLimit(settings.get(rowsSetting), rows)],
      },
    ]
  })
}

function readLimit(text: string | undefined, preset: number): number {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : preset
}
