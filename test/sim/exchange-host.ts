import type {
  Change,
  Command,
  CommandResult,
  Event,
  Input,
  Output,
  ResolvedAddress,
  Run,
  StoredState,
} from '../../core/exchange/index.ts'
import { Exchange } from '../../core/exchange/index.ts'
import type { Flow, Listener } from '../../core/lib/flow.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { hmacSha256, md5, sha256 } from '../../core/io/hashes.ts'
import type { Subnet } from '../../core/lib/subnet.ts'
import { vocabulary } from '../../core/modules/index.ts'
import type { Program } from '../../core/script/index.ts'
import { loadScript } from '../../core/script/index.ts'
import type { Net, StreamEnd } from './net.ts'
import type { Schedule } from './schedule.ts'
import { ToyRelay } from './toy-relay.ts'

export interface ExchangeHostOptions {
  readonly address: string
  /** The routing script's text. */
  readonly script: string
  readonly random: () => number
  /** Answers `look-up`; a name that is not there does not resolve. */
  readonly names: ReadonlyMap<string, readonly ResolvedAddress[]>
  readonly listeners?: readonly Listener[]
  readonly lookUpMs?: number
  readonly subnets?: readonly Subnet[]
  /** Addresses with media ports, its own by default; and how many pairs. */
  readonly mediaAddresses?: readonly string[]
  readonly mostMediaPairs?: number
  /** What the store has kept from earlier runs. */
  readonly stored?: StoredState | undefined
}

/** 1 November 2026, midnight UTC, at the world's zero. */
const beginningUnixMs = 1_793_491_200_000
const defaultLookUpMs = 5

/** The exchange under test as one host of the net: performs its outputs and wakes it at its deadline. */
export class ExchangeHost {
  readonly exchange: Exchange
  readonly address: string
  readonly events: Event[] = []
  /** Commands to a relay outside, and what that would say to one; unset: it is silent. */
  readonly asked: string[] = []
  outsideSays: ((command: string) => string) | undefined
  readonly relay: ToyRelay
  /** What the store was given, in order. */
  readonly changes: Change[] = []
  /** Undefined: the disk takes everything. */
  diskTrouble: string | undefined
  /** By how much somebody has put the wall clock forward since the beginning. */
  wallJumpMs = 0
  /** How long the disk takes; 0: at once. */
  diskMs = 0
  readonly #schedule: Schedule
  readonly #net: Net
  readonly #options: ExchangeHostOptions
  readonly #streams = new Map<number, StreamEnd>()
  readonly #replies = new Map<number, CommandResult>()
  #nextAccepted = 2
  #commands = 0
  #wakeAt: Instant | undefined

  constructor(schedule: Schedule, net: Net, options: ExchangeHostOptions) {
    this.#schedule = schedule
    this.#net = net
    this.#options = options
    this.address = options.address
    const listeners = options.listeners ?? listenersAt(options.address)
    this.exchange = new Exchange({
      listeners,
      program: loadProgram(options.script),
      random: options.random,
      hash: md5,
      sha256,
      hmac: hmacSha256,
      wallClock: () => beginningUnixMs + schedule.now + this.wallJumpMs,
      version: 'simulated',
      subnets: options.subnets ?? [],
    })
    for (const listener of listeners) this.#open(listener)
    this.relay = new ToyRelay(
      options.mediaAddresses ?? [...new Set(listeners.map(({ address }) => address))],
      // As from another thread: never inside the input that asked.
      (report) => this.#schedule.after(0, () => this.feed({ kind: 'relayed', report })),
      options.mostMediaPairs === undefined
        ? {}
        : { least: options.mostMediaPairs, most: options.mostMediaPairs },
    )
    this.relay.open()
    if (options.stored !== undefined) this.feed({ kind: 'loaded', state: options.stored, isWhole: false })
  }

  ask(command: Command): CommandResult {
    const result = this.begin(command)()
    if (result === undefined) throw new Error(`${command.name} was not answered`)
    return result
  }

  /** Asks, and gives what tells the answer, once there is one. */
  begin(command: Command): () => CommandResult | undefined {
    const id = ++this.#commands
    this.feed({ kind: 'command', id, command })
    return () => {
      const result = this.#replies.get(id)
      this.#replies.delete(id)
      return result
    }
  }

  /** The value of a command that must succeed. */
  askFor(command: Command): unknown {
    const result = this.ask(command)
    if (!result.ok) throw new Error(`${command.name}: ${result.message}`)
    return result.value
  }

  get stats(): ExchangeStats {
    return this.askFor({ name: 'stats' }) as ExchangeStats
  }

  counter(name: string): number {
    return this.stats.counters[name] ?? 0
  }

  bindings(user: string): readonly {
    readonly contact: string
    readonly expiresSeconds: number | null
    readonly q: number | null
  }[] {
    return this.askFor({ name: 'bindings', table: 'location', user }) as ReturnType<ExchangeHost['bindings']>
  }

  feed(input: Input): void {
    for (const output of this.exchange.handle(this.#schedule.now, input)) this.#perform(output)
    this.#planWake()
  }

  #open(listener: Listener): void {
    const at = { address: listener.address, port: listener.port }
    if (listener.transport === 'udp') {
      this.#net.bind(at, {
        received: (from, octets) =>
          this.feed({ kind: 'datagram', flow: { listener, ...from, connection: undefined }, octets }),
        refused: (to) =>
          this.feed({
            kind: 'send-failed',
            flow: { listener, ...to, connection: undefined },
            why: 'port unreachable',
          }),
      })
      return
    }
    this.#net.listen(at, (end) => {
      const connection = this.#nextAccepted
      this.#nextAccepted += 2
      this.#streams.set(connection, end)
      this.feed({ kind: 'accepted', flow: { listener, ...end.remote, connection } })
      return this.#hooks(connection)
    })
  }

  #hooks(connection: number): { received(octets: string): void; closed(why: string): void; opened(): void } {
    return {
      opened: () => this.feed({ kind: 'connected', connection }),
      received: (octets) => this.feed({ kind: 'stream', connection, octets }),
      closed: (why) => {
        this.#streams.delete(connection)
        this.feed({ kind: 'closed', connection, why })
      },
    }
  }

  #perform(output: Output): void {
    switch (output.kind) {
      case 'send':
        this.#send(output.flow, output.octets)
        break
      case 'connect': {
        const { flow } = output
        const end = this.#net.connect(
          flow.listener.address,
          { address: flow.address, port: flow.port },
          this.#hooks(flow.connection!),
        )
        this.#streams.set(flow.connection!, end)
        break
      }
      case 'close':
        this.#streams.get(output.connection)?.close()
        this.#streams.delete(output.connection)
        break
      case 'look-up':
        this.#lookUp(output.id, output.host, output.port)
        break
      case 'ask-outside':
        this.#askOutside(output.octets)
        break
      case 'relay':
        this.relay.obey(output.order)
        break
      case 'event':
        this.events.push(output.event)
        break
      case 'save':
        this.changes.push(...output.changes)
        if (output.id !== undefined) this.#save(output.id)
        break
      case 'reply':
        this.#replies.set(output.id, output.result)
    }
  }

  #send(flow: Flow, octets: string): void {
    if (flow.connection === undefined)
      this.#net.send(
        { address: flow.listener.address, port: flow.listener.port },
        { address: flow.address, port: flow.port },
        octets,
      )
    else this.#streams.get(flow.connection)?.send(octets)
  }

  #askOutside(octets: string): void {
    const [cookie = '', ...words] = octets.split(' ')
    const command = words.join(' ')
    this.asked.push(command)
    const { outsideSays } = this
    if (outsideSays === undefined) return
    this.#schedule.after(1, () => {
      this.feed({ kind: 'outside-said', id: undefined, octets: `${cookie} ${outsideSays(command)}` })
    })
  }

  #save(id: number): void {
    const why = this.diskTrouble
    const tell = (): void => this.feed({ kind: 'saved', id, ok: why === undefined, why: why ?? '' })
    if (this.diskMs === 0) tell()
    else this.#schedule.after(this.diskMs, tell)
  }

  #lookUp(id: number, host: string, port: number | undefined): void {
    this.#schedule.after(this.#options.lookUpMs ?? defaultLookUpMs, () => {
      const found = this.#options.names.get(host) ?? []
      const addresses = found.map((record) => ({ address: record.address, port: port ?? record.port }))
      this.feed({ kind: 'looked-up', id, addresses })
    })
  }

  #planWake(): void {
    const { deadline } = this.exchange
    if (deadline === undefined || (this.#wakeAt !== undefined && this.#wakeAt <= deadline)) return
    this.#wakeAt = deadline
    this.#schedule.at(deadline < this.#schedule.now ? this.#schedule.now : deadline, () =>
      this.#wake(deadline),
    )
  }

  #wake(planned: Instant): void {
    if (this.#wakeAt !== planned) return
    this.#wakeAt = undefined
    const { deadline } = this.exchange
    if (deadline !== undefined && deadline <= this.#schedule.now) this.feed({ kind: 'tick' })
    else this.#planWake()
  }
}

export interface ExchangeStats {
  readonly counters: Readonly<Record<string, number>>
  readonly users: number
  readonly calls: number
  readonly serverTransactions: number
  readonly clientTransactions: number
  readonly connections: number
}

/** UDP and TCP on port 5060 of one address. */
export function listenersAt(address: string, port = 5060): readonly Listener[] {
  return [
    { transport: 'udp', address, port },
    { transport: 'tcp', address, port },
  ]
}

/** The compiled script; throws with the places of its problems. */
export function loadProgram(text: string): Program<Run> {
  const { program, problems } = loadScript(text, vocabulary)
  if (program === undefined)
    throw new Error(
      `the script has problems:\n${problems.map((problem) => JSON.stringify(problem)).join('\n')}`,
    )
  return program
}
