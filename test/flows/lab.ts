/** Sends one vector to a fresh exchange in the lab and tells what is not as its expectation has it. */
import { readFileSync } from 'node:fs'
import { isUnicast } from '../../core/lib/ip.ts'
import type { Octets } from '../../core/lib/octets.ts'
import type { SipResponse } from '../../core/sip/index.ts'
import { Framer, parseMessage } from '../../core/sip/index.ts'
import type { ExchangeHost } from '../sim/exchange-host.ts'
import { listenersAt } from '../sim/exchange-host.ts'
import type { RawHost, RawStream } from '../sim/raw-host.ts'
import { World } from '../sim/world.ts'
import type { Expectation, Fate, Outcome, Vector } from '../vectors/index.ts'
import { lab, sinkContact } from '../vectors/index.ts'
import { checkForwarded, checkMeaning } from './lab-checks.ts'

export type LabTransport = 'udp' | 'tcp' | 'ws'

/** Where the lab's element takes SIP in frames of WebSocket. */
const framePort = 5066

const script = readFileSync(new URL('./lab.cfg', import.meta.url), 'latin1')
/** The same, with the media of every call led through the relay. */
export const relayingScript = script
  .replace('loadmodule "sl.so"', 'loadmodule "nathelper.so"\nloadmodule "sl.so"')
  .replace('route[1] {', 'route[1] {\n    if (method == "INVITE") force_rtp_proxy();')
/** Long enough for one answer and one DNS question, short of the first retransmission. */
const watchedMs = 400
const probeMs = 200

/** What has become of the message. */
export interface Observed {
  readonly transport: LabTransport
  /** Final responses to the message, over the way it came. */
  readonly answers: readonly SipResponse[]
  /** Octets on the way back that are no response. */
  readonly otherOctets: Octets
  /** Copies that arrived at a sink, with the place they were sent to. */
  readonly forwarded: readonly { readonly octets: Octets; readonly to: string }[]
  readonly closedAfterMs: number | undefined
  readonly drops: number
}

export class Lab {
  readonly world = new World()
  readonly exchange: ExchangeHost
  readonly source: RawHost
  readonly #sinkAddresses = new Set([`${lab.sink.host}:${lab.sink.port}`, '127.0.0.1:5080'])
  readonly #prober: RawHost
  #probes = 0

  constructor(routes = script) {
    const { world } = this
    for (const [name, at] of Object.entries(lab.stubNames))
      world.names.set(name, [{ address: at.host, port: at.port }])
    const { host, port } = lab.proxy
    const listeners = [
      ...listenersAt(host, port),
      { transport: 'ws', address: host, port: framePort } as const,
    ]
    this.exchange = world.exchange(routes, { address: host, listeners })
    this.source = world.raw('source', lab.source.host, lab.source.port)
    world.raw('sink', lab.sink.host, lab.sink.port).listen()
    world.raw('other sink', '127.0.0.1', 5080)
    this.#prober = world.raw('prober', '127.0.0.4')
  }

  /** Binds an address-of-record to the sink with an honest REGISTER. */
  register(addressOfRecord: string): void {
    const answer = this.#ask(
      'REGISTER',
      'sip:example.com',
      addressOfRecord,
      `Contact: <${sinkContact(addressOfRecord)}>\r\n`,
    )
    if (answer?.status !== 200)
      throw new Error(`${addressOfRecord} could not be registered: ${answer?.status ?? 'no answer'}`)
  }

  /** Contact values bound to an address-of-record; the text of the header, empty where there is none. */
  fetch(addressOfRecord: string): Octets {
    const answer = this.#ask('REGISTER', 'sip:example.com', addressOfRecord, '')
    return (answer?.headers ?? [])
      .filter(({ name }) => name === 'contact')
      .map(({ line }) => line)
      .join('')
  }

  /** Whether an honest OPTIONS is answered within 200 ms. */
  isAlive(): boolean {
    return this.#ask('OPTIONS', `sip:${lab.proxy.host}`, `sip:${lab.proxy.host}`, '')?.status === 200
  }

  /** Packets of the exchange to anybody but source, prober and sinks. */
  strayPackets(): readonly string[] {
    const allowed = new Set([lab.source.host, '127.0.0.4', lab.sink.host])
    return this.#fromExchange()
      .filter(({ to }) => !allowed.has(to.address) && !this.#sinkAddresses.has(`${to.address}:${to.port}`))
      .map(({ to }) => `${to.address}:${to.port}${isUnicast(to.address) ? '' : ' (not unicast)'}`)
  }

  /** Requests of that method that left the exchange. */
  leaving(method: string): number {
    return this.#fromExchange().filter(({ octets }) => octets.startsWith(`${method} `)).length
  }

  send(octets: Octets, transport: LabTransport, watchMs = watchedMs): Observed {
    const from = this.world.packets.length
    const eventsFrom = this.exchange.events.length
    const beganAt = this.world.now
    let stream: RawStream | undefined
    if (transport === 'udp') this.source.send(octets, { address: lab.proxy.host, port: lab.proxy.port })
    else {
      const port = transport === 'ws' ? framePort : lab.proxy.port
      stream = this.source.connect({ address: lab.proxy.host, port })
      stream.send(transport === 'ws' ? octets : pipelined + octets)
    }
    this.world.run(watchMs)
    const back =
      transport === 'udp' ? this.#datagramsBack(from) : cutStream(stream!.received, transport === 'tcp')
    return {
      transport,
      answers: back.responses.filter((response) => response.status >= 200),
      otherOctets: back.other,
      forwarded: this.#forwarded(from),
      closedAfterMs: stream?.closedAtMs === undefined ? undefined : stream.closedAtMs - beganAt,
      drops: this.exchange.events.slice(eventsFrom).filter(({ kind }) => kind === 'dropped').length,
    }
  }

  #ask(method: string, uri: string, to: string, lines: Octets): SipResponse | undefined {
    const id = `probe${++this.#probes}`
    const before = this.#prober.received.length
    const ends = `From: <sip:prober@127.0.0.4>;tag=${id}\r\nTo: <${to}>\r\nCall-ID: ${id}\r\nCSeq: 1 ${method}\r\n`
    const via = `Via: SIP/2.0/UDP 127.0.0.4:5060;branch=z9hG4bK${id}\r\nMax-Forwards: 70\r\n`
    this.#prober.send(`${method} ${uri} SIP/2.0\r\n${via}${ends}${lines}Content-Length: 0\r\n\r\n`, {
      address: lab.proxy.host,
      port: lab.proxy.port,
    })
    this.world.run(probeMs)
    const parsed = this.#prober.received.slice(before).map(({ octets }) => parseMessage(octets))
    return parsed.find(
      (message): message is SipResponse => message.kind === 'response' && message.callId === id,
    )
  }

  #fromExchange(): World['packets'] {
    return this.world.packets.filter(({ from }) => from.address === lab.proxy.host && from.port !== 5080)
  }

  #datagramsBack(from: number): Back {
    const sent = this.world.packets
      .slice(from)
      .filter(
        (packet) =>
          packet.from.address === lab.proxy.host &&
          packet.to.address === lab.source.host &&
          packet.to.port === lab.source.port,
      )
    const responses: SipResponse[] = []
    let other = ''
    for (const { octets } of sent) {
      const response = parseLoosely(octets)
      if (response === undefined) other += octets
      else responses.push(response)
    }
    return { responses, other }
  }

  #forwarded(from: number): { octets: Octets; to: string }[] {
    return this.world.packets
      .slice(from)
      .filter(
        (packet) =>
          packet.from.address === lab.proxy.host &&
          this.#sinkAddresses.has(`${packet.to.address}:${packet.to.port}`),
      )
      .map(({ octets, to }) => ({ octets, to: `${to.address}:${to.port}` }))
  }
}

/** What is wrong with the fate of the vector; empty: nothing. */
export function judge(vector: Vector, expectation: Expectation, transport: LabTransport): readonly string[] {
  const lab = new Lab()
  for (const addressOfRecord of expectation.registered) lab.register(addressOfRecord)
  const outcome = expectation[transport]
  const observed = lab.send(vector.octets, transport, waitFor(outcome))
  const problems: string[] = []
  const fate = fateOf(observed)
  const wrong = wrongOutcome(outcome, expectation.also, observed)
  if (wrong !== undefined) problems.push(wrong)
  if (fate === 'forward') problems.push(...checkForwarded(vector, expectation, observed))
  problems.push(...checkMeaning(vector, expectation, observed, lab))
  for (const to of lab.strayPackets()) problems.push(`a packet went to ${to}`)
  if (!lab.isAlive()) problems.push('no answer to OPTIONS afterwards')
  return problems
}

function waitFor(outcome: Outcome): number {
  const isLate = typeof outcome === 'object' && outcome.kind === 'closing' && outcome.at === 'deadline'
  return isLate ? lab.messageDeadlineMs + watchedMs : watchedMs
}

/** In the words of the expectations. */
export function fateOf(observed: Observed): Fate {
  if (observed.forwarded.length > 0) return 'forward'
  const answer = observed.answers[0]
  if (answer !== undefined) return answer.status
  return observed.drops > 0 ? 'drop' : 'silent'
}

function wrongOutcome(outcome: Outcome, also: readonly Fate[], observed: Observed): string | undefined {
  if (typeof outcome !== 'object') return wrongFate([outcome, ...also], observed)
  switch (outcome.kind) {
    case 'closing': {
      const wrong = wrongClosing(outcome.status, outcome.at === 'deadline', observed)
      return wrong !== undefined && also.length > 0 && wrongFate(also, observed) === undefined
        ? undefined
        : wrong
    }
    case 'several': {
      const statuses = observed.answers.map(({ status }) => status)
      const fits =
        statuses.length === outcome.each.length &&
        outcome.each.every((fates, at) => fates.includes(statuses[at]!))
      return fits ? undefined : `answered ${statuses.join(', ')}`
    }
    case 'pong':
      return observed.otherOctets === '\r\n' &&
        observed.answers.length === 0 &&
        observed.closedAfterMs === undefined
        ? undefined
        : `answered ${JSON.stringify(observed.otherOctets)}`
  }
}

function wrongFate(right: readonly Fate[], observed: Observed): string | undefined {
  const fate = fateOf(observed)
  const fits = right.some(
    (one) =>
      one === fate ||
      (one === 'forward cleaned' && fate === 'forward') ||
      (one === 'silent' && fate === 'drop'),
  )
  if (!fits) return `became ${describe(observed)} in place of ${right.join(' or ')}`
  if (observed.closedAfterMs !== undefined && fate !== 'drop' && fate !== 'silent')
    return `${describe(observed)}, and the connection was closed`
  return undefined
}

function wrongClosing(status: number | undefined, isLate: boolean, observed: Observed): string | undefined {
  const got = observed.answers[0]?.status
  if (got !== status || observed.forwarded.length > 0)
    return `became ${describe(observed)} in place of ${status ?? 'nothing'}, then close`
  if (observed.closedAfterMs === undefined)
    return `became ${describe(observed)}, and the connection stayed open`
  const isAtDeadline = observed.closedAfterMs >= lab.messageDeadlineMs
  return isAtDeadline === isLate ? undefined : `closed after ${observed.closedAfterMs} ms`
}

function describe(observed: Observed): string {
  const { answers, forwarded } = observed
  const answered = answers.map(({ status, reason }) => `${status} ${reason}`).join(' and ')
  return (
    [forwarded.length > 0 ? `${forwarded.length} forwarded` : '', answered]
      .filter((part) => part !== '')
      .join(' with ') || fateOf(observed).toString()
  )
}

interface Back {
  readonly responses: readonly SipResponse[]
  readonly other: Octets
}

const pipelinedId = 'before-it'
/** An honest request that goes before every vector on a stream and must be answered first. */
const pipelined = `OPTIONS sip:${lab.proxy.host} SIP/2.0\r\nVia: SIP/2.0/TCP ${lab.source.host}:5060;branch=z9hG4bKbefore\r\nMax-Forwards: 70\r\nFrom: <sip:source@${lab.source.host}>;tag=b\r\nTo: <sip:${lab.proxy.host}>\r\nCall-ID: ${pipelinedId}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n`

/** The responses on a stream without the one to the pipelined request, whose absence is a mistake of the exchange. */
function cutStream(text: Octets, isPipelined: boolean): Back {
  const responses: SipResponse[] = []
  let other = ''
  let rest = text
  const framer = new Framer()
  while (rest.startsWith('SIP/2.0 ')) {
    const head = rest.indexOf('\r\n\r\n')
    if (head < 0) break
    const one = rest.slice(0, head + 4)
    rest = rest.slice(head + 4)
    framer.push(one)
    const response = parseLoosely(one)
    if (response === undefined) other += one
    else responses.push(response)
  }
  other += rest
  if (!isPipelined) return { responses, other }
  const first = responses.findIndex((response) => response.callId === pipelinedId)
  if (first !== 0) other += '(the request before it was not answered first)'
  return { responses: responses.filter((_, at) => at !== first), other }
}

/** A response, though what it echoes of the vector may be malformed: then its parts but the status are not to be relied on. */
function parseLoosely(octets: Octets): SipResponse | undefined {
  const parsed = parseMessage(octets)
  if (parsed.kind === 'response') return parsed
  if (!octets.startsWith('SIP/2.0 ')) return undefined
  const substitute = parseMessage(
    `${octets.slice(0, octets.indexOf('\r\n'))}\r\nVia: SIP/2.0/UDP 127.0.0.2;branch=z9hG4bKx\r\nFrom: <sip:x@127.0.0.2>;tag=x\r\nTo: <sip:x@127.0.0.2>\r\nCall-ID: x\r\nCSeq: 1 X\r\nContent-Length: 0\r\n\r\n`,
  )
  return substitute.kind === 'response' ? { ...substitute, octets, headers: headersOf(octets) } : undefined
}

function headersOf(octets: Octets): SipResponse['headers'] {
  return octets
    .split(/\r\n(?![ \t])/)
    .slice(1)
    .filter((line) => line.includes(':'))
    .map((line) => ({
      name: line.slice(0, line.indexOf(':')).trim().toLowerCase(),
      line: `${line}\r\n`,
      valueAt: line.indexOf(':') + 1,
    }))
}
