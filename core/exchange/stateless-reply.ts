import type { Octets } from '../lib/octets.ts'
import { printReply } from '../sip/index.ts'
import type { Run } from './run.ts'

/** A stateless answer: the same for every copy of the request. */
export function replyStateless(run: Run, status: number, reason: Octets, lines: Octets): void {
  const { exchange, request } = run
  if (request.method === 'ACK') return
  if (run.leg !== undefined) {
    run.leg.reply(status, reason, lines)
    run.leg.context?.abandon()
  } else {
    const toTag = status > 100 && request.toTag === undefined ? exchange.legs.tagFor(request) : undefined
    const text = printReply(request.headers, exchange.stampedVia(run), {
      status,
      reason,
      toTag,
      lines: exchange.core.signature + lines,
    })
    exchange.core.send(exchange.replyFlow(run), text)
  }
  exchange.core.count(`replied ${status}`)
  run.disposition = 'replied'
}
