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
const tableLimits: readonly Limit[] = [
  limit('events', 'at_ms', 90, 200_000),
  limit('calls', 'began_at_ms', 365, 1_000_000),
  limit('traces', 'at_ms', 7, 100_000),
  limit('check_ups', 'at_ms', 365, 1_000),
]

const dayMs = 86_400_000

function limit(table: string, time: string, days: number, rows: number): Limit {
  return { table, time, daysSetting: `${table}-days`, days, rowsSetting: `${table}-rows`, rows }
}

/** The facts of a call's messages and media, of which a complaint comes within days: up to 25 kB each. */
const factsLimit: Limit = {
  table: 'calls',
  time: 'began_at_ms',
  daysSetting: 'call-facts-days',
  days: 30,
  rowsSetting: 'call-facts-rows',
  rows: 10_000,
}

/** All that can be set. */
export const retentionLimits: readonly Limit[] = [...tableLimits, factsLimit]
/** The words of the index, so that it is used. */
const hasFacts = `facts <> '{}' AND ended_at_ms IS NOT NULL`

/** Takes away what is older or more than the limits. A call that goes on is never taken. */
export function trimOperations(settings: ReadonlyMap<string, string>, nowUnixMs: number): Operation[] {
  return [...trimFacts(settings, nowUnixMs), ...trimRows(settings, nowUnixMs)]
}

function trimFacts(settings: ReadonlyMap<string, string>, nowUnixMs: number): Operation[] {
  const { daysSetting, days, rowsSetting, rows } = factsLimit
  const empty = `UPDATE calls SET facts = '{}' WHERE ${hasFacts} AND`
  return [
    {
      sql: `${empty} began_at_ms < (SELECT value ->> 0 FROM json_each(?1))`,
      row: [nowUnixMs - readLimit(settings.get(daysSetting), days) * dayMs],
    },
    {
      sql: `${empty} rowid IN (SELECT rowid FROM calls WHERE ${hasFacts} ORDER BY began_at_ms DESC
        LIMIT -1 OFFSET (SELECT value ->> 0 FROM json_each(?1)))`,
      row: [readLimit(settings.get(rowsSetting), rows)],
    },
  ]
}

function trimRows(settings: ReadonlyMap<string, string>, nowUnixMs: number): Operation[] {
  return tableLimits.flatMap(({ table, time, daysSetting, days, rowsSetting, rows }) => {
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
