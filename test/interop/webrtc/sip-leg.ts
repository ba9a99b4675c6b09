/** The least of a telephone over UDP whose descriptions somebody else makes: for calls that a test leads step by step. */
import { randomUUID } from 'node:crypto'
import {
  addressIn,
  firstOf,
  newBranch,
  requestText,
  responseText,
  valuesOf,
  type PhoneMessage,
  type Place,
} from '../phone/text.ts'
import { openWire, type Wire } from '../phone/wire.ts'

const LIMIT_MS = 8_000

/** A dialog as this phone has it. */
export interface Dialog {
  readonly callId: string
  readonly local: string
  readonly remote: string
  readonly target: string
  readonly routes: readonly string[]
  cseq: number
}

export class SipLeg {
  readonly wire: Wire
  readonly #user: string
  readonly #proxy: Place

  static async open(user: string, proxy: Place): Promise<SipLeg> {
    const leg = new SipLeg(user, proxy, await openWire('127.0.0.1'))
    const aor = `<sip:${user}@${proxy.host}:${proxy.port}>`
    const answer = await leg.#ask(
      requestText(leg.wire, 'REGISTER', `sip:${proxy.host}:${proxy.port}`, {
        from: `${aor};tag=${newBranch().slice(7, 17)}`,
        to: aor,
        contact: `<${leg.#contact}>`,
        extra: ['Expires: 600'],
      }),
    )
    if (answer.status !== 200) throw new Error(`REGISTER was answered ${answer.start}`)
    return leg
  }

  private constructor(user: string, proxy: Place, wire: Wire) {
    this.#user = user
    this.#proxy = proxy
    this.wire = wire
  }

  get #contact(): string {
    return `sip:${this.#user}@${this.wire.host}:${this.wire.port}`
  }

  /** @param early told of each description that comes before the answer */
  async invite(
    user: string,
    body: string,
    early?: (body: string) => Promise<void>,
  ): Promise<{ readonly dialog: Dialog; readonly body: string }> {
    const uri = `sip:${user}@${this.#proxy.host}:${this.#proxy.port}`
    const callId = randomUUID()
    const local = `<sip:${this.#user}@${this.#proxy.host}>;tag=${newBranch().slice(7, 17)}`
    const seen = early === undefined ? undefined : this.#earlyBody(callId, early)
    const answer = await this.#ask(
      requestText(this.wire, 'INVITE', uri, { callId, from: local, contact: `<${this.#contact}>`, body }),
    )
    await seen
    if (answer.status !== 200) throw new Error(`INVITE was answered ${answer.start}`)
    const dialog = dialogOf(answer, local, firstOf(answer, 'to'))
    this.#acknowledge(dialog)
    return { dialog, body: answer.body }
  }

  /** Within a dialog. */
  async reinvite(dialog: Dialog, body: string): Promise<string> {
    dialog.cseq++
    const answer = await this.#ask(this.#inDialog(dialog, 'INVITE', body))
    if (answer.status !== 200) throw new Error(`re-INVITE was answered ${answer.start}`)
    this.#acknowledge(dialog)
    return answer.body
  }

  async bye(dialog: Dialog): Promise<number> {
    dialog.cseq++
    return (await this.#ask(this.#inDialog(dialog, 'BYE', ''))).status
  }

  /** Waits for a request, and answers it with what `make` gives for its description. */
  async serve(
    method: string,
    make: (body: string) => Promise<string>,
    provisional?: number,
  ): Promise<Dialog> {
    const toTag = newBranch().slice(7, 17)
    const { message, from } = await this.wire.waitFor(
      method,
      (request) => this.#isFresh(request, method),
      LIMIT_MS,
    )
    this.#served.add(message.branch)
    const body = await make(message.body)
    const parts = { toTag, contact: `<${this.#contact}>`, body }
    if (provisional !== undefined) this.wire.send(responseText(message, provisional, 'Progress', parts), from)
    this.wire.send(responseText(message, 200, 'OK', parts), from)
    const local = message.toTag === '' ? `${firstOf(message, 'to')};tag=${toTag}` : firstOf(message, 'to')
    return {
      callId: message.callId,
      local,
      remote: firstOf(message, 'from'),
      target: addressIn(firstOf(message, 'contact')),
      routes: valuesOf(message, 'record-route'),
      cseq: 100,
    }
  }

  /** Waits for a call, and does not take it. */
  async refuse(): Promise<void> {
    const { message, from } = await this.wire.waitFor(
      'a call',
      (request) => this.#isFresh(request, 'INVITE'),
      LIMIT_MS,
    )
    this.#served.add(message.branch)
    this.wire.send(responseText(message, 486, 'Busy Here', { toTag: newBranch().slice(7, 17) }), from)
  }

  close(): Promise<void> {
    return this.wire.close()
  }

  readonly #served = new Set<string>()

  #isFresh(request: PhoneMessage, method: string): boolean {
    return request.method === method && !this.#served.has(request.branch)
  }

  async #earlyBody(callId: string, early: (body: string) => Promise<void>): Promise<void> {
    const { message } = await this.wire.waitFor(
      'an early description',
      (response) =>
        response.callId === callId && response.status > 100 && response.status < 200 && response.body !== '',
      LIMIT_MS,
    )
    await early(message.body)
  }

  #inDialog({ callId, local, remote, target, routes, cseq }: Dialog, method: string, body: string): string {
    const contact = `<${this.#contact}>`
    return requestText(this.wire, method, target, {
      callId,
      from: local,
      to: remote,
      routes,
      cseq,
      contact,
      body,
    })
  }

  #acknowledge(dialog: Dialog): void {
    this.wire.send(this.#inDialog(dialog, 'ACK', ''), this.#proxy)
  }

  async #ask(bytes: string): Promise<PhoneMessage> {
    const [, branch = ''] = /;branch=([^\r\n;]+)/.exec(bytes) ?? []
    this.wire.send(bytes, this.#proxy)
    const { message } = await this.wire.waitFor(
      `an answer to ${bytes.slice(0, bytes.indexOf('\r'))}`,
      (response) => response.branch === branch && response.status >= 200,
      LIMIT_MS,
    )
    return message
  }
}

function dialogOf(answer: PhoneMessage, local: string, remote: string): Dialog {
  return {
    callId: answer.callId,
    local,
    remote,
    target: addressIn(firstOf(answer, 'contact')),
    routes: valuesOf(answer, 'record-route').toReversed(),
    cseq: answer.cseqNumber,
  }
}
