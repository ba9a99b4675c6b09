import type { CallDetails, EndedCall } from '../api/index.ts'
import type { Command, CommandResult } from '../exchange/index.ts'
import { readFacts } from '../exchange/index.ts'
import type { SqlRow, Store } from '../io/index.ts'
import { shownText } from './shown-text.ts'

type Ask = (command: Command) => Promise<CommandResult>

/** What of an ended call is shown as the reason of its end. */
const why = `CASE ending WHEN 'answered' THEN 'hung up' WHEN 'vanished' THEN 'vanished'
  ELSE 'refused with ' || status END`
const columns = `call_id, from_tag, sip_from, sip_to, began_at_ms, answered_at_ms, ended_at_ms, duration_ms, ending,
  status, hung_up_by, ${why} AS why`
const isEnded = 'ended_at_ms IS NOT NULL'
/** Octets that are searched for in what people read. */
const isWanted = `(?1 = '' OR instr(lower(sip_from || ' ' || sip_to || ' ' || ${why}), ?1) > 0)`

/** The calls that are kept: those of this run and of all before it. */
export class CallRecords {
  readonly #store: Pick<Store, 'read' | 'write' | 'trouble'>
  readonly #ask: Ask

  constructor(store: Pick<Store, 'read' | 'write' | 'trouble'>, ask: Ask) {
    this.#store = store
    this.#ask = ask
  }

  /** The last that have ended, newest first, in the form of the command `calls`. */
  async newest(count: number): Promise<CommandResult> {
    if (!(await this.#isReadable())) return this.#ask({ name: 'calls', which: 'ended' })
    const rows = await this.#store.read(
      `SELECT ${columns}, facts FROM calls WHERE ${isEnded} ORDER BY ended_at_ms DESC, rowid DESC LIMIT ?1`,
      count,
    )
    return { ok: true, value: rows.map(rowOf) }
  }

  /** One call, whether it goes on or ended long ago. */
  async one(callId: string): Promise<CommandResult> {
    const remembered = await this.#ask({ name: 'call', callId })
    if (remembered.ok || !(await this.#isReadable())) return remembered
    const [row] = await this.#store.read(
      `SELECT ${columns}, facts FROM calls WHERE call_id = ?1 ORDER BY began_at_ms DESC LIMIT 1`,
      callId,
    )
    return row === undefined ? remembered : { ok: true, value: rowOf(row) }
  }

  /** A page of the list of ended calls, newest first; undefined where the store can't be asked. */
  async page(
    from: number,
    count: number,
    search: string,
  ): Promise<{ total: number; rows: EndedCall[] } | undefined> {
    if (!(await this.#isReadable())) return undefined
    const wanted = search.trim().toLowerCase()
    const [sum] = await this.#store.read(
      `SELECT count(*) AS total FROM calls WHERE ${isEnded} AND ${isWanted}`,
      wanted,
    )
    const rows = await this.#store.read(
      `SELECT ${columns} FROM calls WHERE ${isEnded} AND ${isWanted}
       ORDER BY ended_at_ms DESC, rowid DESC LIMIT ?3 OFFSET ?2`,
      wanted,
      from,
      count,
    )
    return { total: Number(sum?.['total'] ?? 0), rows: rows.map(endedCallOf) }
  }

  /** What the window shows of one call. */
  async details(callId: string): Promise<CallDetails | undefined> {
    const answer = await this.one(callId)
    return answer.ok ? detailsOf(answer.value as ShownCall) : undefined
  }

  /** Once everything that came before is on disk, it can be read there. */
  #isReadable(): Promise<boolean> {
    if (this.#store.trouble !== undefined) return Promise.resolve(false)
    return new Promise((resolve) => {
      this.#store.write([], (trouble) => {
        resolve(trouble === undefined)
      })
    })
  }
}

interface ShownCall {
  readonly durationMs: number
  readonly hungUpBy: 'caller' | 'callee' | null
  readonly facts: {
    readonly messages?: readonly {
      readonly atUnixMs: number
      readonly from: 'caller' | 'callee'
      readonly what: string
      readonly retransmissions: number
      readonly reason?: string
    }[]
  }
}

/** The form of the rows that the command `calls` gives. */
function rowOf(row: SqlRow): unknown {
  const endedAt = number(row['ended_at_ms'])
  const from = row['answered_at_ms'] ?? row['began_at_ms']
  return {
    callId: text(row, 'call_id'),
    from: text(row, 'sip_from'),
    to: text(row, 'sip_to'),
    state: text(row, 'ending'),
    seconds: Math.max(0, Math.floor((endedAt - number(from)) / 1000)),
    durationMs: number(row['duration_ms']),
    hungUpBy: row['hung_up_by'] ?? null,
    facts: {
      beganAtUnixMs: number(row['began_at_ms']),
      answeredAtUnixMs: row['answered_at_ms'] ?? null,
      endedAtUnixMs: endedAt,
      status: number(row['status']),
      ...(readFacts(text(row, 'facts')) as object),
    },
  }
}

function endedCallOf(row: SqlRow): EndedCall {
  return {
    callId: shownText(text(row, 'call_id')),
    from: shownText(text(row, 'sip_from')),
    to: shownText(text(row, 'sip_to')),
    beganAtMs: number(row['began_at_ms']),
    answeredAtMs: row['answered_at_ms'] === null ? null : number(row['answered_at_ms']),
    endedAtMs: number(row['ended_at_ms']),
    why: text(row, 'why'),
  }
}

function detailsOf({ durationMs, hungUpBy, facts }: ShownCall): CallDetails {
  return {
    durationMs,
    hungUpBy,
    messages: (facts.messages ?? []).map(({ atUnixMs, from, what, retransmissions, reason }) => ({
      atMs: atUnixMs,
      from,
      what: shownText(what),
      copies: retransmissions,
      reason: reason === undefined ? null : shownText(reason),
    })),
  }
}

function text(row: SqlRow, column: string): string {
  return String(row[column] ?? '')
}

function number(value: unknown): number {
  return Number(value ?? 0)
}
