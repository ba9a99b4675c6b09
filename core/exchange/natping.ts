import type { Flow } from '../lib/flow.ts'
import { isStream } from '../lib/flow.ts'
import type { Instant } from '../lib/instant.ts'
import { later } from '../lib/instant.ts'
import { makeTransactionTimers } from '../sip/index.ts'
import type { Core } from './core.ts'
import type { Binding, Location } from './location.ts'
import { isLive, isNated } from './location.ts'
import { BindingLifetime } from './natping-lifetime.ts'
import type { PingMethod, PingSettings } from './natping-settings.ts'
import { pingSettingsOf } from './natping-settings.ts'
import { defaultPort, flowTo, isResolved, nextHopOf, pickListener } from './next-hop.ts'
import type { OwnAnswer, OwnRequests } from './own-requests.ts'
import type { Timed, Wakes } from './wakes.ts'

/** A phone that leaves so many requests unanswered and never answered one does not know them. */
const mostUnanswered = 3
/** Long enough for five sendings (RFC 3261 §17.1.2.1), short enough that the next one is not held up. */
const optionsTimers = makeTransactionTimers({ timeoutMs: 8_000 })

interface PingParts {
  readonly core: Core
  readonly wakes: Wakes
  readonly requests: OwnRequests
  readonly isOpen: (flow: Flow) => boolean
}

/** What is known of the way to one phone, for people. */
export interface KeptAlive {
  readonly method: PingMethod
  readonly intervalSeconds: number
  readonly lifetimeAtLeastSeconds: number | null
  readonly lifetimeLessThanSeconds: number | null
  readonly lastPingSecondsAgo: number | null
  readonly lastAnswerSecondsAgo: number | null
  readonly roundTripMs: number | null
  readonly unanswered: number
}

/**
 * Keeps the ways to phones open (natping). Each binding has a time of its own, so that many make no burst, and an
 * interval of its own, drawn from what its translator has shown.
 */
export class NatPing {
  settings: PingSettings
  readonly parts: PingParts
  readonly #kept = new Map<Binding, Keeping>()
  readonly #byPeer = new Map<string, Keeping>()

  constructor(parts: PingParts) {
    this.parts = parts
    this.settings = pingSettingsOf(parts.core.program, parts.core.options.listeners)
  }

  /** After the script was read again; bindings that are there already are taken up. */
  configure(locations: Iterable<Location>): void {
    const { core } = this.parts
    this.settings = pingSettingsOf(core.program, core.options.listeners)
    for (const location of locations)
      for (const [user, bindings] of location.users())
        for (const binding of bindings) this.began(location, user, binding)
  }

  /** A binding is new. */
  began(location: Location, user: string, binding: Binding): void {
    if (this.settings.mostMs === 0 || this.#kept.has(binding)) return
    const keeping = new Keeping(this, location, user, binding)
    this.#kept.set(binding, keeping)
    this.noteWay(keeping, undefined)
    keeping.start()
  }

  /** Its phone registered again. @param isSamePhone by Call-ID: a restarted phone has another */
  refreshed(binding: Binding, isSamePhone: boolean): void {
    this.#kept.get(binding)?.refreshed(isSamePhone)
  }

  /** A keep-alive of the phone's own. */
  heard(flow: Flow): void {
    if (this.#byPeer.size > 0) this.#byPeer.get(peerKey(flow))?.heard()
  }

  stateOf(binding: Binding): KeptAlive | undefined {
    return this.#kept.get(binding)?.state
  }

  noteWay(keeping: Keeping, before: Flow | undefined): void {
    this.#forgetWay(keeping, before)
    if (keeping.flow !== undefined) this.#byPeer.set(peerKey(keeping.flow), keeping)
  }

  forget(keeping: Keeping): void {
    this.#kept.delete(keeping.binding)
    this.#forgetWay(keeping, keeping.flow)
    this.parts.wakes.set(keeping, undefined)
  }

  /** Two lines of one phone share its way. */
  #forgetWay(keeping: Keeping, flow: Flow | undefined): void {
    if (flow !== undefined && this.#byPeer.get(peerKey(flow)) === keeping) this.#byPeer.delete(peerKey(flow))
  }
}

class Keeping implements Timed {
  readonly binding: Binding
  flow: Flow | undefined
  readonly #owner: NatPing
  readonly #location: Location
  readonly #user: string
  readonly #lifetime = new BindingLifetime()
  /** When the phone last sent something: what surely keeps its translator open (RFC 4787 §4.3 REQ-6). */
  #heardAt: Instant
  #sentAt: Instant | undefined
  #answeredAt: Instant | undefined
  #roundTripMs: number | undefined
  #unanswered = 0
  /** The silence that the last unanswered request ended. */
  #missedMs: number | undefined
  #isAsking = false
  /** The way was lost though packets went in: only what the phone sends out keeps it open. */
  #needsAnswers = false

  constructor(owner: NatPing, location: Location, user: string, binding: Binding) {
    this.#owner = owner
    this.#location = location
    this.#user = user
    this.binding = binding
    this.#heardAt = this.#now
    this.flow = binding.received
  }

  /** Anywhere within the first interval: an office that comes up at once is spread over it. */
  start(): void {
    this.#wakeIn(this.#intervalMs * this.#owner.parts.core.options.random())
  }

  heard(): void {
    this.#heardAt = this.#now
  }

  refreshed(isSamePhone: boolean): void {
    const before = this.flow
    this.flow = this.binding.received
    this.#owner.noteWay(this, before)
    if (before !== undefined && this.flow !== undefined) this.#compare(before, this.flow, isSamePhone)
    this.#missedMs = undefined
    this.#heardAt = this.#now
  }

  wake(): void {
    const { settings, parts } = this.#owner
    const isWanted = settings.mostMs > 0 && this.#location.has(this.#user, this.binding)
    if (!isWanted || !isLive(this.binding, this.#now)) {
      this.#owner.forget(this)
      return
    }
    const random = parts.core.options.random()
    const restMs = this.#lastTrafficAt + 0.5 * this.#intervalMs - this.#now
    if (this.#isSpared) this.#wakeIn(settings.mostMs)
    else if (this.#sentAt !== undefined && restMs > 0) this.#wakeIn(restMs + 0.5 * this.#intervalMs * random)
    else {
      this.#ping()
      this.#wakeIn(this.#intervalMs * (0.85 + 0.15 * random))
    }
  }

  get state(): KeptAlive {
    const secondsSince = (at: Instant | undefined): number | null =>
      at === undefined ? null : Math.floor((this.#now - at) / 1000)
    const { atLeastMs, lessThanMs } = this.#lifetime
    return {
      method: this.#method,
      intervalSeconds: Math.round(this.#intervalMs / 1000),
      lifetimeAtLeastSeconds: atLeastMs === 0 ? null : Math.floor(atLeastMs / 1000),
      lifetimeLessThanSeconds: lessThanMs === undefined ? null : Math.ceil(lessThanMs / 1000),
      lastPingSecondsAgo: secondsSince(this.#sentAt),
      lastAnswerSecondsAgo: secondsSince(this.#answeredAt),
      roundTripMs: this.#roundTripMs === undefined ? null : Math.round(this.#roundTripMs),
      unanswered: this.#unanswered,
    }
  }

  get #now(): Instant {
    return this.#owner.parts.core.now
  }

  get #isSpared(): boolean {
    return this.#owner.settings.isNatedOnly && (this.binding.flags & isNated) === 0
  }

  get #isDeaf(): boolean {
    return this.#answeredAt === undefined && this.#unanswered >= mostUnanswered
  }

  get #method(): PingMethod {
    const { method } = this.#owner.settings
    if (method !== 'options' && !this.#needsAnswers) return method
    return this.#isDeaf ? 'crlf' : 'options'
  }

  get #intervalMs(): number {
    return this.#lifetime.intervalMs(this.#owner.settings.mostMs, this.#method === 'options')
  }

  get #lastTrafficAt(): Instant {
    return this.#sentAt !== undefined && this.#sentAt > this.#heardAt ? this.#sentAt : this.#heardAt
  }

  #compare(before: Flow, after: Flow, isSamePhone: boolean): void {
    if (before.address !== after.address) this.#lifetime.reset()
    else if (before.port !== after.port && isSamePhone && !isStream(after.listener.transport)) {
      this.#lifetime.died(this.#missedMs ?? this.#now - this.#heardAt)
      this.#needsAnswers = true
      this.#owner.parts.core.count('translator bindings lost')
      // The next one was due by the longer interval: this translator would have forgotten again by then.
      this.#wakeIn(this.#intervalMs * 0.85)
    }
  }

  #ping(): void {
    const flow = this.#way()
    const { core } = this.#owner.parts
    if (flow === undefined) {
      core.count('keep-alives without a way')
      return
    }
    if (this.#method === 'options') {
      this.#ask(flow)
      return
    }
    // RFC 5626 §3.5.1 for streams, where four zero octets would be noise within a message.
    const isText = this.#method === 'crlf' || isStream(flow.listener.transport)
    core.send(flow, isText ? '\r\n\r\n' : '\0\0\0\0')
    core.count('keep-alives sent')
    this.#sentAt = this.#now
  }

  #ask(flow: Flow): void {
    if (this.#isAsking) return
    const silenceMs = this.#now - this.#lastTrafficAt
    this.#sentAt = this.#now
    this.#isAsking = this.#owner.parts.requests.ask(
      {
        method: 'OPTIONS',
        uri: this.binding.contact.replace(/\?.*$/, ''),
        flow,
        dialog: undefined,
        lines: 'Accept: application/sdp\r\n',
        body: '',
        timers: optionsTimers,
      },
      (answer) => {
        this.#answered(answer, silenceMs)
      },
    )
  }

  #answered(answer: OwnAnswer, silenceMs: number): void {
    this.#isAsking = false
    if (answer.response === undefined) {
      this.#unanswered++
      this.#missedMs ??= silenceMs
      return
    }
    this.#unanswered = 0
    this.#missedMs = undefined
    this.#roundTripMs = answer.afterMs
    this.#answeredAt = this.#now
    this.#heardAt = this.#now
    this.#lifetime.survived(silenceMs)
  }

  /** Over its own connection only while that lives: a new one would not pass a translator. */
  #way(): Flow | undefined {
    const { parts, settings } = this.#owner
    const { flow } = this
    if (flow?.connection !== undefined) return parts.isOpen(flow) ? flow : undefined
    const way = flow ?? this.#ownWay()
    if (way === undefined || isStream(way.listener.transport)) return undefined
    return settings.listener === undefined ? way : { ...way, listener: settings.listener }
  }

  /** Its Contact's, where that is an address: nobody is looked up for a keep-alive. */
  #ownWay(): Flow | undefined {
    const hop = nextHopOf(this.binding.contact)
    if (typeof hop === 'string' || !isResolved(hop)) return undefined
    const { listeners } = this.#owner.parts.core.options
    const listener = pickListener(listeners, undefined, hop.transport, hop.host)
    return listener && flowTo(listener, hop.host, hop.port ?? defaultPort(hop.transport))
  }

  #wakeIn(ms: number): void {
    this.#owner.parts.wakes.set(this, later(this.#now, Math.ceil(ms)))
  }
}

function peerKey(flow: Flow): string {
  return `${flow.address} ${flow.port}`
}
