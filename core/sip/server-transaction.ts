import type { Instant } from '../lib/instant.ts'
import type { Machine } from '../lib/machine.ts'
import type { Octets } from '../lib/octets.ts'
import type {
  InviteServerEvent,
  InviteServerState,
  NonInviteServerEvent,
  NonInviteServerState,
  ServerAction,
} from './server-transaction-tables.ts'
import { inviteServerTable, nonInviteServerTable } from './server-transaction-tables.ts'
import type { Terminated } from './transaction-table.ts'
import { responseEvent, TransactionWalk } from './transaction-table.ts'
import type { TransactionTimers } from './transaction-timers.ts'

export type ServerTransactionInput =
  /** The request has come once more. */
  | { readonly kind: 'request' }
  | { readonly kind: 'ack' }
  /** The transaction's user answers; `octets` is the whole printed response. */
  | { readonly kind: 'respond'; readonly status: number; readonly octets: Octets }
  | { readonly kind: 'tick' }
  | { readonly kind: 'transport-failed' }

export type ServerTransactionOutput =
  | { readonly kind: 'send'; readonly octets: Octets }
  /** The ACK of a 2xx is the user's. */
  | { readonly kind: 'ack-received' }
  /** No ACK came, or a response could not be sent. */
  | { readonly kind: 'failed'; readonly why: 'timeout' | 'transport' }
  /** Nothing more will come; the object can be forgotten. */
  | Terminated

export type ServerState = InviteServerState | NonInviteServerState

type ServerEvent = InviteServerEvent | NonInviteServerEvent

type Report = Exclude<ServerAction, 'send' | 'repeat'>

const reports: Readonly<Record<Report, ServerTransactionOutput>> = {
  'report-ack': Object.freeze({ kind: 'ack-received' }),
  'report-timeout': Object.freeze({ kind: 'failed', why: 'timeout' }),
  'report-transport': Object.freeze({ kind: 'failed', why: 'transport' }),
}

/**
 * A server transaction, RFC 3261 §17.2 with RFC 6026. It begins when its request has arrived; a 100 within
 * 200 ms is the user's duty. It holds no more than the response that it may have to repeat.
 */
export class ServerTransaction
  extends TransactionWalk<ServerState, ServerEvent, ServerAction, ServerTransactionOutput>
  implements Machine<ServerTransactionInput, ServerTransactionOutput>
{
  readonly #isInvite: boolean
  /** The last response sent; empty where none is to be repeated. */
  #last: Octets = ''

  constructor(isInvite: boolean, isReliable: boolean, timers: TransactionTimers) {
    super(
      isInvite ? inviteServerTable : nonInviteServerTable,
      isReliable ? timers.reliable : timers.unreliable,
    )
    this.#isInvite = isInvite
  }

  handle(now: Instant, input: ServerTransactionInput): ServerTransactionOutput[] {
    const outputs = this.#act(now, input)
    if (!this.reacts('request')) this.#last = ''
    return outputs
  }

  #act(now: Instant, input: ServerTransactionInput): ServerTransactionOutput[] {
    if (input.kind === 'tick') return this.tick(now)
    if (input.kind !== 'respond') return this.take(now, input.kind)
    const event = responseEvent(this.#isInvite, input.status)
    if (this.reacts(event)) this.#last = input.octets
    return this.take(now, event)
  }

  protected perform(action: ServerAction, outputs: ServerTransactionOutput[]): void {
    if (action !== 'send' && action !== 'repeat') outputs.push(reports[action])
    // Before the first response there is nothing to repeat.
    else if (this.#last !== '') outputs.push({ kind: 'send', octets: this.#last })
  }
}
