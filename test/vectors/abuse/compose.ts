import type { Octets } from '../../../core/lib/octets.ts'
import { lab } from '../lab.ts'
import { head, text } from '../vector.ts'

type UsualLine =
  'Via' | 'Max-Forwards' | 'From' | 'To' | 'Call-ID' | 'CSeq' | 'Contact' | 'Content-Type' | 'Content-Length'

/** An honest request, and in what it departs from honesty. */
export interface Shape {
  readonly method: string
  readonly requestUri?: string
  readonly startLine?: Octets
  /** Whole lines in place of the usual ones; an empty string leaves that line out. */
  readonly lines?: Partial<Record<UsualLine, Octets>>
  /** Whole lines added before Content-Length. */
  readonly extra?: readonly Octets[]
  readonly body?: Octets
}

const SOURCE = `${lab.source.host}:${lab.source.port}`

/** Who is called in every abuse message that is to be forwarded. */
export const CALLED = 'sip:bob@example.com'

/** The address-of-record a REGISTER of that id is about: each has its own, so bindings never mix. */
export function registrantOf(id: string): string {
  return `sip:${id.toLowerCase()}@example.com`
}

/** The message of that id (`AM01` …): identifiers, From and Via come from the id, the rest from the shape. */
export function compose(id: string, shape: Shape): Octets {
  const key = id.toLowerCase()
  const isRegister = shape.method === 'REGISTER'
  const caller = isRegister ? registrantOf(id) : 'sip:mallory@example.net'
  const requestUri = shape.requestUri ?? (isRegister ? 'sip:example.com' : CALLED)
  const body = shape.body ?? ''
  const usual: Record<UsualLine, Octets> = {
    Via: `Via: SIP/2.0/UDP ${SOURCE};branch=z9hG4bK${key};rport`,
    'Max-Forwards': 'Max-Forwards: 70',
    From: `From: <${caller}>;tag=${key}tag`,
    To: `To: <${isRegister ? caller : CALLED}>`,
    'Call-ID': `Call-ID: ${key}@${lab.source.host}`,
    CSeq: `CSeq: 1 ${shape.method}`,
    Contact: `Contact: <sip:${isRegister ? key : 'mallory'}@${SOURCE}>`,
    'Content-Type': body === '' ? '' : 'Content-Type: application/sdp',
    'Content-Length': `Content-Length: ${body.length}`,
  }
  const { 'Content-Length': length, ...first } = { ...usual, ...shape.lines }
  const lines = [...Object.values(first), ...(shape.extra ?? []), length].filter((line) => line !== '')
  return head(shape.startLine ?? `${shape.method} ${requestUri} SIP/2.0`, ...lines) + body
}

/** An offer of one G.711 stream; `lines` replaces everything from the c= line on. */
export function offer(...lines: readonly Octets[]): Octets {
  const rest =
    lines.length > 0
      ? lines
      : [`c=IN IP4 ${lab.source.host}`, 't=0 0', 'm=audio 17000 RTP/AVP 0', 'a=rtpmap:0 PCMU/8000']
  return text('v=0', `o=mallory 1 1 IN IP4 ${lab.source.host}`, 's=-', ...rest)
}
