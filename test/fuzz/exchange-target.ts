import { hmacSha256, md5, sha256 } from '../../core/io/hashes.ts'
import type { Input, Output } from '../../core/exchange/index.ts'
import { Exchange } from '../../core/exchange/index.ts'
import type { Flow } from '../../core/lib/flow.ts'
import { instant, later } from '../../core/lib/instant.ts'
import { isUnicast } from '../../core/lib/ip.ts'
import type { Octets } from '../../core/lib/octets.ts'
import { parseMessage } from '../../core/sip/index.ts'
import { createChance } from '../sim/chance.ts'
import { listenersAt, loadProgram } from '../sim/exchange-host.ts'
import { someMessage } from './message-targets.ts'
import type { Chance } from './mutations.ts'
import { below, mutate, pick } from './mutations.ts'
import { messageSeeds, scriptSeeds } from './seeds.ts'
import type { Target } from './target.ts'
import { mustHold } from './target.ts'

/** Strangers may register under any name: a new exchange now and then keeps the locations small. */
const runsPerExchange = 20_000
const rememberedRequests = 16
const quietMs = 700_000

const listeners = listenersAt('127.0.0.1')
const programs = scriptSeeds.map((text) => loadProgram(`${text}\nalias="example.com" "example.net"\n`))

/** A whole exchange with a script: messages old and new, answers to what it sends, streams, ticks and failures, in any order. */
export class ExchangeTarget implements Target {
  readonly name = 'exchange'
  readonly weight = 15
  #subject = new Subject(0)
  #runs = 0

  run(chance: Chance, shown: (text: string) => void): void {
    if (this.#runs > 0 && this.#runs % runsPerExchange === 0) {
      const old = this.#subject
      this.#subject = new Subject(this.#runs / runsPerExchange)
      this.#runs++
      old.finish()
      return
    }
    this.#runs++
    this.#subject.step(chance, shown)
  }

  finish(): void {
    this.#subject.finish()
  }
}

class Subject {
  readonly #exchange: Exchange
  #now = instant(0)
  #sent: { readonly flow: Flow; readonly octets: Octets }[] = []
  readonly #received: { readonly flow: Flow; readonly octets: Octets }[] = []
  readonly #connections = new Set<number>()
  readonly #lookUps: number[] = []
  #nextConnection = 2

  constructor(number: number) {
    this.#exchange = new Exchange({
      listeners,
      program: programs[number % programs.length]!,
      random: createChance(number),
      hash: md5,
      sha256,
      hmac: hmacSha256,
      wallClock: () => 1_793_491_200_000 + this.#now,
      version: 'fuzzed',
    })
    for (const user of ['alice', 'bob']) {
      this.#exchange.handle(this.#now, {
        kind: 'command',
        id: 0,
        command: {
          name: 'bind',
          table: 'location',
          user,
          uri: `sip:${user}@127.0.0.3:5060`,
          expiresSeconds: 0,
        },
      })
    }
  }

  step(chance: Chance, shown: (text: string) => void): void {
    this.#now = later(this.#now, chance() < 0.02 ? below(chance, 40_000) : below(chance, 50))
    const input = this.#choose(chance)
    shown(`${input.kind} ${'octets' in input ? input.octets : ''}`)
    this.#take(input)
    const { deadline } = this.#exchange
    if (deadline !== undefined && deadline <= this.#now) this.#take({ kind: 'tick' })
  }

  /** Waits until everything has ended, then asks the exchange whether it still answers. */
  finish(): void {
    for (const connection of [...this.#connections]) this.#take({ kind: 'closed', connection, why: 'end' })
    for (const id of this.#lookUps.splice(0)) this.#take({ kind: 'looked-up', id, addresses: [] })
    const end = later(this.#now, quietMs)
    for (
      let { deadline } = this.#exchange;
      deadline !== undefined && deadline <= end;
      { deadline } = this.#exchange
    ) {
      this.#now = deadline > this.#now ? deadline : this.#now
      this.#take({ kind: 'tick' })
      for (const connection of [...this.#connections]) this.#take({ kind: 'closed', connection, why: 'end' })
    }
    const [reply] = this.#exchange.handle(this.#now, { kind: 'command', id: 1, command: { name: 'stats' } })
    const stats =
      reply?.kind === 'reply' && reply.result.ok ? (reply.result.value as Record<string, number>) : {}
    mustHold(
      stats['serverTransactions'] === 0,
      `${stats['serverTransactions'] ?? '?'} server transactions are left`,
    )
    mustHold(
      stats['clientTransactions'] === 0,
      `${stats['clientTransactions'] ?? '?'} client transactions are left`,
    )
    mustHold(stats['connections'] === 0, `${stats['connections'] ?? '?'} connections are left`)
    const outputs = this.#take({ kind: 'datagram', flow: flowFrom('127.0.0.2'), octets: honestOptions })
    mustHold(
      outputs.some((output) => output.kind === 'send' && output.octets.startsWith('SIP/2.0 200 ')),
      'an honest OPTIONS is answered',
    )
  }

  #choose(chance: Chance): Input {
    const choice = below(chance, 100)
    if (choice < 45) return { kind: 'datagram', flow: this.#someFlow(chance), octets: someMessage(chance) }
    if (choice < 60)
      return {
        kind: 'datagram',
        flow: this.#someFlow(chance),
        octets: fresh(pick(chance, messageSeeds), chance),
      }
    if (choice < 70) return this.#again(chance)
    if (choice < 85) return this.#answer(chance)
    if (choice < 87) return { kind: 'tick' }
    return this.#other(choice, chance)
  }

  #other(choice: number, chance: Chance): Input {
    const connection = pick(chance, [...this.#connections, 1])
    if (choice < 89) return this.#accept()
    if (choice < 95) return { kind: 'stream', connection, octets: someMessage(chance) }
    if (choice < 96) {
      this.#connections.delete(connection)
      return { kind: 'closed', connection, why: 'reset' }
    }
    if (choice < 97) return { kind: 'connected', connection }
    const id = this.#lookUps.shift()
    if (id !== undefined)
      return {
        kind: 'looked-up',
        id,
        addresses: chance() < 0.5 ? [] : [{ address: '127.0.0.3', port: 5060 }],
      }
    return { kind: 'send-failed', flow: flowFrom('127.0.0.3'), why: 'unreachable' }
  }

  #accept(): Input {
    const connection = this.#nextConnection
    this.#nextConnection += 2
    this.#connections.add(connection)
    return {
      kind: 'accepted',
      flow: {
        listener: listeners[1]!,
        address: '127.0.0.2',
        port: 30_000 + (connection % 30_000),
        connection,
      },
    }
  }

  /** Something that came before: as it was, or as the ACK or CANCEL of it. */
  #again(chance: Chance): Input {
    const earlier = this.#received.length === 0 ? undefined : pick(chance, this.#received)
    if (earlier === undefined) return { kind: 'tick' }
    const method = pick(chance, ['', '', 'ACK', 'CANCEL', 'BYE'])
    const octets =
      method === ''
        ? earlier.octets
        : earlier.octets.replace(/^\w+/, method).replace(/^(CSeq: *\d+ +)\w+/im, `$1${method}`)
    return {
      kind: 'datagram',
      flow: earlier.flow,
      octets: chance() < 0.3 ? mutate(octets, chance, messageSeeds) : octets,
    }
  }

  /** A phone's answer to something that the exchange has sent. */
  #answer(chance: Chance): Input {
    const request = this.#sent.length === 0 ? undefined : pick(chance, this.#sent)
    if (request === undefined) return { kind: 'tick' }
    const status = pick(
      chance,
      [100, 180, 183, 200, 200, 202, 302, 401, 404, 407, 408, 486, 487, 500, 503, 600, 603],
    )
    const copied = request.octets
      .split('\r\n')
      .filter((line) => /^(via|v|from|f|to|t|call-id|i|cseq|record-route)[ \t]*:/i.test(line))
    const octets = `SIP/2.0 ${status} X\r\n${copied.join('\r\n')}\r\nContact: <sip:x@127.0.0.3>\r\nContent-Length: 0\r\n\r\n`
    return {
      kind: 'datagram',
      flow: { ...request.flow, connection: undefined, listener: listeners[0]! },
      octets: chance() < 0.3 ? mutate(octets, chance, messageSeeds) : octets,
    }
  }

  #someFlow(chance: Chance): Flow {
    return flowFrom(pick(chance, ['127.0.0.2', '127.0.0.3', '203.0.113.5']))
  }

  #take(input: Input): readonly Output[] {
    const outputs = this.#exchange.handle(this.#now, input)
    if (input.kind === 'datagram') {
      this.#received[this.#received.length % rememberedRequests] = input
      if (input.octets.startsWith('ACK ')) checkAck(input.octets, outputs)
    }
    if (input.kind === 'closed') this.#connections.delete(input.connection)
    for (const output of outputs) this.#check(output)
    return outputs
  }

  #check(output: Output): void {
    if (output.kind === 'connect') this.#connections.add(output.flow.connection!)
    else if (output.kind === 'close') this.#connections.delete(output.connection)
    else if (output.kind === 'look-up') this.#lookUps.push(output.id)
    else if (output.kind === 'event') mustHold(output.event.kind !== 'bug', 'no bug is reported')
    else if (output.kind === 'send') {
      mustHold(isUnicast(output.flow.address), `nothing is sent to ${output.flow.address}`)
      if (output.octets.startsWith('SIP/2.0 ')) return
      mustHold(
        output.flow.connection === undefined || this.#connections.has(output.flow.connection),
        'no request is sent over a closed connection',
      )
      this.#sent = [...this.#sent.slice(1 - rememberedRequests), output]
    }
  }
}

function checkAck(octets: Octets, outputs: readonly Output[]): void {
  if (parseMessage(octets).kind === 'response') return
  mustHold(
    !outputs.some((output) => output.kind === 'send' && output.octets.startsWith('SIP/2.0 ')),
    'no ACK is answered',
  )
}

function flowFrom(address: string): Flow {
  return { listener: listeners[0]!, address, port: 5060, connection: undefined }
}

/** The same message as a new transaction and call. */
function fresh(octets: Octets, chance: Chance): Octets {
  const tail = below(chance, 2 ** 30).toString(36)
  return octets
    .replace(/branch=z9hG4bK[\w.-]*/, `branch=z9hG4bK${tail}`)
    .replace(/^(Call-ID: *)/im, `$1${tail}`)
}

const honestOptions = `OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.2:5060;branch=z9hG4bKhonest\r\nMax-Forwards: 70\r\nFrom: <sip:x@127.0.0.2>;tag=x\r\nTo: <sip:127.0.0.1>\r\nCall-ID: honest\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n`
