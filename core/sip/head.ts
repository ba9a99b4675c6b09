import type { Octets } from '../lib/octets.ts'
import { knownName } from './header-names.ts'
import type { Header } from './message.ts'
import { isSpace, isToken } from './scan.ts'

/** More header fields than any phone sends; the limit bounds the work that one message can cause. */
const mostHeaders = 1000

/** The fields that may stand only once (RFC 3261 §20), found while the head is split. */
export interface SingleFields {
  from: Header | undefined
  to: Header | undefined
  callId: Header | undefined
  cseq: Header | undefined
  maxForwards: Header | undefined
  contentLength: Header | undefined
  /** Name of one that stands more than once. */
  repeated: string | undefined
  /** Route and credentials stand here, for the limits on them. */
  hasRoute: boolean
  hasCredentials: boolean
}

export interface Head {
  readonly headers: Header[]
  readonly single: SingleFields
  /** Where the body begins. */
  readonly bodyAt: number
  readonly problem: string | undefined
}

/** Splits the header fields that begin at `from`. The end of the text ends the head too: a datagram needs no empty line. */
export function readHead(text: Octets, from: number): Head {
  const headers: Header[] = []
  const single: SingleFields = {
    from: undefined,
    to: undefined,
    callId: undefined,
    cseq: undefined,
    maxForwards: undefined,
    contentLength: undefined,
    repeated: undefined,
    hasRoute: false,
    hasCredentials: false,
  }
  let problem: string | undefined
  let at = from
  while (at < text.length && text.charCodeAt(at) !== 0x0d) {
    const end = lineEnd(text, at)
    if (end < 0)
      return { headers, single, bodyAt: text.length, problem: 'has a line that does not end with CR LF' }
    const header = readHeader(text, at, end)
    if (header === undefined) problem ??= 'has a header field without a valid name'
    else {
      headers.push(header)
      note(single, header)
    }
    if (headers.length > mostHeaders)
      return { headers, single, bodyAt: text.length, problem: `holds more than ${mostHeaders} header fields` }
    at = end
  }
  if (at < text.length && text.charCodeAt(at + 1) !== 0x0a)
    problem ??= 'has a line that does not end with CR LF'
  if (hasNul(text, from, at)) problem ??= 'has a NUL in its header'
  return { headers, single, bodyAt: Math.min(at + 2, text.length), problem }
}

function note(single: SingleFields, header: Header): void {
  switch (header.name) {
    case 'from':
      single.from = only(single, single.from, header)
      break
    case 'to':
      single.to = only(single, single.to, header)
      break
    case 'call-id':
      single.callId = only(single, single.callId, header)
      break
    case 'cseq':
      single.cseq = only(single, single.cseq, header)
      break
    case 'max-forwards':
      single.maxForwards = only(single, single.maxForwards, header)
      break
    case 'content-length':
      single.contentLength = only(single, single.contentLength, header)
      break
    case 'route':
      single.hasRoute = true
      break
    case 'authorization':
    case 'proxy-authorization':
      single.hasCredentials = true
  }
}

function only(single: SingleFields, before: Header | undefined, header: Header): Header {
  if (before !== undefined) single.repeated = header.name
  return header
}

/**
 * Behind the CRLF that ends this field, folded lines (RFC 3261 §7.3.1) included; -1 where a CR or LF stands alone.
 * Only searches for single octets: the engine does these many octets at a time.
 */
function lineEnd(text: Octets, at: number): number {
  let end = at
  do {
    const cr = text.indexOf('\r', end)
    const lf = text.indexOf('\n', end)
    if (cr < 0 && lf < 0) return text.length
    if (lf !== cr + 1 || cr < 0) return -1
    end = lf + 1
  } while (isSpace(text.charCodeAt(end)))
  return end
}

function readHeader(text: Octets, at: number, end: number): Header | undefined {
  const colon = text.indexOf(':', at)
  if (colon <= at || colon >= end) return undefined
  let nameEnd = colon
  while (nameEnd > at && isSpace(text.charCodeAt(nameEnd - 1))) nameEnd--
  const name = knownName(text, at, nameEnd) ?? unknownName(text, at, nameEnd)
  if (name === undefined) return undefined
  const line = text.slice(at, end)
  const isWhole = end !== text.length || text.charCodeAt(end - 1) === 0x0a
  return { name, line: isWhole ? line : `${line}\r\n`, valueAt: colon + 1 - at }
}

function unknownName(text: Octets, from: number, to: number): string | undefined {
  return isToken(text, from, to) ? text.slice(from, to).toLowerCase() : undefined
}

/** NUL has no place in a head, unless as a quoted pair (RFC 3261 §25.1); typed fields refuse the other controls themselves. */
function hasNul(text: Octets, from: number, to: number): boolean {
  for (let at = text.indexOf('\0', from); at >= 0 && at < to; at = text.indexOf('\0', at + 1)) {
    if (text.charCodeAt(at - 1) !== 0x5c) return true
  }
  return false
}
