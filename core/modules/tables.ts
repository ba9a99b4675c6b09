import type { ParameterSpec } from '../script/index.ts'

/** The databases that SER's modules ask where the script says nothing: with and without the right to write. */
export const writableDatabase = 'mysql://ser:heslo@localhost/ser'
export const readableDatabase = 'mysql://serro:47serro11@localhost/ser'

export function text(name: string, preset: string | undefined, meaning: string): ParameterSpec {
  return { name, type: 'string', default: preset, meaning }
}

export function number(name: string, preset: number | undefined, meaning: string): ParameterSpec {
  return { name, type: 'number', default: preset, meaning }
}

/** Parameters that name columns of a table: `[parameter, column, what it holds]`. */
export function columns(
  ...rows: readonly (readonly [name: string, column: string, what: string])[]
): ParameterSpec[] {
  return rows.map(([name, column, what]) => text(name, column, `Column that holds ${what}.`))
}
