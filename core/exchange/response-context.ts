import type { Flow } from '../lib/flow.ts'
import type { Octets } from '../lib/octets.ts'
import type { Header, SipRequest, SipResponse } from '../sip/index.ts'
import { printBackward } from '../sip/index.ts'
import type { Branch } from './branches.ts'
import type { Exchange } from './exchange.ts'
import type { Destination } from './next-hop.ts'
import type { RunState } from './run.ts'
import type { ServerLeg } from './server-transactions.ts'

/** How a branch ended: with a response of its own, or with a status that we put in its place. */
interface Outcome {
  readonly status: number
  readonly response: SipResponse | undefined
}

/** Ties the branches of one request to its server transaction, RFC 3261 §16.7. */
export class ResponseContext {
  readonly leg: ServerLeg
  readonly state: RunState
  readonly source: Flow
  /** Request-URI and way at the first relay: a failure route starts from them. */
  readonly uri: Octets
  readonly destination: Destination | undefined
  /** Gone once the final answer is out. */
  request: SipRequest | undefined
  /** Responses are swallowed (t_replicate). */
  isSilent = false
  isCancelled = false
  /** Branches so far, at most `mostBranches` over the life of the transaction. */
  branchCount = 0
  readonly #exchange: Exchange
  readonly #callId: string
  #live: Branch[] = []
  /** Names that DNS has been asked for. */
  #lookUps = 0
  #outcomes: Outcome[] = []
  #isRunningFailure = false

  constructor(
    exchange: Exchange,
    leg: ServerLeg,
    request: SipRequest,
    source: Flow,
    state: RunState,
    uri: Octets,
    destination: Destination | undefined,
  ) {
    this.#exchange = exchange
    this.leg = leg
    this.request = request
    this.source = source
    this.state = state
    this.uri = uri
    this.destination = destination
    this.#callId = request.callId
  }

  get isPending(): boolean {
    return this.#live.length > 0 || this.#lookUps > 0
  }

  /** Number of the winning final status so far, for t_check_status. */
  get bestStatus(): number {
    return this.#best()?.status ?? this.leg.lastStatus
  }

  add(branch: Branch): void {
    branch.context = this
    this.#live.push(branch)
    if (this.leg.isInvite) branch.expectAnswerWithin(this.#exchange.answerMs)
  }

  /** Takes a branch back that another way replaces. */
  drop(branch: Branch): void {
    this.#live = this.#live.filter((other) => other !== branch)
    branch.expectAnswerWithin(undefined)
  }

  lookUpBegan(): void {
    this.#lookUps++
  }

  /** @param status why no branch came of it; undefined where one did */
  lookUpEnded(status: number | undefined): void {
    this.#lookUps--
    if (status !== undefined) this.#outcomes.push({ status, response: undefined })
    this.#finishIfDone()
  }

  received(branch: Branch, response: SipResponse): void {
    this.#exchange.runReplyRoute(this, branch, response, () => {
      const { status } = response
      if (status < 200) this.#provisional(branch, response)
      else if (status < 300) this.#success(branch, response)
      else this.#settle(branch, { status, response })
    })
  }

  failed(branch: Branch, status: number): void {
    this.#settle(branch, { status, response: undefined })
  }

  /** Timer C has run out (RFC 3261 §16.8), or a branch ignores its CANCEL. */
  noAnswer(branch: Branch): void {
    if (!this.#live.includes(branch)) return
    const wasCancelled = branch.isCancelled
    branch.cancel()
    this.#settle(branch, { status: wasCancelled ? 487 : 408, response: undefined })
  }

  /** RFC 3261 §16.10. Each branch brings its own 487. */
  cancel(): void {
    this.isCancelled = true
    for (const branch of this.#live) this.#freeMedia(branch)
    this.#cancelOthers(undefined)
  }

  /** A final reply of the script ends what is under way. */
  abandon(): void {
    const { lastStatus, isInvite } = this.leg
    if (lastStatus >= 300) {
      this.#exchange.calls.failed(this.#callId, lastStatus, isInvite)
      this.#exchange.accounting?.failed(this, lastStatus, undefined)
    }
    this.#cancelOthers(undefined)
    for (const branch of this.#live) this.#freeMedia(branch)
    this.#live = []
    this.request = undefined
  }

  #provisional(branch: Branch, response: SipResponse): void {
    if (response.status === 100) return
    // RFC 3261 §16.7 step 2: 101–199 restart timer C.
    if (this.leg.isInvite && this.#live.includes(branch) && !branch.isCancelled)
      branch.expectAnswerWithin(this.#exchange.ringMs)
    this.#exchange.calls.ringing(this.#callId, response.status)
    this.#exchange.accounting?.provisional(this, response)
    this.#passOn(response)
  }

  #success(branch: Branch, response: SipResponse): void {
    this.#live = this.#live.filter((other) => other !== branch)
    if (branch.media !== undefined && this.leg.isInvite) this.#exchange.media.answered(branch.media, response)
    this.#passOn(response)
    const goesOn = this.#mediaGoesOn(response)
    const { isInvite } = this.leg
    this.#exchange.calls.answered(this.#callId, response.cseq.method, { isInvite, goesOn, way: branch.flow })
    this.#exchange.accounting?.answered(this, response)
    this.#cancelOthers(branch)
    if (!this.isPending) this.#forgetRequest()
  }

  #settle(branch: Branch, outcome: Outcome): void {
    if (!this.#live.includes(branch)) return
    this.#live = this.#live.filter((other) => other !== branch)
    this.#freeMedia(branch)
    this.#outcomes.push(outcome)
    // RFC 3261 §16.7 step 5: a 6xx ends the search. 0.9 knows no such priority.
    if (outcome.status >= 600 && !this.#exchange.isSer09) this.#cancelOthers(undefined)
    this.#finishIfDone()
  }

  /** A call may have several answered dialogs (RFC 3261 §13.2.2.4): the BYE of one leaves the others. */
  #mediaGoesOn(response: SipResponse): boolean {
    const { media } = this.#exchange
    return response.cseq.method === 'BYE'
      ? media.dialogEnded(response, response.toTag)
      : media.calls.has(response.callId)
  }

  #freeMedia(branch: Branch): void {
    if (branch.media !== undefined) this.#exchange.media.branchLost(branch.media)
    branch.media = undefined
  }

  #finishIfDone(): void {
    if (this.isPending || this.#isRunningFailure) return
    if (this.leg.isFinal) {
      this.#forgetRequest()
      return
    }
    const missed = this.#best()
    if (missed !== undefined) this.#exchange.accounting?.missed(this, missed.status, missed.response)
    if (this.#runFailureRoute()) return
    const best = this.#best()
    if (best === undefined) return
    this.#answer(best)
    this.request = undefined
  }

  /** Copies of a 2xx to an INVITE pass through the reply route as the first one did, which needs the request. */
  #forgetRequest(): void {
    if (!this.leg.isInvite || this.state.onReply === 0 || this.leg.lastStatus >= 300) this.request = undefined
  }

  /** @returns true where the route has answered or sent the request elsewhere */
  #runFailureRoute(): boolean {
    const number = this.state.onFailure
    if (number === 0 || this.request === undefined || this.isCancelled) return false
    this.state.onFailure = 0
    this.#isRunningFailure = true
    this.#exchange.runFailureRoute(this, number, this.bestStatus)
    this.#isRunningFailure = false
    return this.isPending || this.leg.isFinal
  }

  #answer(best: Outcome): void {
    if (this.isSilent) {
      this.#exchange.forgetLeg(this.leg)
      return
    }
    this.#exchange.calls.failed(this.#callId, best.status, this.leg.isInvite, this.isCancelled)
    this.#exchange.accounting?.failed(this, best.status, best.response)
    if (best.response !== undefined) {
      this.leg.respond(best.status, withChallenges(best.response, this.#outcomes))
      return
    }
    // RFC 4320 §4.2: nobody waits for a 408 to a non-INVITE any more.
    if (best.status === 408 && !this.leg.isInvite) this.#exchange.forgetLeg(this.leg)
    else this.leg.reply(this.isCancelled ? 487 : best.status)
  }

  #passOn(response: SipResponse): void {
    if (!this.isSilent) this.leg.respond(response.status, this.#exchange.printBackward(response))
  }

  #cancelOthers(winner: Branch | undefined): void {
    for (const branch of this.#live) if (branch !== winner) branch.cancel()
  }

  /** RFC 3261 §16.7 step 6; with `compatibility=ser09` the lowest code. */
  #best(): Outcome | undefined {
    let best: Outcome | undefined
    for (const outcome of this.#outcomes) {
      if (
        best === undefined ||
        rank(outcome.status, this.#exchange.isSer09) < rank(best.status, this.#exchange.isSer09)
      )
        best = outcome
    }
    return best?.status === 503 && !this.#exchange.isSer09 && best.response !== undefined
      ? { status: 500, response: undefined }
      : best
  }
}

/** Those that let the caller mend the request come first in their class. */
const mendable = [401, 407, 415, 420, 484]

function rank(status: number, isSer09: boolean): number {
  if (isSer09) return status
  const ofClass = Math.floor(status / 100) * 1000
  if (status >= 600) return status - 600
  if (mendable.includes(status)) return ofClass
  // A 503 says no more than that one server is busy: it gives way to its equals.
  return ofClass + (status === 503 ? 999 : status % 100) + 1
}

/** RFC 3261 §16.7 step 7: a 401 or 407 carries the challenges of all branches. */
function withChallenges(response: SipResponse, outcomes: readonly Outcome[]): Octets {
  const text = printBackward(response)
  if (response.status !== 401 && response.status !== 407) return text
  let lines = ''
  for (const outcome of outcomes) {
    if (outcome.response === undefined || outcome.response === response) continue
    if (outcome.status === 401 || outcome.status === 407)
      for (const header of outcome.response.headers) if (isChallenge(header)) lines += header.line
  }
  const end = text.indexOf('\r\n\r\n') + 2
  return text.slice(0, end) + lines + text.slice(end)
}

function isChallenge(header: Header): boolean {
  return header.name === 'www-authenticate' || header.name === 'proxy-authenticate'
}
