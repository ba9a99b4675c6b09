/**
 * The simulated world: a virtual clock, a net of hosts, the exchange under test and phones. The same seed gives the
 * same packets at the same times; `run(32_000)` takes milliseconds.
 */
import type { ResolvedAddress } from '../../core/exchange/index.ts'
import type { Instant } from '../../core/lib/instant.ts'
import type { Octets } from '../../core/lib/octets.ts'
import { createChance } from './chance.ts'
import type { ExchangeHostOptions } from './exchange-host.ts'
import { ExchangeHost } from './exchange-host.ts'
import type { LinkOptions } from './net.ts'
import { Net } from './net.ts'
import type { PhoneOptions } from './phone.ts'
import { Phone } from './phone.ts'
import { RawHost } from './raw-host.ts'
import { Schedule } from './schedule.ts'
import type { Sent } from './trace.ts'
import { printLadder, traceLine } from './trace.ts'

export interface WorldOptions extends LinkOptions {
  readonly seed?: number
}

const defaultSeed = 1
const usualDelayMs = 1

export class World {
  readonly schedule = new Schedule()
  readonly net: Net
  readonly random: () => number
  /** What DNS knows. */
  readonly names = new Map<string, readonly ResolvedAddress[]>()
  readonly #hostNames = new Map<string, string>()

  constructor(options: WorldOptions = {}) {
    const { seed = defaultSeed, ...link } = options
    this.random = createChance(seed)
    this.net = new Net(this.schedule, seed, { delayMs: usualDelayMs, ...link })
  }

  get now(): Instant {
    return this.schedule.now
  }

  run(ms: number): void {
    this.schedule.run(ms)
  }

  exchange(
    script: string,
    options: Partial<ExchangeHostOptions> & { readonly name?: string } = {},
  ): ExchangeHost {
    const address = options.address ?? '10.0.0.1'
    this.name(address, options.name ?? 'sidetone')
    return new ExchangeHost(this.schedule, this.net, {
      address,
      script,
      random: this.random,
      names: this.names,
      ...options,
    })
  }

  /** A phone whose requests go to the exchange at 10.0.0.1 unless it is told otherwise. */
  phone(user: string, address: string, options: Partial<PhoneOptions> = {}): Phone {
    this.name(address, user)
    return new Phone(this.schedule, this.net, { user, address, random: this.random, ...options })
  }

  raw(name: string, address: string, port = 5060): RawHost {
    this.name(address, name)
    return new RawHost(this.schedule, this.net, { address, port })
  }

  name(address: string, name: string): void {
    if (!this.#hostNames.has(address)) this.#hostNames.set(address, name)
  }

  nameOf = (address: string): string => this.#hostNames.get(address) ?? address

  get packets(): readonly Sent[] {
    return this.net.packets
  }

  /** Every packet as one line. */
  get trace(): readonly string[] {
    return this.packets.map((sent) => traceLine(sent, this.nameOf))
  }

  /** Everything that was sent, byte for byte. */
  get transcript(): Octets {
    return this.packets.map((sent) => `${traceLine(sent, this.nameOf)}\n${sent.octets}\n`).join('')
  }

  /** The packets from the given one on as a ladder; hosts in the order in which they appear. */
  ladder(from = 0): string {
    const shown = this.packets.slice(from)
    const columns = [...new Set(shown.flatMap((sent) => [sent.from.address, sent.to.address]))]
    return `\n${printLadder(shown, columns, this.nameOf)}\n`
  }
}
