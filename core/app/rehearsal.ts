import { Exchange, type Output, type Run } from '../exchange/index.ts'
import { hmacSha256, md5, sha256, systemClock } from '../io/index.ts'
import type { Flow, Listener } from '../lib/flow.ts'
import { later } from '../lib/instant.ts'
import type { Octets } from '../lib/octets.ts'
import type { Program } from '../script/index.ts'
import { parseMessage } from '../sip/index.ts'
import { rehearsalPassword, withLogin } from './rehearsed-login.ts'

/** Long enough for the engine to compile what every call needs; short beside the 700 ms that a start may take. */
const longestMs = 250
const mostRounds = 3_000

/**
 * Plays registrations and calls through a throw-away exchange that runs the same script, before the sockets answer.
 * The engine compiles the busy paths now and not during the first calls, and a script that makes the exchange throw is
 * found before a phone finds it. Nothing leaves: the outputs are looked at and dropped.
 */
export function rehearse(program: Program<Run>, listeners: readonly Listener[], version: string): void {
  const listener = listeners.find(({ transport }) => transport === 'udp')
  if (listener === undefined) return
  const exchange = new Exchange({
    listeners,
    program,
    random: Math.random,
    hash: md5,
    sha256,
    hmac: hmacSha256,
    wallClock: () => systemClock.wallMs(),
    version,
  })
  if (program.settings('auth_db') !== undefined) addPeople(exchange)
  const stage = new Stage(exchange, listener)
  const endsAt = later(systemClock.now(), longestMs)
  for (let round = 0; round < mostRounds && systemClock.now() < endsAt; round++) {
    stage.register(round)
    stage.call(round)
  }
}

const people = 200

function addPeople(exchange: Exchange): void {
  for (const user of ['rehearsal', ...Array.from({ length: people }, (_, at) => `rehearsal${at}`)]) {
    const command = { name: 'add-account', user, password: rehearsalPassword, email: '' } as const
    for (const output of exchange.handle(systemClock.now(), { kind: 'command', id: 0, command }))
      if (output.kind === 'save' && output.id !== undefined)
        exchange.handle(systemClock.now(), { kind: 'saved', id: output.id, ok: true, why: '' })
  }
}

class Stage {
  readonly #exchange: Exchange
  readonly #caller: Flow
  readonly #callee: Flow
  readonly #place: string

  constructor(exchange: Exchange, listener: Listener) {
    this.#exchange = exchange
    this.#caller = { listener, address: listener.address, port: 40_001, connection: undefined }
    this.#callee = { listener, address: listener.address, port: 40_002, connection: undefined }
    this.#place = listener.address.includes(':') ? `[${listener.address}]` : listener.address
  }

  register(round: number): void {
    const user = `rehearsal${round % people}`
    const head = this.#head(
      'REGISTER',
      `sip:${this.#place}`,
      `r${round}`,
      `${user}r`,
      user,
      user,
      '',
      round + 1,
      40_002,
    )
    this.#give(
      this.#callee,
      `${head}Contact: <sip:${user}@${this.#place}:40002>\r\nExpires: 3600\r\nContent-Length: 0\r\n\r\n`,
    )
  }

  /** INVITE, 180, 200, ACK, BYE, 200, as far as the script lets it come. */
  call(round: number): void {
    const callee = `rehearsal${round % people}`
    const callId = `call${round}`
    const head = this.#head(
      'INVITE',
      `sip:${callee}@${this.#place}`,
      `i${round}`,
      callId,
      'rehearsal',
      callee,
      '',
      1,
      40_001,
    )
    const invite = this.#passedOn(
      this.#give(
        this.#caller,
        `${head}Contact: <sip:rehearsal@${this.#place}:40001>\r\nContent-Length: 0\r\n\r\n`,
      ),
    )
    if (invite === undefined) return
    this.#answer(invite, 180)
    this.#answer(invite, 200)
    for (const [method, cseq] of [
      ['ACK', 1],
      ['BYE', 2],
    ] as const) {
      const uri = `sip:${callee}@${this.#place}:40002`
      const inDialog = this.#head(
        method,
        uri,
        `${method}${round}`,
        callId,
        'rehearsal',
        callee,
        ';tag=b',
        cseq,
        40_001,
      )
      const passed = this.#passedOn(
        this.#give(this.#caller, `${inDialog}${routesOf(invite)}Content-Length: 0\r\n\r\n`),
      )
      if (method === 'BYE' && passed !== undefined) this.#answer(passed, 200)
    }
  }

  #head(
    method: string,
    uri: string,
    branch: string,
    callId: string,
    from: string,
    to: string,
    toTag: string,
    cseq: number,
    port: number,
  ): Octets {
    return (
      `${method} ${uri} SIP/2.0\r\nVia: SIP/2.0/UDP ${this.#place}:${port};branch=z9hG4bKrehearsal${branch}\r\n` +
      `From: <sip:${from}@${this.#place}>;tag=a\r\nTo: <sip:${to}@${this.#place}>${toTag}\r\n` +
      `Call-ID: ${callId}\r\nCSeq: ${cseq} ${method}\r\nMax-Forwards: 70\r\nUser-Agent: rehearsal\r\n`
    )
  }

  /** Whoever is asked for a password gives it. */
  #give(flow: Flow, octets: Octets): Output[] {
    const outputs = this.#handle(flow, octets)
    for (const output of outputs) {
      const again = output.kind === 'send' ? withLogin(octets, output.octets) : undefined
      if (again !== undefined) return this.#handle(flow, again)
    }
    return outputs
  }

  #handle(flow: Flow, octets: Octets): Output[] {
    const outputs = this.#exchange.handle(systemClock.now(), { kind: 'datagram', flow, octets })
    for (const output of outputs)
      if (output.kind === 'save' && output.id !== undefined)
        this.#exchange.handle(systemClock.now(), { kind: 'saved', id: output.id, ok: true, why: '' })
    return outputs
  }

  /** What went on to the callee. */
  #passedOn(outputs: readonly Output[]): Octets | undefined {
    for (const output of outputs)
      if (output.kind === 'send' && output.flow.port === this.#callee.port) return output.octets
    return undefined
  }

  #answer(request: Octets, status: number): void {
    const message = parseMessage(request)
    if (message.kind !== 'request') return
    let text = `SIP/2.0 ${status} OK\r\n`
    for (const { name, line } of message.headers) {
      if (['via', 'record-route', 'from', 'call-id', 'cseq'].includes(name)) text += line
      if (name === 'to') text += message.toTag === undefined ? `${line.slice(0, -2)};tag=b\r\n` : line
    }
    this.#give(this.#callee, `${text}Contact: <sip:callee@${this.#place}:40002>\r\nContent-Length: 0\r\n\r\n`)
  }
}

/** The Record-Routes of a passed INVITE as the Routes of the caller's next request. */
function routesOf(invite: Octets): Octets {
  const message = parseMessage(invite)
  if (message.kind !== 'request') return ''
  const lines = message.headers
    .filter(({ name }) => name === 'record-route')
    .map(({ line }) => line.replace('Record-Route', 'Route'))
  return lines.reverse().join('')
}
