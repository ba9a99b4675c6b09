import { vocabulary } from '../modules/index.ts'
import type { Traced, TracedResult } from '../script/index.ts'
import { loadScript } from '../script/index.ts'
import type { Outcome } from './check.ts'
import type { TraceOptions } from './options.ts'
import { printProblem, readScript } from './script-file.ts'
import { runTrial } from './trial.ts'
import type { TrialOutcome } from './trial.ts'

interface Passed extends Traced {
  readonly depth: number
  /** Undefined while it runs. */
  result: TracedResult | undefined
}

/** `sidetone trace`: the lines that a trial message passes, each result, and where it ends. Nothing is sent. */
export function runTrace({ file, isJson, request }: TraceOptions): Outcome {
  const text = readScript(file)
  const passed: Passed[] = []
  let depth = 0
  const { program, problems } = loadScript(text, vocabulary, {
    begins(statement) {
      const entry: Passed = { ...statement, depth: depth++, result: undefined }
      passed.push(entry)
      return (result) => {
        depth--
        entry.result = result
      }
    },
  })
  if (program === undefined) {
    const errors = problems.map((problem) => `error: ${printProblem(file, problem)}\n`).join('')
    return {
      text: isJson ? `${JSON.stringify({ file, ok: false, errors: problems })}\n` : errors,
      exitCode: 1,
    }
  }
  const trial = runTrial(program, request)
  const ends = endsOf(trial)
  const log = trial.events.flatMap((event) => (event.kind === 'script-log' ? [event.text] : []))
  if (isJson) {
    const sent = trial.sent.map(({ to, firstLine }) => ({ to, firstLine }))
    const report = { file, ok: true, steps: passed, ends, sent, lookedUp: trial.lookedUp, log }
    return { text: `${JSON.stringify(report)}\n`, exitCode: 0 }
  }
  const lines = text.split('\n')
  const steps = passed.map((entry) => printStep(entry, lines[entry.line - 1] ?? ''))
  return { text: [...steps, ...log.map((line) => `  log: ${line}`), ...ends, ''].join('\n'), exitCode: 0 }
}

function printStep({ line, column, depth, kind, name, result }: Passed, source: string): string {
  const shown =
    kind === 'test'
      ? source.trim().replace(/\s*\{$/, '')
      : (/^\w+(\s*\((?:"[^"]*"|[^")])*\))?/.exec(source.slice(column - 1))?.[0] ?? name)
  const told = typeof result === 'number' ? (result > 0 ? 'true' : result < 0 ? 'false' : 'stops') : result
  const number = typeof result === 'number' ? ` (${result})` : ''
  return `${String(line).padStart(5)}  ${'  '.repeat(depth)}${shown}  → ${told ?? 'no result'}${number}`
}

/** What comes of the message, one sentence for each thing. */
export function endsOf({ sent, lookedUp }: TrialOutcome): string[] {
  const ends = sent.map(({ to, firstLine }) => {
    const [, status] = /^SIP\/2\.0 (.*)$/.exec(firstLine) ?? []
    return status === undefined ? `Relayed to ${to}: ${firstLine}` : `Answered to ${to}: ${status}`
  })
  for (const name of lookedUp) ends.push(`Relayed once ${name} is looked up in the DNS.`)
  return ends.length === 0 ? ['Dropped: neither answered nor relayed.'] : ends
}
