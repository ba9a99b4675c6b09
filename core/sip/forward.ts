import type { Octets } from '../lib/octets.ts'
import type { Header, SipRequest, SipResponse } from './message.ts'

/** What a proxy changes in a request that it passes on, RFC 3261 §16.6. */
export interface ForwardChanges {
  readonly uri: Octets
  /** Our own Via, the whole line. */
  readonly via: Octets
  /** The received topmost Via header, stamped. */
  readonly topVia: Header
  /** Record-Route lines to put in front of those that are there, or empty. */
  readonly recordRoute: Octets
  /** Route lines that replace the received ones; undefined keeps them. */
  readonly routes: Octets | undefined
  readonly maxForwards: number
  /** Max-Breadth (RFC 5393 §5.3.3); undefined keeps what is there. */
  readonly maxBreadth: number | undefined
  /** More lines for the end of the head. */
  readonly lines: Octets
}

/** Prints the copy that goes to one target. Headers that are not named in the changes keep their octets and their order. */
export function printForward(request: SipRequest, changes: ForwardChanges): Octets {
  let text: Octets = `${request.method} ${changes.uri} SIP/2.0\r\n${changes.recordRoute}`
  let isTopVia = true
  let { routes } = changes
  let hasLength = false
  for (const header of request.headers) {
    switch (header.name) {
      case 'via':
        text += isTopVia ? changes.via + changes.topVia.line : header.line
        isTopVia = false
        break
      case 'route':
        text += routes ?? header.line
        if (routes !== undefined) routes = ''
        break
      case 'max-forwards':
        text += `Max-Forwards: ${changes.maxForwards}\r\n`
        break
      case 'max-breadth':
        if (changes.maxBreadth === undefined) text += header.line
        break
      case 'content-length':
        hasLength = true
        text += header.line
        break
      default:
        text += header.line
    }
  }
  // A route set that the request did not have (a strict router's Request-URI, RFC 3261 §16.6 step 6).
  text += routes ?? ''
  if (!hasLength) text += `Content-Length: ${request.body.length}\r\n`
  return `${text}${addedFields(request, changes)}\r\n${request.body}`
}

/** Fields for the end of the head: those that the request came without, and the script's. */
function addedFields(request: SipRequest, changes: ForwardChanges): Octets {
  let text = changes.lines
  if (request.maxForwards === undefined) text += `Max-Forwards: ${changes.maxForwards}\r\n`
  if (changes.maxBreadth !== undefined) text += `Max-Breadth: ${changes.maxBreadth}\r\n`
  return text
}

/** A response on its way back: our Via, the topmost value, is taken off (RFC 3261 §16.7 step 3). */
export function printBackward(response: SipResponse): Octets {
  const octets = response.octets
  const top = findTopVia(response)
  const at = octets.indexOf(top.line)
  if (at < 0) return octets
  return octets.slice(0, at) + withoutFirstValue(top, response) + octets.slice(at + top.line.length)
}

function findTopVia(response: SipResponse): Header {
  for (const header of response.headers) if (header.name === 'via') return header
  throw new Error('a parsed response has a Via')
}

function withoutFirstValue(header: Header, response: SipResponse): Octets {
  const comma = header.line.indexOf(',', header.valueAt)
  if (comma < 0) return ''
  const rest = header.line.slice(comma + 1).trimStart()
  return response.vias.length > 1 ? `Via: ${rest}` : ''
}
