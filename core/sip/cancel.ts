import type { Octets } from '../lib/octets.ts'
import type { SentRequest } from './ack.ts'
import { printCompanion } from './ack.ts'
import { findHeader } from './message.ts'

/**
 * The CANCEL of a request, RFC 3261 §9.1: same branch, same To without the tag that answers brought, no Require.
 * It needs a client transaction of its own, and must wait until a 1xx has come.
 * @param request the INVITE as it was sent
 */
export function buildCancel(request: SentRequest): Octets {
  return printCompanion('CANCEL', request, findHeader(request, 'to'))
}
