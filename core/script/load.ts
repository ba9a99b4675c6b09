import { check } from './check.ts'
import { compile } from './compile.ts'
import type { Program } from './compile.ts'
import { readGlobals } from './globals.ts'
import { parse } from './parse.ts'
import { Findings } from './problem.ts'
import type { Problem } from './problem.ts'
import type { Tracer } from './trace.ts'
import type { Vocabulary } from './vocabulary.ts'

export interface LoadedScript<Context> {
  /** Undefined exactly when there are problems. */
  readonly program: Program<Context> | undefined
  /** In the order of their places. */
  readonly problems: readonly Problem[]
  /** Nothing here keeps the script from running. */
  readonly warnings: readonly Problem[]
}

/**
 * Reads, checks and compiles a `ser.cfg`. Give the file as octets (latin1), so that its texts go into messages
 * byte for byte. Never throws, whatever the text; its time grows with the length of the text. A program that is loaded
 * with a tracer tells it of every statement it runs.
 */
export function loadScript<Context>(
  text: string,
  vocabulary: Vocabulary<Context>,
  tracer?: Tracer,
): LoadedScript<Context> {
  const findings = new Findings()
  const script = parse(text, findings)
  const globals = readGlobals(script, findings)
  const checked = check(script, vocabulary, findings)
  findings.sort()
  const { problems, warnings } = findings
  const program = problems.length === 0 ? compile(script, globals, checked, vocabulary, tracer) : undefined
  return { program, problems, warnings }
}
