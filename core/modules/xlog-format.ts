import type { Octets } from '../lib/octets.ts'
import type { Run } from '../exchange/index.ts'
import type { Refused } from '../script/index.ts'
import { isFieldName, longName } from './textops-names.ts'
import { headerOf, specifiers } from './xlog-specifiers.ts'
import type { Reader } from './xlog-specifiers.ts'

/** What SER prints where the message has no such thing. */
const absent = '<null>'

/** A format of xlog, made ready at load time. */
export type Format = readonly (Octets | Reader)[]

/** Reads a format; a specifier that there is not is refused. */
export function readFormat(text: string): Format | Refused {
  const parts: (Octets | Reader)[] = []
  let literal = ''
  for (let i = 0; i < text.length;) {
    const c = text.charAt(i)
    if (c !== '%' || text.charAt(i + 1) === '%') {
      literal += c
      i += c === '%' ? 2 : 1
      continue
    }
    const specifier = text.charAt(i + 1) === '{' ? readHeader(text, i + 2) : readTwoLetters(text, i + 1)
    if ('refused' in specifier) return specifier
    parts.push(literal, specifier.read)
    literal = ''
    i = specifier.end
  }
  // Each log line is one event already.
  parts.push(literal.trimEnd())
  return parts.filter((part) => part !== '')
}

/** The line for one message, at most `mostOctets` long. Values cannot break it in two. */
export function printFormat(format: Format, run: Run, mostOctets: number): Octets {
  let line = ''
  for (const part of format) {
    line += typeof part === 'string' ? part : visible(part(run) ?? absent)
    if (line.length >= mostOctets) return line.slice(0, mostOctets)
  }
  return line
}

interface Specifier {
  readonly read: Reader
  /** Behind its last character. */
  readonly end: number
}

function readTwoLetters(text: string, at: number): Specifier | Refused {
  const name = text.slice(at, at + 2)
  const read = specifiers.get(name)
  if (read !== undefined) return { read, end: at + 2 }
  return {
    refused: `there is no specifier %${name}.`,
    remedy: `Use one of ${[...specifiers.keys()].map((known) => `%${known}`).join(' ')}, %{Name} for a header, or %% for the sign itself.`,
  }
}

/** `Name}` or `Name[2]}`; a negative number counts from the last header of that name. */
function readHeader(text: string, at: number): Specifier | Refused {
  const close = text.indexOf('}', at)
  const inner = close < 0 ? '' : text.slice(at, close)
  const bracket = inner.indexOf('[')
  const name = bracket < 0 ? inner : inner.slice(0, bracket)
  const index = bracket < 0 ? '[0]' : inner.slice(bracket)
  if (!isFieldName(name) || !/^\[-?\d{1,4}\]$/.test(index)) {
    return {
      refused: `%{${close < 0 ? text.slice(at) : inner}} is no header.`,
      remedy: 'Write %{Name}, or %{Name[1]} for the second of that name, or %{Name[-1]} for the last.',
    }
  }
  const wanted = longName(name)
  const number = Number(index.slice(1, -1))
  return { read: (run) => headerOf(run, wanted, number), end: close + 1 }
}

/** Control characters as `\r`, `\n` or `\xHH`: whoever sends a message must not write lines of the log. */
function visible(text: Octets): Octets {
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, printControl)
}

function printControl(control: string): string {
  if (control === '\r') return '\\r'
  if (control === '\n') return '\\n'
  return `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`
}
