import { isStream } from '../lib/flow.ts'
import type { Flow } from '../lib/flow.ts'
import { detached } from '../lib/detached.ts'
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
  /** Another transaction under the same key: a CANCEL beside its INVITE, or two phones with the same branch. */
  sibling: ServerLeg | undefined
  readonly isInvite: boolean
  /** Where responses go (RFC 3261 §18.2.2, RFC 3581 §4). */
  readonly flow: Flow
  /** Gone once the final answer is out: 100,000 legs may linger. */
  request: SipRequest | undefined
  topVia: Header | undefined
  context: ResponseContext | undefined
  lastStatus = 0
  readonly #kind: string
  readonly #sentByHost: string
  readonly #sentByPort: number | undefined
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
    this.#kind = kindOf(request.method)
    this.#sentByHost = detached(request.via.host)
    this.#sentByPort = request.via.port
    this.#owner = owner
    this.#machine = new ServerTransaction(this.isInvite, isStream(flow.listener.transport), timers)
  }

  get isFinal(): boolean {
    return this.lastStatus >= 200
  }

  /** RFC 3261 §17.2.3: the same branch is the same transaction only with the same sent-by and method. */
  isFor(request: SipRequest, method: string): boolean {
    const { via } = request
    return this.#kind === kindOf(method) && this.#sentByPort === via.port && this.#sentByHost === via.host
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
          this.#owner.send(this.flow, this.#sentByPort ?? 5060, output.octets)
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
  /** The first of each key; the others hang on it. */
  readonly #legs = new Map<string, ServerLeg>()
  #size = 0
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
    return this.#size
  }

  get now(): Core['now'] {
    return this.#core.now
  }

  get signature(): Octets {
    return this.#core.signature
  }

  find(request: SipRequest, method: string): ServerLeg | undefined {
    let leg = this.#legs.get(keyOf(request))
    while (leg !== undefined && !leg.isFor(request, method)) leg = leg.sibling
    return leg
  }

  begin(request: SipRequest, source: Flow, forcesRport: boolean, timers: TransactionTimers): ServerLeg {
    const key = detached(keyOf(request))
    const leg = new ServerLeg(
      key,
      request,
      replyFlow(request, source, forcesRport),
      stamped(request, source, forcesRport),
      timers,
      this,
    )
    leg.sibling = this.#legs.get(key)
    this.#legs.set(key, leg)
    this.#size++
    return leg
  }

  forget(leg: ServerLeg): void {
    const first = this.#legs.get(leg.key)
    if (first === leg) {
      if (leg.sibling === undefined) this.#legs.delete(leg.key)
      else this.#legs.set(leg.key, leg.sibling)
      this.#size--
      return
    }
    for (let before = first; before !== undefined; before = before.sibling) {
      if (before.sibling !== leg) continue
      before.sibling = leg.sibling
      this.#size--
      return
    }
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
    return this.#core.hashOf(request.callId, request.fromTag ?? '', request.cseq.number)
  }
}

/**
 * The branch; requests of RFC 2543, whose branch has no magic cookie, are told by their other parts
 * (RFC 3261 §17.2.3).
 */
function keyOf(request: SipRequest): string {
  const { via } = request
  if (via.branch !== undefined && via.branch.startsWith('z9hG4bK')) return via.branch
  return `${request.uri} ${request.callId} ${request.fromTag ?? ''} ${request.cseq.number} ${via.text}`
}

/** An ACK finds its INVITE. */
function kindOf(method: string): string {
  return method === 'ACK' ? 'INVITE' : method
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
