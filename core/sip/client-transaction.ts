import type { Instant } from '../lib/instant.ts'
import type { Machine } from '../lib/machine.ts'
import type { Octets } from '../lib/octets.ts'
import type {
  ClientAction,
  InviteClientEvent,
  InviteClientState,
  NonInviteClientEvent,
  NonInviteClientState,
} from './client-transaction-tables.ts'
import { inviteClientTable, nonInviteClientTable } from './client-transaction-tables.ts'
import type { Terminated } from './transaction-table.ts'
import { nothing, responseEvent, TransactionWalk } from './transaction-table.ts'
import type { TransactionTimers } from './transaction-timers.ts'

export type ClientTransactionInput =
  | { readonly kind: 'response'; readonly status: number }
  | { readonly kind: 'tick' }
  | { readonly kind: 'transport-failed' }

export type ClientTransactionOutput =
  /** The request, for the first time or again. */
  | { readonly kind: 'send'; readonly octets: Octets }
  /** Acknowledge the response just given, with `buildAck`; a retransmitted response gets the same ACK again. */
  | { readonly kind: 'send-ack' }
  /** The response just given is for the user. */
  | { readonly kind: 'response' }
  /** No response came in time; the user treats it as a 408 (RFC 3261 §8.1.3.1). */
  | { readonly kind: 'timeout' }
  /** The request or the ACK could not be sent; the user treats it as a 503 (RFC 3261 §8.1.3.1). */
  | { readonly kind: 'failed' }
  /** Nothing more will come; the object can be forgotten. */
  | Terminated

export type ClientState = InviteClientState | NonInviteClientState

type ClientEvent = InviteClientEvent | NonInviteClientEvent

const fixedOutputs: Readonly<Record<Exclude<ClientAction, 'send'>, ClientTransactionOutput>> = {
  'send-ack': Object.freeze({ kind: 'send-ack' }),
  pass: Object.freeze({ kind: 'response' }),
  'report-timeout': Object.freeze({ kind: 'timeout' }),
  'report-transport': Object.freeze({ kind: 'failed' }),
}

/** A client transaction, RFC 3261 §17.1 with RFC 6026. It holds the printed request while that may be sent again. */
export class ClientTransaction
  extends TransactionWalk<ClientState, ClientEvent, ClientAction, ClientTransactionOutput>
  implements Machine<ClientTransactionInput, ClientTransactionOutput>
{
  readonly #isInvite: boolean
  #request: Octets
  #isStarted = false

  constructor(isInvite: boolean, isReliable: boolean, timers: TransactionTimers, octets: Octets) {
    super(
      isInvite ? inviteClientTable : nonInviteClientTable,
      isReliable ? timers.reliable : timers.unreliable,
    )
    this.#isInvite = isInvite
    this.#request = octets
  }

  /** Sends the request. Only the first call has an effect; before it, no input has one. */
  start(now: Instant): ClientTransactionOutput[] {
    if (this.#isStarted) return nothing
    this.#isStarted = true
    const outputs: ClientTransactionOutput[] = []
    this.perform('send', outputs)
    this.startTimers(now, outputs)
    this.#forget()
    return outputs
  }

  handle(now: Instant, input: ClientTransactionInput): ClientTransactionOutput[] {
    if (!this.#isStarted) return nothing
    const outputs = this.#act(now, input)
    this.#forget()
    return outputs
  }

  #act(now: Instant, input: ClientTransactionInput): ClientTransactionOutput[] {
    if (input.kind === 'tick') return this.tick(now)
    if (input.kind === 'transport-failed') return this.take(now, input.kind)
    return this.take(now, responseEvent(this.#isInvite, input.status))
  }

  #forget(): void {
    if (!this.isResending) this.#request = ''
  }

  protected perform(action: ClientAction, outputs: ClientTransactionOutput[]): void {
    outputs.push(action === 'send' ? { kind: 'send', octets: this.#request } : fixedOutputs[action])
  }
}
