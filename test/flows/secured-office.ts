/** An office that asks for passwords, and hosts that send whatever they like to it. */
import { readFileSync } from 'node:fs'
import type { StoredState } from '../../core/exchange/index.ts'
import type { Octets } from '../../core/lib/octets.ts'
import type { SipResponse } from '../../core/sip/index.ts'
import { findHeader, headerValue, parseMessage } from '../../core/sip/index.ts'
import { answerDigest, type Login } from '../interop/phone/digest.ts'
import type { ExchangeHost } from '../sim/exchange-host.ts'
import type { RawHost } from '../sim/raw-host.ts'
import { World } from '../sim/world.ts'

export const withPasswords = readFileSync(
  new URL('../../resources/scripts/with-passwords.cfg', import.meta.url),
  'latin1',
)

export const alice: Login = { user: 'alice', password: 'correct-horse-battery' }
export const bob: Login = { user: 'bob', password: 'staple-of-the-office' }

/** What a request departs in from the usual one of its method. */
export interface Ask {
  readonly user?: string
  readonly to?: string
  readonly uri?: string
  readonly contact?: string | undefined
  readonly lines?: Octets
  readonly callId?: string
  readonly cseq?: number
  readonly branch?: string
  readonly toTag?: string
  readonly fromTag?: string
}

export class Host {
  readonly raw: RawHost
  readonly #office: SecuredOffice
  #asked = 0

  constructor(office: SecuredOffice, name: string, address: string) {
    this.#office = office
    this.raw = office.world.raw(name, address)
  }

  get address(): string {
    return this.raw.at.address
  }

  /** Every final answer to a request without credentials of its own making. */
  ask(method: string, ask: Ask = {}): SipResponse | undefined {
    return this.sendText(this.compose(method, ask))
  }

  /** Sends octets and gives back the last final answer that comes. */
  sendText(octets: Octets): SipResponse | undefined {
    const before = this.raw.received.length
    this.raw.send(octets)
    this.#office.world.run(50)
    const answers = this.raw.received
      .slice(before)
      .map((received) => parseMessage(received.octets))
      .filter((message): message is SipResponse => message.kind === 'response' && message.status >= 200)
    return answers.at(-1)
  }

  /** Asks, answers the challenge, and gives back what came of it. */
  log(method: string, login: Login, ask: Ask = {}, change: Change = {}): SipResponse | undefined {
    const challenge = this.ask(method, { user: login.user, ...ask })
    if (challenge === undefined || (challenge.status !== 401 && challenge.status !== 407)) return challenge
    return this.answer(challenge, method, login, ask, change)
  }

  answer(
    challenge: SipResponse,
    method: string,
    login: Login,
    ask: Ask = {},
    change: Change = {},
  ): SipResponse | undefined {
    return this.sendText(this.composeAnswer(challenge, method, login, ask, change))
  }

  composeAnswer(
    challenge: SipResponse,
    method: string,
    login: Login,
    ask: Ask = {},
    change: Change = {},
  ): Octets {
    const uri = change.uri ?? ask.uri ?? usualUri(method, ask)
    const value = answerDigest(
      offerOf(challenge, change.algorithm ?? 'SHA-256'),
      method,
      uri,
      login,
      change.count,
    )
    const changed = change.edit === undefined ? value : change.edit(value)
    const name = challenge.status === 401 ? 'Authorization' : 'Proxy-Authorization'
    const lines = `${name}: ${changed}\r\n${ask.lines ?? ''}`
    return this.compose(method, { user: login.user, cseq: 2, ...ask, lines })
  }

  compose(method: string, ask: Ask): Octets {
    this.#asked++
    const id = `${this.address.replaceAll('.', '-')}-${this.#asked}`
    const { user = 'mallory', to = method === 'REGISTER' ? user : 'bob', cseq = 1 } = ask
    const contact = ask.contact ?? (method === 'REGISTER' || method === 'INVITE' ? this.contact(user) : '')
    const tag = ask.toTag === undefined ? '' : `;tag=${ask.toTag}`
    const lines = [
      `${method} ${ask.uri ?? usualUri(method, { ...ask, to })} SIP/2.0`,
      `Via: SIP/2.0/UDP ${this.address}:5060;branch=${ask.branch ?? `z9hG4bK${id}`};rport`,
      'Max-Forwards: 70',
      `From: <sip:${user}@10.0.0.1>;tag=${ask.fromTag ?? id}`,
      `To: <sip:${to}@10.0.0.1>${tag}`,
      `Call-ID: ${ask.callId ?? id}`,
      `CSeq: ${cseq} ${method}`,
      ...(contact === '' ? [] : [`Contact: ${contact}`]),
    ]
    return `${lines.join('\r\n')}\r\n${ask.lines ?? ''}Content-Length: 0\r\n\r\n`
  }

  contact(user: string): string {
    return `<sip:${user}@${this.address}:5060>`
  }

  /** Requests of that method that came here. */
  requests(method: string): Octets[] {
    return this.raw.received.map(({ octets }) => octets).filter((octets) => octets.startsWith(`${method} `))
  }
}

/** In what credentials depart from right ones. */
export interface Change {
  readonly algorithm?: 'SHA-256' | 'MD5'
  readonly uri?: string
  readonly count?: number
  readonly edit?: (value: string) => string
}

export interface SecuredOfficeOptions {
  readonly script?: string
  readonly stored?: StoredState
}

export class SecuredOffice {
  readonly world = new World()
  readonly exchange: ExchangeHost

  constructor(options: SecuredOfficeOptions = {}) {
    this.exchange = this.world.exchange(options.script ?? withPasswords, { stored: options.stored })
    if (options.stored === undefined) for (const login of [alice, bob]) this.add(login)
  }

  add({ user, password }: Login): void {
    this.exchange.askFor({ name: 'add-account', user, password, email: '' })
  }

  host(name: string, address: string): Host {
    return new Host(this, name, address)
  }

  /** A phone of that person, registered. */
  registered(login: Login, address: string): Host {
    const host = this.host(login.user, address)
    const answer = host.log('REGISTER', login)
    if (answer?.status !== 200) throw new Error(`${login.user} was answered ${answer?.status}`)
    return host
  }

  contacts(user: string): readonly string[] {
    return this.exchange.bindings(user).map(({ contact }) => contact)
  }

  /** The sentences of the event log with that code, newest first. */
  told(code: string): readonly string[] {
    const rows = this.exchange.askFor({ name: 'notices', words: [code] }) as readonly {
      readonly text: string
    }[]
    return rows.map(({ text }) => text)
  }

  /** Changes that a store would have, as the next start finds them. */
  kept(): StoredState {
    const settings: Record<string, string> = {}
    const subscribers = new Map<string, StoredState['subscribers'][number]>()
    const calls = new Map<string, StoredState['callsUnderWay'][number]>()
    for (const change of this.exchange.changes) {
      if (change.kind === 'put-setting') settings[change.name] = change.value
      else if (change.kind === 'put-subscriber')
        subscribers.set(change.subscriber.username, change.subscriber)
      else if (change.kind === 'drop-subscriber') subscribers.delete(change.username)
      else if (change.kind === 'put-call') calls.set(change.call.callId, change.call)
    }
    return {
      contacts: [],
      subscribers: [...subscribers.values()],
      callsUnderWay: [...calls.values()].filter(({ ending }) => ending === undefined),
      domains: [],
      settings,
    }
  }
}

/** The challenge of that algorithm; of several the phone takes one. */
function offerOf(response: SipResponse, algorithm: string): string {
  const offers = response.headers
    .filter(({ name }) => name === 'www-authenticate' || name === 'proxy-authenticate')
    .map(headerValue)
  return offers.find((offer) => offer.includes(`algorithm=${algorithm}`)) ?? offers[0] ?? ''
}

export function challengeOf(response: SipResponse | undefined): string {
  const header = response === undefined ? undefined : findHeader(response, 'www-authenticate')
  return header === undefined ? '' : headerValue(header)
}

function usualUri(method: string, ask: Ask): string {
  return method === 'REGISTER' ? 'sip:10.0.0.1' : `sip:${ask.to ?? 'bob'}@10.0.0.1`
}
