import type { NearNames } from './near-names.ts'
import type { Pattern } from './pattern.ts'
import type { Findings } from './problem.ts'
import type { LoadedModule } from './resolve-modules.ts'
import type { CallAction, Comparison } from './syntax.ts'
import type { Step, Vocabulary } from './vocabulary.ts'

/** What the checker worked out once, for the compiler: steps of module commands, matchers of regular expressions. */
export interface Checked<Context> {
  readonly modules: readonly LoadedModule<Context>[]
  readonly steps: ReadonlyMap<CallAction, Step<Context>>
  readonly patterns: ReadonlyMap<Comparison, Pattern>
  readonly files: ReadonlySet<string>
}

/** Everything that a walk over the blocks needs. */
export interface Checking<Context> {
  readonly vocabulary: Vocabulary<Context>
  readonly modules: readonly LoadedModule<Context>[]
  readonly routes: ReadonlySet<number>
  readonly commandNames: NearNames
  readonly findings: Findings
  readonly steps: Map<CallAction, Step<Context>>
  readonly patterns: Map<Comparison, Pattern>
  readonly files: Set<string>
}
