import type { Run } from '../exchange/index.ts'
import type { ModuleSpec, Refused, Settings, Step } from '../script/index.ts'
import { inFailure, inReply, inRequest } from '../script/index.ts'
import { printFormat, readFormat } from './xlog-format.ts'

const anywhere = inRequest | inFailure | inReply
const defaultLineOctets = 4096
const debugLevel = 4

/** SER tells the levels apart by their third letter alone, so that `L_WARNING` is a level too. */
const levels: ReadonlyMap<string, number> = new Map([
  ['A', -3],
  ['C', -2],
  ['E', -1],
  ['W', 1],
  ['N', 2],
  ['I', 3],
  ['D', debugLevel],
])

/** Log lines with parts of the message in them. */
export const xlog: ModuleSpec<Run> = {
  name: 'xlog',
  summary: 'writes log lines that hold parts of the message',
  parameters: [
    {
      name: 'buf_size',
      type: 'number',
      default: defaultLineOctets,
      meaning: 'Length in bytes at which a log line is cut off.',
    },
  ],
  commands: [
    {
      name: 'xlog',
      takes: ['level', 'format'],
      blocks: anywhere,
      explanation: 'Writes a log line of level {0}: {1}',
      rests: 'module xlog',
      prepare([name, format], settings) {
        const level = readLevel(name ?? '')
        return typeof level === 'number' ? prepareLine(level, format ?? '', settings) : level
      },
    },
    {
      name: 'xdbg',
      takes: ['format'],
      blocks: anywhere,
      explanation: 'Writes a log line of level L_DBG: {0}',
      rests: 'module xlog',
      prepare: ([format], settings) => prepareLine(debugLevel, format ?? '', settings),
    },
  ],
  refuse(settings) {
    if (settings.get('buf_size') !== 0) return undefined
    return { refused: 'modparam("xlog", "buf_size", 0) leaves no room for any line.', remedy: 'Write 4096.' }
  },
}

function readLevel(text: string): number | Refused {
  const level = text.startsWith('L_') ? levels.get(text.charAt(2)) : undefined
  if (level !== undefined) return level
  return {
    refused: `"${text}" is no level.`,
    remedy: 'Write L_ALERT, L_CRIT, L_ERR, L_WARN, L_NOTICE, L_INFO or L_DBG.',
  }
}

function prepareLine(level: number, text: string, settings: Settings): Step<Run> | Refused {
  const format = readFormat(text)
  if ('refused' in format) return format
  const mostOctets = Number(settings.get('buf_size') ?? defaultLineOctets)
  return (run) => {
    const { core } = run.exchange
    if (level > (core.program.globals.number('debug') ?? 0)) return 1
    core.emit({ kind: 'script-log', level, text: printFormat(format, run, mostOctets) })
    return 1
  }
}
