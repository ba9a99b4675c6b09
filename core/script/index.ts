/**
 * The routing script: the SER 0.9 language read, checked, explained and turned into closures.
 * It refuses to know SIP: what commands and comparisons mean comes in as a Vocabulary.
 */
export { adviseScript } from './advise.ts'
export type {
  Caution,
  Circumstances,
  Effect,
  Facts,
  FlowVocabulary,
  Outcome,
  Trap,
} from './flow-vocabulary.ts'
export { explainScript } from './explain.ts'
export { coreTable, fill } from './explain-words.ts'
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
export type { Comparison } from './syntax.ts'
export type { Traced, TracedResult, Tracer } from './trace.ts'
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
