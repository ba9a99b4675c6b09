import type { Octets } from '../lib/octets.ts'
import type { Header } from './message.ts'
import { findHeader, headerValue } from './message.ts'
import { quotedEnd } from './scan.ts'

/** A request as it was sent: our own Via on top, the Request-URI and the Routes of that branch. */
export interface SentRequest {
  readonly uri: Octets
  readonly headers: readonly Header[]
}

/**
 * The ACK of a 3xx–6xx, RFC 3261 §17.1.1.3, ready to be sent where the INVITE went.
 * @param request the INVITE as it was sent
 * @param response whatever answered it: its To carries the tag
 */
export function buildAck(request: SentRequest, response: { readonly headers: readonly Header[] }): Octets {
  return printCompanion('ACK', request, findHeader(response, 'to'))
}

/**
 * A request that goes the way of another one, on the same branch and with the same sequence number: ACK and CANCEL.
 * Headers are copied byte for byte, the hop count too. It carries no credentials: it travels one hop and is never challenged.
 */
export function printCompanion(method: string, request: SentRequest, to: Header | undefined): Octets {
  const { headers } = request
  let result = `${method} ${request.uri} SIP/2.0\r\nVia: ${topVia(headers)}\r\n`
  for (const header of headers) if (header.name === 'route') result += header.line
  const hops = valueOf(headers, 'max-forwards')
  result += `Max-Forwards: ${hops === '' ? '70' : hops}\r\n`
  result += lineOf(findHeader(request, 'from')) + lineOf(to) + lineOf(findHeader(request, 'call-id'))
  return `${result}CSeq: ${sequenceNumber(headers)} ${method}\r\nContent-Length: 0\r\n\r\n`
}

/** The first Via value; a list may stand in one header (RFC 3261 §7.3.1). */
function topVia(headers: readonly Header[]): Octets {
  const text = valueOf(headers, 'via')
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x2c) return text.slice(0, at).trimEnd()
    if (code === 0x22) at = quotedEnd(text, at) - 1
    // An open quotation hides every comma behind it.
    if (at < 0) return text
  }
  return text
}

function sequenceNumber(headers: readonly Header[]): string {
  const value = valueOf(headers, 'cseq')
  let end = 0
  while (value.charCodeAt(end) >= 0x30 && value.charCodeAt(end) <= 0x39) end++
  return value.slice(0, end)
}

function valueOf(headers: readonly Header[], name: string): Octets {
  const header = findHeader({ headers }, name)
  return header === undefined ? '' : headerValue(header)
}

function lineOf(header: Header | undefined): Octets {
  return header === undefined ? '' : header.line
}
