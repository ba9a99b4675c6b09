/**
 * Well-formed messages of the kind RFC 3665 shows, as functions of their variable parts. They seed the fuzzers and
 * feed the benchmarks; nothing in them is unusual.
 */
import type { Octets } from '../../core/lib/octets.ts'
import { head, text } from './vector.ts'

/** The parts that differ from call to call. Ports are numbers, tags and branch carry no prefix. */
export interface Flow {
  readonly domain: string
  readonly caller: string
  readonly called: string
  /** Where the caller's phone is, as its Via and Contact say. */
  readonly host: string
  readonly port: number
  /** Where the called phone is. */
  readonly calledHost: string
  readonly calledPort: number
  /** Without the magic cookie, which is put before it. */
  readonly branch: string
  readonly fromTag: string
  /** Used once there is a dialog. */
  readonly toTag: string
  readonly callId: string
  readonly cseq: number
  readonly rtpPort: number
}

const USUAL: Flow = {
  domain: 'example.com',
  caller: 'alice',
  called: 'bob',
  host: '127.0.0.2',
  port: 5060,
  calledHost: '127.0.0.3',
  calledPort: 5060,
  branch: '74bf9a1c',
  fromTag: '9fxced76sl',
  toTag: '8321234356',
  callId: '3848276298220188511',
  cseq: 1,
  rtpPort: 49_172,
}

/** A whole flow from the few parts a test cares about. */
export function flow(parts: Partial<Flow> = {}): Flow {
  return { ...USUAL, ...parts }
}

/** A phone registers itself for an hour: From and To are the caller. */
export function register(of: Flow, expiresSeconds = 3600): Octets {
  return head(
    `REGISTER sip:${of.domain} SIP/2.0`,
    via(of),
    'Max-Forwards: 70',
    `From: "${of.caller}" <sip:${of.caller}@${of.domain}>;tag=${of.fromTag}`,
    `To: "${of.caller}" <sip:${of.caller}@${of.domain}>`,
    `Call-ID: ${of.callId}@${of.host}`,
    `CSeq: ${of.cseq} REGISTER`,
    contact(of.caller, of.host, of.port),
    `Expires: ${expiresSeconds}`,
    'User-Agent: Deskphone 4.2.1',
    'Content-Length: 0',
  )
}

/** An INVITE of about 780 octets with an offer of G.711. */
export function invite(of: Flow): Octets {
  const offer = session(of.caller, of.host, of.rtpPort)
  return (
    head(
      `INVITE sip:${of.called}@${of.domain} SIP/2.0`,
      via(of),
      'Max-Forwards: 70',
      ...ends(of),
      `CSeq: ${of.cseq} INVITE`,
      contact(of.caller, of.host, of.port),
      'Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, INFO, UPDATE',
      'Supported: replaces, timer',
      'Accept: application/sdp',
      'Session-Expires: 1800;refresher=uac',
      'User-Agent: Deskphone 4.2.1',
      'Content-Type: application/sdp',
      `Content-Length: ${offer.length}`,
    ) + offer
  )
}

export function ringing(of: Flow): Octets {
  return head(
    'SIP/2.0 180 Ringing',
    `${via(of)};received=${of.host}`,
    ...ends(of, of.toTag),
    `CSeq: ${of.cseq} INVITE`,
    contact(of.called, of.calledHost, of.calledPort),
    'Content-Length: 0',
  )
}

/** The 200 to the INVITE, with an answer. */
export function ok(of: Flow): Octets {
  const answer = session(of.called, of.calledHost, of.rtpPort + 2)
  return (
    head(
      'SIP/2.0 200 OK',
      `${via(of)};received=${of.host}`,
      ...ends(of, of.toTag),
      `CSeq: ${of.cseq} INVITE`,
      contact(of.called, of.calledHost, of.calledPort),
      'Content-Type: application/sdp',
      `Content-Length: ${answer.length}`,
    ) + answer
  )
}

/** The 200 to a request without a body in its answer; `method` is what stands in CSeq. */
export function okWithoutBody(of: Flow, method: 'BYE' | 'CANCEL' | 'OPTIONS'): Octets {
  return head(
    'SIP/2.0 200 OK',
    `${via(of)};received=${of.host}`,
    ...ends(of, of.toTag),
    `CSeq: ${of.cseq} ${method}`,
    'Content-Length: 0',
  )
}

/** The ACK to the 200: a transaction of its own, so give it a branch of its own. */
export function ack(of: Flow): Octets {
  return inDialog(of, 'ACK')
}

/** The caller hangs up: give it the next CSeq and a branch of its own. */
export function bye(of: Flow): Octets {
  return inDialog(of, 'BYE')
}

/** Takes back an INVITE built from the same flow: same branch, tags and CSeq number (RFC 3261 §9.1). */
export function cancel(of: Flow): Octets {
  return head(
    `CANCEL sip:${of.called}@${of.domain} SIP/2.0`,
    via(of),
    'Max-Forwards: 70',
    ...ends(of),
    `CSeq: ${of.cseq} CANCEL`,
    'Content-Length: 0',
  )
}

/** Every kind of message above once, for one flow. */
export function seeds(of: Flow = flow()): readonly Octets[] {
  const later = { ...of, branch: `${of.branch}b`, cseq: of.cseq + 1 }
  return [
    register(of),
    invite(of),
    ringing(of),
    ok(of),
    ack(later),
    bye(later),
    okWithoutBody(later, 'BYE'),
    cancel(of),
    okWithoutBody(of, 'CANCEL'),
  ]
}

function inDialog(of: Flow, method: 'ACK' | 'BYE'): Octets {
  return head(
    `${method} sip:${of.called}@${of.calledHost}:${of.calledPort} SIP/2.0`,
    via(of),
    'Max-Forwards: 70',
    ...ends(of, of.toTag),
    `CSeq: ${of.cseq} ${method}`,
    'Content-Length: 0',
  )
}

function via(of: Flow): Octets {
  return `Via: SIP/2.0/UDP ${of.host}:${of.port};branch=z9hG4bK${of.branch}`
}

function ends(of: Flow, toTag?: string): readonly Octets[] {
  return [
    `From: "${of.caller}" <sip:${of.caller}@${of.domain}>;tag=${of.fromTag}`,
    `To: <sip:${of.called}@${of.domain}>${toTag === undefined ? '' : `;tag=${toTag}`}`,
    `Call-ID: ${of.callId}@${of.host}`,
  ]
}

function contact(user: string, host: string, port: number): Octets {
  return `Contact: <sip:${user}@${host}:${port};transport=udp>`
}

function session(user: string, host: string, rtpPort: number): Octets {
  return text(
    'v=0',
    `o=${user} 2890844526 2890844526 IN IP4 ${host}`,
    's=-',
    `c=IN IP4 ${host}`,
    't=0 0',
    `m=audio ${rtpPort} RTP/AVP 0 8 101`,
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-15',
    'a=ptime:20',
    'a=sendrecv',
  )
}
