/** The appliance can't start or do what was asked, and the user can change that. One sentence with cause and remedy. */
export class Failure extends Error {
  /** 1: refused by the world or the script. 2: wrong words on the command line. 3: not running. */
  readonly exitCode: 1 | 2 | 3
  /** Further lines for people, such as the problems of a script. */
  readonly lines: readonly string[]

  constructor(message: string, exitCode: 1 | 2 | 3 = 1, lines: readonly string[] = []) {
    super(message)
    this.exitCode = exitCode
    this.lines = lines
  }
}

/** The system's word for what went wrong, such as `EACCES`. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return (error as NodeJS.ErrnoException).code ?? error.message
}
