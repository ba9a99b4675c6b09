/**
 * The routing script: the SER 0.9 language read, checked, explained and turned into closures.
 * It refuses to know SIP: what commands and comparisons mean comes in as a Vocabulary.
 */
export { explainScript } from './explain.ts'
export type { ExplainedLine } from './explain.ts'
export { loadScript } from './load.ts'
export type { LoadedScript } from './load.ts'
export type { Program } from './compile.ts'
export { Globals } from './globals.ts'
export { globalTable } from './globals-table.ts'
export type { GlobalSpec } from './globals-table.ts'
export { compilePattern } from './pattern.ts'
export type { Pattern, PatternMatch, PatternOptions } from './pattern.ts'
export type { Place, Problem } from './problem.ts'
export { inFailure, inReply, inRequest } from './vocabulary.ts'
export type {
  CommandSpec,
  CoreCommands,
  Endpoint,
  ModuleSpec,
  Operands,
  ParameterSpec,
  Refused,
  Result,
  Settings,
  Step,
  Value,
  Vocabulary,
} from './vocabulary.ts'
