import type { Octets } from '../lib/octets.ts'
import type { Header, NameAddr, SipMessage } from '../sip/index.ts'
import { headerValue, parseNameAddrs } from '../sip/index.ts'

/** A Contact value and where it stands in the message. */
export interface PlacedContact {
  readonly uri: Octets
  /** Offset of the URI in the message. */
  readonly uriAt: number
  /** Offset behind the whole value, its parameters included. */
  readonly endAt: number
  /** Whether the URI stands in angle brackets. */
  readonly isBracketed: boolean
}

/** One line of a session description (RFC 4566 §5), without its line end. */
export interface DescriptionLine {
  /** The letter in front of the `=`. */
  readonly type: string
  readonly value: Octets
  /** Offset of the line in the message. */
  readonly at: number
}

export interface PlacedDescription {
  readonly lines: readonly DescriptionLine[]
  /** Offset in the message behind its last line. */
  readonly endAt: number
}

/** Every Contact that can be read, in order; `*` is none. */
export function contactsOf(message: SipMessage): PlacedContact[] {
  const places: PlacedContact[] = []
  let at = message.octets.indexOf('\r\n') + 2
  for (const header of message.headers) {
    if (header.name === 'contact') placeContacts(header, at, places)
    at += header.line.length
  }
  return places
}

export function firstContactOf(message: SipMessage): PlacedContact | undefined {
  return contactsOf(message)[0]
}

function placeContacts(header: Header, headerAt: number, places: PlacedContact[]): void {
  if (headerValue(header) === '*') return
  const values = parseNameAddrs([header], 'contact')
  if (typeof values === 'string') return
  let from = header.valueAt
  for (const value of values) {
    const place = placeOf(header.line, from, value)
    if (place === undefined) return
    const endAt = place.end
    places.push({
      uri: value.uri,
      uriAt: headerAt + place.at,
      endAt: headerAt + endAt,
      isBracketed: value.bracketed,
    })
    from = endAt
  }
}

/** A URI holds no blank, so a fold (RFC 3261 §7.3.1) can only stand beside it. */
function placeOf(line: Octets, from: number, value: NameAddr): { at: number; end: number } | undefined {
  const afterName = value.display === '' ? from : line.indexOf(value.display, from) + value.display.length
  const at = line.indexOf(value.bracketed ? `<${value.uri}>` : value.uri, afterName)
  if (at < 0 || afterName < from) return undefined
  const uriAt = value.bracketed ? at + 1 : at
  const behind = uriAt + value.uri.length + (value.bracketed ? 1 : 0)
  const parametersAt = line.indexOf(value.parameters, behind)
  return { at: uriAt, end: parametersAt < 0 ? behind : parametersAt + value.parameters.length }
}

/** The session description of a message: its whole body, or the part of a multipart body that is one. */
export function descriptionOf(message: SipMessage): PlacedDescription | undefined {
  const { body, octets } = message
  if (body === '') return undefined
  const bodyAt = octets.length - body.length
  const header = message.headers.find(({ name }) => name === 'content-type')
  const type = header === undefined ? '' : headerValue(header)
  if (/^application\/sdp\s*(;|$)/i.test(type)) return linesOf(body, 0, body.length, bodyAt)
  const boundary = /^multipart\/.*;\s*boundary\s*=\s*(?:"([^"]+)"|([^\s;]+))/i.exec(type)
  return boundary === null ? undefined : partOf(body, bodyAt, boundary[1] ?? boundary[2] ?? '')
}

/** RFC 2046 §5.1.1. */
function partOf(body: Octets, bodyAt: number, boundary: Octets): PlacedDescription | undefined {
  const delimiter = `--${boundary}`
  for (let at = body.indexOf(delimiter); at >= 0;) {
    const next = body.indexOf(`\r\n${delimiter}`, at)
    if (next < 0) return undefined
    const head = body.indexOf('\r\n\r\n', at)
    if (
      head >= 0 &&
      head < next &&
      /\r\ncontent-type\s*:\s*application\/sdp\s*[;\r]/i.test(body.slice(at, head + 2))
    )
      return linesOf(body, head + 4, next + 2, bodyAt)
    at = next + 2
  }
  return undefined
}

function linesOf(body: Octets, from: number, to: number, bodyAt: number): PlacedDescription {
  const lines: DescriptionLine[] = []
  for (let at = from; at < to;) {
    const found = body.indexOf('\n', at)
    const next = found < 0 || found >= to ? to : found + 1
    const line = body.slice(at, next).replace(/\r?\n$/, '')
    if (line.charAt(1) === '=') lines.push({ type: line.charAt(0), value: line.slice(2), at: bodyAt + at })
    at = next
  }
  return { lines, endAt: bodyAt + to }
}
