import type { Octets } from '../../core/lib/octets.ts'
import type { SipRequest, SipResponse } from '../../core/sip/index.ts'
import { findHeader } from '../../core/sip/index.ts'
import type { Dialog } from './dialog.ts'
import { calledsDialog, callersDialog } from './dialog.ts'
import type { Phone } from './phone.ts'
import type { Answering, Asking } from './phone-transactions.ts'

/** One call as one phone sees it. */
export class Call {
  /** One for each phone that answered; more than one after a fork. */
  readonly dialogs: Dialog[] = []
  state: 'calling' | 'ringing' | 'talking' | 'ended' = 'calling'
  /** How many ACKs for 2xx came here. */
  acknowledgements = 0
  readonly phone: Phone
  readonly #localTag: string
  #asking: Asking | undefined
  #answering: Answering | undefined
  #wantsCancel = false
  readonly #laterInvites = new Map<number, Answering>()

  private constructor(phone: Phone, localTag: string) {
    this.phone = phone
    this.#localTag = localTag
  }

  static outgoing(
    phone: Phone,
    uri: Octets,
    options: { readonly lines?: Octets; readonly body?: Octets },
  ): Call {
    const tag = phone.token()
    const call = new Call(phone, tag)
    const parts = {
      method: 'INVITE',
      uri,
      from: `<${phone.addressOfRecord}>;tag=${tag}`,
      to: `<${uri}>`,
      callId: phone.token(),
      cseq: 1,
      ...options,
    }
    call.#asking = phone.startAsking(parts, undefined, (response) => call.#told(response))
    return call
  }

  static incoming(phone: Phone, answering: Answering): Call {
    const call = new Call(phone, phone.token())
    call.#answering = answering
    return call
  }

  get invite(): SipRequest {
    return (this.#asking ?? this.#answering)!.request
  }

  /** Statuses that came for the INVITE, copies left out. */
  get statuses(): readonly number[] {
    return this.#asking?.statuses ?? []
  }

  get final(): SipResponse | undefined {
    return this.#asking?.final
  }

  get isTimedOut(): boolean {
    return this.#asking?.isTimedOut ?? false
  }

  /** Called side: whether the ACK of the final answer came. */
  get isAcknowledged(): boolean {
    return this.#answering?.isAcknowledged ?? false
  }

  ring(status = 180): void {
    this.#reply(status)
    this.state = 'ringing'
  }

  answer(description: Octets = ''): void {
    if (this.state === 'ended') return
    this.dialogs.push(calledsDialog(this.invite, this.#localTag))
    this.#reply(200, description === '' ? '' : 'Content-Type: application/sdp\r\n', description)
    this.state = 'talking'
  }

  reject(status: number, lines: Octets = ''): void {
    if (this.state === 'ended') return
    this.#reply(status, lines)
    this.state = 'ended'
  }

  hangUp(dialog: Dialog | undefined = this.dialogs[0]): Asking {
    if (dialog === undefined) throw new Error('only a call that talks can be hung up')
    this.state = 'ended'
    return this.phone.askWithin(dialog, 'BYE')
  }

  /** RFC 3261 §9.1: waits for the first provisional answer unless told not to. */
  cancel(isImpatient = false): void {
    if (this.statuses.length === 0 && !isImpatient) this.#wantsCancel = true
    else this.#sendCancel()
  }

  reinvite(): Asking {
    const dialog = this.dialogs[0]
    if (dialog === undefined) throw new Error('only a call that talks can be changed')
    const number = dialog.localCSeq + 1
    return this.phone.askWithin(dialog, 'INVITE', '', (response) => {
      if (response !== 'timeout' && response.status >= 200 && response.status < 300)
        this.phone.acknowledge(dialog, number)
    })
  }

  owns(request: SipRequest): boolean {
    return (
      request.callId === this.invite.callId &&
      (request.toTag === undefined || request.toTag === this.#localTag)
    )
  }

  isAnsweredBy(answering: Answering): boolean {
    return this.#answering === answering
  }

  /** The other side takes its INVITE back. */
  cancelled(): void {
    if (this.state === 'talking' || this.state === 'ended') return
    this.reject(487)
  }

  acknowledged(ack: SipRequest): void {
    this.acknowledgements++
    if (ack.cseq.number === this.#answering?.request.cseq.number) this.#answering.acknowledged()
    this.#laterInvites.get(ack.cseq.number)?.acknowledged()
  }

  /** A request within the dialog. */
  takeRequest(answering: Answering): void {
    const { method, cseq } = answering.request
    if (method === 'INVITE') this.#laterInvites.set(cseq.number, answering)
    this.phone.respond(answering, 200, this.#localTag)
    if (method === 'BYE') this.state = 'ended'
  }

  #reply(status: number, lines: Octets = '', body: Octets = ''): void {
    if (this.#answering === undefined) throw new Error('only a call that came can be answered')
    this.phone.respond(this.#answering, status, this.#localTag, lines, body)
  }

  #told(response: SipResponse | 'timeout'): void {
    if (response === 'timeout') {
      this.state = 'ended'
      return
    }
    if (response.status < 200) {
      if (response.status > 100) this.state = 'ringing'
      if (this.#wantsCancel) this.#sendCancel()
    } else if (response.status < 300) this.#answered(response)
    else this.state = 'ended'
  }

  #answered(response: SipResponse): void {
    let dialog = this.dialogs.find(({ remoteTag }) => remoteTag === response.toTag)
    if (dialog === undefined) {
      dialog = callersDialog(this.invite, response)
      this.dialogs.push(dialog)
    }
    if (this.state !== 'ended') this.state = 'talking'
    this.phone.acknowledge(dialog, this.invite.cseq.number)
  }

  #sendCancel(): void {
    this.#wantsCancel = false
    const { invite } = this
    if (this.final !== undefined || invite.via.branch === undefined) return
    const line = (name: string): Octets => findHeader(invite, name)!.line.slice(0, -2)
    const parts = {
      method: 'CANCEL',
      uri: invite.uri,
      from: line('from').slice('From: '.length),
      to: line('to').slice('To: '.length),
      callId: invite.callId,
      cseq: invite.cseq.number,
      branch: invite.via.branch,
    }
    this.phone.startAsking(parts, undefined, () => undefined)
  }
}
