import type { Octets } from '../lib/octets.ts'
import type { Header, NameAddr } from './message.ts'
import { headerValue } from './message.ts'
import { readParameters } from './parameters.ts'
import { isSpace, isTokenOctet, quotedEnd, skipSpace } from './scan.ts'

/** One value of a From, To, Contact, Route … and the position behind it; a sentence where it is malformed. */
interface Read {
  readonly value: NameAddr
  readonly end: number
}

/** The only value of a From or To. @returns a sentence where it is malformed or where more follows */
export function parseNameAddr(text: Octets): NameAddr | string {
  const read = readNameAddr(text, 0)
  if (typeof read === 'string') return read
  return read.end === text.length ? read.value : 'holds more than one value'
}

/** All values of the headers of that name, in order. @returns a sentence where one of them is malformed */
export function parseNameAddrs(headers: readonly Header[], name: string): NameAddr[] | string {
  const values: NameAddr[] = []
  for (const header of headers) {
    if (header.name !== name) continue
    const problem = readList(headerValue(header), values)
    if (problem !== undefined) return problem
  }
  return values
}

function readList(text: Octets, values: NameAddr[]): string | undefined {
  for (let at = 0; ;) {
    const read = readNameAddr(text, at)
    if (typeof read === 'string') return read
    values.push(read.value)
    if (read.end === text.length) return undefined
    if (text.charCodeAt(read.end) !== 0x2c) return 'has something behind its value'
    at = read.end + 1
  }
}

function readNameAddr(text: Octets, from: number): Read | string {
  const at = skipSpace(text, from)
  let i = at
  let displayEnd = at
  if (text.charCodeAt(at) === 0x22) {
    displayEnd = quotedEnd(text, at)
    if (displayEnd < 0) return 'has a quoted string without its end'
    i = skipSpace(text, displayEnd)
    if (text.charCodeAt(i) !== 0x3c) return 'has a quoted name without a URI in angle brackets'
  } else {
    i = displayNameEnd(text, at)
    if (text.charCodeAt(i) !== 0x3c) return readBareUri(text, at)
    displayEnd = i
    while (displayEnd > at && isSpace(text.charCodeAt(displayEnd - 1))) displayEnd--
  }
  const close = text.indexOf('>', i)
  if (close < 0) return 'has an angle bracket without its end'
  if (close === i + 1) return 'has an empty URI'
  if (!isUriText(text, i + 1, close)) return 'has a space or a bracket inside its URI'
  return finish(text, at, displayEnd, i + 1, close, close + 1, true)
}

/** addr-spec without brackets: ends at `;`, `,` or space, and must not hold a `?` (RFC 3261 §20.10). */
function readBareUri(text: Octets, at: number): Read | string {
  let end = at
  while (end < text.length) {
    const code = text.charCodeAt(end)
    if (code === 0x3b || code === 0x2c || isSpace(code)) break
    if (code === 0x3f) return 'has a URI with a question mark that is not in angle brackets'
    end++
  }
  if (end === at) return 'has no URI'
  if (text.indexOf(':', at) < 0 || text.indexOf(':', at) >= end) return 'has no URI'
  if (!isUriText(text, at, end)) return 'has a malformed URI'
  return finish(text, at, at, at, end, end, false)
}

function finish(
  text: Octets,
  at: number,
  displayEnd: number,
  uriAt: number,
  uriEnd: number,
  parametersAt: number,
  bracketed: boolean,
): Read | string {
  const end = readParameters(text, parametersAt, undefined)
  if (end < 0) return 'has a malformed parameter'
  if (end !== text.length && text.charCodeAt(end) !== 0x2c)
    return 'has something behind its URI that is no parameter'
  let textEnd = end
  while (textEnd > parametersAt && isSpace(text.charCodeAt(textEnd - 1))) textEnd--
  const value = {
    display: text.slice(at, displayEnd),
    uri: text.slice(uriAt, uriEnd),
    parameters: text.slice(skipSpace(text, parametersAt), textEnd),
    bracketed,
    text: text.slice(at, textEnd),
  }
  return { value, end }
}

/** Tokens and spaces up to the first octet that is neither. */
function displayNameEnd(text: Octets, at: number): number {
  let i = at
  while (i < text.length) {
    const code = text.charCodeAt(i)
    const isNameOctet = code === 0x20 || code === 0x09 || code >= 0x80 || isTokenOctet(code)
    if (!isNameOctet) return i
    i++
  }
  return i
}

function isUriText(text: Octets, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i)
    if (code <= 0x20 || code === 0x3c || code === 0x3e || code === 0x22 || code === 0x7f) return false
  }
  return true
}
