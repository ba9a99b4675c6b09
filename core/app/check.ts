import { vocabulary } from '../modules/index.ts'
import { adviseScript, loadScript } from '../script/index.ts'
import { Failure } from './failure.ts'
import type { CheckOptions } from './options.ts'
import { printProblem, readScript } from './script-file.ts'

export interface Outcome {
  readonly text: string
  readonly exitCode: number
}

interface Finding {
  readonly line: number
  readonly column: number
  readonly stage: string
  readonly code: string
  readonly message: string
  readonly consequence?: string
  readonly remedy: string
}

interface FileReport {
  readonly file: string
  readonly ok: boolean
  readonly errors: readonly Finding[]
  readonly warnings: readonly Finding[]
}

/** `sidetone check`: what to print on stdout, and 0 when every file can be run. */
export function runCheck(options: CheckOptions): Outcome {
  const reports = options.files.map(checkFile)
  const text = reports
    .map((report) => (options.isJson ? `${JSON.stringify(report)}\n` : printReport(report)))
    .join('')
  return { text, exitCode: reports.every((report) => report.ok) ? 0 : 1 }
}

function checkFile(file: string): FileReport {
  let text: string
  try {
    text = readScript(file)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const [message = '', remedy = ''] = error.message.split(/: (?=correct)/)
    const unreadable = {
      line: 1,
      column: 1,
      stage: 'syntax',
      code: 'unreadable-file',
      message: `${message}.`,
      remedy: `C${remedy.slice(1)}`,
    }
    return { file, ok: false, errors: [unreadable], warnings: [] }
  }
  const { problems, warnings } = loadScript(text, vocabulary)
  const advice = problems.length === 0 ? adviseScript(text, vocabulary) : []
  const all = [...warnings, ...advice].sort((a, b) => a.line - b.line || a.column - b.column)
  return { file, ok: problems.length === 0, errors: problems.map(plain), warnings: all.map(withConsequence) }
}

/** A warning whose message says all has no consequence of its own. */
function withConsequence(finding: Finding): Finding {
  return { ...plain(finding), consequence: finding.consequence ?? '' }
}

/** The fields that the command line promises, in their order, whatever else the script room adds. */
function plain({ line, column, stage, code, message, remedy }: Finding): Finding {
  return { line, column, stage, code, message, remedy }
}

function printReport(report: FileReport): string {
  const lines = [
    ...report.errors.map((finding) => `error: ${printProblem(report.file, finding)}`),
    ...report.warnings.map((finding) => `warning: ${printProblem(report.file, finding)}`),
    `${report.file}: ${report.ok ? 'can be run' : 'can not be run'} (${report.errors.length} errors, ${report.warnings.length} warnings)`,
  ]
  return `${lines.join('\n')}\n`
}
