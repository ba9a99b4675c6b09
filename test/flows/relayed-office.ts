/** Two or more phones that describe their media, driven step by step: each message is written and read by the story. */
import { parseSession } from '../../core/sdp/index.ts'
import type { SessionDescription } from '../../core/sdp/index.ts'
import type { SipRequest, SipResponse } from '../../core/sip/index.ts'
import { parseMessage, parseNameAddrs, printReply } from '../../core/sip/index.ts'
import type { ExchangeHost, ExchangeHostOptions } from '../sim/exchange-host.ts'
import type { Place } from '../sim/trace.ts'
import type { RawHost } from '../sim/raw-host.ts'
import { World } from '../sim/world.ts'
import { scriptWith } from './office.ts'

const routes = `route {
  if (method != "REGISTER") record_route();
  if (method == "BYE" || method == "CANCEL") FREE();
  if (loose_route()) { IN_CALL; t_on_reply("1"); t_relay(); break; };
  if (method == "REGISTER") { save("location"); break; };
  if (method == "ACK" || method == "CANCEL") { t_relay(); break; };
  if (!lookup("location")) { sl_send_reply("404", "Not Found"); break; };
  if (method == "INVITE") { if (!FIRST) setflag(1); };
  t_on_reply("1");
  if (!t_relay()) { sl_reply_error(); };
}
onreply_route[1] { REPLY; }
`

export interface RelayWords {
  readonly first?: string
  readonly inCall?: string
  readonly reply?: string
  readonly free?: string
  readonly settings?: string
}

export function relayScript(words: RelayWords = {}): string {
  const text = routes
    .replace('FIRST', words.first ?? 'force_rtp_proxy()')
    .replace('IN_CALL', words.inCall ?? 'force_rtp_proxy("l")')
    .replace('REPLY', words.reply ?? 'force_rtp_proxy()')
    .replace('FREE()', words.free ?? 'unforce_rtp_proxy()')
  return scriptWith(text, `loadmodule "nathelper.so"\nloadmodule "mediaproxy.so"\n${words.settings ?? ''}`)
}

export function describe(address: string, port: number, more = '', version = 1): string {
  return `v=0\r\no=- 1 ${version} IN IP4 ${address}\r\ns=-\r\nc=IN IP4 ${address}\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n${more}`
}

export class RelayedOffice {
  readonly world = new World()
  readonly host: ExchangeHost
  #phones = 1

  constructor(script = relayScript(), options: Partial<ExchangeHostOptions> = {}) {
    this.host = this.world.exchange(script, options)
  }

  get relay(): ExchangeHost['relay'] {
    return this.host.relay
  }

  /** Nothing is held any more: what the exchange has is what waits in its pool. */
  get heldPairs(): number {
    const sizes = Object.values(this.host.exchange.media.own.pool.sizes)
    return this.relay.out.size - sizes.reduce((sum, size) => sum + size, 0)
  }

  /** @param proxy the address of the exchange on its side */
  phone(user: string, address?: string, registersAs = user, proxy = '10.0.0.1'): MediaPhone {
    this.#phones++
    const at = address ?? `10.0.0.${this.#phones}`
    const raw = this.world.raw(`${user}${this.#phones}`, at)
    const phone = new MediaPhone(this.world, raw, user, proxy)
    phone.request('REGISTER', {
      uri: 'sip:10.0.0.1',
      to: `<sip:${registersAs}@10.0.0.1>`,
      callId: `reg-${at}`,
      lines: `Contact: <sip:${user}@${at}:5060>\r\nExpires: 3600\r\n`,
    })
    return phone
  }
}

export interface Parts {
  readonly uri?: string
  readonly to?: string
  readonly from?: string
  readonly callId?: string
  readonly cseq?: number
  readonly lines?: string
  readonly body?: string
  readonly type?: string
  readonly branch?: string
}

/** What a dialog's requests need. */
export interface Talk {
  readonly uri: string
  readonly from: string
  readonly to: string
  readonly callId: string
  readonly lines: string
}

export class MediaPhone {
  readonly raw: RawHost
  readonly user: string
  readonly world: World
  readonly #proxy: Place
  #count = 0

  constructor(world: World, raw: RawHost, user: string, proxy: string) {
    this.#proxy = { address: proxy, port: 5060 }
    this.world = world
    this.raw = raw
    this.user = user
  }

  get address(): string {
    return this.raw.at.address
  }

  request(method: string, parts: Parts): string {
    this.#count++
    const { address } = this
    const branch = parts.branch ?? `z9hG4bK${this.user}${address}${this.#count}`
    const body = parts.body ?? ''
    const type = body === '' ? '' : `Content-Type: ${parts.type ?? 'application/sdp'}\r\n`
    const contact = method === 'REGISTER' ? '' : `Contact: <sip:${this.user}@${address}:5060>\r\n`
    this.raw.send(
      `${method} ${parts.uri ?? 'sip:bob@10.0.0.1'} SIP/2.0\r\n` +
        `Via: SIP/2.0/UDP ${address}:5060;branch=${branch}\r\nMax-Forwards: 70\r\n` +
        `From: ${parts.from ?? `<sip:${this.user}@10.0.0.1>;tag=${this.user}1`}\r\nTo: ${parts.to ?? '<sip:bob@10.0.0.1>'}\r\n` +
        `Call-ID: ${parts.callId ?? 'call-1'}\r\nCSeq: ${parts.cseq ?? 1} ${method}\r\n${contact}${parts.lines ?? ''}${type}` +
        `Content-Length: ${body.length}\r\n\r\n${body}`,
      this.#proxy,
    )
    this.world.run(20)
    return branch
  }

  within(talk: Talk, method: string, cseq: number, body = ''): void {
    this.request(method, { ...talk, cseq, body })
  }

  answer(
    request: SipRequest,
    status: number,
    body = '',
    toTag: string | undefined = `${this.user}${this.address}`,
  ): void {
    const recordRoutes = request.headers.filter(({ name }) => name === 'record-route').map(({ line }) => line)
    const type = body === '' ? '' : 'Content-Type: application/sdp\r\n'
    const lines = `${recordRoutes.join('')}Contact: <sip:${this.user}@${this.address}:5060>\r\n${type}`
    const tag = request.toTag === undefined ? toTag : undefined
    const parts = { status, reason: 'So', toTag: tag, lines, body }
    this.raw.send(printReply(request.headers, undefined, parts), this.#proxy)
    this.world.run(20)
  }

  get messages(): (SipRequest | SipResponse)[] {
    return this.raw.received
      .map(({ octets }) => parseMessage(octets))
      .filter((message) => message.kind !== 'malformed')
  }

  lastRequest(method: string): SipRequest {
    const found = this.messages.findLast((message) => message.kind === 'request' && message.method === method)
    if (found?.kind !== 'request') throw new Error(`${this.user} got no ${method}`)
    return found
  }

  lastResponse(method: string): SipResponse {
    const found = this.messages.findLast(
      (message) => message.kind === 'response' && message.cseq.method === method,
    )
    if (found?.kind !== 'response') throw new Error(`${this.user} got no answer to its ${method}`)
    return found
  }

  /** What it may do in the dialog that its INVITE made. */
  asCaller(answer = this.lastResponse('INVITE')): Talk {
    return {
      uri: parseUriOf(answer),
      from: answer.from.text,
      to: answer.to.text,
      callId: answer.callId,
      lines: routesOf(answer).reverse().join(''),
    }
  }

  asCallee(invite: SipRequest): Talk {
    return {
      uri: parseUriOf(invite),
      from: `${invite.to.text};tag=${this.user}${this.address}`,
      to: invite.from.text,
      callId: invite.callId,
      lines: routesOf(invite).join(''),
    }
  }
}

/** `address:port` of each medium of a message's description. */
export function media(message: { readonly body: string }): string[] {
  return session(message).media.map(
    (one) => `${one.connections.at(-1)?.address ?? session(message).connection?.address ?? ''}:${one.port}`,
  )
}

export function session(message: { readonly body: string }): SessionDescription {
  const description = parseSession(message.body)
  if ('unreadable' in description) throw new Error(description.unreadable)
  return description
}

function parseUriOf(message: SipRequest | SipResponse): string {
  const contacts = parseNameAddrs(message.headers, 'contact')
  return typeof contacts === 'string' ? '' : (contacts[0]?.uri ?? '')
}

function routesOf(message: SipRequest | SipResponse): string[] {
  const values = parseNameAddrs(message.headers, 'record-route')
  return typeof values === 'string' ? [] : values.map(({ text }) => `Route: ${text}\r\n`)
}
