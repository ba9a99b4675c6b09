import { later, type Instant } from '../lib/instant.ts'
import type { Latching, MediaAddress } from './orders.ts'
import { countOf } from './tally.ts'
import {
  areNeighbours,
  canonicalAddress,
  canonicalPlace,
  isSamePlace,
  isUnspecified,
  mayGetMedia,
} from './place.ts'

/** Where a packet goes on: from which socket, and whither. Made when a place is learned, never for a packet. */
export interface Hop {
  /** Of the socket: twice the slot of its pair, one more for RTCP. */
  readonly key: number
  readonly address: string
  readonly port: number
}

/** What signalling makes plausible for one component of one end. */
export interface LatchRules {
  readonly described: MediaAddress | undefined
  readonly plausible: readonly string[]
  readonly isAsymmetric: boolean
  /** ICE finds the place, and nothing else (RFC 8445): neither description nor packets say anything about it. */
  readonly isByIce?: boolean
}

/** How far a source agrees with the description: a better one replaces a worse one at any time. */
const ranks = { samePort: 1, exact: 2 } as const
/** An offer or answer opens learning for so long (R15). */
const LEARNING_MS = 200
/** Meanwhile a source counts as gone after three packets that did not come. */
const SHORT_SILENCE_MS = 60
/** How many packets a silent third party gets: a second of voice (T49). */
const UNASKED_PACKETS = 50

/**
 * Where the packets of one phone come from and where those for it go. Learns only from addresses that signalling made
 * plausible, keeps to the first source that was heard, and leaves it for another only
 * - at once for one that agrees better with the description, or that carries the same stream on (a NAT's rebinding),
 * - else when the old one has fallen silent.
 */
export class Latch {
  hop: Hop | undefined
  latching: Latching | undefined
  /** Media may not go there at all. */
  isForbidden = false
  /** Somebody at the place that packets go to has sent something, or signals from there. */
  isConsented = false
  isLocked = false
  lastHeardAt: Instant | undefined
  /** From the present source. */
  packets = 0
  /** Of sources before: `address:port` and packets. */
  readonly formerSources = new Map<string, number>()
  #address = ''
  #port = 0
  #isProven = false
  #isNews = false
  #unasked = UNASKED_PACKETS
  #openUntil: Instant | undefined
  #left: MediaAddress | undefined
  #rules: LatchRules = { described: undefined, plausible: [], isAsymmetric: false }
  readonly #key: number
  readonly #silenceMs: number
  readonly #isOurs: (place: MediaAddress) => boolean

  /** `silenceMs`: the source counts as gone after so long without a packet. */
  constructor(key: number, silenceMs: number, isOurs: (place: MediaAddress) => boolean) {
    this.#key = key
    this.#silenceMs = silenceMs
    this.#isOurs = isOurs
  }

  get described(): MediaAddress | undefined {
    return this.#rules.described
  }

  get source(): string | undefined {
    return this.isLocked ? `${this.#address}:${this.#port}` : undefined
  }

  isFrom(address: string, port: number): boolean {
    return port === this.#port && address === this.#address
  }

  /** A new offer or answer: learning is open for a moment. */
  describe(now: Instant, rules: LatchRules): void {
    const before = this.#rules
    if (rules.isByIce === true) return
    const told = rules.described && canonicalPlace(rules.described)
    const isPlace = told !== undefined && told.port !== 0 && !isUnspecified(told.address)
    const described = isPlace ? told : before.described
    this.#rules = { ...rules, described, plausible: rules.plausible.map(canonicalAddress) }
    this.#openUntil = later(now, LEARNING_MS)
    if (this.isLocked && this.#isOutdated(before)) this.#unlock()
    this.#aim(now)
  }

  /** A source other than the present one. True when its packet is to be passed on. */
  learn(now: Instant, from: string, port: number, isMedia: boolean, continues: boolean): boolean {
    const address = canonicalAddress(from)
    if (!this.#rules.plausible.includes(address)) return false
    if (this.#left !== undefined && this.#isStillLeaving(now, address, port)) return true
    if (this.isLocked && !this.#mayReplace(now, address, port, isMedia, continues)) return false
    this.#lock(from, port, isMedia)
    this.#aim(now)
    return true
  }

  /** ICE has proved that the phone is there and wants media there. */
  choose(now: Instant, address: string, port: number): void {
    if (!this.isFrom(address, port)) this.#lock(address, port, true)
    this.isForbidden = this.#isOurs({ address, port })
    this.isConsented = true
    if (isSamePlace(this.hop, { address, port })) return
    this.#isNews = true
    this.hop = { key: this.#key, address, port }
    this.latching = { at: { address, port }, from: 'ice', since: now }
  }

  /** Nobody there consents any more (RFC 7675 §5.1). */
  forsake(): void {
    this.hop = undefined
  }

  /** A packet came from `address` at this or the other component: whoever sends wants to be sent to. */
  hear(address: string): void {
    if (this.hop?.address === address) this.isConsented = true
  }

  /** One packet more for somebody who has shown no sign. False when it was enough. */
  spend(): boolean {
    if (this.#unasked === 0) return false
    this.#unasked--
    return true
  }

  /** What has been learned since it was asked last. */
  takeNews(): Latching | undefined {
    if (!this.#isNews) return undefined
    this.#isNews = false
    return this.latching
  }

  #isStillLeaving(now: Instant, address: string, port: number): boolean {
    if (this.#openUntil !== undefined && now < this.#openUntil) {
      return isSamePlace(this.#left, { address, port })
    }
    this.#left = undefined
    return false
  }

  /**
   * The description proved right before, so that its new place is right too; or it names another host. A place
   * behind a NAT, which the description never knew, stays until the phone is heard from elsewhere.
   */
  #isOutdated(before: LatchRules): boolean {
    const { described, plausible } = this.#rules
    if (!plausible.includes(canonicalAddress(this.#address))) return true
    if (isSamePlace(described, before.described)) return false
    return described?.address !== before.described?.address || this.isFromPlace(before.described)
  }

  isFromPlace(place: MediaAddress | undefined): boolean {
    return place !== undefined && this.isFrom(place.address, place.port)
  }

  #mayReplace(now: Instant, address: string, port: number, isMedia: boolean, continues: boolean): boolean {
    if (continues || (isMedia && !this.#isProven)) return true
    if (this.#rankOf(address, port) > this.#rankOf(this.#address, this.#port)) return true
    const silentMs = this.lastHeardAt === undefined ? Infinity : now - this.lastHeardAt
    if (silentMs >= this.#silenceMs) return true
    if (this.#openUntil === undefined || now >= this.#openUntil || silentMs < SHORT_SILENCE_MS) return false
    this.#openUntil = undefined
    return true
  }

  #rankOf(address: string, port: number): number {
    const { described } = this.#rules
    if (described?.port !== port) return 0
    return described.address === address ? ranks.exact : ranks.samePort
  }

  #lock(address: string, port: number, isProven: boolean): void {
    this.#retire()
    this.isLocked = true
    this.#address = address
    this.#port = port
    this.#isProven = isProven
  }

  #unlock(): void {
    this.#left = { address: this.#address, port: this.#port }
    this.#retire()
    this.isLocked = false
    this.#address = ''
    this.#port = 0
    this.#isProven = false
  }

  #retire(): void {
    const { source, formerSources } = this
    if (source !== undefined) countOf(formerSources, source, this.packets)
    this.packets = 0
  }

  #aim(now: Instant): void {
    const { described, isAsymmetric } = this.#rules
    const isLearned = this.isLocked && !isAsymmetric && !this.isFromPlace(described)
    const at = isLearned ? { address: this.#address, port: this.#port } : described
    if (at === undefined) return
    this.isForbidden = !mayGetMedia(at, this.#rules.plausible) || this.#isOurs(at)
    if (this.hop?.address !== at.address) {
      this.#unasked = UNASKED_PACKETS
      this.isConsented = false
    }
    this.isConsented ||= isLearned || this.#isSignaller(at.address)
    if (!isSamePlace(this.hop, at)) this.#moveTo(now, at, isLearned)
  }

  #moveTo(now: Instant, at: MediaAddress, isLearned: boolean): void {
    this.#isNews = isLearned || this.hop !== undefined
    this.hop = { key: this.#key, address: at.address, port: at.port }
    this.latching = { at, from: isLearned ? 'learned' : 'description', since: now }
  }

  /**
   * Plausible are the described address and the one that signalling came from: where both are one, it is no third
   * party. Nor is a neighbour: a telephone system with a card for its media is one, and may be silent while it rings.
   */
  #isSignaller(address: string): boolean {
    return this.#rules.plausible.every(
      (plausible) => plausible === address || areNeighbours(plausible, address),
    )
  }
}
