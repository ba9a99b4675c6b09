import { writeSync } from 'node:fs'
import { pino } from 'pino'

/** From the most to the least serious; `silent` writes nothing. */
export const logLevels = ['silent', 'error', 'warn', 'info', 'debug', 'trace'] as const
export type LogLevel = (typeof logLevels)[number]
export type LineLevel = Exclude<LogLevel, 'silent'>

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

export interface Log {
  /** Whether lines of that level are written; ask before costly fields are put together. */
  writes(level: LineLevel): boolean
  line(level: LineLevel, message: string, fields?: LogFields): void
}

export interface LogOptions {
  readonly level: LogLevel
  /** `json`: one object for each line; `human`: one line of words. */
  readonly form: 'json' | 'human'
  /** Where a line with its line end goes; stderr when absent. */
  readonly write?: (line: string) => void
}

/** Lines are written at once, so that the last ones before a crash are there. */
export function openLog(options: LogOptions): Log {
  const write = options.write ?? writeToStderr
  const isHuman = options.form === 'human'
  const logger = pino(
    { level: options.level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime },
    { write: isHuman ? (line) => write(humanLine(line)) : write },
  )
  return {
    writes: (level) => logger.isLevelEnabled(level),
    line: (level, message, fields) => {
      if (fields === undefined) logger[level](message)
      else logger[level](fields, message)
    },
  }
}

const LEVEL_WORDS: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'WARN',
  50: 'ERROR',
}
const MACHINE_FIELDS = new Set(['level', 'time', 'pid', 'msg'])

/** `14:05:09 WARN  what happened (reason: x, count: 3)`, in local time. */
function humanLine(json: string): string {
  const line = JSON.parse(json) as Record<string, unknown>
  const clock = new Date(textOf(line['time'])).toTimeString().slice(0, 8)
  const word = (LEVEL_WORDS[Number(line['level'])] ?? '').padEnd(5)
  const fields = Object.entries(line).filter(([name]) => !MACHINE_FIELDS.has(name))
  const tail = fields.map(([name, value]) => `${name}: ${printable(textOf(value))}`).join(', ')
  return `${clock} ${word} ${printable(textOf(line['msg']))}${tail === '' ? '' : ` (${tail})`}\n`
}

function textOf(value: unknown): string {
  if (value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** What comes from the network must not steer the terminal: control characters are shown, not sent. */
function printable(text: string): string {
  let shown = ''
  for (const character of text) {
    const code = character.charCodeAt(0)
    const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0)
    shown += isControl ? `\\x${code.toString(16).padStart(2, '0')}` : character
  }
  return shown
}

/** A reader of stderr that is gone or too slow must cost lines, never the appliance. */
function writeToStderr(line: string): void {
  try {
    writeSync(2, line)
  } catch {
    lostLines++
  }
}

let lostLines = 0

/** Lines that could not be written since the start. */
export function lostLogLines(): number {
  return lostLines
}
