import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Octets } from '../lib/octets.ts'
import { Failure, codeOf } from './failure.ts'

/** A problem of a script as people read it; the shape is the script room's. */
export interface ShownProblem {
  readonly line: number
  readonly column: number
  readonly message: string
  readonly consequence?: string
  readonly remedy: string
}

/** Octets of a script. Throws a `Failure` when it can't be read. */
export function readScript(path: string): Octets {
  try {
    return readFileSync(path, 'latin1')
  } catch (error) {
    throw new Failure(`The script ${path} can't be read (${codeOf(error)}): correct the path, or its rights.`)
  }
}

/** `ser.cfg:12:5: what is wrong. What comes of it. What to write instead.` */
export function printProblem(path: string, problem: ShownProblem): string {
  const { line, column, message, consequence = '', remedy } = problem
  const sentences = [message, consequence, remedy].map(sentence).filter((text) => text !== '')
  return `${path}:${line}:${column}: ${sentences.join(' ')}`
}

/** The script that runs while nothing has been set up; it is shipped beside the program. */
export function helloWorldPath(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  for (let up = 0; up < 4; up++) {
    const path = join(folder, 'resources', 'scripts', 'hello-world.cfg')
    if (existsSync(path)) return path
    folder = dirname(folder)
  }
  throw new Failure(
    'The shipped script hello-world.cfg is missing: install Sidetone again, or give one with --script.',
  )
}

function sentence(text: string): string {
  return text === '' || /[.!?]$/.test(text) ? text : `${text}.`
}
