/** Where something stands in the script; both count from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** Something wrong with a script: where, which cause (a stable kebab-case code), and what to write instead. */
export interface Problem extends Place {
  readonly code: string
  /** `syntax`: the grammar refuses it. `meaning`: well formed, but it cannot be run so. */
  readonly stage: 'syntax' | 'meaning'
  readonly message: string
  /** What comes of it, where the message does not say so itself. */
  readonly consequence?: string
  readonly remedy: string
}

/** Garbage makes a problem of nearly every word; nobody reads further than this. */
const mostProblems = 1000

/** Collects the problems and warnings of one script. */
export class Findings {
  readonly problems: Problem[] = []
  readonly warnings: Problem[] = []
  #isClosed = false

  /** Whether nothing more is taken; then looking for remedies is wasted. */
  get isFull(): boolean {
    return this.#isClosed || this.problems.length >= mostProblems
  }

  problem(stage: Problem['stage'], at: Place, code: string, message: string, remedy: string): void {
    if (this.isFull) return
    this.problems.push({ code, stage, message, remedy, line: at.line, column: at.column })
  }

  warning(at: Place, code: string, message: string, remedy: string): void {
    if (this.warnings.length >= mostProblems) return
    this.warnings.push({ code, stage: 'meaning', message, remedy, line: at.line, column: at.column })
  }

  /** A warning that also says what comes of it. */
  advice(at: Place, { code, message, consequence, remedy }: Omit<Problem, 'stage' | keyof Place>): void {
    if (this.warnings.length >= mostProblems) return
    const { line, column } = at
    this.warnings.push({
      code,
      stage: 'meaning',
      message,
      ...(consequence === undefined ? {} : { consequence }),
      remedy,
      line,
      column,
    })
  }

  /** Reports one last problem and ignores all that follow: the rest of the text can no longer be understood. */
  lastProblem(at: Place, code: string, message: string, remedy: string): void {
    this.problem('syntax', at, code, message, remedy)
    this.#isClosed = true
  }

  sort(): void {
    this.problems.sort(byPlace)
    this.warnings.sort(byPlace)
  }
}

function byPlace(a: Place, b: Place): number {
  return a.line - b.line || a.column - b.column
}

/** Text from a script as it is shown in a sentence: one line, quoted, shortened. */
export function shown(text: string): string {
  const plain = text.slice(0, 60).replace(/[^ -~\u00a1-\uffff]/g, '?')
  return `"${plain}${text.length > 60 ? '…' : ''}"`
}
