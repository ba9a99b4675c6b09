import type { Flow, Listener } from '../lib/flow.ts'
import type { Instant } from '../lib/instant.ts'
import { instant } from '../lib/instant.ts'
import { isUnicast } from '../lib/ip.ts'
import type { Octets } from '../lib/octets.ts'
import type { Subnet } from '../lib/subnet.ts'
import { Subnets } from '../lib/subnet.ts'
import { textHash, write30 } from '../lib/text-hash.ts'
import type { Change } from './changes.ts'
import type { Program } from '../script/index.ts'
import type { DropReason, Event } from './events.ts'
import type { Tables } from './tables.ts'
import { noTables } from './tables.ts'
import type { Output } from './inputs.ts'
import type { Run } from './run.ts'

export interface ExchangeOptions {
  readonly listeners: readonly Listener[]
  readonly program: Program<Run>
  /** 0 ≤ n < 1. */
  readonly random: () => number
  /** Hexadecimal MD5 of octets. */
  readonly hash: (text: Octets) => string
  /** Hexadecimal SHA-256 of octets. */
  readonly sha256: (text: Octets) => string
  /** Hexadecimal HMAC-SHA-256 of octets under a key. */
  readonly hmac: (key: Octets, text: Octets) => string
  /** Unix time in milliseconds: for dates that people or other systems read, never for timers. */
  readonly wallClock: () => number
  readonly version: string
  /** The networks of this machine's own interfaces: who is on one of them is not behind a translator. */
  readonly subnets?: readonly Subnet[]
}

interface Counter {
  value: number
}

/** Called when a save is over; `why` is undefined where it is on disk. */
export type Saved = (why: string | undefined) => void

/** What all parts of the exchange share: the time of the present input, the outputs it has made so far, and counters. */
export class Core {
  now: Instant = instant(0)
  out: Output[] = []
  /** Told of every message that leaves, just before. */
  sent: (flow: Flow, octets: Octets) => void = () => undefined
  #program: Program<Run>
  /** Whether 0.9's own ways are asked for where they depart from RFC 3261 (`compatibility=ser09`). */
  isSer09: boolean
  #signature: Octets
  readonly options: ExchangeOptions
  readonly #counters = new Map<string, Counter>()
  /** Texts of the files that parameters of the script name, by path. */
  texts: ReadonlyMap<string, string> = new Map()
  /** Rows of the tables that commands ask. */
  tables: Tables = noTables
  readonly #seed: number
  readonly #subnets: Subnets
  /** How the branches of this run of the program begin. */
  readonly branchPrefix: string
  #epoch = 0
  readonly #saves = new Map<number, Saved>()
  #saveId = 0
  #branches: number

  constructor(options: ExchangeOptions) {
    this.options = options
    this.#program = options.program
    this.#subnets = new Subnets(options.subnets ?? [])
    this.isSer09 = options.program.globals.isSer09
    this.#signature = signatureOf(options.program)
    this.#seed = Math.floor(options.random() * 2 ** 32) | 0
    this.#branches = Math.floor(options.random() * 2 ** 30)
    this.branchPrefix = `z9hG4bK${write30(options.random() * 2 ** 30)}${write30(options.random() * 2 ** 30)}.`
  }

  get program(): Program<Run> {
    return this.#program
  }

  set program(program: Program<Run>) {
    this.#program = program
    this.isSer09 = program.globals.isSer09
    this.#signature = signatureOf(program)
  }

  send(flow: Flow, octets: Octets): void {
    if (flow.connection === undefined && !isUnicast(flow.address)) {
      this.drop('broadcast-target', flow.address, flow)
      return
    }
    this.sent(flow, octets)
    this.out.push({ kind: 'send', flow, octets })
  }

  emit(event: Event): void {
    this.out.push({ kind: 'event', event })
  }

  count(name: string): void {
    const counter = this.#counters.get(name)
    if (counter === undefined) this.#counters.set(name, { value: 1 })
    else counter.value++
  }

  counted(name: string): number {
    return this.#counters.get(name)?.value ?? 0
  }

  get counters(): Record<string, number> {
    return Object.fromEntries(Array.from(this.#counters, ([name, { value }]) => [name, value]))
  }

  /** Without `done` the store keeps trying by itself; with it, whoever asked decides what a failure means. */
  save(changes: readonly Change[], done?: Saved): void {
    const id = done === undefined ? undefined : ++this.#saveId
    if (id !== undefined && done !== undefined) this.#saves.set(id, done)
    this.out.push({ kind: 'save', id, changes })
  }

  saved(id: number, why: string | undefined): void {
    const done = this.#saves.get(id)
    this.#saves.delete(id)
    done?.(why)
  }

  drop(reason: DropReason, detail: string, flow: Flow | undefined): void {
    this.count(`dropped ${reason}`)
    this.emit({ kind: 'dropped', reason, detail, flow })
  }

  /** Header lines of every response that is our own. */
  get signature(): Octets {
    return this.#signature
  }

  /** Whether one of our own networks holds both: neither needs a router to reach the other. */
  areNeighbours(one: string, other: string): boolean {
    return this.#subnets.holdsBoth(one, other)
  }

  /** Seeded: nobody outside can foretell it. Ten token characters. */
  hash(text: Octets): string {
    return textHash(this.#seed, text)
  }

  /** The same of several texts, which need not be joined for it. */
  hashOf(first: Octets, second: Octets, third: number): string {
    return textHash(this.#seed, first, second, third)
  }

  /** A branch that no other transaction of any run has; the loop hash stands behind the dash (RFC 3261 §16.6 step 8). */
  newBranch(loopHash: string): string {
    this.#branches++
    if (this.#branches === 2 ** 30) {
      this.#branches = 0
      this.#epoch++
    }
    return `${this.branchPrefix}${write30(this.#branches)}${this.#epoch}-${loopHash}`
  }
}

/** `server_signature`: the name, and no version that would tell an attacker what to try. */
function signatureOf(program: Program<Run>): Octets {
  return program.globals.isOn('server_signature') ? 'Server: Sidetone\r\n' : ''
}
