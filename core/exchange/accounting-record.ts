import type { Octets } from '../lib/octets.ts'
import type { SipRequest, SipResponse } from '../sip/index.ts'
import { findHeader, headerValue, parseSipUri } from '../sip/index.ts'
import type { Login } from './logins.ts'

/** What one line or row of acc is made of. */
export interface Accounted {
  readonly request: SipRequest
  readonly response: SipResponse | undefined
  readonly status: number
  readonly reason: Octets
  /** The Request-URI as it went. */
  readonly outgoing: Octets
  readonly login: Login | undefined
}

type Field = (record: Accounted) => Octets | undefined

/** The letters of `log_fmt`: the name in the line, and what stands behind it. */
const letters: Readonly<Record<string, readonly [name: string, field: Field]>> = {
  c: ['call_id', ({ request }) => request.callId],
  d: ['to_tag', toTag],
  D: ['r_domain', ({ outgoing }) => parseSipUri(outgoing)?.host],
  f: ['from', ({ request }) => header(request, 'from')],
  F: ['from_uri', ({ request }) => request.from.uri],
  i: ['i-uri', ({ request }) => request.uri],
  m: ['method', ({ request }) => request.method],
  n: ['cseq', ({ request }) => String(request.cseq.number)],
  o: ['o-uri', ({ outgoing }) => outgoing],
  p: ['r_user', ({ outgoing }) => parseSipUri(outgoing)?.user],
  r: ['from_tag', ({ request }) => request.fromTag],
  s: ['code', ({ status }) => String(status)],
  S: ['status', ({ status, reason }) => `${status} ${reason}`.trimEnd()],
  t: ['to', ({ request }) => header(request, 'to')],
  T: ['to_uri', ({ request }) => request.to.uri],
  u: ['user', ({ login }) => login?.credentials.username],
  U: ['uid', ({ login, request }) => login?.credentials.username ?? request.from.uri],
  0: ['from_user', ({ request }) => parseSipUri(request.from.uri)?.user],
  1: ['to_user', ({ request }) => parseSipUri(request.to.uri)?.user],
  X: ['from_domain', ({ request }) => parseSipUri(request.from.uri)?.host],
}

/** The first letter of a format that stands for nothing. */
export function unknownLetter(format: string): string | undefined {
  return Array.from(format).find((letter) => !Object.hasOwn(letters, letter))
}

/** `ACC: transaction answered: method=INVITE, i-uri=…`; what is not there is `n/a`. */
export function accountingLine(lead: string, format: string, record: Accounted): Octets {
  const parts = Array.from(format).map((letter) => {
    const [name, field] = letters[letter] ?? [letter, () => undefined]
    return `${name}=${field(record) ?? 'n/a'}`
  })
  return `ACC: ${lead}${parts.join(', ')}`
}

/** A row in SER's columns. acc names the user of From, missed_calls that of the Request-URI. */
export function accountingRow(record: Accounted, isMissed: boolean, time: string): Record<string, string> {
  const { request, status, reason, outgoing } = record
  const owner = parseSipUri(isMissed ? outgoing : request.from.uri)
  return {
    sip_from: header(request, 'from') ?? '',
    sip_to: header(request, 'to') ?? '',
    sip_status: `${status} ${reason}`.trimEnd(),
    sip_method: request.method,
    i_uri: request.uri,
    o_uri: outgoing,
    from_uri: request.from.uri,
    to_uri: request.to.uri,
    sip_callid: request.callId,
    username: owner?.user ?? '',
    domain: owner?.host ?? '',
    fromtag: request.fromTag ?? '',
    totag: toTag(record) ?? '',
    time,
  }
}

function toTag({ request, response }: Accounted): Octets | undefined {
  return response?.toTag ?? request.toTag
}

function header(request: SipRequest, name: string): Octets | undefined {
  const found = findHeader(request, name)
  return found === undefined ? undefined : headerValue(found)
}
