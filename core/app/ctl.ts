import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { resolve as absolute } from 'node:path'
import { controlPath, readControlAnswer, type ControlAnswer } from './control-protocol.ts'
import type { CaptureValue } from './call-capture.ts'
import { controlUsage, readControlWords } from './control-words.ts'
import { Failure, codeOf } from './failure.ts'
import type { CtlOptions } from './options.ts'
import { printTable } from './table.ts'

/** A capture of 20 seconds is answered after them. */
const ANSWER_LIMIT_MS = 30_000
const LONGEST_ANSWER_BYTES = 256 << 20

/** `sidetone ctl`: gives what to print on stdout. Throws a `Failure` with the exit code. */
export async function runCtl(options: CtlOptions): Promise<string> {
  const request = readControlWords(options.words)
  if (request.kind === 'usage') throw new Failure(`${request.message}.`, 2, controlUsage)
  const answer = await askAppliance(absolute(options.folder), options.words)
  if (!answer.ok) throw new Failure(`${answer.message} (${answer.code})`)
  const value = request.kind === 'capture' ? keptCapture(request.file, answer.value) : answer.value
  return options.isJson ? `${JSON.stringify(value)}\n` : printTable(value)
}

/** Somebody's voice is in it: for its owner alone. */
function keptCapture(file: string, answered: unknown): unknown {
  const { pcapng, ...value } = answered as CaptureValue
  try {
    writeFileSync(file, Buffer.from(pcapng, 'base64'), { mode: 0o600 })
  } catch (error) {
    throw new Failure(`The capture can't be written to ${file} (${codeOf(error)}): name another file.`)
  }
  return [{ file, ...value }]
}

/** One call to the appliance that owns the folder. Throws a `Failure` with exit code 3 when none runs there. */
export function askAppliance(folder: string, words: readonly string[]): Promise<ControlAnswer> {
  return new Promise((resolve, reject) => {
    const pieces: string[] = []
    let length = 0
    const socket = connect(controlPath(folder))
    socket.setEncoding('utf8')
    socket.setTimeout(ANSWER_LIMIT_MS, () => {
      reject(new Failure(`The Sidetone on ${folder} doesn't answer: see its log, or start it again.`))
      socket.destroy()
    })
    socket.on('connect', () => {
      socket.write(`${JSON.stringify({ words })}\n`)
    })
    socket.on('data', (piece: string) => {
      length += piece.length
      pieces.push(piece)
      if (!piece.endsWith('\n') && length < LONGEST_ANSWER_BYTES) return
      const answer = readControlAnswer(pieces.join(''))
      if (answer === undefined)
        reject(new Failure(`What answers on ${folder} is no Sidetone of this version.`))
      else resolve(answer)
      socket.destroy()
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EACCES' ? notYours(folder) : notRunning(folder))
    })
    socket.on('close', () => {
      reject(notRunning(folder))
    })
  })
}

function notRunning(folder: string): Failure {
  return new Failure(
    `No Sidetone runs on the data folder ${folder}: start it with sidetone serve --data ${folder}.`,
    3,
  )
}

function notYours(folder: string): Failure {
  return new Failure(`The Sidetone on ${folder} belongs to another user: run this command as that user.`)
}
