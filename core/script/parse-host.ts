import { parseAddress } from './address.ts'
import type { TokenReader } from './reader.ts'
import type { Endpoint } from './vocabulary.ts'

export interface Host {
  readonly text: string
  readonly kind: 'address' | 'name'
}

/** An IPv4 or IPv6 address, or a host name made of words, `.` and `-`; undefined after a reported problem. */
export function parseHost(reader: TokenReader): Host | undefined {
  const token = reader.token
  if (token.kind === 'ipv6') return { text: reader.next().name, kind: 'address' }
  if (token.kind === 'number') return parseIpv4(reader)
  if (!reader.isFreeWord()) {
    if (token.kind === 'word') return reservedLabel(reader)
    return reader.unexpected(
      'A host name or an address is expected',
      'Write one, such as 192.0.2.1 or "sip.example.com".',
    )
  }
  const pieces = [reader.next().written]
  while (reader.isSign('.') || reader.isSign('-')) {
    pieces.push(reader.next().name)
    if (!reader.isFreeWord()) return reservedLabel(reader)
    pieces.push(reader.next().written)
  }
  return { text: pieces.join(''), kind: 'name' }
}

export function startsIpv4(reader: TokenReader): boolean {
  return reader.token.kind === 'number' && reader.isSign('.', 1)
}

function reservedLabel(reader: TokenReader): undefined {
  const remedy = 'Write the whole host name in quotation marks.'
  const token = reader.token
  if (token.kind === 'number')
    return reader.unexpected('A label of a host name cannot begin with a digit', remedy)
  if (token.kind !== 'word') return reader.unexpected('A label of the host name is missing', remedy)
  return reader.unexpected(
    'A word of the script language cannot be part of a host name',
    remedy,
    'reserved-word',
  )
}

function parseIpv4(reader: TokenReader): Host | undefined {
  const from = reader.token
  if (!startsIpv4(reader)) {
    const remedy =
      'Write an address such as 192.0.2.1; put a host name that begins with a digit in quotation marks.'
    return reader.unexpected('A host name or an address is expected', remedy)
  }
  const octets: number[] = []
  for (let at = 0; at < 4; at++) {
    if (at > 0 && !reader.takeSign('.')) return badIpv4(reader)
    if (reader.token.kind !== 'number') return badIpv4(reader)
    octets.push(reader.next().value)
  }
  if (octets.some((octet) => octet > 255)) {
    return reader.report(
      'bad-address',
      'A number of this address is above 255.',
      'Write four numbers from 0 to 255.',
      from,
    )
  }
  return { text: octets.join('.'), kind: 'address' }
}

function badIpv4(reader: TokenReader): undefined {
  const remedy =
    'Write four numbers from 0 to 255 with dots; put a host name that begins with a digit in quotation marks.'
  return reader.unexpected('An IPv4 address has four numbers', remedy, 'bad-address')
}

/** `[proto:]host[:port]` of `listen`, `alias` and `force_send_socket`; `*` stands for any. */
export function parseEndpoint(reader: TokenReader): Endpoint | undefined {
  const transport = parseTransport(reader)
  let host = '*'
  if (reader.token.kind === 'string') host = reader.next().name
  else if (!reader.takeSign('*')) {
    const parsed = parseHost(reader)
    if (parsed === undefined) return undefined
    host = parsed.text
  }
  if (!reader.takeSign(':') || reader.takeSign('*')) return { transport, host, port: undefined }
  if (reader.token.kind !== 'number') {
    return reader.unexpected(
      'A port number is expected after :',
      'Write the port, such as 5060.',
      'missing-port',
    )
  }
  const at = reader.token
  const port = reader.next().value
  if (port <= 65535) return { transport, host, port }
  return reader.report(
    'bad-port',
    `${String(port)} is no port number.`,
    'Write a number from 1 to 65535.',
    at,
  )
}

/** One or more endpoints with white space between them; it ends where the next assignment begins. */
export function parseEndpoints(reader: TokenReader): readonly Endpoint[] | undefined {
  const endpoints: Endpoint[] = []
  do {
    const endpoint = parseEndpoint(reader)
    if (endpoint === undefined) return undefined
    endpoints.push(endpoint)
    if (reader.isSign(',')) {
      return reader.report(
        'comma-in-list',
        'The items of this list have no commas between them.',
        'Put only spaces between the items.',
      )
    }
  } while (startsEndpoint(reader))
  return endpoints
}

function startsEndpoint(reader: TokenReader): boolean {
  const { kind } = reader.token
  if (kind === 'number' || kind === 'string' || kind === 'ipv6') return true
  if (reader.isSign('*') || isTransport(reader)) return true
  return reader.isFreeWord() && !reader.isSign('=', 1)
}

function isTransport(reader: TokenReader): boolean {
  return reader.isWord('udp') || reader.isWord('tcp') || reader.isWord('tls')
}

function parseTransport(reader: TokenReader): Endpoint['transport'] {
  if (!reader.isSign(':', 1)) return undefined
  if (reader.isSign('*') && startsHostAfterColon(reader)) {
    reader.next()
    reader.next()
    return undefined
  }
  if (!isTransport(reader)) return undefined
  const transport = reader.next().name as 'udp' | 'tcp' | 'tls'
  reader.next()
  return transport
}

/** `*:host` against `*:5060`: any transport, or any host. */
function startsHostAfterColon(reader: TokenReader): boolean {
  return reader.peek(2).kind !== 'number' || reader.isSign('.', 3)
}

/** An address in the text form that comparisons use, or undefined for a name. */
export function isAddressText(text: string): boolean {
  return parseAddress(text) !== undefined
}
