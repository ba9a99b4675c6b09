/**
 * SIP text as the test phone reads and writes it: its own few lines, shared with nothing in core/, so that
 * a mistake there can't hide here. Strings hold one byte in each character (latin1).
 */
import { randomUUID } from 'node:crypto'

export interface Place {
  readonly host: string
  readonly port: number
}

export interface PhoneMessage {
  readonly start: string
  /** '' in a response. */
  readonly method: string
  readonly uri: string
  /** 0 in a request. */
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
  readonly callId: string
  readonly cseqNumber: number
  readonly cseqMethod: string
  /** Of the top Via. */
  readonly branch: string
  readonly fromTag: string
  readonly toTag: string
}

const SHORT_NAMES: Readonly<Record<string, string>> = {
  v: 'via',
  f: 'from',
  t: 'to',
  i: 'call-id',
  m: 'contact',
  l: 'content-length',
  c: 'content-type',
}

/** The message in a datagram; a string with the reason when a strict phone would not take it. */
export function readMessage(bytes: string): PhoneMessage | string {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return 'no empty line after the headers'
  const lines = bytes.slice(0, end).split('\r\n')
  const start = lines[0] ?? ''
  const headers: [string, string][] = []
  for (const line of lines.slice(1)) {
    const last = headers.at(-1)
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (!last) return 'folded first header'
      last[1] += ` ${line.trim()}`
      continue
    }
    const colon = line.indexOf(':')
    if (colon < 1) return `header line without a colon: ${line}`
    const name = line.slice(0, colon).trim().toLowerCase()
    headers.push([SHORT_NAMES[name] ?? name, line.slice(colon + 1).trim()])
  }
  return understand(start, headers, bytes.slice(end + 4))
}

const DEMANDED = ['via', 'from', 'to', 'call-id', 'cseq']

function understand(start: string, headers: [string, string][], body: string): PhoneMessage | string {
  const values = new Map(headers.toReversed())
  const first = (name: string): string => values.get(name) ?? ''
  const absent = DEMANDED.find((name) => first(name) === '')
  if (absent !== undefined) return `no ${absent}`
  const length = first('content-length')
  if (length !== '' && Number(length) !== body.length)
    return `Content-Length ${length} of ${body.length} bytes`
  const [, number, cseqMethod = ''] = /^(\d+)[ \t]+(\S+)$/.exec(first('cseq')) ?? []
  const line = readStart(start, cseqMethod)
  if (typeof line === 'string') return line
  return {
    start,
    ...line,
    headers,
    body,
    callId: first('call-id'),
    cseqNumber: Number(number),
    cseqMethod,
    branch: parameter(first('via'), 'branch'),
    fromTag: parameter(first('from'), 'tag'),
    toTag: parameter(first('to'), 'tag'),
  }
}

function readStart(
  start: string,
  cseqMethod: string,
): Pick<PhoneMessage, 'method' | 'uri' | 'status'> | string {
  const [one = '', two = '', three, ...more] = start.split(' ')
  if (one === 'SIP/2.0') return { method: '', uri: '', status: Number(two) }
  if (three !== 'SIP/2.0' || more.length > 0) return `bad request line: ${start}`
  if (cseqMethod !== one) return `CSeq of ${cseqMethod} in a ${one}`
  return { method: one, uri: two, status: 0 }
}

/** All values of a header in order; comma lists are split where the header is one. */
export function valuesOf(message: PhoneMessage, name: string): string[] {
  const listed = name === 'via' || name === 'route' || name === 'record-route' || name === 'contact'
  return message.headers
    .filter(([known]) => known === name)
    .flatMap(([, value]) => (listed ? splitList(value) : [value]))
}

export function firstOf(message: PhoneMessage, name: string): string {
  return valuesOf(message, name)[0] ?? ''
}

function splitList(value: string): string[] {
  const parts: string[] = []
  let depth = 0
  let quoted = false
  let from = 0
  for (let at = 0; at < value.length; at += 1) {
    const char = value[at]
    if (char === '"') quoted = !quoted
    else if (!quoted && char === '<') depth += 1
    else if (!quoted && char === '>') depth -= 1
    else if (!quoted && depth === 0 && char === ',') {
      parts.push(value.slice(from, at).trim())
      from = at + 1
    }
  }
  parts.push(value.slice(from).trim())
  return parts
}

/** A parameter after the addr-spec of a header's value; '' when absent. */
export function parameter(value: string, name: string): string {
  const outside = value.slice(value.lastIndexOf('>') + 1)
  for (const part of outside.split(';').slice(1)) {
    const [key = '', text = ''] = part.split('=', 2)
    if (key.trim().toLowerCase() === name) return text.trim()
  }
  return ''
}

export function addressIn(value: string): string {
  const open = value.indexOf('<')
  return open < 0 ? (value.split(';')[0] ?? '') : value.slice(open + 1, value.indexOf('>', open))
}

export interface RequestParts {
  readonly callId?: string
  readonly user?: string
  readonly cseq?: number
  readonly branch?: string
  readonly fromTag?: string
  /** The whole To value; the Request-URI in angle brackets unless given. */
  readonly to?: string
  readonly from?: string
  readonly contact?: string
  readonly routes?: readonly string[]
  readonly extra?: readonly string[]
  readonly body?: string
}

export function newBranch(): string {
  return `z9hG4bK${randomUUID().replaceAll('-', '')}`
}

/** A whole request with the headers that RFC 3261 §8.1.1 demands; answers are wanted at `self` (RFC 3581). */
export function requestText(self: Place, method: string, uri: string, parts: RequestParts = {}): string {
  const named = { user: 'tester', fromTag: newBranch().slice(7, 17), ...parts }
  const { branch, callId, cseq, routes, extra, body, from, to } = {
    branch: newBranch(),
    callId: randomUUID(),
    cseq: 1,
    routes: [],
    extra: [],
    body: '',
    from: `<sip:${named.user}@${self.host}>;tag=${named.fromTag}`,
    to: `<${uri}>`,
    ...parts,
  }
  const lines = [
    `${method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/UDP ${self.host}:${self.port};rport;branch=${branch}`,
    'Max-Forwards: 70',
    ...routes.map((route) => `Route: ${route}`),
    `From: ${from}`,
    `To: ${to}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} ${method}`,
    ...(parts.contact === undefined ? [] : [`Contact: ${parts.contact}`]),
    ...extra,
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${body.length}`,
  ]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

export interface ResponseParts {
  readonly toTag?: string
  readonly contact?: string
  readonly body?: string
}

/** The answer to a request as RFC 3261 §8.2.6 wants it: Via, From, To, Call-ID, CSeq, Record-Route copied. */
export function responseText(
  request: PhoneMessage,
  status: number,
  reason: string,
  parts: ResponseParts = {},
): string {
  const to = firstOf(request, 'to')
  const tagged = request.toTag === '' && parts.toTag !== undefined ? `${to};tag=${parts.toTag}` : to
  const body = parts.body ?? ''
  const lines = [
    `SIP/2.0 ${status} ${reason}`,
    ...valuesOf(request, 'via').map((via) => `Via: ${via}`),
    ...valuesOf(request, 'record-route').map((route) => `Record-Route: ${route}`),
    `From: ${firstOf(request, 'from')}`,
    `To: ${tagged}`,
    `Call-ID: ${request.callId}`,
    `CSeq: ${request.cseqNumber} ${request.cseqMethod}`,
    ...(parts.contact === undefined ? [] : [`Contact: ${parts.contact}`]),
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${body.length}`,
  ]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

/** The least session description that two ends accept. */
export function plainSession(host: string, mediaPort: number): string {
  return [
    'v=0',
    `o=- 1 1 IN IP4 ${host}`,
    's=-',
    `c=IN IP4 ${host}`,
    't=0 0',
    `m=audio ${mediaPort} RTP/AVP 0`,
    'a=rtpmap:0 PCMU/8000',
    '',
  ].join('\r\n')
}
