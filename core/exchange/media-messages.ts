import type { Octets } from '../lib/octets.ts'
import type { Header, SipRequest, SipResponse } from '../sip/index.ts'
import { findHeader, headerValue, makeHeader, parseNameAddrs } from '../sip/index.ts'
import type { DescriptionPart } from '../sdp/index.ts'
import { editsOfPart, findDescription, applyTextEdits } from '../sdp/index.ts'

/** The session description of a message; undefined where it has none that can be read. */
export function descriptionOf(message: SipRequest | SipResponse): Octets | undefined {
  const part = partOf(message)
  return part === undefined ? undefined : message.body.slice(part.at, part.at + part.length)
}

/** The same request with another description: the lengths follow, all else keeps its octets. */
export function withDescription(request: SipRequest, text: Octets): SipRequest {
  const body = bodyWith(request, text)
  const headers = request.headers.map((header): Header =>
    header.name === 'content-length'
      ? makeHeader(header.name, 'Content-Length', String(body.length))
      : header,
  )
  return { ...request, headers, body }
}

/** The octets of the same response with another description. */
export function responseWithDescription(response: SipResponse, text: Octets): Octets {
  const body = bodyWith(response, text)
  let head = response.octets.slice(0, response.octets.length - response.body.length)
  const length = findHeader(response, 'content-length')
  if (length !== undefined) head = head.replace(length.line, () => `Content-Length: ${body.length}\r\n`)
  return head + body
}

/** URI of the first Contact. */
export function contactOf(message: SipRequest | SipResponse): Octets | undefined {
  const contacts = parseNameAddrs(message.headers, 'contact')
  return typeof contacts === 'string' ? undefined : contacts[0]?.uri
}

function bodyWith(message: SipRequest | SipResponse, text: Octets): Octets {
  const part = partOf(message)
  if (part === undefined) return message.body
  return applyTextEdits(message.body, editsOfPart(part, [{ at: 0, remove: part.length, insert: text }]))
}

function partOf(message: SipRequest | SipResponse): DescriptionPart | undefined {
  if (message.body === '') return undefined
  const encoding = findHeader(message, 'content-encoding')
  if (encoding !== undefined && headerValue(encoding).toLowerCase() !== 'identity') return undefined
  const type = findHeader(message, 'content-type')
  return findDescription(type === undefined ? '' : headerValue(type), message.body)
}
