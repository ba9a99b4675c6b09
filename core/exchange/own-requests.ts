import type { Flow } from '../lib/flow.ts'
import { isStream } from '../lib/flow.ts'
import type { Instant } from '../lib/instant.ts'
import type { Octets } from '../lib/octets.ts'
import type { ClientTransactionOutput, SipResponse, TransactionTimers } from '../sip/index.ts'
import { ClientTransaction, printHostPort } from '../sip/index.ts'
import type { Core } from './core.ts'
import type { Timed, Wakes } from './wakes.ts'

/** A request that we ask ourselves. Any method but INVITE, which needs an ACK and a user behind it. */
export interface OwnRequest {
  readonly method: 'OPTIONS' | 'BYE' | 'NOTIFY' | 'MESSAGE'
  readonly uri: Octets
  readonly flow: Flow
  /** Undefined: outside any dialog, from ourselves to the URI. */
  readonly dialog: OwnDialog | undefined
  /** More header lines, each with its CRLF. */
  readonly lines: Octets
  readonly body: Octets
  /** Undefined: the exchange's own (RFC 3261's, where the script says nothing else). */
  readonly timers: TransactionTimers | undefined
}

/** Whose place we take within a dialog (RFC 3261 §12.2.1.1). */
export interface OwnDialog {
  readonly callId: string
  /** Header values, with their tags. */
  readonly from: Octets
  readonly to: Octets
  readonly cseq: number
  /** Route lines, or empty. */
  readonly routes: Octets
}

export interface OwnAnswer {
  /** Final status: 408 where nobody answered, 503 where it could not be sent or the connection ended. */
  readonly status: number
  /** Undefined where the status is made up by us. */
  readonly response: SipResponse | undefined
  /** The way the answer came by. */
  readonly source: Flow | undefined
  /** From the first sending to this. */
  readonly afterMs: number
}

/** More than that under way at once are refused with 503: a whole office that does not answer fits. */
const mostOwnRequests = 20_000

/** The requests of the exchange itself: it is their user agent (RFC 3261 §8.1, §17.1.2). */
export class OwnRequests {
  readonly #asked = new Map<string, Asked>()
  readonly #core: Core
  readonly #wakes: Wakes
  readonly #usualTimers: () => TransactionTimers

  constructor(core: Core, wakes: Wakes, usualTimers: () => TransactionTimers) {
    this.#core = core
    this.#wakes = wakes
    this.#usualTimers = usualTimers
  }

  get size(): number {
    return this.#asked.size
  }

  get now(): Instant {
    return this.#core.now
  }

  /** Sends it; `told` hears of the final answer, once, and never from inside this call. */
  ask(request: OwnRequest, told: (answer: OwnAnswer) => void): boolean {
    if (this.#asked.size >= mostOwnRequests) {
      this.#core.count('own requests refused')
      return false
    }
    const branch = this.#core.newBranch('own')
    const asked = new Asked(branch, request, this.#print(request, branch), told, this)
    this.#asked.set(branch, asked)
    this.#core.count(`own ${request.method}`)
    asked.start()
    return true
  }

  /** Hands a response to its request. @returns false where there is none */
  receive(source: Flow, response: SipResponse): boolean {
    const asked = this.#asked.get(response.via.branch ?? '')
    if (asked?.method !== response.cseq.method) return false
    asked.receive(source, response)
    return true
  }

  /** The ways that match have broken. */
  flowBroke(isAffected: (flow: Flow) => boolean): void {
    for (const asked of [...this.#asked.values()]) if (isAffected(asked.flow)) asked.flowBroke()
  }

  timersFor(request: OwnRequest): TransactionTimers {
    return request.timers ?? this.#usualTimers()
  }

  send(flow: Flow, octets: Octets): void {
    this.#core.send(flow, octets)
  }

  schedule(timed: Timed, at: Instant | undefined): void {
    this.#wakes.set(timed, at)
  }

  forget(branch: string): void {
    this.#asked.delete(branch)
  }

  #print(request: OwnRequest, branch: string): Octets {
    const { listener } = request.flow
    const place = printHostPort(listener.address, listener.port)
    const dialog = request.dialog ?? this.#outside(request, place, branch)
    return (
      `${request.method} ${request.uri} SIP/2.0\r\n` +
      `Via: SIP/2.0/${listener.transport.toUpperCase()} ${place};rport;branch=${branch}\r\n` +
      `${dialog.routes}Max-Forwards: 70\r\nFrom: ${dialog.from}\r\nTo: ${dialog.to}\r\n` +
      `Call-ID: ${dialog.callId}\r\nCSeq: ${dialog.cseq} ${request.method}\r\n` +
      `${request.lines}Content-Length: ${request.body.length}\r\n\r\n${request.body}`
    )
  }

  #outside(request: OwnRequest, place: string, branch: string): OwnDialog {
    const mark = this.#core.hash(branch)
    return {
      callId: `${mark}@${place}`,
      from: `<sip:sidetone@${place}>;tag=${mark}`,
      to: `<${request.uri}>`,
      cseq: 1,
      routes: '',
    }
  }
}

/** One of them on its way. */
class Asked implements Timed {
  readonly method: string
  readonly flow: Flow
  readonly #branch: string
  readonly #machine: ClientTransaction
  readonly #told: (answer: OwnAnswer) => void
  readonly #owner: OwnRequests
  readonly #beganAt: Instant
  #isOver = false

  constructor(
    branch: string,
    request: OwnRequest,
    octets: Octets,
    told: (answer: OwnAnswer) => void,
    owner: OwnRequests,
  ) {
    this.method = request.method
    this.flow = request.flow
    this.#branch = branch
    this.#told = told
    this.#owner = owner
    this.#beganAt = owner.now
    const isReliable = isStream(request.flow.listener.transport)
    this.#machine = new ClientTransaction(false, isReliable, owner.timersFor(request), octets)
  }

  start(): void {
    this.#perform(this.#machine.start(this.#owner.now), undefined, undefined)
  }

  receive(source: Flow, response: SipResponse): void {
    const outputs = this.#machine.handle(this.#owner.now, { kind: 'response', status: response.status })
    this.#perform(outputs, response, source)
  }

  wake(): void {
    this.#perform(this.#machine.handle(this.#owner.now, { kind: 'tick' }), undefined, undefined)
  }

  flowBroke(): void {
    this.#perform(this.#machine.handle(this.#owner.now, { kind: 'transport-failed' }), undefined, undefined)
  }

  #perform(
    outputs: ClientTransactionOutput[],
    response: SipResponse | undefined,
    source: Flow | undefined,
  ): void {
    let made = 0
    let isGone = false
    for (const output of outputs) {
      if (output.kind === 'send') this.#owner.send(this.flow, output.octets)
      else if (output.kind === 'timeout') made = 408
      else if (output.kind === 'failed') made = 503
      else if (output.kind === 'terminated') isGone = true
    }
    this.#owner.schedule(this, isGone ? undefined : this.#machine.deadline)
    if (isGone) this.#owner.forget(this.#branch)
    const status = response === undefined ? made : response.status
    if (status >= 200) this.#tell(status, response, source)
  }

  #tell(status: number, response: SipResponse | undefined, source: Flow | undefined): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#told({ status, response, source, afterMs: this.#owner.now - this.#beganAt })
  }
}
