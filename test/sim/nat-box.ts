/** An address translator with the behaviours of RFC 4787: what a mapping depends on, whom it lets in, when it forgets. */
import type { Instant } from '../../core/lib/instant.ts'
import type { Place } from './trace.ts'

/** RFC 4787 §4.1 and §5. */
export type Dependence = 'endpoint' | 'address' | 'address-and-port'

export interface NatBoxOptions {
  /** Its address outside. */
  readonly outside: string
  /** Addresses behind it. */
  readonly inside: readonly string[]
  readonly mapping?: Dependence
  readonly filtering?: Dependence
  /** Whether the outside port is the inside one where it is free (§4.2.1). */
  readonly preservesPorts?: boolean
  /** Silence after which a mapping is forgotten (§4.3). */
  readonly timeoutMs?: number
  /** Whether what comes in counts as life too (§4.3 REQ-6); what goes out always does. */
  readonly refreshesInbound?: boolean
  /** Whether its own outside address can be reached from inside (§6). */
  readonly hairpins?: boolean
}

interface Mapping {
  readonly inside: Place
  readonly port: number
  readonly admitted: Set<string>
  aliveAt: Instant
}

const firstPort = 61_000

export class NatBox {
  readonly outside: string
  /** Mappings that were made, those that were forgotten included. */
  mappingsMade = 0
  timeoutMs: number
  readonly #options: Required<NatBoxOptions>
  readonly #byUse = new Map<string, Mapping>()
  readonly #byPort = new Map<number, Mapping>()
  #nextPort = firstPort

  constructor(options: NatBoxOptions) {
    this.#options = {
      mapping: 'endpoint',
      filtering: 'address-and-port',
      preservesPorts: false,
      timeoutMs: 120_000,
      refreshesInbound: false,
      hairpins: false,
      ...options,
    }
    this.outside = options.outside
    this.timeoutMs = this.#options.timeoutMs
  }

  isInside(address: string): boolean {
    return this.#options.inside.includes(address)
  }

  /** Where a packet from inside comes from, as seen outside. */
  translate(now: Instant, from: Place, to: Place): Place {
    const use = `${from.address} ${from.port} ${keyFor(this.#options.mapping, to)}`
    let mapping = this.#byUse.get(use)
    if (mapping === undefined || this.#isForgotten(mapping, now)) {
      if (mapping !== undefined) this.#byPort.delete(mapping.port)
      mapping = { inside: from, port: this.#freePort(from.port, now), admitted: new Set(), aliveAt: now }
      this.#byUse.set(use, mapping)
      this.#byPort.set(mapping.port, mapping)
      this.mappingsMade++
    }
    mapping.aliveAt = now
    mapping.admitted.add(keyFor(this.#options.filtering, to))
    return { address: this.outside, port: mapping.port }
  }

  /** Whom inside a packet is for; undefined where it is dropped. */
  admit(now: Instant, from: Place, port: number): Place | undefined {
    if (from.address === this.outside && !this.#options.hairpins) return undefined
    const mapping = this.#byPort.get(port)
    if (mapping === undefined || this.#isForgotten(mapping, now)) return undefined
    if (!mapping.admitted.has(keyFor(this.#options.filtering, from))) return undefined
    if (this.#options.refreshesInbound) mapping.aliveAt = now
    return mapping.inside
  }

  #isForgotten(mapping: Mapping, now: Instant): boolean {
    return now - mapping.aliveAt > this.timeoutMs
  }

  #freePort(wanted: number, now: Instant): number {
    const holder = this.#byPort.get(wanted)
    if (this.#options.preservesPorts && (holder === undefined || this.#isForgotten(holder, now)))
      return wanted
    while (this.#byPort.has(this.#nextPort)) this.#nextPort++
    return this.#nextPort++
  }
}

function keyFor(dependence: Dependence, place: Place): string {
  switch (dependence) {
    case 'endpoint':
      return ''
    case 'address':
      return place.address
    case 'address-and-port':
      return `${place.address} ${place.port}`
  }
}
