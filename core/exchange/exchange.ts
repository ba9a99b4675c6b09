import type { Flow, Listener } from '../lib/flow.ts'
import { isWebSocket } from '../lib/flow.ts'
import type { Instant } from '../lib/instant.ts'
import { later, soonest } from '../lib/instant.ts'
import type { Machine } from '../lib/machine.ts'
import type { Octets } from '../lib/octets.ts'
import { SharedTexts } from '../lib/shared-texts.ts'
import { unreachable } from '../lib/unreachable.ts'
import type { Program } from '../script/index.ts'
import type { Header, SipRequest, SipResponse, TransactionTimers } from '../sip/index.ts'
import { printHostPort } from '../sip/index.ts'
import type { Accounting } from './accounting.ts'
import { accountingOf } from './accounting.ts'
import { Accounts } from './accounts.ts'
import { Bans } from './bans.ts'
import { Branches } from './branches.ts'
import { Calls } from './calls.ts'
import type { StoredState } from './changes.ts'
import type { ExchangeOptions } from './core.ts'
import { Core } from './core.ts'
import type { Command } from './commands.ts'
import { answerCommand } from './control.ts'
import { FlowContacts } from './flow-contacts.ts'
import { Identity } from './identity.ts'
import type { Input, Output, ResolvedAddress } from './inputs.ts'
import { takeDatagram, takeMalformed, takeMessage } from './intake.ts'
import { Location } from './location.ts'
import { loadBindings } from './location-loading.ts'
import { LocationSaving } from './location-saving.ts'
import { Logins } from './logins.ts'
import { Media } from './media.ts'
import type { NextHop } from './next-hop.ts'
import { pickListener } from './next-hop.ts'
import { PhoneNat } from './phone-nat.ts'
import { NatPing } from './natping.ts'
import { Nonces } from './nonces.ts'
import { Notices } from './notices.ts'
import { OutsideRelays } from './outside-relays.ts'
import { OwnRequests } from './own-requests.ts'
import { backward, runFailureRoute, runReplyRoute } from './replies.ts'
import type { Branch } from './branches.ts'
import type { ResponseContext } from './response-context.ts'
import type { Run } from './run.ts'
import type { ServerLeg } from './server-transactions.ts'
import { replyFlow, ServerTransactions, stamped } from './server-transactions.ts'
import { Streams } from './streams.ts'
import { StunAnswers } from './stun.ts'
import { answerTimeMs, ringTimeMs, timersOf } from './timers.ts'
import { Wakes } from './wakes.ts'

type SocketInput = 'datagram' | 'accepted' | 'connected' | 'stream' | 'closed' | 'send-failed'

/** How long a peer that refused a connection is taken to have no TCP. */
const streamRefusalMs = 300_000
const mostRefusals = 10_000

/** The whole exchange: proxy, registrar and redirect server, driven by a routing script. */
export class Exchange implements Machine<Input, Output> {
  readonly core: Core
  readonly calls: Calls
  readonly legs: ServerTransactions
  readonly branches: Branches
  readonly streams: Streams
  readonly media: Media
  /** What the exchange asks of others by itself. */
  readonly ownRequests: OwnRequests
  readonly natPing: NatPing
  readonly stun: StunAnswers
  readonly phoneNat = new PhoneNat()
  readonly outsideRelays: OutsideRelays
  readonly notices: Notices
  readonly accounts: Accounts
  readonly bans: Bans
  readonly nonces: Nonces
  readonly logins: Logins
  /** Undefined where the script does without acc. */
  accounting: Accounting | undefined
  /** Set when the end is near: calls go on, new ones are sent elsewhere. */
  isDraining = false
  /** Ways to phones in browsers. */
  readonly flowContacts = new FlowContacts((flow) => this.streams.isOpen(flow))
  readonly userAgents = new SharedTexts(1000)
  readonly saving: LocationSaving
  identity: Identity
  timers: TransactionTimers
  /** Timer C before and after the phone rings, ms. */
  answerMs: number
  ringMs: number
  readonly #wakes = new Wakes()
  readonly #locations = new Map<string, Location>()
  readonly #lookUps = new Map<number, (addresses: readonly ResolvedAddress[]) => void>()
  readonly #refusedStreams = new Map<string, Instant>()
  readonly #sentBys = new Map<Listener, string>()
  readonly #isMultihomed: boolean
  #lookUpId = 0
  #sweepAt: Instant | undefined

  constructor(options: ExchangeOptions) {
    this.core = new Core(options)
    this.notices = new Notices(this.core)
    this.accounts = new Accounts(this.core)
    this.bans = new Bans(this.core)
    this.stun = new StunAnswers(this.core)
    this.nonces = new Nonces(this.core)
    this.logins = new Logins(this)
    this.accounting = accountingOf(this.core, options.program)
    this.calls = new Calls(this.core, (callId) => {
      this.media.callEnded(callId)
    })
    this.core.sent = (flow, octets) => {
      this.calls.sent(flow, octets)
    }
    this.legs = new ServerTransactions(this.core, this.#wakes, (flow, port) => this.liveFlow(flow, port))
    this.timers = timersOf(options.program)
    this.answerMs = answerTimeMs(options.program)
    this.ringMs = ringTimeMs(options.program)
    this.branches = new Branches(this.core, this.#wakes, this.timers)
    this.ownRequests = new OwnRequests(this.core, this.#wakes, () => this.timers)
    this.media = new Media(this, this.#wakes)
    this.streams = new Streams(this.core, this.#wakes, {
      message: (flow, octets) => {
        takeMessage(this, flow, octets)
      },
      malformed: (flow, malformed) => {
        takeMalformed(this, flow, malformed)
      },
      closed: (flow, wasUp) => {
        if (!wasUp) this.#streamRefused(flow)
        this.#flowBroke(flow)
      },
    })
    this.outsideRelays = new OutsideRelays(this.core, this.#wakes)
    this.natPing = new NatPing({
      core: this.core,
      wakes: this.#wakes,
      requests: this.ownRequests,
      isOpen: (flow) => this.streams.isOpen(flow),
    })
    this.#chooseRelay()
    this.saving = new LocationSaving(this.core, (table) => this.location(table))
    this.identity = new Identity(options.listeners, options.program.globals.alias)
    this.#isMultihomed = hasSeveralHomes(options.listeners)
    for (const listener of options.listeners)
      this.#sentBys.set(listener, printHostPort(listener.address, listener.port))
  }

  get deadline(): Instant | undefined {
    return soonest(soonest(this.#wakes.soonest, this.#sweepAt), this.saving.deadline)
  }

  /** Requests that still wait for an answer. */
  get pendingCount(): number {
    return this.branches.pendingCount
  }

  get isSer09(): boolean {
    return this.core.isSer09
  }

  handle(now: Instant, input: Input): Output[] {
    this.core.now = now
    // A fresh list each time: what a failed input left half done is not carried out.
    this.core.out = []
    this.#take(input)
    return this.core.out
  }

  /** Another script from now on; what is under way goes on with its own timers and the new routes. */
  replaceProgram(program: Program<Run>): void {
    this.core.program = program
    this.logins.reread()
    this.accounting = accountingOf(this.core, program)
    this.timers = timersOf(program)
    this.branches.timers = this.timers
    this.answerMs = answerTimeMs(program)
    this.ringMs = ringTimeMs(program)
    this.identity = new Identity(this.core.options.listeners, program.globals.alias)
    this.natPing.configure(this.#locations.values())
    this.#chooseRelay()
    this.saving.programChanged(this.locations)
  }

  location(table: string): Location {
    let location = this.#locations.get(table)
    if (location === undefined) {
      const isNewestFirst = this.core.program.settings('usrloc')?.get('desc_time_order') === 1
      const made: Location = new Location(table, isNewestFirst, (user, binding) => {
        this.natPing.began(made, user, binding)
      })
      location = made
      this.#locations.set(table, location)
    }
    this.#sweepAt ??= later(this.core.now, this.#sweepEveryMs)
    return location
  }

  /** Before what the store has is taken in place of everything. */
  forgetLocations(): void {
    this.#locations.clear()
    this.saving.forget()
  }

  get locations(): IterableIterator<Location> {
    return this.#locations.values()
  }

  lookUp(hop: NextHop, done: (addresses: readonly ResolvedAddress[]) => void): void {
    const id = ++this.#lookUpId
    this.#lookUps.set(id, done)
    this.core.out.push({ kind: 'look-up', id, host: hop.host, port: hop.port, transport: hop.transport })
  }

  sentBy(listener: Listener): string {
    return this.#sentBys.get(listener) ?? printHostPort(listener.address, listener.port)
  }

  /** A socket on the network of that address, where `preferred` is on another: what is near is not reached from outside. */
  nearListener(preferred: Listener, address: string): Listener | undefined {
    const { core } = this
    if (!this.#isMultihomed || core.areNeighbours(preferred.address, address)) return undefined
    return core.options.listeners.find(
      ({ address: own, transport }) => !isWebSocket(transport) && core.areNeighbours(own, address),
    )
  }

  isOwnAddress(flow: Flow): boolean {
    return this.identity.isHostPort(flow.address, flow.port)
  }

  streamTo(flow: Flow): Flow {
    return this.streams.to(flow)
  }

  /** A way that may have been a connection: the same one while it lives, else a new one to the same peer. */
  liveFlow(flow: Flow, port = flow.port): Flow {
    if (isWebSocket(flow.listener.transport)) return this.flowContacts.successor(flow)
    return flow.connection === undefined || this.streams.isOpen(flow)
      ? flow
      : this.streams.to({ ...flow, port, connection: undefined })
  }

  /** TCP to the same address and port; undefined where it was refused of late or we have none. */
  streamBeside(flow: Flow): Flow | undefined {
    const refusedAt = this.#refusedStreams.get(`${flow.address} ${flow.port}`)
    if (refusedAt !== undefined && later(refusedAt, streamRefusalMs) > this.core.now) return undefined
    const listener = pickListener(this.core.options.listeners, flow.listener, 'tcp', flow.address)
    return listener === undefined ? undefined : this.streams.to({ ...flow, listener })
  }

  /** For requests without a transaction: its end proves to us that a response belongs to one of them. */
  statelessBranch(request: SipRequest, via: Octets): string {
    const which = this.core.hash(`${request.uri} ${request.via.text}`)
    return `z9hG4bKs${which}.${this.statelessMark(via, request.callId, request.cseq.number)}`
  }

  statelessMark(via: Octets, callId: string, cseq: number): string {
    return this.core.hash(`${via} ${callId} ${cseq}`)
  }

  replyFlow(run: Run): Flow {
    return replyFlow(run.request, run.source, run.forcesRport)
  }

  stampedVia(run: Run): Header {
    return stamped(run.request, run.source, run.forcesRport)
  }

  /** `then` is called when the response may go on: at once, or when a relay of media has answered. */
  runReplyRoute(context: ResponseContext, branch: Branch, response: SipResponse, then: () => void): void {
    runReplyRoute(this, context, branch, response, then)
  }

  runFailureRoute(context: ResponseContext, number: number, status: number): void {
    runFailureRoute(this, context, number, status)
  }

  printBackward(response: SipResponse): Octets {
    return backward(this, response)
  }

  forgetLeg(leg: ServerLeg): void {
    this.legs.schedule(leg, undefined)
    this.legs.forget(leg)
  }

  #take(input: Input): void {
    switch (input.kind) {
      case 'datagram':
        takeDatagram(this, input.flow, input.octets)
        break
      case 'accepted':
        this.streams.accepted(input.flow)
        break
      case 'connected':
        this.streams.connected(input.connection)
        break
      case 'stream':
        this.streams.received(input.connection, input.octets)
        break
      case 'closed':
        this.streams.closed(input.connection)
        break
      case 'send-failed':
        this.core.drop('send-failed', input.why, input.flow)
        this.#flowBroke(input.flow)
        break
      default:
        this.#takeOther(input)
    }
  }

  /** What comes neither from a socket nor from a peer. */
  #takeOther(input: Exclude<Input, { kind: SocketInput }>): void {
    switch (input.kind) {
      case 'looked-up':
        this.#lookedUp(input.id, input.addresses)
        break
      case 'loaded':
        this.#load(input.state, input.isWhole)
        break
      case 'saved':
        this.core.saved(input.id, input.ok ? undefined : input.why)
        break
      case 'command':
        this.#answer(input.id, input.command)
        break
      case 'tick':
        this.#tick()
        break
      default:
        this.#takeOfMedia(input)
    }
  }

  #load(state: StoredState, isWhole: boolean): void {
    this.accounts.load(state.subscribers, isWhole)
    this.nonces.load(state.settings ?? {})
    this.notices.load(state.notices ?? [])
    this.calls.load(state.callsUnderWay)
    this.#sweepAt ??= later(this.core.now, this.#sweepEveryMs)
    loadBindings(this, state, isWhole)
  }

  #takeOfMedia(input: Extract<Input, { readonly kind: 'outside-said' | 'relayed' }>): void {
    switch (input.kind) {
      case 'relayed':
        this.media.report(input.report)
        break
      case 'outside-said':
        this.outsideRelays.said(input.id, input.octets)
        break
      default:
        unreachable(input)
    }
  }

  /** Some answers come only when what was asked for is on disk. */
  #answer(id: number, command: Command): void {
    const result = answerCommand(this, command, (later) => {
      this.core.out.push({ kind: 'reply', id, result: later })
    })
    if (result !== undefined) this.core.out.push({ kind: 'reply', id, result })
  }

  #tick(): void {
    const { now } = this.core
    this.#wakes.wakeDue(now)
    this.saving.wake()
    if (this.#sweepAt === undefined || this.#sweepAt > now) return
    this.#sweepAt = later(now, this.#sweepEveryMs)
    for (const location of this.#locations.values()) {
      location.sweep(now, (user, binding) => {
        const { contact } = binding
        this.saving.changed(location.name, user, binding)
        this.core.emit({ kind: 'unregistered', user, contact, why: 'expired' })
      })
    }
    this.calls.forgetStale()
    this.saving.flush()
  }

  get #sweepEveryMs(): number {
    const seconds = this.core.program.settings('usrloc')?.get('timer_interval')
    return (typeof seconds === 'number' && seconds > 0 ? seconds : 60) * 1000
  }

  #lookedUp(id: number, addresses: readonly ResolvedAddress[]): void {
    const done = this.#lookUps.get(id)
    this.#lookUps.delete(id)
    done?.(addresses)
  }

  #chooseRelay(): void {
    this.outsideRelays.configure()
    this.media.outside = this.outsideRelays.media
  }

  #streamRefused(flow: Flow): void {
    if (this.#refusedStreams.size >= mostRefusals) this.#refusedStreams.clear()
    this.#refusedStreams.set(`${flow.address} ${flow.port}`, this.core.now)
  }

  /** What was on its way over that flow has to go another way, or has failed. */
  #flowBroke(flow: Flow): void {
    const isSame = (other: Flow): boolean =>
      flow.connection === undefined
        ? other.connection === undefined && other.address === flow.address && other.port === flow.port
        : other.connection === flow.connection
    for (const branch of this.branches.over(isSame)) branch.transportFailed()
    this.ownRequests.flowBroke(isSame)
  }
}

/** What only our own window comes in by leads to no network. */
function hasSeveralHomes(listeners: readonly Listener[]): boolean {
  const open = listeners.filter(({ isOwnWindow }) => isOwnWindow !== true)
  return new Set(open.map(({ address }) => address)).size > 1
}
