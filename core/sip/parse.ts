import type { Octets } from '../lib/octets.ts'
import type { Head } from './head.ts'
import { readHead } from './head.ts'
import type {
  CSeq,
  Header,
  Malformed,
  MessageParts,
  NameAddr,
  Parsed,
  SipRequest,
  SipResponse,
  Via,
} from './message.ts'
import { headerValue } from './message.ts'
import { parseNameAddr } from './name-addr.ts'
import { findParameter, readParameters } from './parameters.ts'
import { isDigits, isSpace, isToken, readUnsigned, skipSpace } from './scan.ts'
import type { Uri } from './uri.ts'
import { isSipUri, parseUri } from './uri.ts'
import { mostVias, parseVias } from './via.ts'

/** RFC 3261 §20.16: a CSeq number fits 32 bits. */
const highestCSeq = 2 ** 32 - 1
/** Far above any method in the IANA registry and above RFC 4475's longest. */
const longestMethod = 128
/** As many as Max-Forwards 70 can collect. */
const mostRoutes = 70
const mostCredentials = 64
/** RFC 3261 §20.22. */
const highestMaxForwards = 255

/**
 * Reads one message: a datagram, a frame cut from a stream, or a WebSocket frame.
 * Every octet string gives a value; surplus octets behind the body are left out of it (RFC 3261 §18.3).
 */
export function parseMessage(received: Octets): Parsed {
  const text = withoutLeadingLines(received)
  const lineEnd = text.indexOf('\r\n')
  const line = lineEnd < 0 ? text : text.slice(0, lineEnd)
  if (startsWithVersion(text)) return parseResponse(text, line)
  return parseRequest(text, line)
}

function parseRequest(text: Octets, line: Octets): Parsed {
  if (!looksLikeRequest(line)) return malformed('start-line', 'is no SIP request', undefined, [], true)
  const head = readHead(text, line.length + 2)
  return readRequest(text, line, head)
}

function readRequest(text: Octets, line: Octets, head: Head): Parsed {
  const start = readRequestLine(line)
  if (typeof start === 'string') return refuseRequest(line, head, 'start-line', start)
  if (!start.isVersion2)
    return refuseRequest(line, head, 'start-line', 'asks for a version of SIP other than 2.0', 505)
  const parts =
    head.problem === undefined ? readParts(head, mostVias) : { where: 'header', why: head.problem }
  if ('why' in parts) return refuseRequest(line, head, parts.where, parts.why)
  const uri = mended(start.uri)
  const target = readTarget(uri)
  if (typeof target === 'string') return refuseRequest(line, head, 'request-uri', target)
  const maxForwards = readMaxForwards(head.single.maxForwards)
  if (maxForwards === null) return refuseRequest(line, head, 'max-forwards', 'is no number from 0 to 255')
  if (parts.cseq.method !== start.method) {
    return refuseRequest(
      line,
      head,
      'cseq',
      'names another method than the start line',
      mismatchStatus(start.method),
    )
  }
  const limits = overLimits(head)
  if (limits !== undefined) return refuseRequest(line, head, 'header', limits)
  const length = readContentLength(head.single.contentLength, text.length - head.bodyAt)
  if (typeof length === 'string') return refuseRequest(line, head, 'content-length', length)
  return new Request(text, head, length, parts, start.method, uri, target, maxForwards)
}

/** Classes, not literals joined by spread: the engine builds them several times faster. */
class Message implements MessageParts {
  readonly headers: readonly Header[]
  readonly body: Octets
  readonly via: Via
  readonly vias: readonly Via[]
  readonly from: NameAddr
  readonly fromTag: string | undefined
  readonly to: NameAddr
  readonly toTag: string | undefined
  readonly callId: string
  readonly cseq: CSeq
  readonly octets: Octets

  constructor(text: Octets, head: Head, length: number, parts: Parts) {
    const end = head.bodyAt + length
    this.headers = head.headers
    this.body = text.slice(head.bodyAt, end)
    this.via = parts.vias[0] as Via
    this.vias = parts.vias
    this.from = parts.from.party
    this.fromTag = parts.from.tag
    this.to = parts.to.party
    this.toTag = parts.to.tag
    this.callId = parts.callId
    this.cseq = parts.cseq
    this.octets = end === text.length ? text : text.slice(0, end)
  }
}

class Request extends Message implements SipRequest {
  readonly kind = 'request'
  readonly method: string
  readonly uri: Octets
  readonly target: Uri
  readonly maxForwards: number | undefined

  constructor(
    text: Octets,
    head: Head,
    length: number,
    parts: Parts,
    method: string,
    uri: Octets,
    target: Uri,
    maxForwards: number | undefined,
  ) {
    super(text, head, length, parts)
    this.method = method
    this.uri = uri
    this.target = target
    this.maxForwards = maxForwards
  }
}

class Response extends Message implements SipResponse {
  readonly kind = 'response'
  readonly status: number
  readonly reason: Octets

  constructor(text: Octets, head: Head, length: number, parts: Parts, status: number, reason: Octets) {
    super(text, head, length, parts)
    this.status = status
    this.reason = reason
  }
}

/** RFC 5118 §4.10: three colons are understood, and two are written. */
function mended(uri: Octets): Octets {
  return uri.includes(':::') ? uri.replace(':::', '::') : uri
}

/** The Request-URI, or what is wrong with it. */
function readTarget(text: Octets): Uri | string {
  const uri = parseUri(text)
  if (uri.scheme === undefined) return 'why' in uri ? uri.why : 'is none'
  // RFC 3261 §19.1.5: header parts have no place here, and would smuggle fields into the next request.
  return isSipUri(uri) && uri.headers !== '' ? 'has header fields' : uri
}

function refuseRequest(line: Octets, head: Head, where: string, why: string, status = 400): Malformed {
  // An ACK is never answered (RFC 3261 §17.1.1.3).
  const answer = line.startsWith('ACK ') ? undefined : status
  return malformed(where, why, answer, head.headers, where === 'start-line')
}

function parseResponse(text: Octets, line: Octets): SipResponse | Malformed {
  const refuse = (where: string, why: string): Malformed =>
    malformed(where, why, undefined, [], where === 'start-line')
  const isStatusLine =
    line.slice(0, 8).toUpperCase() === 'SIP/2.0 ' && isDigits(line, 8, 11) && line.length >= 11
  if (!isStatusLine || (line.length > 11 && line.charCodeAt(11) !== 0x20))
    return refuse('start-line', 'is no status line of SIP/2.0')
  const status = Number(line.slice(8, 11))
  if (status < 100 || status > 699) return refuse('start-line', 'has a status outside 100–699')
  const head = readHead(text, line.length + 2)
  if (head.problem !== undefined) return refuse('header', head.problem)
  // Our own Via stands on top of what the request came with.
  const parts = readParts(head, mostVias + 1)
  if ('why' in parts) return refuse(parts.where, parts.why)
  const length = readContentLength(head.single.contentLength, text.length - head.bodyAt)
  if (typeof length === 'string') return refuse('content-length', length)
  return new Response(text, head, length, parts, status, line.slice(12))
}

/** RFC 3261 §7.5: empty lines before the start line are ignored. */
function withoutLeadingLines(text: Octets): Octets {
  let at = 0
  while (text.charCodeAt(at) === 0x0d && text.charCodeAt(at + 1) === 0x0a) at += 2
  return at === 0 ? text : text.slice(at)
}

function startsWithVersion(text: Octets): boolean {
  const isS = (text.charCodeAt(0) | 0x20) === 0x73
  return isS && text.charCodeAt(3) === 0x2f && text.slice(0, 4).toUpperCase() === 'SIP/'
}

/** Anything whose first line ends in `SIP/digits` is owed an answer; the rest is noise or another protocol. */
function looksLikeRequest(line: Octets): boolean {
  if (line.endsWith(' SIP/2.0')) return true
  const slash = line.lastIndexOf('/')
  return (
    slash >= 4 && isSpace(line.charCodeAt(slash - 4)) && line.slice(slash - 3, slash).toUpperCase() === 'SIP'
  )
}

interface RequestLine {
  readonly method: string
  readonly uri: Octets
  readonly isVersion2: boolean
}

/** Exactly one space between the three parts (RFC 3261 §7.1). */
function readRequestLine(line: Octets): RequestLine | string {
  const isVersion2 = line.endsWith(' SIP/2.0') || line.slice(-8).toUpperCase() === ' SIP/2.0'
  const version = isVersion2 ? line.length - 8 : line.lastIndexOf(' ')
  if (version === line.length - 1) return 'has spaces at its end'
  const methodEnd = line.indexOf(' ')
  if (methodEnd < 1 || methodEnd >= version) return 'has no Request-URI'
  if (!isToken(line, 0, methodEnd)) return 'has no valid method'
  if (methodEnd > longestMethod) return `has a method of more than ${longestMethod} characters`
  const uri = line.slice(methodEnd + 1, version)
  if (uri === '' || hasSpace(uri)) return 'has white space in or beside its Request-URI'
  if (uri.charCodeAt(0) === 0x3c) return 'has angle brackets round its Request-URI'
  return { method: line.slice(0, methodEnd), uri, isVersion2 }
}

const methods = new Set(
  'INVITE ACK BYE CANCEL OPTIONS REGISTER PRACK SUBSCRIBE NOTIFY PUBLISH INFO REFER MESSAGE UPDATE'.split(
    ' ',
  ),
)

/** RFC 4475 §3.1.2.18: an unknown method may as well be answered by 501. */
function mismatchStatus(method: string): number {
  return methods.has(method) ? 400 : 501
}

interface Party {
  readonly party: NameAddr
  readonly tag: string | undefined
}

interface Parts {
  readonly vias: readonly Via[]
  readonly from: Party
  readonly to: Party
  readonly callId: string
  readonly cseq: CSeq
}

interface Problem {
  readonly where: string
  readonly why: string
}

/** The fields that every message must have exactly once (RFC 3261 §8.1.1), and the Vias. */
function readParts({ headers, single }: Head, most: number): Parts | Problem {
  if (single.repeated !== undefined) return { where: single.repeated, why: 'stands more than once' }
  const vias = parseVias(headers, most)
  if (typeof vias === 'string') return { where: 'via', why: vias }
  if (vias.length === 0) return missing('via')
  const from = readParty('from', single.from)
  if ('why' in from) return from
  const to = readParty('to', single.to)
  if ('why' in to) return to
  if (single.callId === undefined) return missing('call-id')
  const callId = headerValue(single.callId)
  if (callId === '' || hasSpace(callId)) return { where: 'call-id', why: 'is no word' }
  const cseq = single.cseq === undefined ? missing('cseq') : readCSeq(headerValue(single.cseq))
  return 'why' in cseq ? cseq : { vias, from, to, callId, cseq }
}

function readParty(where: string, header: Header | undefined): Party | Problem {
  if (header === undefined) return missing(where)
  const party = parseNameAddr(headerValue(header))
  if (typeof party === 'string') return { where, why: party }
  const { parameters } = party
  if (parameters === '') return { party, tag: undefined }
  if (parameters.startsWith(';tag=') && !parameters.includes(';', 5))
    return { party, tag: parameters.slice(5) }
  let tags = 0
  readParameters(parameters, 0, (name) => {
    if (name.length === 3 && name.toLowerCase() === 'tag') tags++
  })
  if (tags > 1) return { where, why: 'has two tags' }
  return { party, tag: tags === 0 ? undefined : findParameter(parameters, 'tag') }
}

function readCSeq(text: Octets): CSeq | Problem {
  const where = 'cseq'
  let end = 0
  while (end < text.length && !isSpace(text.charCodeAt(end))) end++
  const number = readUnsigned(text.slice(0, end), highestCSeq)
  if (number === undefined) return { where, why: 'has no number below 2^32' }
  const methodAt = skipSpace(text, end)
  if (!isToken(text, methodAt, text.length)) return { where, why: 'names no method' }
  if (text.length - methodAt > longestMethod)
    return { where, why: `names a method of more than ${longestMethod} characters` }
  return { number, method: text.slice(methodAt) }
}

/** Undefined where absent, null where it is no number in range. */
function readMaxForwards(header: Header | undefined): number | undefined | null {
  return header === undefined ? undefined : (readUnsigned(headerValue(header), highestMaxForwards) ?? null)
}

/** Octets of the body. Without the header the body is all that is left (RFC 3261 §18.3). */
function readContentLength(header: Header | undefined, available: number): number | string {
  if (header === undefined) return available
  const length = readUnsigned(headerValue(header), Number.MAX_SAFE_INTEGER)
  if (length === undefined) return 'is no number of octets'
  return length > available ? 'is more than what was received' : length
}

/** Credentials with more parameters than any scheme has, or more Routes than hops: work for an attacker's sake. */
function overLimits({ headers, single }: Head): string | undefined {
  if (!single.hasRoute && !single.hasCredentials) return undefined
  let routes = 0
  for (const { name, line } of headers) {
    if (name === 'route') routes += countCommas(line) + 1
    else if (
      (name === 'authorization' || name === 'proxy-authorization') &&
      countCommas(line) > mostCredentials
    ) {
      return `has credentials of more than ${mostCredentials} parameters`
    }
  }
  return routes > mostRoutes ? `has more than ${mostRoutes} Route values` : undefined
}

function countCommas(text: Octets): number {
  let count = 0
  for (let at = text.indexOf(','); at >= 0; at = text.indexOf(',', at + 1)) count++
  return count
}

function hasSpace(text: Octets): boolean {
  return text.includes(' ') || text.includes('\t')
}

function missing(where: string): Problem {
  return { where, why: 'is missing' }
}

function malformed(
  where: string,
  why: string,
  status: number | undefined,
  headers: readonly Header[],
  breaksFraming = false,
): Malformed {
  return { kind: 'malformed', where, why, status, headers, breaksFraming }
}
