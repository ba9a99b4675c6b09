import { recogniseForeign } from './dialect.ts'
import type { Token } from './lex.ts'
import type { Findings, Place } from './problem.ts'
import { shown } from './problem.ts'
import { isReserved } from './words.ts'

/** Deeper nesting than this is a mistake or an attack; it keeps recursion far from the end of the stack. */
export const deepestNesting = 200

/**
 * Walks over the tokens of a script. The parsing functions give undefined after they have reported a problem;
 * whoever can go on from there skips to the next place where something new begins.
 */
export class TokenReader {
  readonly #tokens: readonly Token[]
  readonly #findings: Findings
  #at = 0
  #depth = 0

  constructor(tokens: readonly Token[], findings: Findings) {
    this.#tokens = tokens
    this.#findings = findings
  }

  get position(): number {
    return this.#at
  }

  get token(): Token {
    return this.peek(0)
  }

  peek(ahead: number): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] as Token
  }

  isEnd(): boolean {
    return this.token.kind === 'end'
  }

  isSign(sign: string, ahead = 0): boolean {
    const token = this.peek(ahead)
    return token.kind === 'sign' && token.name === sign
  }

  isWord(word: string, ahead = 0): boolean {
    const token = this.peek(ahead)
    return token.kind === 'word' && token.name === word
  }

  /** A word that is no word of the language itself. */
  isFreeWord(ahead = 0): boolean {
    const token = this.peek(ahead)
    return token.kind === 'word' && !isReserved(token.name)
  }

  next(): Token {
    const token = this.token
    if (token.kind !== 'end') this.#at++
    return token
  }

  takeSign(sign: string): boolean {
    if (!this.isSign(sign)) return false
    this.#at++
    return true
  }

  /** Takes the sign, or reports that it is missing. */
  expectSign(sign: string, after: string): boolean {
    if (this.takeSign(sign)) return true
    this.unexpected(`${sign} is missing after ${after}`, `Write ${sign} before this.`, 'missing-sign')
    return false
  }

  report(code: string, message: string, remedy: string, at: Place = this.token): undefined {
    this.#findings.problem('syntax', at, code, message, remedy)
  }

  warn(code: string, message: string, remedy: string, at: Place = this.token): void {
    this.#findings.warning(at, code, message, remedy)
  }

  /** Reports the token at hand; a token of another dialect is called by its name. */
  unexpected(what: string, remedy: string, code = 'unexpected-token'): undefined {
    const token = this.token
    const foreign = token.kind === 'foreign' ? recogniseForeign(token.name) : undefined
    if (foreign !== undefined) {
      const message = `${shown(token.written)} belongs to ${foreign.dialect}; SER 0.9 does not have it.`
      return this.report('other-dialect', message, foreign.remedy)
    }
    if (this.isSign('-') && this.peek(1).kind === 'number') {
      const message = 'SER 0.9 has no negative numbers.'
      return this.report('negative-number', message, 'Write a number of 0 or more.')
    }
    if (this.isSign('/') && this.isSign('/', 1)) {
      return this.report('slash-comment', '// begins no comment here.', 'Begin comments with # instead.')
    }
    return this.report(code, `${what}; here stands ${describe(token)}.`, remedy)
  }

  /** Runs one level deeper, or gives up the whole file when it is nested too deeply. */
  nested<T>(parse: () => T | undefined): T | undefined {
    if (this.#depth >= deepestNesting) {
      const message = `Blocks and conditions are nested more than ${String(deepestNesting)} deep.`
      this.#findings.lastProblem(
        this.token,
        'nested-too-deeply',
        message,
        'Split the block into routes of its own.',
      )
      this.#at = this.#tokens.length - 1
      return undefined
    }
    this.#depth++
    const parsed = parse()
    this.#depth--
    return parsed
  }
}

export function describe(token: Token): string {
  if (token.kind === 'end') return 'the end of the file'
  return token.kind === 'string' ? `the text ${shown(token.name)}` : shown(token.written)
}
