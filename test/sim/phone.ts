import type { Octets } from '../../core/lib/octets.ts'
import type { SipRequest, SipResponse } from '../../core/sip/index.ts'
import { Framer, parseMessage, parseSipUri, printReply, reasonPhrase } from '../../core/sip/index.ts'
import { Call } from './call.ts'
import type { Dialog } from './dialog.ts'
import { routeWithin } from './dialog.ts'
import type { Net, StreamEnd, StreamHooks } from './net.ts'
import type { Way } from './phone-transactions.ts'
import { Answering, Asking } from './phone-transactions.ts'
import type { Received } from './raw-host.ts'
import type { Schedule } from './schedule.ts'
import type { Place } from './trace.ts'

export interface PhoneOptions {
  readonly user: string
  readonly address: string
  readonly random: () => number
  readonly port?: number
  /** `tcp`: one connection to the exchange for all it sends; it listens for others. */
  readonly transport?: 'udp' | 'tcp'
  /** Of its address-of-record; the exchange's own address unless it is given. */
  readonly domain?: string
  readonly proxy?: Place
}

export interface RequestParts {
  readonly method: string
  readonly uri: Octets
  readonly from: Octets
  readonly to: Octets
  readonly callId: string
  readonly cseq: number
  /** Whole lines. */
  readonly lines?: Octets
  readonly body?: Octets
  readonly branch?: string
}

/** A phone that does what RFC 3261 asks of a user agent. It says what people say: `call`, `answer`, `hangUp`. */
export class Phone {
  readonly user: string
  readonly at: Place
  readonly proxy: Place
  readonly addressOfRecord: Octets
  readonly contact: Octets
  readonly received: Received[] = []
  /** Calls made and taken, in order. */
  readonly calls: Call[] = []
  /** Requests that came, each once. */
  readonly requests: SipRequest[] = []
  /** What it does when it is called; unset: nothing, not even ringing. */
  onCall: ((call: Call) => void) | undefined
  /** Status for any other new request; a BYE within a call is always answered 200. */
  answersOthersWith = 200
  readonly schedule: Schedule
  readonly #net: Net
  readonly #random: () => number
  readonly #transport: 'udp' | 'tcp'
  readonly #asking = new Map<string, Asking>()
  readonly #answering = new Map<string, Answering>()
  readonly #registrationId: string
  #registrationCSeq = 0
  #stream: StreamEnd | undefined

  constructor(schedule: Schedule, net: Net, options: PhoneOptions) {
    const {
      user,
      address,
      port = 5060,
      transport = 'udp',
      proxy = { address: '10.0.0.1', port: 5060 },
    } = options
    this.schedule = schedule
    this.#net = net
    this.#random = options.random
    this.user = user
    this.at = { address, port }
    this.proxy = proxy
    this.#transport = transport
    this.addressOfRecord = `sip:${user}@${options.domain ?? proxy.address}`
    this.contact = `sip:${user}@${address}:${port}${transport === 'tcp' ? ';transport=tcp' : ''}`
    this.#registrationId = this.token()
    net.bind(this.at, { received: (from, octets) => this.#datagram(from, octets) })
    // RFC 3261 §18.2.1: whoever names TCP in its Contact listens there.
    if (transport === 'tcp') net.listen(this.at, (end) => this.#streamHooks(() => end))
  }

  register(
    options: { readonly expiresSeconds?: number; readonly contacts?: Octets; readonly callId?: string } = {},
  ): Asking {
    const { expiresSeconds = 3600, contacts = `<${this.contact}>`, callId = this.#registrationId } = options
    const contactLine = contacts === '' ? '' : `Contact: ${contacts}\r\n`
    return this.#askRegistrar(
      `${contactLine}${contacts === '' ? '' : `Expires: ${expiresSeconds}\r\n`}`,
      callId,
    )
  }

  unregister(): Asking {
    return this.register({ expiresSeconds: 0 })
  }

  unregisterAll(): Asking {
    return this.register({ contacts: '*', expiresSeconds: 0 })
  }

  fetchBindings(): Asking {
    return this.register({ contacts: '' })
  }

  /** Calls a user of the exchange, or any URI. */
  call(target: string, options: { readonly lines?: Octets; readonly body?: Octets } = {}): Call {
    const uri = target.startsWith('sip')
      ? target
      : `sip:${target}@${this.addressOfRecord.slice(this.addressOfRecord.indexOf('@') + 1)}`
    const call = Call.outgoing(this, uri, options)
    this.calls.push(call)
    return call
  }

  /** A request outside any dialog. */
  ask(
    method: string,
    uri: Octets,
    lines: Octets = '',
    told: (response: SipResponse | 'timeout') => void = () => undefined,
  ): Asking {
    return this.startAsking(
      {
        method,
        uri,
        from: `<${this.addressOfRecord}>;tag=${this.token()}`,
        to: `<${uri}>`,
        callId: this.token(),
        cseq: 1,
        lines,
      },
      this.#wayToProxy(),
      told,
    )
  }

  askWithin(
    dialog: Dialog,
    method: string,
    lines: Octets = '',
    told: (response: SipResponse | 'timeout') => void = () => undefined,
  ): Asking {
    dialog.localCSeq++
    const { uri, routes, nextHop } = routeWithin(dialog)
    return this.startAsking(
      { ...this.#within(dialog, method, uri), lines: routes + lines },
      this.#wayTo(nextHop),
      told,
    )
  }

  /** An ACK to a 2xx: no transaction, a branch of its own, the INVITE's number. */
  acknowledge(dialog: Dialog, cseq: number): void {
    const { uri, routes, nextHop } = routeWithin(dialog)
    this.#wayTo(nextHop).send(this.compose({ ...this.#within(dialog, 'ACK', uri), cseq, lines: routes }))
  }

  startAsking(
    parts: RequestParts,
    way: Way = this.#wayToProxy(),
    told: (response: SipResponse | 'timeout') => void,
  ): Asking {
    const request = parseMessage(this.compose(parts))
    if (request.kind !== 'request') throw new Error(`the phone's own request is malformed: ${request.kind}`)
    const asking = new Asking(this.schedule, way, request, told)
    this.#asking.set(keyOfAsking(request.via.branch ?? '', request.method), asking)
    asking.start()
    return asking
  }

  compose(parts: RequestParts): Octets {
    const body = parts.body ?? ''
    const via = `Via: SIP/2.0/${this.#transport.toUpperCase()} ${this.at.address}:${this.at.port};branch=${parts.branch ?? `z9hG4bK${this.token()}`};rport\r\n`
    const ends = `Max-Forwards: 70\r\nFrom: ${parts.from}\r\nTo: ${parts.to}\r\nCall-ID: ${parts.callId}\r\nCSeq: ${parts.cseq} ${parts.method}\r\n`
    const makesDialog = parts.method === 'INVITE' ? `Contact: <${this.contact}>\r\n` : ''
    return `${parts.method} ${parts.uri} SIP/2.0\r\n${via}${ends}${makesDialog}${parts.lines ?? ''}Content-Length: ${body.length}\r\n\r\n${body}`
  }

  /** Answers a request that came. A To tag for all but 100. */
  respond(answering: Answering, status: number, toTag: string, lines: Octets = '', body: Octets = ''): void {
    const { request } = answering
    const recordRoutes = request.headers.filter(({ name }) => name === 'record-route').map(({ line }) => line)
    const parts = {
      status,
      reason: reasonPhrase(status),
      toTag: status > 100 && request.toTag === undefined ? toTag : undefined,
      lines: `${recordRoutes.join('')}${request.method === 'INVITE' && status > 100 && status < 300 ? `Contact: <${this.contact}>\r\n` : ''}${lines}`,
      body,
    }
    answering.respond(status, printReply(request.headers, undefined, parts))
  }

  after(ms: number, act: () => void): void {
    this.schedule.after(ms, act)
  }

  token(): string {
    return Math.floor(this.#random() * 2 ** 40).toString(36)
  }

  send(octets: Octets, to: Place = this.proxy): void {
    this.#net.send(this.at, to, octets)
  }

  /** How many datagrams with that beginning came. */
  countReceived(beginning: string): number {
    return this.received.filter(({ octets }) => octets.startsWith(beginning)).length
  }

  #askRegistrar(lines: Octets, callId: string): Asking {
    this.#registrationCSeq++
    const uri = `sip:${this.addressOfRecord.slice(this.addressOfRecord.indexOf('@') + 1)}`
    const to = `<${this.addressOfRecord}>`
    const parts = {
      method: 'REGISTER',
      uri,
      from: `${to};tag=${this.token()}`,
      to,
      callId,
      cseq: this.#registrationCSeq,
      lines,
    }
    return this.startAsking(parts, this.#wayToProxy(), () => undefined)
  }

  #within(dialog: Dialog, method: string, uri: Octets): RequestParts {
    return {
      method,
      uri,
      from: `<${dialog.localUri}>;tag=${dialog.localTag}`,
      to: `<${dialog.remoteUri}>;tag=${dialog.remoteTag}`,
      callId: dialog.callId,
      cseq: dialog.localCSeq,
    }
  }

  #wayToProxy(): Way {
    return this.#transport === 'tcp' ? this.#streamWay() : this.#datagramWay(this.proxy)
  }

  #wayTo(uri: Octets): Way {
    if (this.#transport === 'tcp') return this.#streamWay()
    const hop = parseSipUri(uri)
    if (hop === undefined) throw new Error(`${uri} names no next hop`)
    return this.#datagramWay({ address: hop.host, port: hop.port ?? 5060 })
  }

  #datagramWay(to: Place): Way {
    return { isReliable: false, send: (octets) => this.#net.send(this.at, to, octets) }
  }

  #streamWay(): Way {
    if (this.#stream === undefined) {
      const way: { hooks: StreamHooks; end: StreamEnd | undefined } = {
        hooks: { received: () => undefined, closed: () => undefined },
        end: undefined,
      }
      way.hooks = this.#streamHooks(() => way.end!)
      this.#stream = way.end = this.#net.connect(this.at.address, this.proxy, way.hooks)
    }
    const stream = this.#stream
    return { isReliable: true, send: (octets) => stream.send(octets) }
  }

  #streamHooks(end: () => StreamEnd): StreamHooks {
    const framer = new Framer()
    return {
      received: (octets) => {
        for (const frame of framer.push(octets)) {
          if (frame.kind !== 'message') continue
          const from = end().remote
          this.received.push({ atMs: this.schedule.now, from, octets: frame.octets })
          this.#take(frame.octets, { isReliable: true, send: (answer) => end().send(answer) })
        }
      },
      closed: () => {
        if (this.#stream === end()) this.#stream = undefined
      },
    }
  }

  #datagram(from: Place, octets: Octets): void {
    this.received.push({ atMs: this.schedule.now, from, octets })
    const message = parseMessage(octets)
    const port =
      message.kind !== 'request' || message.via.rport !== undefined ? from.port : (message.via.port ?? 5060)
    this.#take(octets, this.#datagramWay({ address: from.address, port }))
  }

  #take(octets: Octets, back: Way): void {
    const message = parseMessage(octets)
    if (message.kind === 'response')
      this.#asking.get(keyOfAsking(message.via.branch ?? '', message.cseq.method))?.receive(message)
    else if (message.kind === 'request') this.#request(message, back)
  }

  #request(request: SipRequest, back: Way): void {
    const known = this.#answering.get(
      keyOfAnswering(request, request.method === 'ACK' ? 'INVITE' : request.method),
    )
    if (request.method === 'ACK') {
      if (known !== undefined) known.acknowledged()
      else this.#callOf(request)?.acknowledged(request)
      return
    }
    if (known !== undefined) {
      known.repeat()
      return
    }
    const answering = new Answering(this.schedule, back, request)
    this.#answering.set(keyOfAnswering(request, request.method), answering)
    this.requests.push(request)
    this.#answer(answering)
  }

  #answer(answering: Answering): void {
    const { request } = answering
    const call = this.#callOf(request)
    if (request.method === 'CANCEL') this.#cancelled(answering)
    else if (request.toTag !== undefined && request.method !== 'REGISTER') {
      if (call === undefined) this.respond(answering, 481, '')
      else call.takeRequest(answering)
    } else if (request.method === 'INVITE') {
      const incoming = Call.incoming(this, answering)
      this.calls.push(incoming)
      this.onCall?.(incoming)
    } else this.respond(answering, this.answersOthersWith, this.token())
  }

  #cancelled(answering: Answering): void {
    const invite = this.#answering.get(keyOfAnswering(answering.request, 'INVITE'))
    this.respond(answering, invite === undefined ? 481 : 200, this.token())
    if (invite !== undefined) this.calls.find((call) => call.isAnsweredBy(invite))?.cancelled()
  }

  #callOf(request: SipRequest): Call | undefined {
    return this.calls.find((call) => call.owns(request))
  }
}

function keyOfAsking(branch: string, method: string): string {
  return `${branch} ${method}`
}

function keyOfAnswering(request: SipRequest, method: string): string {
  return `${request.via.branch ?? ''} ${request.via.host} ${request.via.port ?? ''} ${method}`
}
