import { createHash } from 'node:crypto'
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import type { Finding, Gives, ScriptView } from '../api/index.ts'
import { vocabulary } from '../modules/index.ts'
import { explainScript, loadScript, type Problem } from '../script/index.ts'
import { Refused } from './contract-door.ts'
import { codeOf } from './failure.ts'

export interface ScriptDeskParts {
  readonly path: string
  readonly isShipped: boolean
  /** Runs what the file says. False: it can't be run, and the old one goes on. */
  readonly reload: () => boolean
}

/** Whole scripts are kept to go back to. */
const MOST_STEPS_BACK = 20

/** Reads, checks, applies and takes back the routing script for a window. */
export class ScriptDesk {
  readonly #parts: ScriptDeskParts
  readonly #before: Buffer[] = []

  constructor(parts: ScriptDeskParts) {
    this.#parts = parts
  }

  read(): ScriptView {
    return this.#view(this.#bytes())
  }

  check(text: string): Gives<'check-script'> {
    const octets = octetsOf(text)
    const { problems, warnings } = loadScript(octets, vocabulary)
    const lines = explainScript(octets, vocabulary)
    return {
      problems: problems.map(finding),
      warnings: warnings.map(finding),
      lines: lines.map((line) => ({ ...line, text: textOf(line.text), rests: textOf(line.rests) })),
    }
  }

  apply(text: string, revision: string): ScriptView {
    this.#refuseShipped()
    const before = this.#bytes()
    if (revisionOf(before) !== revision) throw new Refused('script-changed', this.#parts.path)
    this.#write(Buffer.from(text, 'utf8'), before)
    this.#before.push(before)
    if (this.#before.length > MOST_STEPS_BACK) this.#before.shift()
    return this.read()
  }

  undo(): ScriptView {
    this.#refuseShipped()
    const before = this.#before.at(-1)
    if (before === undefined) throw new Refused('nothing-to-undo')
    this.#write(before, this.#bytes())
    this.#before.pop()
    return this.read()
  }

  #refuseShipped(): void {
    if (this.#parts.isShipped) throw new Refused('script-is-shipped', this.#parts.path)
  }

  /** A script that can't be run is never written; one that was written but not taken up is put back. */
  #write(bytes: Buffer, before: Buffer): void {
    const [problem] = loadScript(bytes.toString('latin1'), vocabulary).problems
    if (problem !== undefined) {
      throw new Refused('script-has-problems', `${problem.line}:${problem.column} ${textOf(problem.message)}`)
    }
    this.#replaceFile(bytes)
    if (this.#parts.reload()) return
    this.#replaceFile(before)
    throw new Refused('script-has-problems', this.#parts.path)
  }

  /** Whoever reads meanwhile sees the old text or the new one, never half of one. */
  #replaceFile(bytes: Buffer): void {
    const { path } = this.#parts
    const half = `${path}.${process.pid}.new`
    try {
      writeFileSync(half, bytes, { mode: statSync(path).mode & 0o777, flush: true })
      renameSync(half, path)
    } catch (error) {
      throw new Refused('script-unwritable', `${path} (${codeOf(error)})`)
    }
  }

  #bytes(): Buffer {
    try {
      return readFileSync(this.#parts.path)
    } catch (error) {
      throw new Refused('script-unreadable', `${this.#parts.path} (${codeOf(error)})`)
    }
  }

  #view(bytes: Buffer): ScriptView {
    const { path, isShipped } = this.#parts
    return {
      path,
      text: textOf(bytes.toString('latin1')),
      revision: revisionOf(bytes),
      isShipped,
      canUndo: this.#before.length > 0,
    }
  }
}

function finding({ line, column, code, message, remedy }: Problem): Finding {
  return { line, column, code, message: textOf(message), remedy: textOf(remedy) }
}

function octetsOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** A script of the old days may be latin1. */
function textOf(octets: string): string {
  const bytes = Buffer.from(octets, 'latin1')
  const text = bytes.toString('utf8')
  return text.includes('\ufffd') ? octets : text
}

function revisionOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
