import type { Octets } from '../lib/octets.ts'

/** Character classes of RFC 3261 §25.1, one bit each, looked up by octet. */
const TOKEN = 1
const DIGIT = 2
const HEX = 4
const HOST = 8
const USER = 16
const PARAMETER = 32
const QUERY = 64

const classes = new Uint8Array(256)
const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const mark = "-_.!~*'()"
allow(alphanumeric + "-.!%*_+`'~", TOKEN)
allow('0123456789', DIGIT)
allow('0123456789abcdefABCDEF', HEX)
// An underscore is no host name character by the RFC, yet names of machines on office networks have it.
allow(alphanumeric + '-._', HOST)
allow(alphanumeric + mark + '%&=+$,;?/:', USER)
allow(alphanumeric + mark + '%[]/:&+$=', PARAMETER)
allow(alphanumeric + mark + '%[]/?:+$=&', QUERY)

function allow(characters: string, bit: number): void {
  for (let i = 0; i < characters.length; i++) {
    const code = characters.charCodeAt(i)
    classes[code] = (classes[code] as number) | bit
  }
}

export function isToken(text: Octets, from: number, to: number): boolean {
  return allOf(text, from, to, TOKEN) && to > from
}

export function isTokenOctet(code: number): boolean {
  return ((classes[code] ?? 0) & TOKEN) !== 0
}

export function isDigits(text: Octets, from: number, to: number): boolean {
  return allOf(text, from, to, DIGIT) && to > from
}

export function isHostText(text: Octets, from: number, to: number): boolean {
  return allOf(text, from, to, HOST) && to > from
}

export function isUserText(text: Octets, from: number, to: number): boolean {
  return allOf(text, from, to, USER)
}

/** uri-parameters with their `;` and `=`. Angle brackets, quotes and spaces are what must not pass. */
export function isParameterText(text: Octets, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i)
    if (code !== 0x3b && ((classes[code] ?? 0) & PARAMETER) === 0) return false
  }
  return true
}

export function isQueryText(text: Octets, from: number, to: number): boolean {
  return allOf(text, from, to, QUERY)
}

export function isHex(code: number): boolean {
  return ((classes[code] ?? 0) & HEX) !== 0
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/** End of the token that begins at `at`; equals `at` where there is none. */
export function tokenEnd(text: Octets, at: number): number {
  let i = at
  while (i < text.length && ((classes[text.charCodeAt(i)] ?? 0) & TOKEN) !== 0) i++
  return i
}

export function skipSpace(text: Octets, at: number): number {
  let i = at
  while (i < text.length && isSpace(text.charCodeAt(i))) i++
  return i
}

export function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09
}

/** Position behind the closing quote of the quoted string that opens at `at`; -1 where it never closes or holds a control. */
export function quotedEnd(text: Octets, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x5c) i++
    else if (code === 0x22) return i + 1
    else if (code < 0x20 && code !== 0x09) return -1
  }
  return -1
}

export function equalsIgnoringCase(a: string, b: string): boolean {
  return a === b || (a.length === b.length && a.toLowerCase() === b.toLowerCase())
}

/** An unsigned decimal of at most `limit`; undefined for anything else. Leading zeros are allowed. */
export function readUnsigned(text: Octets, limit: number): number | undefined {
  return readDigits(text, 0, text.length, limit)
}

/** The same of a part of the text. */
export function readDigits(text: Octets, from: number, to: number, limit: number): number | undefined {
  if (from >= to) return undefined
  let value = 0
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i)
    if (!isDigit(code)) return undefined
    value = value * 10 + code - 0x30
    if (value > limit) return undefined
  }
  return value
}

function allOf(text: Octets, from: number, to: number, bit: number): boolean {
  for (let i = from; i < to; i++) if (((classes[text.charCodeAt(i)] ?? 0) & bit) === 0) return false
  return true
}
