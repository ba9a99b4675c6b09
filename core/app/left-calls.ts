import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CommandResult, Command } from '../exchange/index.ts'
import type { Log } from '../io/index.ts'
import { codeOf } from './failure.ts'

/** A phone that hears nothing for longer has hung up, and its ports may be somebody else's. */
const longestAbsenceMs = 10_000
const fileName = 'calls-left.json'
const form = 1

type Ask = (command: Command) => Promise<CommandResult>

/** Writes the answered calls down for the process that follows. */
export async function leaveCalls(folder: string, ask: Ask, nowUnixMs: number, log: Log): Promise<void> {
  const result = await ask({ name: 'leave-calls' })
  if (!result.ok) return
  try {
    const text = JSON.stringify({ form, leftAtUnixMs: nowUnixMs, left: result.value })
    const path = join(folder, fileName)
    // Whole or not at all: a process that is killed meanwhile leaves no half of a list.
    writeFileSync(`${path}.new`, text, { mode: 0o600 })
    renameSync(`${path}.new`, path)
  } catch (error) {
    log.line(
      'warn',
      `the calls that go on could not be written down (${codeOf(error)}): they lose their media`,
    )
  }
}

/** Takes up what the process before has left, and deletes the file: it is good for once. */
export async function takeUpCalls(folder: string, ask: Ask, nowUnixMs: number, log: Log): Promise<void> {
  const path = join(folder, fileName)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
    rmSync(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT')
      log.line('warn', `${path} can't be read (${codeOf(error)}); it is left alone`)
    return
  }
  const left = readLeft(text)
  const awayMs = left === undefined ? NaN : nowUnixMs - left.leftAtUnixMs
  if (left === undefined) {
    log.line('warn', `${path} was no list of calls and is deleted`)
    return
  }
  if (!(awayMs >= 0 && awayMs <= longestAbsenceMs)) {
    log.line('info', `${path} was written ${absence(awayMs)} and is deleted: its calls are over`)
    return
  }
  const result = await ask({ name: 'take-up-calls', left: left.left, awayMs })
  if (!result.ok) log.line('warn', `the calls of ${path} are not taken up: ${result.message}`)
}

function absence(awayMs: number): string {
  return awayMs < 0 ? 'at a time that is yet to come' : `too long ago (${Math.round(awayMs / 1000)} s)`
}

function readLeft(text: string): { readonly leftAtUnixMs: number; readonly left: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    const { form: written, leftAtUnixMs, left } = value as Readonly<Record<string, unknown>>
    return written === form && typeof leftAtUnixMs === 'number' ? { leftAtUnixMs, left } : undefined
  } catch {
    return undefined
  }
}
