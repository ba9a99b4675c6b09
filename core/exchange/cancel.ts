import { replyStateless } from './stateless-reply.ts'
import type { Run } from './run.ts'

/**
 * Honours a CANCEL (RFC 3261 §16.10): 200 to it, CANCEL to every branch of its INVITE.
 * Runs once, from t_relay() or at the end of the script.
 */
export function finishCancel(run: Run): void {
  const invite = run.cancels
  run.cancels = undefined
  if (invite === undefined) return
  const { exchange } = run
  const leg = exchange.legs.begin(run.request, run.source, run.forcesRport, exchange.timers)
  leg.reply(200, invite.isFinal ? 'ok -- no more pending branches' : 'canceling')
  exchange.core.count('cancels')
  exchange.accounting?.cancelled(run)
  run.disposition = 'replied'
  if (!invite.isFinal) invite.context?.cancel()
}

/** A CANCEL for nothing that we know of. */
export function refuseCancel(run: Run): void {
  replyStateless(run, 481, 'Call/Transaction Does Not Exist', '')
}
