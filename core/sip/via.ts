import type { Octets } from '../lib/octets.ts'
import type { Header, Via } from './message.ts'
import { headerValue } from './message.ts'
import { parameterValueEnd, readParameters } from './parameters.ts'
import { equalsIgnoringCase, isSpace, readUnsigned, skipSpace, tokenEnd } from './scan.ts'
import type { HostPort } from './uri.ts'
import { readHostPort } from './uri.ts'

/** More Vias than Max-Forwards 70 can ever make are an attack or a loop. */
export const mostVias = 70

/** All Via values, topmost first. @returns a sentence where one is malformed */
export function parseVias(headers: readonly Header[], most = mostVias): Via[] | string {
  const vias: Via[] = []
  for (const header of headers) {
    if (header.name !== 'via') continue
    const text = headerValue(header)
    for (let at = 0; ; at = endOfRead + 1) {
      const via = readVia(text, at)
      if (typeof via === 'string') return via
      vias.push(via)
      if (vias.length > most) return `has more than ${most} values`
      if (endOfRead === text.length) break
    }
  }
  return vias
}

/** Where the last reading function of this file stopped: a second result that costs no object. */
let endOfRead = 0

function readVia(text: Octets, from: number): Via | string {
  const at = skipSpace(text, from)
  const protocolEnd = readProtocol(text, at)
  if (protocolEnd < 0) return 'does not begin with SIP/2.0/TRANSPORT'
  const transportAt = skipSpace(text, protocolEnd + 1)
  const transportEnd = tokenEnd(text, transportAt)
  if (transportEnd === transportAt) return 'names no transport'
  const hostAt = skipSpace(text, transportEnd)
  if (hostAt === transportEnd) return 'names no host'
  const sentBy = readSentBy(text, hostAt)
  if (typeof sentBy === 'string') return sentBy
  const parameters = readViaParameters(text, endOfRead)
  if (typeof parameters === 'string') return parameters
  const end = endOfRead
  if (end !== text.length && text.charCodeAt(end) !== 0x2c) return 'has something behind its parameters'
  const { branch, received, rport } = parameters
  return {
    transport:
      text.startsWith('UDP', transportAt) && transportEnd === transportAt + 3
        ? 'UDP'
        : text.slice(transportAt, transportEnd).toUpperCase(),
    host: sentBy.host,
    port: sentBy.port,
    branch,
    received,
    rport,
    text: text.slice(at, endOfText(text, end)),
  }
}

interface ViaParameters {
  readonly branch: string | undefined
  readonly received: string | undefined
  readonly rport: number | '' | undefined
}

function readViaParameters(text: Octets, at: number): ViaParameters | string {
  let branch: string | undefined
  let received: string | undefined
  let rport: Octets | undefined
  let from = at
  // The usual spelling needs no search for names.
  if (text.startsWith(';branch=', at)) {
    from = parameterValueEnd(text, at + 8)
    if (from < 0) return 'has a malformed parameter'
    branch = text.slice(at + 8, from)
  }
  const end = readParameters(
    text,
    from,
    text.charCodeAt(from) !== 0x3b
      ? undefined
      : (name, value) => {
          if (equalsIgnoringCase(name, 'branch')) branch = value ?? ''
          else if (equalsIgnoringCase(name, 'received')) received = value
          else if (equalsIgnoringCase(name, 'rport')) rport = value ?? ''
        },
  )
  if (end < 0) return 'has a malformed parameter'
  endOfRead = end
  if (branch === '' || branch === 'z9hG4bK') return 'has a branch without a transaction identifier'
  const port = rport === undefined || rport === '' ? rport : readUnsigned(rport, 65535)
  if (rport !== undefined && port === undefined) return 'has an rport that is no port number'
  return { branch, received: received === undefined ? undefined : withoutBrackets(received), rport: port }
}

/** `SIP / 2.0 /` with spaces allowed. @returns the position of the second slash, or -1 */
function readProtocol(text: Octets, at: number): number {
  if (text.startsWith('SIP/2.0/', at)) return at + 7
  const nameEnd = tokenEnd(text, at)
  const first = skipSpace(text, nameEnd)
  if (text.slice(at, nameEnd).toUpperCase() !== 'SIP' || text.charCodeAt(first) !== 0x2f) return -1
  const versionAt = skipSpace(text, first + 1)
  const versionEnd = tokenEnd(text, versionAt)
  const second = skipSpace(text, versionEnd)
  // A foreign version is answered 505 for its start line; its Via only has to be readable.
  return versionEnd > versionAt && text.charCodeAt(second) === 0x2f ? second : -1
}

function readSentBy(text: Octets, at: number): HostPort | string {
  let end = at
  while (end < text.length && !endsSentBy(text.charCodeAt(end))) end++
  const colonAt = skipSpace(text, end)
  if (end === colonAt || text.charCodeAt(colonAt) !== 0x3a) {
    endOfRead = end
    return readHostPort(text, at, end)
  }
  // Space round the colon is legal here (RFC 3261 §25.1, COLON) and rare.
  const portAt = skipSpace(text, colonAt + 1)
  const portEnd = tokenEnd(text, portAt)
  endOfRead = portEnd
  return readHostPort(
    `${text.slice(at, end)}:${text.slice(portAt, portEnd)}`,
    0,
    end - at + 1 + portEnd - portAt,
  )
}

function endsSentBy(code: number): boolean {
  return code === 0x3b || code === 0x2c || isSpace(code)
}

function endOfText(text: Octets, end: number): number {
  let last = end
  while (last > 0 && isSpace(text.charCodeAt(last - 1))) last--
  return last
}

/** RFC 5118 §4.5: both spellings of a received IPv6 address are met. */
function withoutBrackets(address: string): string {
  return address.startsWith('[') && address.endsWith(']') ? address.slice(1, -1) : address
}
