import type { Flow } from '../lib/flow.ts'
import { isStream, isWebSocket } from '../lib/flow.ts'
import type { Octets } from '../lib/octets.ts'
import { unreachable } from '../lib/unreachable.ts'
import type { Header, Malformed, SipRequest, SipResponse } from '../sip/index.ts'
import { findHeader, headerValue, isSipUri, parseMessage, printReply, reasonPhrase } from '../sip/index.ts'
import { finishCancel } from './cancel.ts'
import type { DropReason } from './events.ts'
import type { Exchange } from './exchange.ts'
import { forwardStray } from './replies.ts'
import { newRunState, Run } from './run.ts'
import type { ServerLeg } from './server-transactions.ts'
import { replyStateless } from './stateless-reply.ts'

/** Whatever comes in one datagram: a message, a keep-alive, another protocol, or noise. */
export function takeDatagram(exchange: Exchange, flow: Flow, octets: Octets): void {
  if (exchange.bans.isBanned(flow.address)) return exchange.core.drop('banned', '', flow)
  const reason = notSip(octets)
  if (reason === undefined) takeMessage(exchange, flow, octets)
  else if (reason === 'other-protocol' && exchange.stun.take(flow, octets)) exchange.natPing.heard(flow)
  else {
    if (reason === 'keep-alive') exchange.natPing.heard(flow)
    exchange.core.drop(reason, '', flow)
  }
}

export function takeMessage(exchange: Exchange, flow: Flow, octets: Octets): void {
  if (isStream(flow.listener.transport) && exchange.bans.isBanned(flow.address))
    return exchange.core.drop('banned', '', flow)
  const parsed = parseMessage(octets)
  const message = isWebSocket(flow.listener.transport) ? aloneInFrame(parsed, octets) : parsed
  switch (message.kind) {
    case 'request':
      // RFC 3261 §18.3: what stands behind the body of a datagram is left out.
      if (message.octets.length < octets.length && !octets.startsWith('\r\n'))
        exchange.core.count('trailing octets')
      takeRequest(exchange, flow, message)
      break
    case 'response':
      takeResponse(exchange, flow, message)
      break
    case 'malformed':
      takeMalformed(exchange, flow, message)
      break
    default:
      unreachable(message)
  }
}

/** RFC 7118 §5: a frame holds one message and nothing else. */
function aloneInFrame(message: ReturnType<typeof parseMessage>, octets: Octets): typeof message {
  if (message.kind !== 'request' || message.octets.length >= octets.trimStart().length) return message
  const { headers } = message
  const why = 'is shorter than the frame'
  return {
    kind: 'malformed',
    where: 'body',
    why,
    status: message.method === 'ACK' ? undefined : 400,
    headers,
    breaksFraming: false,
  }
}

/** Answers where an answer is due, to the packet's source and nowhere else. */
export function takeMalformed(exchange: Exchange, flow: Flow, malformed: Malformed): void {
  const { core } = exchange
  const { status, headers } = malformed
  const hasVia = headers.some((header) => header.name === 'via')
  if (
    status === undefined ||
    (!hasVia && flow.connection === undefined && malformed.where === 'start-line')
  ) {
    core.drop(dropReasonFor(malformed), `${malformed.where} ${malformed.why}`, flow)
  } else {
    core.emit({ kind: 'refused', status, why: `${malformed.where} ${malformed.why}`, flow })
    core.count(`refused ${status}`)
    const reason = `${reasonPhrase(status)} (${malformed.where} ${malformed.why})`.replace(
      /[^\x20-\x7e]/g,
      '?',
    )
    core.send(
      flow,
      printReply(headers, undefined, {
        status,
        reason,
        toTag: toTagFor(exchange, headers),
        lines: core.signature,
      }),
    )
  }
  const { transport } = flow.listener
  if (malformed.breaksFraming && isStream(transport) && !isWebSocket(transport)) exchange.streams.close(flow)
}

function takeRequest(exchange: Exchange, flow: Flow, request: SipRequest): void {
  exchange.core.count('requests')
  noteInCall(exchange, flow, request)
  if (isAbsorbed(exchange, request)) return
  const run = new Run(exchange, 'request', request, undefined, flow, newRunState())
  if (request.method === 'CANCEL') run.cancels = cancelled(exchange, flow, request)
  const refusal = exchange.isDraining && isNewCall(request) ? draining : refusalOf(request)
  if (refusal !== undefined) {
    replyStateless(run, refusal.status, reasonPhrase(refusal.status), refusal.lines)
    return
  }
  exchange.core.program.main?.(run)
  finish(run)
}

/** A relayed description becomes a fact where it is changed; an INVITE of a new call makes its call first. */
function noteInCall(exchange: Exchange, flow: Flow, message: SipRequest | SipResponse): void {
  exchange.calls.came(message, flow)
  exchange.flowContacts.came(message, flow)
  if (message.toTag !== undefined && message.body !== '' && !exchange.media.calls.has(message.callId))
    exchange.calls.describes(message, flow)
}

/** Branches can be overheard or guessed: only who sent the INVITE may take it back (RFC 3261 §9.2 leaves that open). */
function cancelled(exchange: Exchange, flow: Flow, request: SipRequest): ServerLeg | undefined {
  const leg = exchange.legs.find(request, 'INVITE')
  return leg?.flow.address === flow.address ? leg : undefined
}

/** Copies that a transaction answers by itself, and ACKs that end here. */
function isAbsorbed(exchange: Exchange, request: SipRequest): boolean {
  const isAck = request.method === 'ACK'
  const leg = exchange.legs.find(request, request.method)
  if (leg !== undefined && !leg.handle({ kind: isAck ? 'ack' : 'request' })) {
    exchange.core.count('retransmissions')
    return true
  }
  const isForStatelessReply =
    isAck && request.toTag !== undefined && request.toTag === exchange.legs.tagFor(request)
  if (isForStatelessReply) exchange.core.count('dropped stateless-ack')
  return isForStatelessReply
}

/** After the script: a CANCEL is honoured whatever the script did, and nothing is left half done. */
function finish(run: Run): void {
  if (run.cancels !== undefined) finishCancel(run)
  if (run.disposition === 'relayed' || run.disposition === 'replied') return
  if (run.leg !== undefined && run.leg.context === undefined && !run.leg.isFinal)
    run.exchange.forgetLeg(run.leg)
  run.exchange.core.drop('script-dropped', run.request.method, run.source)
}

function takeResponse(exchange: Exchange, flow: Flow, response: SipResponse): void {
  exchange.core.count('responses')
  noteInCall(exchange, flow, response)
  if (exchange.branches.receive(response, flow) || exchange.ownRequests.receive(flow, response)) return
  if (!forwardStray(exchange, response)) exchange.core.drop('stray-response', String(response.status), flow)
}

interface Refusal {
  readonly status: number
  readonly lines: Octets
}

/** Phones with a second server go there; the others try again when this one is back. */
const draining: Refusal = { status: 503, lines: 'Retry-After: 10\r\n' }

function isNewCall(request: SipRequest): boolean {
  return request.method === 'INVITE' && request.toTag === undefined
}

/** RFC 3261 §16.3 steps 2 and 5: what no script can make right. */
function refusalOf(request: SipRequest): Refusal | undefined {
  if (request.method === 'ACK' || request.method === 'CANCEL') return undefined
  if (!isSipUri(request.target) && request.target.scheme !== 'tel') return { status: 416, lines: '' }
  const wanted = findHeader(request, 'proxy-require')
  if (wanted === undefined) return undefined
  let options = ''
  for (const header of request.headers)
    if (header.name === 'proxy-require') options += `${options === '' ? '' : ', '}${headerValue(header)}`
  return { status: 420, lines: `Unsupported: ${options}\r\n` }
}

/** Empty datagrams, CRLF and NULs keep a NAT open; STUN begins with two zero bits (RFC 7983). */
function notSip(octets: Octets): DropReason | undefined {
  const first = octets.charCodeAt(0)
  if (first >= 0x21 && first <= 0x7e) return undefined
  if (octets.length === 0) return 'keep-alive'
  if (first <= 3 && octets.length >= 20) return 'other-protocol'
  for (let i = 0; i < octets.length; i++) {
    const code = octets.charCodeAt(i)
    if (code !== 0 && code !== 0x0d && code !== 0x0a) return first === 0x0d ? undefined : 'noise'
  }
  return 'keep-alive'
}

function dropReasonFor(malformed: Malformed): DropReason {
  if (malformed.where === 'start-line' && malformed.headers.length === 0) return 'other-protocol'
  return malformed.status === undefined ? 'malformed-response' : 'malformed-unanswerable'
}

function toTagFor(exchange: Exchange, headers: readonly Header[]): string | undefined {
  const to = findHeader({ headers }, 'to')
  return to === undefined || /;\s*tag\s*=/i.test(to.line) ? undefined : exchange.core.hash(to.line)
}
