import type { Octets } from '../lib/octets.ts'
import { printReply } from '../sip/index.ts'
import type { Run } from './run.ts'

/** Made once: a name that is put together anew has to be hashed anew for every reply. */
const counterNames: readonly string[] = Array.from({ length: 700 }, (_, status) => `replied ${status}`)

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
  exchange.core.count(counterNames[status] ?? 'replied')
  run.disposition = 'replied'
}
