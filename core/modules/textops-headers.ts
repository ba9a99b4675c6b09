import type { Octets } from '../lib/octets.ts'
import type { Edit, Run } from '../exchange/index.ts'
import type { Refused } from '../script/index.ts'
import { isFieldName, longName } from './textops-names.ts'

/** What every message has exactly once or more, and what the exchange itself writes into each copy. */
const written = new Set(['via', 'from', 'to', 'call-id', 'cseq', 'max-forwards', 'content-length'])
/** What a message cannot be without (RFC 3261 §8.1.1). */
const vital = new Set(['via', 'from', 'to', 'call-id', 'cseq'])

/** Refuses a text that does not consist of whole header lines; they go into messages exactly as they stand. */
export function refuseLines(text: Octets): Refused | undefined {
  if (!text.endsWith('\r\n')) {
    return {
      refused: 'the header has no line end, so it would run into the next one.',
      remedy: 'End the text with \\r\\n, in double quotation marks.',
    }
  }
  const lines = text.slice(0, -2).split('\r\n')
  for (const [index, line] of lines.entries()) {
    const isFold = index > 0 && (line.startsWith(' ') || line.startsWith('\t'))
    const refusal = isFold ? refuseControls(line) : refuseLine(line)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

/** The name of remove_hf and is_present_hf: lower case, compact forms expanded. */
export function readFieldName(text: string): string | Refused {
  if (isFieldName(text)) return longName(text)
  return {
    refused: `"${text}" cannot be the name of a header.`,
    remedy: 'Write the name alone, without a colon, such as "User-Agent".',
  }
}

export function refuseRemoval(name: string): Refused | undefined {
  if (!vital.has(name)) return undefined
  return {
    refused: `a message cannot travel without ${name}.`,
    remedy: 'Change its text with subst or replace instead.',
  }
}

export function hasField(run: Run, name: string): boolean {
  return run.message.headers.some((header) => longName(header.name) === name)
}

/** One edit for each header of that name, folds included. The message in hand stays as it came. */
export function removalsOf(run: Run, name: string): Edit[] {
  const { octets, headers } = run.message
  const edits: Edit[] = []
  let at = octets.indexOf('\r\n') + 2
  for (const header of headers) {
    const end = Math.min(at + header.line.length, octets.length)
    if (longName(header.name) === name) edits.push({ at, remove: end - at, insert: '' })
    at = end
  }
  return edits
}

function refuseLine(line: Octets): Refused | undefined {
  const colon = line.indexOf(':')
  const name = line.slice(0, Math.max(colon, 0)).trimEnd()
  if (!isFieldName(name)) {
    return {
      refused: `${JSON.stringify(line)} is no header line.`,
      remedy: 'Write each line as Name: value, and end it with \\r\\n.',
    }
  }
  if (written.has(longName(name))) {
    return {
      refused: `every message has its ${name} already, and a second one would spoil it.`,
      remedy: 'Change the one that is there with subst or replace.',
    }
  }
  return refuseControls(line)
}

function refuseControls(line: Octets): Refused | undefined {
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i)
    if (code >= 0x20 ? code !== 0x7f : code === 0x09) continue
    const isBreak = code === 0x0a || code === 0x0d
    return {
      refused: `${JSON.stringify(line)} holds ${isBreak ? 'half a line end' : 'a control character'}.`,
      remedy: isBreak ? 'End each line with \\r\\n.' : 'Take it out.',
    }
  }
  return undefined
}
