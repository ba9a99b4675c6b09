import type { Octets } from '../lib/octets.ts'
import { findHeader, parseNameAddrs, parseSipUri, reasonPhrase } from '../sip/index.ts'
import { finishCancel, refuseCancel } from './cancel.ts'
import { replyStateless } from './stateless-reply.ts'
import type { Destination } from './next-hop.ts'
import { forwardStateless, makeOutbound, sendToTargets } from './relay.ts'
import { ResponseContext } from './response-context.ts'
import type { Run, Target } from './run.ts'

/** RFC 3261 §8.2.6.1: an INVITE is answered 100 within 200 ms; here at once. */
const trying = 'trying -- your call is important to us'

/**
 * Begins the server transaction (t_newtran).
 * @returns 1, or -1 where there is one already or the request is an ACK, which has none
 */
export function newTransaction(run: Run): number {
  if (run.leg !== undefined || run.request.method === 'ACK')
    return run.fail(500, 'transaction already in process')
  run.leg = run.exchange.legs.begin(run.request, run.source, run.forcesRport, run.exchange.timers)
  return 1
}

/**
 * t_relay and its kin: to the Request-URI and all branches, each by its own way or all by one.
 * @returns 1 sent or under way; 0 refused and answered; -1 not even that
 */
export function relay(run: Run, override: Destination | undefined): number {
  if (run.request.method === 'ACK') return relayAck(run, override)
  if (run.request.method === 'CANCEL') {
    if (run.cancels === undefined) refuseCancel(run)
    else finishCancel(run)
    return 1
  }
  if (run.block === 'failure') return relayAgain(run, override)
  if (run.context !== undefined) return run.fail(500, 'transaction already in process')
  if (run.leg === undefined) newTransaction(run)
  if (override === undefined && hasPresetRoute(run)) return refuse(run, 403)
  return begin(run, override, false)
}

/** Sends a copy whose responses nobody sees (t_replicate). */
export function replicate(run: Run, target: Destination): number {
  if (run.request.method === 'ACK') return relayAck(run, target)
  if (run.context !== undefined) return run.fail(500, 'transaction already in process')
  if (run.leg === undefined) newTransaction(run)
  return begin(run, target, true)
}

/** The core's forward(): without any state. */
export function forwardWithoutTransaction(run: Run, target: Destination | undefined): number {
  const status = forwardStateless(run.exchange, run, target)
  if (status !== undefined) return run.fail(status, reasonPhrase(status))
  run.disposition = 'relayed'
  return 1
}

/** t_reply: refused after a final reply; a final one ends pending branches. */
export function replyWithTransaction(run: Run, status: number, reason: Octets, lines: Octets): number {
  const { leg } = run
  if (leg === undefined || leg.isFinal || run.request.method === 'ACK')
    return run.fail(500, 'no transaction to answer')
  leg.reply(status, reason, lines)
  if (status >= 200) run.context?.abandon()
  if (status >= 300) run.exchange.calls.failed(run.request.callId, status, leg.isInvite)
  run.disposition = 'replied'
  return 1
}

function begin(run: Run, override: Destination | undefined, isSilent: boolean): number {
  const { exchange, request, leg } = run
  if (leg === undefined) return run.fail(500, 'no transaction')
  const targets = targetsOf(run, override)
  const outbound = makeOutbound(run, targets.length)
  if (typeof outbound === 'number') return refuse(run, outbound)
  const context = new ResponseContext(
    exchange,
    leg,
    outbound.request,
    run.source,
    run.state,
    run.uri,
    run.destination,
  )
  context.isSilent = isSilent
  leg.context = context
  run.context = context
  run.disposition = 'relayed'
  if (leg.isInvite) {
    exchange.calls.began(request, run.state.recordRoute !== undefined, run.source)
    if (run.media === undefined) exchange.calls.describes(request, run.source)
    if (leg.lastStatus === 0) leg.reply(100, trying)
  } else if (request.method === 'BYE') exchange.calls.hangingUp(request)
  const problems = sendToTargets(exchange, context, outbound, targets)
  if (context.isPending || leg.isFinal) return 1
  return refuse(run, problems[0] ?? 500)
}

/** In a failure route: only what append_branch() added. */
function relayAgain(run: Run, override: Destination | undefined): number {
  const { context } = run
  if (context === undefined || run.branches.length === 0) return run.fail(500, 'no branch to relay to')
  const targets = run.branches.map((target) =>
    override === undefined ? target : { ...target, destination: override },
  )
  run.branches = []
  const outbound = makeOutbound(run, targets.length)
  if (typeof outbound === 'number') return run.fail(outbound, reasonPhrase(outbound))
  const problems = sendToTargets(run.exchange, context, outbound, targets)
  return context.isPending ? 1 : run.fail(problems[0] ?? 500, reasonPhrase(problems[0] ?? 500))
}

function relayAck(run: Run, override: Destination | undefined): number {
  const status = forwardStateless(run.exchange, run, override)
  if (status === undefined) {
    run.exchange.accounting?.acknowledged(run.request)
    run.disposition = 'relayed'
    return 1
  }
  run.exchange.core.drop('stray-ack', reasonPhrase(status), run.source)
  run.disposition = 'dropped'
  return -1
}

function refuse(run: Run, status: number): 0 {
  run.exchange.calls.failed(run.request.callId, status, run.request.method === 'INVITE')
  replyStateless(run, status, reasonPhrase(status), '')
  return 0
}

/**
 * A Route to somebody else in a request outside any dialog: to follow it would make us an open relay, to pass over it
 * would break RFC 3261 §16.6 step 7. A script that means it names the next hop itself.
 */
function hasPresetRoute(run: Run): boolean {
  const { request, exchange } = run
  if (exchange.isSer09 || request.toTag !== undefined || run.routes !== undefined) return false
  if (findHeader(request, 'route') === undefined) return false
  const routes = parseNameAddrs(request.headers, 'route')
  if (typeof routes === 'string') return true
  const top = parseSipUri(routes[0]?.uri ?? '')
  return top === undefined || !exchange.identity.isUri(top)
}

/** RFC 3261 §16.5: no target twice. */
function targetsOf(run: Run, override: Destination | undefined): Target[] {
  const first: Target = { uri: run.uri, destination: override ?? run.destination, q: undefined }
  const targets = [first]
  for (const branch of run.branches) {
    const target = override === undefined ? branch : { ...branch, destination: override }
    if (!targets.some((other) => other.uri === target.uri && other.destination === target.destination))
      targets.push(target)
  }
  return targets
}
