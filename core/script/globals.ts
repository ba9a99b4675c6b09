import { findGlobal, globalTable } from './globals-table.ts'
import type { Findings } from './problem.ts'
import type { Assignment, Script } from './syntax.ts'
import type { Endpoint, Value } from './vocabulary.ts'

/** The global parameters of one script, with their defaults. */
export class Globals {
  readonly listen: readonly Endpoint[]
  readonly alias: readonly Endpoint[]
  readonly #values: ReadonlyMap<string, Value>
  readonly #set: ReadonlySet<string>

  constructor(assignments: readonly Assignment[]) {
    const values = new Map<string, Value>()
    const lists: Record<string, Endpoint[]> = { listen: [], alias: [] }
    for (const spec of globalTable) if (spec.default !== undefined) values.set(spec.name, spec.default)
    for (const { name, value } of assignments) {
      if (typeof value === 'object') lists[name]?.push(...value)
      else values.set(name, value)
    }
    this.listen = lists['listen'] as Endpoint[]
    this.alias = lists['alias'] as Endpoint[]
    this.#values = values
    this.#set = new Set(assignments.map(({ name }) => name))
  }

  /** Whether the script sets it. */
  isSet(name: string): boolean {
    return this.#set.has(name)
  }

  /** A number, or its default; undefined when it has none or is a text. */
  number(name: string): number | undefined {
    const value = this.#values.get(name)
    return typeof value === 'number' ? value : undefined
  }

  /** A parameter of the kind yes or no. */
  isOn(name: string): boolean {
    return (this.number(name) ?? 0) !== 0
  }

  /** A text, or its default; undefined when it has none or is a number. */
  text(name: string): string | undefined {
    const value = this.#values.get(name)
    return typeof value === 'string' ? value : undefined
  }

  /** `compatibility=ser09`: == is also true when the message's value is only a beginning of the literal. */
  get isSer09(): boolean {
    return this.text('compatibility') === 'ser09'
  }
}

export function readGlobals(script: Script, findings: Findings): Globals {
  const assignments = script.items.filter((item) => item.kind === 'assignment')
  for (const { name, at } of assignments) {
    const ignored = findGlobal(name)?.ignored
    if (ignored === undefined) continue
    findings.warning(
      at,
      'ignored-global',
      `${name} has no effect here: ${ignored}.`,
      'The line may stay or go.',
    )
  }
  return new Globals(assignments)
}
