import { isStream } from '../lib/flow.ts'
import type { Flow } from '../lib/flow.ts'
import type { Octets } from '../lib/octets.ts'
import type { Header, SipRequest } from '../sip/index.ts'
import { findHeader, printReply, reasonPhrase, ServerTransaction, stampVia } from '../sip/index.ts'
import type { ServerTransactionInput, TransactionTimers } from '../sip/index.ts'
import type { Core } from './core.ts'
import type { ResponseContext } from './response-context.ts'
import type { Timed, Wakes } from './wakes.ts'

/** A server transaction with what the exchange knows about it. */
export class ServerLeg implements Timed {
  readonly key: string
  readonly isInvite: boolean
  /** Where responses go (RFC 3261 §18.2.2, RFC 3581 §4). */
  readonly flow: Flow
  /** Gone once the final answer is out: 100,000 legs may linger. */
  request: SipRequest | undefined
  topVia: Header | undefined
  context: ResponseContext | undefined
  lastStatus = 0
  readonly #sentByPort: number
  readonly #machine: ServerTransaction
  readonly #owner: ServerTransactions

  constructor(
    key: string,
    request: SipRequest,
    flow: Flow,
    topVia: Header,
    timers: TransactionTimers,
    owner: ServerTransactions,
  ) {
    this.key = key
    this.isInvite = request.method === 'INVITE'
    this.flow = flow
    this.request = request
    this.topVia = topVia
    this.#sentByPort = request.via.port ?? 5060
    this.#owner = owner
    this.#machine = new ServerTransaction(this.isInvite, isStream(flow.listener.transport), timers)
  }

  get isFinal(): boolean {
    return this.lastStatus >= 200
  }

  respond(status: number, octets: Octets): void {
    if (this.isFinal && !(this.isInvite && status < 300 && status >= 200 && this.lastStatus < 300)) return
    this.lastStatus = status
    this.handle({ kind: 'respond', status, octets })
    if (status >= 200) {
      this.request = undefined
      this.topVia = undefined
    }
  }

  /** A response of our own, with our tag. */
  reply(status: number, reason: Octets = reasonPhrase(status), lines: Octets = ''): void {
    const { request } = this
    if (request === undefined) return
    const toTag = status > 100 && request.toTag === undefined ? this.#owner.tagFor(request) : undefined
    this.respond(
      status,
      printReply(request.headers, this.topVia, {
        status,
        reason,
        toTag,
        lines: this.#owner.signature + lines,
      }),
    )
  }

  wake(): void {
    this.handle({ kind: 'tick' })
  }

  /** @returns true where the input was an ACK that concerns the user: one for a 2xx */
  handle(input: ServerTransactionInput): boolean {
    let isUsersAck = false
    for (const output of this.#machine.handle(this.#owner.now, input)) {
      switch (output.kind) {
        case 'send':
          this.#owner.send(this.flow, this.#sentByPort, output.octets)
          break
        case 'ack-received':
          isUsersAck = true
          break
        case 'failed':
          break
        case 'terminated':
          this.#owner.forget(this)
      }
    }
    this.#owner.schedule(this, this.#machine.deadline)
    return isUsersAck
  }
}

/** All server transactions, by the key of RFC 3261 §17.2.3. */
export class ServerTransactions {
  readonly #legs = new Map<string, ServerLeg>()
  readonly #core: Core
  readonly #wakes: Wakes
  readonly #liveFlow: (flow: Flow, port: number) => Flow

  /** @param liveFlow the same flow, or where its connection has ended a new one to that port */
  constructor(core: Core, wakes: Wakes, liveFlow: (flow: Flow, port: number) => Flow) {
    this.#core = core
    this.#wakes = wakes
    this.#liveFlow = liveFlow
  }

  get size(): number {
    return this.#legs.size
  }

  get now(): Core['now'] {
    return this.#core.now
  }

  get signature(): Octets {
    return this.#core.signature
  }

  find(request: SipRequest, method: string): ServerLeg | undefined {
    return this.#legs.get(keyOf(request, method))
  }

  begin(request: SipRequest, source: Flow, forcesRport: boolean, timers: TransactionTimers): ServerLeg {
    const key = keyOf(request, request.method)
    const leg = new ServerLeg(
      key,
      request,
      replyFlow(request, source, forcesRport),
      stamped(request, source, forcesRport),
      timers,
      this,
    )
    this.#legs.set(key, leg)
    return leg
  }

  forget(leg: ServerLeg): void {
    this.#legs.delete(leg.key)
  }

  /** RFC 3261 §18.2.2: a response whose connection has ended goes to the sent-by port over a new one. */
  send(flow: Flow, sentByPort: number, octets: Octets): void {
    this.#core.send(flow.connection === undefined ? flow : this.#liveFlow(flow, sentByPort), octets)
  }

  schedule(leg: ServerLeg, deadline: Core['now'] | undefined): void {
    this.#wakes.set(leg, deadline)
  }

  /** The same for every response to one request, stateless ones included: an ACK is known by it. */
  tagFor(request: SipRequest): string {
    return this.#core.hash(`${request.callId} ${request.fromTag ?? ''} ${request.cseq.number}`)
  }
}

/**
 * Branch, sent-by and method; requests of RFC 2543, whose branch has no magic cookie, are told by their other
 * parts (RFC 3261 §17.2.3). An ACK finds its INVITE.
 */
function keyOf(request: SipRequest, method: string): string {
  const { via } = request
  const kind = method === 'INVITE' || method === 'ACK' ? 'I' : method
  if (via.branch !== undefined && via.branch.startsWith('z9hG4bK')) {
    return `${via.branch} ${via.host} ${via.port ?? ''} ${kind}`
  }
  return `${request.uri} ${request.callId} ${request.fromTag ?? ''} ${request.cseq.number} ${via.text} ${kind}`
}

/** RFC 3261 §18.2.2: to the source; the port is the Via's unless rport asks for the source's. */
export function replyFlow(request: SipRequest, source: Flow, forcesRport: boolean): Flow {
  const { via } = request
  if (source.connection !== undefined || forcesRport || via.rport !== undefined) return source
  const port = via.port ?? 5060
  return port === source.port ? source : { ...source, port }
}

export function stamped(request: SipRequest, source: Flow, forcesRport: boolean): Header {
  const header = findHeader(request, 'via')
  if (header === undefined) throw new Error('a parsed request has a Via')
  return stampVia(header, request.via, source.address, source.port, forcesRport)
}
