/** The transactions of a simulated phone (RFC 3261 §17), written apart from the product's so that a bug cannot hide on both sides. */
import type { Octets } from '../../core/lib/octets.ts'
import type { SipRequest, SipResponse } from '../../core/sip/index.ts'
import { findHeader } from '../../core/sip/index.ts'
import type { Schedule } from './schedule.ts'

const t1Ms = 500
const t2Ms = 4000
const giveUpMs = 64 * t1Ms

/** How a message leaves. */
export interface Way {
  readonly isReliable: boolean
  send(octets: Octets): void
}

/** Somebody's request on its way: sent again until it is answered, its refusal acknowledged. */
export class Asking {
  readonly request: SipRequest
  readonly responses: SipResponse[] = []
  isTimedOut = false
  readonly #schedule: Schedule
  readonly #way: Way
  readonly #told: (response: SipResponse | 'timeout') => void

  constructor(
    schedule: Schedule,
    way: Way,
    request: SipRequest,
    told: (response: SipResponse | 'timeout') => void,
  ) {
    this.#schedule = schedule
    this.#way = way
    this.request = request
    this.#told = told
  }

  get statuses(): readonly number[] {
    return this.responses.map(({ status }) => status)
  }

  get final(): SipResponse | undefined {
    return this.responses.find(({ status }) => status >= 200)
  }

  start(): void {
    this.#way.send(this.request.octets)
    if (!this.#way.isReliable) this.#again(t1Ms)
    this.#schedule.after(giveUpMs, () => {
      const isAnswered =
        this.request.method === 'INVITE' ? this.responses.length > 0 : this.final !== undefined
      if (isAnswered) return
      this.isTimedOut = true
      this.#told('timeout')
    })
  }

  receive(response: SipResponse): void {
    if (this.isTimedOut) return
    const { final } = this
    if (
      response.status >= 300 &&
      this.request.method === 'INVITE' &&
      (final === undefined || final.status >= 300)
    ) {
      this.#way.send(ackFor(this.request, response))
    }
    // A second 2xx to an INVITE is either a copy or another phone's: both concern the user.
    const isSecondSuccess =
      this.request.method === 'INVITE' && final !== undefined && final.status < 300 && response.status < 300
    if (final !== undefined && !isSecondSuccess) return
    this.responses.push(response)
    this.#told(response)
  }

  #again(waitMs: number): void {
    this.#schedule.after(waitMs, () => {
      const isInvite = this.request.method === 'INVITE'
      if (this.isTimedOut || this.final !== undefined || (isInvite && this.responses.length > 0)) return
      this.#way.send(this.request.octets)
      const slowed = this.responses.length > 0 ? t2Ms : Math.min(2 * waitMs, t2Ms)
      this.#again(isInvite ? 2 * waitMs : slowed)
    })
  }
}

/** Somebody else's request: its answer is repeated, and for an INVITE sent again until the ACK. */
export class Answering {
  readonly request: SipRequest
  status = 0
  isAcknowledged = false
  /** No ACK came for 32 s. */
  isAbandoned = false
  readonly #schedule: Schedule
  readonly #way: Way
  #last: Octets | undefined

  constructor(schedule: Schedule, way: Way, request: SipRequest) {
    this.#schedule = schedule
    this.#way = way
    this.request = request
  }

  respond(status: number, octets: Octets): void {
    if (this.status >= 200) return
    this.status = status
    this.#last = octets
    this.#way.send(octets)
    if (status < 200 || this.request.method !== 'INVITE') return
    if (!this.#way.isReliable || status < 300) this.#again(t1Ms)
    this.#schedule.after(giveUpMs, () => {
      this.isAbandoned = !this.isAcknowledged
    })
  }

  repeat(): void {
    if (this.#last !== undefined && !this.isAcknowledged) this.#way.send(this.#last)
  }

  acknowledged(): void {
    this.isAcknowledged = true
  }

  #again(waitMs: number): void {
    this.#schedule.after(waitMs, () => {
      if (this.isAcknowledged || this.isAbandoned) return
      this.repeat()
      this.#again(Math.min(2 * waitMs, t2Ms))
    })
  }
}

/** RFC 3261 §17.1.1.3. */
function ackFor(request: SipRequest, response: SipResponse): Octets {
  const routes = request.headers.filter(({ name }) => name === 'route').map(({ line }) => line)
  const topVia = findHeader(request, 'via')!.line
  const from = findHeader(request, 'from')!.line
  const to = findHeader(response, 'to')!.line
  const lines = [
    topVia,
    ...routes,
    'Max-Forwards: 70\r\n',
    from,
    to,
    `Call-ID: ${request.callId}\r\n`,
    `CSeq: ${request.cseq.number} ACK\r\n`,
  ]
  return `ACK ${request.uri} SIP/2.0\r\n${lines.join('')}Content-Length: 0\r\n\r\n`
}
