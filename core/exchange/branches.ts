import type { Flow } from '../lib/flow.ts'
import { isStream } from '../lib/flow.ts'
import { later } from '../lib/instant.ts'
import type { Octets } from '../lib/octets.ts'
import type { ClientTransactionOutput, SipResponse, TransactionTimers } from '../sip/index.ts'
import { buildAck, buildCancel, ClientTransaction, parseMessage } from '../sip/index.ts'
import type { Core } from './core.ts'
import type { MediaSession } from './media-session.ts'
import type { ResponseContext } from './response-context.ts'
import type { Timed, Wakes } from './wakes.ts'

/** One copy of a request on its way: a client transaction and its part in the response context. */
export class Branch implements Timed {
  readonly id: string
  readonly method: string
  readonly flow: Flow
  context: ResponseContext | undefined
  /** Where the last response came from; it need not be where the request went. */
  source: Flow
  /** Its relayed media. */
  media: MediaSession | undefined
  /** Last status received; 0 before any. */
  status = 0
  /** Asked to end; the CANCEL waits for a provisional response (RFC 3261 §9.1). */
  isCancelled = false
  /** What to do where the flow turns out not to work: the same by UDP (RFC 3261 §18.1.1). */
  fallback: (() => void) | undefined
  /** The INVITE as sent, until it is final: CANCEL and ACK are made from it. */
  #sent: Octets
  #ack: Octets = ''
  readonly #machine: ClientTransaction
  readonly #owner: Branches
  readonly #timerC: Timed

  constructor(
    id: string,
    method: string,
    flow: Flow,
    octets: Octets,
    timers: TransactionTimers,
    owner: Branches,
  ) {
    this.id = id
    this.method = method
    this.flow = flow
    this.source = flow
    this.#sent = octets
    this.#owner = owner
    this.#machine = new ClientTransaction(
      method === 'INVITE',
      isStream(flow.listener.transport),
      timers,
      octets,
    )
    this.#timerC = {
      wake: () => {
        this.#patienceIsOver()
      },
    }
  }

  get isFinal(): boolean {
    return this.status >= 200
  }

  start(): void {
    this.#perform(this.#machine.start(this.#owner.now), undefined)
  }

  receive(response: SipResponse, source: Flow): void {
    this.source = source
    this.#perform(
      this.#machine.handle(this.#owner.now, { kind: 'response', status: response.status }),
      response,
    )
    if (this.isCancelled && response.status < 200) this.#sendCancel()
  }

  wake(): void {
    this.#perform(this.#machine.handle(this.#owner.now, { kind: 'tick' }), undefined)
  }

  transportFailed(): void {
    const { fallback } = this
    this.fallback = undefined
    if (fallback !== undefined && this.status === 0) {
      this.#owner.forget(this)
      fallback()
      return
    }
    this.#perform(this.#machine.handle(this.#owner.now, { kind: 'transport-failed' }), undefined)
    // A ringing INVITE has no timer of its own: without its connection no answer can come any more.
    if (this.flow.connection !== undefined && !this.isFinal) {
      this.#end(503)
      this.#leave()
    }
  }

  /** Timer C: the first time the phone is cancelled; one that ignores that too is given up. */
  #patienceIsOver(): void {
    const wasCancelled = this.isCancelled
    this.context?.noAnswer(this)
    if (wasCancelled) this.#leave()
  }

  #leave(): void {
    this.#owner.schedule(this, undefined)
    this.#owner.forget(this)
  }

  /** Ends a pending INVITE: at once where a provisional response was seen, else with the first one. */
  cancel(): void {
    if (this.isCancelled || this.isFinal || this.method !== 'INVITE') return
    this.isCancelled = true
    if (this.status >= 100) this.#sendCancel()
  }

  /** Timer C (RFC 3261 §16.6 step 11), set anew by every 101–199. */
  expectAnswerWithin(ms: number | undefined): void {
    this.#owner.schedule(this.#timerC, ms === undefined ? undefined : later(this.#owner.now, ms))
  }

  #sendCancel(): void {
    if (this.#sent === '') return
    const sent = parseMessage(this.#sent)
    if (sent.kind !== 'request') return
    this.#owner.sendCancel(this.id, this.flow, buildCancel(sent))
    // Nobody waits for ever on a branch that ignores its CANCEL (RFC 3261 §9.1).
    this.expectAnswerWithin(32_000)
    this.#ack = ''
  }

  #perform(outputs: ClientTransactionOutput[], response: SipResponse | undefined): void {
    for (const output of outputs) {
      switch (output.kind) {
        case 'send':
          this.#owner.send(this.flow, output.octets)
          break
        case 'send-ack':
          this.#owner.send(this.flow, this.#ackFor(response))
          break
        case 'response':
          if (response !== undefined) this.#pass(response)
          break
        case 'timeout':
          this.#end(408)
          break
        case 'failed':
          this.#end(503)
          break
        case 'terminated':
          this.#owner.forget(this)
      }
    }
    this.#owner.schedule(this, this.#machine.deadline)
  }

  #pass(response: SipResponse): void {
    this.status = response.status
    if (this.isFinal) this.#settle()
    this.context?.received(this, response)
  }

  #end(status: number): void {
    if (this.isFinal) return
    this.status = status
    this.#settle()
    this.context?.failed(this, status)
  }

  #settle(): void {
    this.expectAnswerWithin(undefined)
    this.fallback = undefined
    if (this.status < 300) this.#sent = ''
  }

  #ackFor(response: SipResponse | undefined): Octets {
    if (this.#ack === '' && response !== undefined) {
      const sent = parseMessage(this.#sent)
      if (sent.kind === 'request') this.#ack = buildAck(sent, response)
      this.#sent = ''
    }
    return this.#ack
  }
}

/** A CANCEL of ours under way; its response concerns nobody. */
class CancelBranch implements Timed {
  readonly #machine: ClientTransaction
  readonly #flow: Flow
  readonly #key: string
  readonly #owner: Branches

  constructor(key: string, flow: Flow, octets: Octets, timers: TransactionTimers, owner: Branches) {
    this.#key = key
    this.#flow = flow
    this.#owner = owner
    this.#machine = new ClientTransaction(false, isStream(flow.listener.transport), timers, octets)
  }

  start(): void {
    this.#perform(this.#machine.start(this.#owner.now))
  }

  receive(response: SipResponse): void {
    this.#perform(this.#machine.handle(this.#owner.now, { kind: 'response', status: response.status }))
  }

  wake(): void {
    this.#perform(this.#machine.handle(this.#owner.now, { kind: 'tick' }))
  }

  #perform(outputs: ClientTransactionOutput[]): void {
    for (const output of outputs) {
      if (output.kind === 'send') this.#owner.send(this.#flow, output.octets)
      if (output.kind === 'terminated') this.#owner.forgetCancel(this.#key)
    }
    this.#owner.schedule(this, this.#machine.deadline)
  }
}

/** All client transactions, by branch (RFC 3261 §17.1.3). */
export class Branches {
  readonly #branches = new Map<string, Branch>()
  readonly #cancels = new Map<string, CancelBranch>()
  readonly #core: Core
  readonly #wakes: Wakes
  timers: TransactionTimers

  constructor(core: Core, wakes: Wakes, timers: TransactionTimers) {
    this.#core = core
    this.#wakes = wakes
    this.timers = timers
  }

  get size(): number {
    return this.#branches.size + this.#cancels.size
  }

  get pendingCount(): number {
    let count = 0
    for (const branch of this.#branches.values()) if (!branch.isFinal) count++
    return count
  }

  get now(): Core['now'] {
    return this.#core.now
  }

  begin(id: string, method: string, flow: Flow, octets: Octets): Branch {
    const branch = new Branch(id, method, flow, octets, this.timers, this)
    this.#branches.set(id, branch)
    return branch
  }

  /** Hands a response to its transaction. @returns false where there is none */
  receive(response: SipResponse, source: Flow): boolean {
    const id = response.via.branch ?? ''
    if (response.cseq.method === 'CANCEL') {
      const cancel = this.#cancels.get(id)
      cancel?.receive(response)
      return cancel !== undefined
    }
    const branch = this.#branches.get(id)
    if (branch?.method !== response.cseq.method) return false
    branch.receive(response, source)
    return true
  }

  /** All branches that go over that way, for when it breaks. */
  over(isAffected: (flow: Flow) => boolean): Branch[] {
    return [...this.#branches.values()].filter((branch) => isAffected(branch.flow))
  }

  sendCancel(id: string, flow: Flow, octets: Octets): void {
    const cancel = new CancelBranch(id, flow, octets, this.timers, this)
    this.#cancels.set(id, cancel)
    cancel.start()
  }

  send(flow: Flow, octets: Octets): void {
    this.#core.send(flow, octets)
  }

  schedule(timed: Timed, deadline: Core['now'] | undefined): void {
    this.#wakes.set(timed, deadline)
  }

  forget(branch: Branch): void {
    this.#branches.delete(branch.id)
  }

  forgetCancel(key: string): void {
    this.#cancels.delete(key)
  }
}
