import type { Octets } from '../lib/octets.ts'
import type { Uri } from './uri.ts'

/** One header field as it stands in the message; a comma list stays one header. */
export interface Header {
  /** Lower-case long name (`via`, `call-id`); compact forms are expanded. */
  readonly name: string
  /** The whole line with name, folds and final CRLF, byte for byte as received or as we wrote it. */
  readonly line: Octets
  /** Offset in `line` of the first octet behind the colon. */
  readonly valueAt: number
}

/** One Via value, RFC 3261 §20.42. */
export interface Via {
  /** Upper case, `UDP`, `TCP`, `WS` …, or an unknown token as it came. */
  readonly transport: string
  /** Host without brackets, lower case. */
  readonly host: string
  readonly port: number | undefined
  readonly branch: string | undefined
  readonly received: string | undefined
  /** `''` where the parameter stands without a value (RFC 3581 §3), undefined where it is absent. */
  readonly rport: number | '' | undefined
  /** This value alone, as received, without surrounding white space. */
  readonly text: Octets
}

/** A From, To, Contact, Route or Record-Route value, RFC 3261 §20.10. */
export interface NameAddr {
  readonly display: Octets
  /** The URI without its angle brackets. */
  readonly uri: Octets
  /** Header parameters behind the URI, from the first `;`, or empty. */
  readonly parameters: Octets
  /** Whether the URI stood in angle brackets. */
  readonly bracketed: boolean
  /** This value alone, as received, without surrounding white space. */
  readonly text: Octets
}

export interface CSeq {
  readonly number: number
  readonly method: string
}

/** What requests and responses have in common. */
export interface MessageParts {
  readonly headers: readonly Header[]
  readonly body: Octets
  /** Topmost Via. */
  readonly via: Via
  /** All Vias, topmost first. */
  readonly vias: readonly Via[]
  readonly from: NameAddr
  readonly fromTag: string | undefined
  readonly to: NameAddr
  readonly toTag: string | undefined
  readonly callId: string
  readonly cseq: CSeq
  /** The whole message as received, without surplus octets behind a datagram's body. */
  readonly octets: Octets
}

export interface SipRequest extends MessageParts {
  readonly kind: 'request'
  readonly method: string
  /** Request-URI as it stands in the start line. */
  readonly uri: Octets
  /** The same, parsed. */
  readonly target: Uri
  /** Undefined where the header is absent. */
  readonly maxForwards: number | undefined
}

export interface SipResponse extends MessageParts {
  readonly kind: 'response'
  readonly status: number
  readonly reason: Octets
}

export type SipMessage = SipRequest | SipResponse

/** What could not be understood, and how to answer it, if at all. */
export interface Malformed {
  readonly kind: 'malformed'
  /** Which part: `start-line`, `via`, `cseq` … */
  readonly where: string
  /** One sentence for people. */
  readonly why: string
  /** Status to answer with; undefined where nothing may be answered (responses, ACK, noise, no usable Via). */
  readonly status: number | undefined
  /** The headers that could be told apart, for the answer to copy. */
  readonly headers: readonly Header[]
  /** True where a stream cannot be read on: the frame's length is not known for sure. */
  readonly breaksFraming: boolean
}

export type Parsed = SipMessage | Malformed

/** First header of that lower-case name. */
export function findHeader(
  message: { readonly headers: readonly Header[] },
  name: string,
): Header | undefined {
  for (const header of message.headers) if (header.name === name) return header
  return undefined
}

/** The value, trimmed; folds (RFC 3261 §7.3.1) become one space. */
export function headerValue(header: Header): Octets {
  const line = header.line
  let at = header.valueAt
  let end = line.length - 2
  while (at < end && isBlank(line.charCodeAt(at))) at++
  while (end > at && isBlank(line.charCodeAt(end - 1))) end--
  const value = line.slice(at, end)
  return line.indexOf('\n') === line.length - 1 ? value : unfold(value)
}

export function makeHeader(name: string, spelling: string, value: Octets): Header {
  return { name, line: `${spelling}: ${value}\r\n`, valueAt: spelling.length + 1 }
}

function unfold(value: Octets): Octets {
  return value
    .split('\r\n')
    .map((part) => part.trim())
    .join(' ')
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0a
}
