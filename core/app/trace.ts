import { vocabulary } from '../modules/index.ts'
import type { Gives } from '../api/index.ts'
import type { Run } from '../exchange/index.ts'
import type { Octets } from '../lib/octets.ts'
import type { Problem, Program, Traced, TracedResult } from '../script/index.ts'
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

interface Course {
  readonly passed: readonly Passed[]
  readonly program: Program<Run> | undefined
  readonly problems: readonly Problem[]
}

/** The script, made ready to note in `passed` each line that runs. */
function noting(text: Octets): Course {
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
  return { passed, program, problems }
}

/** What would come of a call between two numbers, the called one registered. Nothing is sent. */
export function traceText(text: Octets, from: string, to: string): Gives<'trace-script'> {
  const { passed, program, problems } = noting(text)
  if (program === undefined) return { ends: problems.map(({ message }) => message), steps: [] }
  const trial = runTrial(program, {
    method: 'INVITE',
    from,
    to,
    source: { address: '203.0.113.1', port: 5060 },
    isInDialog: false,
    headers: [],
    registered: [to],
    answers: [],
  })
  const lines = text.split('\n')
  const steps = passed.map((entry) => ({
    line: entry.line,
    text: printStep(entry, lines[entry.line - 1] ?? ''),
  }))
  return { ends: endsOf(trial), steps }
}

/** `sidetone trace`: the lines that a trial message passes, each result, and where it ends. Nothing is sent. */
export function runTrace({ file, isJson, request }: TraceOptions): Outcome {
  const text = readScript(file)
  const { passed, program, problems } = noting(text)
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
