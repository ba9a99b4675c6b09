import type { Event, Output, Run } from '../exchange/index.ts'
import { Exchange } from '../exchange/index.ts'
import { hmacSha256, md5, sha256, systemClock } from '../io/index.ts'
import type { Flow, Listener } from '../lib/flow.ts'
import { isAddress } from '../lib/ip.ts'
import type { Octets } from '../lib/octets.ts'
import type { Program } from '../script/index.ts'
import { parseMessage, printHostPort, printReply, reasonPhrase } from '../sip/index.ts'
import { version } from './version.ts'

/** A request that a script is tried with. */
export interface TrialRequest {
  readonly method: string
  readonly from: string
  readonly to: string
  /** Where it comes from. */
  readonly source: { readonly address: string; readonly port: number }
  /** Inside a call: To has a tag. */
  readonly isInDialog: boolean
  /** Header lines without their ends. */
  readonly headers: readonly string[]
  /** Users who are taken to be registered, at an address of documentation (RFC 5737). */
  readonly registered: readonly string[]
  /** Statuses that whoever it is relayed to answers, one after the other. */
  readonly answers: readonly number[]
}

export interface Sent {
  readonly to: string
  readonly firstLine: string
  readonly octets: Octets
}

export interface TrialOutcome {
  readonly sent: readonly Sent[]
  /** Names that would be looked up in the DNS. */
  readonly lookedUp: readonly string[]
  readonly events: readonly Event[]
}

const registeredAt = '203.0.113.10'

/** Gives one request to an exchange that is thrown away. Nothing leaves: what it wants sent is only written down. */
export function runTrial(program: Program<Run>, request: TrialRequest): TrialOutcome {
  const trial = new Trial(program, request)
  trial.register(request.registered)
  trial.request(request)
  for (const status of request.answers) trial.answer(status)
  return { sent: trial.sent, lookedUp: trial.lookedUp, events: trial.events }
}

class Trial {
  readonly sent: Sent[] = []
  readonly lookedUp: string[] = []
  readonly events: Event[] = []
  readonly #exchange: Exchange
  readonly #listener: Listener
  readonly #source: Flow
  #relayed: { readonly flow: Flow; readonly octets: Octets } | undefined

  constructor(program: Program<Run>, { source }: TrialRequest) {
    this.#listener = listenerOf(program)
    this.#source = { listener: this.#listener, ...source, connection: undefined }
    this.#exchange = new Exchange({
      listeners: [this.#listener],
      program,
      random: () => 0.5,
      hash: md5,
      sha256,
      hmac: hmacSha256,
      wallClock: () => systemClock.wallMs(),
      version,
    })
  }

  register(users: readonly string[]): void {
    for (const [id, user] of users.entries()) {
      const uri = `sip:${user}@${registeredAt}:5060`
      const command = { name: 'bind', table: 'location', user, uri, expiresSeconds: 3600 } as const
      this.#exchange.handle(systemClock.now(), { kind: 'command', id, command })
    }
  }

  request(request: TrialRequest): void {
    const octets = printTrial(request, printHostPort(this.#listener.address, this.#listener.port))
    this.#take(this.#exchange.handle(systemClock.now(), { kind: 'datagram', flow: this.#source, octets }))
  }

  /** Answers the request that was relayed last. */
  answer(status: number): void {
    const relayed = this.#relayed
    const message = relayed === undefined ? undefined : parseMessage(relayed.octets)
    if (relayed === undefined || message?.kind !== 'request') return
    const octets = printReply(message.headers, undefined, {
      status,
      reason: reasonPhrase(status),
      toTag: 'trial',
      lines: '',
    })
    this.#take(this.#exchange.handle(systemClock.now(), { kind: 'datagram', flow: relayed.flow, octets }))
  }

  #take(outputs: readonly Output[]): void {
    for (const output of outputs) {
      if (output.kind === 'event') this.events.push(output.event)
      if (output.kind === 'look-up') this.lookedUp.push(output.host)
      if (output.kind !== 'send') continue
      const { flow, octets } = output
      const firstLine = octets.slice(0, octets.indexOf('\r\n'))
      this.sent.push({ to: printHostPort(flow.address, flow.port), firstLine, octets })
      if (!firstLine.startsWith('SIP/') && !firstLine.startsWith('ACK ') && !firstLine.startsWith('CANCEL '))
        this.#relayed = { flow, octets }
    }
  }
}

/** The first address that the script itself listens on, or this machine alone. */
function listenerOf({ globals }: Program<Run>): Listener {
  const named = globals.listen.find(({ host }) => isAddress(host))
  const port = named?.port ?? globals.number('port') ?? 5060
  return { transport: 'udp', address: named?.host ?? '127.0.0.1', port }
}

/** A name without a domain belongs to this server; a URI stands for itself. */
function printTrial(request: TrialRequest, place: string): Octets {
  const { method, source, isInDialog, headers } = request
  const uriOf = (name: string): string =>
    /^(sips?|tel):/i.test(name) ? name : `sip:${name.includes('@') ? name : `${name}@${place}`}`
  const from = uriOf(request.from)
  const to = uriOf(request.to)
  const target = method === 'REGISTER' ? `sip:${place}` : to
  const at = printHostPort(source.address, source.port)
  return [
    `${method} ${target} SIP/2.0`,
    `Via: SIP/2.0/UDP ${at};branch=z9hG4bKtrial`,
    'Max-Forwards: 70',
    `From: <${from}>;tag=trial`,
    `To: <${method === 'REGISTER' ? from : to}>${isInDialog ? ';tag=call' : ''}`,
    'Call-ID: trial',
    `CSeq: 1 ${method}`,
    `Contact: <sip:trial@${at}>`,
    ...headers,
    'Content-Length: 0\r\n\r\n',
  ].join('\r\n')
}
