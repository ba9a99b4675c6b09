import type { Chance } from './mutations.ts'

/** Something that is fed with generated input. Any throw is a find. */
export interface Target {
  readonly name: string
  /** Share of the runs, in relation to the other targets. */
  readonly weight: number
  /** One case. The same chance gives the same case; `shown` is told what it is made of, for the report. */
  run(chance: Chance, shown: (text: string) => void): void
  /** What must hold at the end; throws where it does not. */
  finish(): void
}

/** A law that did not hold. */
export class Broken extends Error {}

export function mustHold(holds: boolean, law: string): void {
  if (!holds) throw new Broken(law)
}
