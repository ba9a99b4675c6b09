/** The least of a telephone in a browser's place: SIP in frames of WebSocket, a name under `.invalid` as its Contact. */
import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'
import {
  addressIn,
  firstOf,
  newBranch,
  plainSession,
  readMessage,
  requestText,
  responseText,
  valuesOf,
  type PhoneMessage,
  type Place,
} from './phone/text.ts'

export interface FramePhoneOptions {
  readonly user: string
  readonly url: string
  readonly domain: Place
  readonly protocols?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
  readonly origin?: string
  /** The host of its Contact; a reloaded page keeps it. */
  readonly name?: string
}

const LIMIT_MS = 5_000

export class FramePhone {
  readonly name: string
  readonly arrived: PhoneMessage[] = []
  readonly #user: string
  readonly #domain: string
  readonly #socket: WebSocket
  readonly #waiting = new Set<() => void>()
  readonly #callId = randomUUID()
  #cseq = 0

  static async open(options: FramePhoneOptions): Promise<FramePhone> {
    const { url, origin, headers } = options
    const socket = new WebSocket(url, [...(options.protocols ?? ['sip'])], {
      ...(origin === undefined ? {} : { origin }),
      ...(headers === undefined ? {} : { headers }),
    })
    await new Promise((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', reject)
    })
    return new FramePhone(options, socket)
  }

  private constructor({ user, domain, name }: FramePhoneOptions, socket: WebSocket) {
    this.#user = user
    this.#domain = `${domain.host}:${domain.port}`
    this.name = name ?? `${randomUUID().slice(0, 12)}.invalid`
    this.#socket = socket
    socket.on('error', () => undefined)
    socket.on('message', (frame: Buffer) => {
      const message = readMessage(frame.toString('latin1'))
      if (typeof message === 'string') return
      this.arrived.push(message)
      if (message.method !== '' && !['INVITE', 'ACK'].includes(message.method))
        this.#send(responseText(message, 200, 'OK', { toTag: this.#user }))
      for (const look of [...this.#waiting]) look()
    })
  }

  get contact(): string {
    return `<sip:${this.#user}@${this.name};transport=ws>`
  }

  async register(): Promise<number> {
    const aor = `<sip:${this.#user}@${this.#domain}>`
    this.#cseq += 1
    const answer = await this.#ask('REGISTER', `sip:${this.#domain}`, {
      ...{ from: `${aor};tag=r`, to: aor, contact: this.contact, callId: this.#callId, cseq: this.#cseq },
      extra: ['Expires: 600'],
    })
    return answer.status
  }

  /** Calls and acknowledges; the answer and the ways of the dialog. */
  async call(user: string): Promise<{ readonly answer: PhoneMessage; hangUp(): Promise<number> }> {
    const uri = `sip:${user}@${this.#domain}`
    const from = `<sip:${this.#user}@${this.#domain}>;tag=${newBranch().slice(7, 17)}`
    const callId = randomUUID()
    const body = plainSession('127.0.0.1', 40_002)
    const answer = await this.#ask('INVITE', uri, { from, callId, contact: this.contact, body })
    const target = addressIn(firstOf(answer, 'contact'))
    const parts = {
      ...{ from, callId, to: firstOf(answer, 'to') },
      routes: valuesOf(answer, 'record-route').toReversed(),
    }
    if (answer.status === 200) this.#request('ACK', target, parts)
    return {
      answer,
      hangUp: async () => (await this.#ask('BYE', target, { ...parts, cseq: 2 })).status,
    }
  }

  answer(invite: PhoneMessage): void {
    const parts = { toTag: this.#user, contact: this.contact, body: plainSession('127.0.0.1', 40_004) }
    this.#send(responseText(invite, 200, 'OK', parts))
  }

  sendRaw(octets: string | Buffer): void {
    this.#socket.send(octets)
  }

  arrival(match: (message: PhoneMessage) => boolean): Promise<PhoneMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<PhoneMessage>()
    const look = (): void => {
      const found = this.arrived.find(match)
      if (found !== undefined) finish(() => resolve(found))
    }
    const finish = (then: () => void): void => {
      clearTimeout(limit)
      this.#waiting.delete(look)
      then()
    }
    const limit = setTimeout(() => finish(() => reject(new Error('nothing fitting arrived'))), LIMIT_MS)
    this.#waiting.add(look)
    look()
    return promise
  }

  get closed(): Promise<number> {
    return new Promise((resolve) => this.#socket.once('close', resolve))
  }

  /** As when the network goes: no farewell. */
  cut(): void {
    this.#socket.terminate()
  }

  async #ask(method: string, uri: string, parts: Parameters<typeof requestText>[3]): Promise<PhoneMessage> {
    const branch = this.#request(method, uri, parts)
    return this.arrival((message) => message.branch === branch && message.status >= 200)
  }

  #request(method: string, uri: string, parts: Parameters<typeof requestText>[3]): string {
    const branch = newBranch()
    const text = requestText({ host: this.name, port: 5060 }, method, uri, { ...parts, branch })
    this.#send(text.replace('Via: SIP/2.0/UDP ', 'Via: SIP/2.0/WS ').replace(`${this.name}:5060`, this.name))
    return branch
  }

  #send(text: string): void {
    this.#socket.send(text)
  }
}
