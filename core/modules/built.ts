import type { Row, Run } from '../exchange/index.ts'
import type { CommandSpec, Refused, Settings, Step } from '../script/index.ts'
import { command } from './later-tables.ts'

type Prepare = (args: readonly string[], settings: Settings) => Step<Run> | Refused

/** A command that runs. `form` is its name with the names of its arguments: `is_user(name)`. */
export function built(
  form: string,
  blocks: number,
  explanation: string,
  rests: string,
  prepare: Prepare,
): CommandSpec<Run> {
  return { ...command(form, blocks, explanation, rests), prepare }
}

/** The same of a command whose step asks for texts of files. */
export function reading(
  reads: NonNullable<CommandSpec<Run>['reads']>,
  ...[form, blocks, explanation, rests, prepare]: Parameters<typeof built>
): CommandSpec<Run> {
  return { ...built(form, blocks, explanation, rests, prepare), reads }
}

export function textOf(settings: Settings, name: string): string {
  return String(settings.get(name) ?? '')
}

export function isOn(settings: Settings, name: string): boolean {
  return Number(settings.get(name) ?? 0) !== 0
}

/** The rows of a table; one that is missing is told of in the log and counts as empty. */
export function rowsOf(run: Run, table: string): readonly Row[] {
  const rows = run.exchange.core.tables.rows(table)
  if (rows !== undefined) return rows
  say(run, -1, `there is no table ${table}`)
  return []
}

export function say(run: Run, level: number, text: string): void {
  run.exchange.core.emit({ kind: 'script-log', level, text })
}

export function isRefused(value: object | string | number): value is Refused {
  return typeof value === 'object' && 'refused' in value
}
