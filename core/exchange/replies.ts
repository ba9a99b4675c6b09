import type { Octets } from '../lib/octets.ts'
import type { SipResponse } from '../sip/index.ts'
import { parseMessage, printBackward } from '../sip/index.ts'
import type { Branch } from './branches.ts'
import type { Exchange } from './exchange.ts'
import type { MediaWish } from './media-relay.ts'
import { unaskedWishOf } from './media-wishes.ts'
import { defaultPort, flowTo } from './next-hop.ts'
import { applyEdits } from './relay.ts'
import type { ResponseContext } from './response-context.ts'
import { Run } from './run.ts'
import { isAddress } from '../lib/ip.ts'

/** The response as a reply route left it, keyed by the response it was made from. */
const changed = new WeakMap<SipResponse, SipResponse>()

export function runReplyRoute(
  exchange: Exchange,
  context: ResponseContext,
  branch: Branch,
  response: SipResponse,
  then: () => void,
): void {
  const number = context.state.onReply
  const route =
    number === 0 || context.request === undefined ? undefined : exchange.core.program.replyRoute(number)
  if (route === undefined || context.request === undefined) {
    passMedia(exchange, branch, response, response, undefined, then)
    return
  }
  const run = new Run(exchange, 'reply', context.request, response, branch.source, context.state)
  run.leg = context.leg
  run.context = context
  run.mediaSession = branch.media
  route(run)
  const routed = run.edits.length === 0 && run.lines === '' ? response : withChanges(run, number, response)
  passMedia(exchange, branch, response, routed, run.media, then)
}

/** @param routed the response as its route left it */
function passMedia(
  exchange: Exchange,
  branch: Branch,
  response: SipResponse,
  routed: SipResponse,
  asked: MediaWish | undefined,
  then: () => void,
): void {
  const { media } = branch
  const wish = asked ?? (media === undefined ? undefined : unaskedWishOf(media))
  if (wish === undefined || media === undefined) {
    if (routed !== response) changed.set(response, routed)
    then()
    return
  }
  exchange.media.readyResponse(media, routed, wish, branch.source, (octets) => {
    const parsed = octets === routed.octets ? routed : parseMessage(octets)
    if (parsed.kind === 'response' && parsed !== response) changed.set(response, parsed)
    then()
  })
}

/** The response with the script's changes of its text; as it came where they spoil it. */
function withChanges(run: Run, number: number, response: SipResponse): SipResponse {
  const text = applyEdits(response.octets, run)
  const head = text.indexOf('\r\n\r\n') + 2
  const parsed = parseMessage(text.slice(0, head) + run.lines + text.slice(head))
  if (parsed.kind === 'response') return parsed
  run.exchange.core.emit({
    kind: 'script-log',
    level: -1,
    text: `onreply_route[${number}] spoiled a response; it goes out as it came`,
  })
  return response
}

export function backward(exchange: Exchange, response: SipResponse): Octets {
  exchange.core.count('responses forwarded')
  return printBackward(changed.get(response) ?? response)
}

export function runFailureRoute(
  exchange: Exchange,
  context: ResponseContext,
  number: number,
  status: number,
): void {
  const route = exchange.core.program.failureRoute(number)
  const { request } = context
  if (route === undefined || request === undefined) return
  const run = new Run(exchange, 'failure', request, undefined, context.source, context.state)
  run.uri = context.uri
  run.destination = context.destination
  run.leg = context.leg
  run.context = context
  run.failureStatus = status
  route(run)
}

/**
 * A response to a request that went out without a transaction: it goes on by its second Via, if its first is the very
 * branch that we would have made (RFC 3261 §16.11). Anything else could make us a reflector.
 * @returns false where it is not ours
 */
export function forwardStray(exchange: Exchange, response: SipResponse): boolean {
  const [top, next] = response.vias
  if (top?.branch?.startsWith('z9hG4bKs') !== true || next === undefined || !exchange.identity.isVia(top))
    return false
  const sent = exchange.statelessMark(next.text, response.callId, response.cseq.number)
  if (!top.branch.endsWith(`.${sent}`)) return false
  const address = next.received ?? next.host
  const port = typeof next.rport === 'number' ? next.rport : (next.port ?? defaultPort('udp'))
  const listener = exchange.core.options.listeners.find(
    (at) => at.transport === 'udp' && at.address.includes(':') === address.includes(':'),
  )
  if (!isAddress(address) || listener === undefined) return false
  exchange.core.send(flowTo(listener, address, port), printBackward(response))
  return true
}
