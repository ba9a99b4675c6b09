/** The telephone in this window. SIP.js does the signalling, the browser the media; this is the shape that pages see. */
import {
  Inviter,
  Registerer,
  RegistererState,
  SessionState,
  SIPExtension,
  UserAgent,
  UserAgentState,
  Web,
  type Invitation,
  type Referral,
  type Session,
} from 'sip.js'
import type { SoftphoneReport } from '../../core/api/index.ts'
import { Backoff } from './backoff.ts'
import { uriFor } from './dialling.ts'
import { PhoneCall, readUri } from './phone-call.svelte.ts'
import { SipTransport } from './sip-transport.ts'
import { voice } from './voice.svelte.ts'

export type { PhoneCall } from './phone-call.svelte.ts'

export type SoftphoneState = 'off' | 'connecting' | 'ready' | 'lost' | 'refused'

export interface SoftphoneWishes {
  readonly user: string
  readonly domain: string
  /** Opens the line for SIP. */
  readonly open: () => WebSocket
  readonly report: (report: SoftphoneReport) => Promise<unknown>
}

const MOST_LINES = 2
const EXPIRES_SECONDS = 600
const GATHER_LIMIT_MS = 500
const LOOK_EVERY_MS = 1_000
/** 486 and 480 of RFC 3261 §21.4. */
const BUSY = 486
const DO_NOT_DISTURB = 480
/** 481 of RFC 3891 §3. */
const NO_SUCH_CALL = 481
const NAME_STORED = 'sidetone.contact'

export class Softphone {
  state = $state<SoftphoneState>('connecting')
  calls = $state.raw<readonly PhoneCall[]>([])
  mayRing = $state(true)
  readonly user: string
  readonly domain: string
  readonly #wishes: SoftphoneWishes
  readonly #agent: UserAgent
  readonly #registerer: Registerer
  readonly #backoff = new Backoff(Math.random)
  readonly #looking: ReturnType<typeof setInterval>
  #retry: ReturnType<typeof setTimeout> | undefined
  #isStopped = false

  constructor(wishes: SoftphoneWishes) {
    this.user = wishes.user
    this.domain = wishes.domain
    this.#wishes = wishes
    this.#agent = this.#makeAgent(wishes)
    this.#registerer = new Registerer(this.#agent, { expires: EXPIRES_SECONDS })
    this.#registerer.stateChange.addListener((state) => {
      if (state === RegistererState.Registered) this.state = 'ready'
      else if (state === RegistererState.Unregistered && !this.#isStopped && this.#agent.isConnected())
        this.state = 'refused'
    })
    this.#looking = setInterval(() => void this.#look(), LOOK_EVERY_MS)
    void this.#connect()
  }

  get open(): readonly PhoneCall[] {
    return this.calls.filter((call) => call.isOpen)
  }

  /** Undefined where that can't be called, or both lines are in use. */
  async dial(text: string): Promise<PhoneCall | undefined> {
    const uri = readUri(uriFor(text, this.domain) ?? '')
    if (uri === undefined || this.open.length >= MOST_LINES) return undefined
    await Promise.all([
      voice.open(),
      ...this.open.filter(({ isHeld }) => !isHeld).map((call) => call.hold(true)),
    ])
    const call = this.#add(new Inviter(this.#agent, uri, { earlyMedia: true }))
    await call.dial().catch(() => call.hangUp())
    return call
  }

  async answer(call: PhoneCall): Promise<void> {
    const others = this.open.filter((other) => other !== call && other.state === 'talking' && !other.isHeld)
    await Promise.all([voice.open(), ...others.map((other) => other.hold(true))])
    await call.answer().catch(() => call.hangUp())
  }

  async sendTo(call: PhoneCall, text: string): Promise<boolean> {
    const uri = readUri(uriFor(text, this.domain) ?? '')
    if (uri !== undefined) await call.transfer(uri, text)
    return uri !== undefined
  }

  /** Joins the far ends of two calls, and leaves both. */
  async join(call: PhoneCall, with_: PhoneCall): Promise<void> {
    if (!with_.isHeld) await with_.hold(true)
    await call.transfer(with_.session, with_.number)
  }

  complain(call: PhoneCall, complaint: NonNullable<SoftphoneReport['complaint']>): Promise<unknown> {
    return this.#wishes.report({ callId: call.callId, complaint })
  }

  forget(call: PhoneCall): void {
    this.calls = this.calls.filter((other) => other !== call)
  }

  /** The page goes: everybody is told before it is gone. */
  stop(): void {
    if (this.#isStopped) return
    this.#isStopped = true
    clearInterval(this.#looking)
    clearTimeout(this.#retry)
    for (const call of this.open) call.hangUp()
    void this.#registerer.unregister().catch(() => undefined)
    this.state = 'off'
  }

  #makeAgent({ user, domain, open }: SoftphoneWishes): UserAgent {
    const uri = readUri(`sip:${encodeURIComponent(user)}@${domain}`)
    if (uri === undefined) throw new Error('no user can have that name')
    const place = contactPlace()
    return new UserAgent({
      uri,
      ...{ contactName: place.name, viaHost: place.host, contactParams: { transport: 'ws' } },
      ...{ logBuiltinEnabled: false, logConfiguration: false, userAgentString: 'Sidetone window' },
      ...{ gracefulShutdown: false, sipExtensionReplaces: SIPExtension.Supported },
      transportConstructor: SipTransport,
      transportOptions: { open },
      sessionDescriptionHandlerFactory: Web.defaultSessionDescriptionHandlerFactory(() =>
        Promise.resolve(voice.outgoing()),
      ),
      sessionDescriptionHandlerFactoryOptions: {
        iceGatheringTimeout: GATHER_LIMIT_MS,
        peerConnectionConfiguration: { iceServers: [], bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require' },
      },
      delegate: {
        onInvite: (invitation) => this.#invited(invitation),
        onDisconnect: () => this.#lost(),
      },
    })
  }

  async #connect(): Promise<void> {
    if (this.#isStopped) return
    try {
      if (this.#agent.state === UserAgentState.Started) await this.#agent.reconnect()
      else await this.#agent.start()
      await this.#registerer.register({
        requestDelegate: {
          onAccept: () => {
            this.#backoff.succeeded()
            this.state = 'ready'
          },
          onReject: () => {
            this.state = 'refused'
          },
        },
      })
      for (const call of this.open) if (call.state === 'talking') void call.restartIce()
    } catch {
      this.#lost()
    }
  }

  #lost(): void {
    if (this.#isStopped) return
    this.state = 'lost'
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => void this.#connect(), this.#backoff.next())
  }

  #invited(invitation: Invitation): void {
    if (invitation.replacee !== undefined) {
      this.#replaced(invitation, invitation.replacee)
      return
    }
    if (!this.mayRing || this.open.length >= MOST_LINES) {
      void invitation.reject({ statusCode: this.mayRing ? BUSY : DO_NOT_DISTURB })
      return
    }
    this.#add(invitation)
  }

  /** Whom we talk to has joined us with somebody else: nothing rings, and the old call goes (RFC 3891 §3). */
  #replaced(invitation: Invitation, session: Session): void {
    const old = this.open.find((call) => call.session === session && call.state === 'talking')
    if (old === undefined) {
      void invitation.reject({ statusCode: NO_SUCH_CALL })
      return
    }
    const call = this.#add(invitation)
    call.stayPrivateAs(old)
    void call.answer().catch(() => call.hangUp())
  }

  #add(session: Inviter | Invitation): PhoneCall {
    const call = new PhoneCall(session)
    session.delegate = { onRefer: (referral) => void this.#referred(referral, call) }
    this.calls = [...this.calls.filter((other) => other.isOpen || other.endedAtMs !== undefined), call].slice(
      -6,
    )
    return call
  }

  /** The far end hands us over: a new call takes the place of this one once it is answered. */
  async #referred(referral: Referral, old: PhoneCall): Promise<void> {
    await referral.accept()
    const call = this.#add(referral.makeInviter())
    call.stayPrivateAs(old)
    call.session.stateChange.addListener((state) => {
      if (state === SessionState.Established) void old.hold(true)
    })
    await call.dial().catch(() => call.hangUp())
  }

  async #look(): Promise<void> {
    for (const call of this.open) {
      const second = await call.look().catch(() => undefined)
      if (second !== undefined)
        void this.#wishes.report({ callId: call.callId, second }).catch(() => undefined)
    }
  }
}

/** A reload keeps it, so that the same name replaces the flow and the registrar does not count a second phone. */
function contactPlace(): { readonly name: string; readonly host: string } {
  const kept = sessionStorage.getItem(NAME_STORED) ?? crypto.randomUUID().replaceAll('-', '')
  sessionStorage.setItem(NAME_STORED, kept)
  return { name: kept.slice(0, 8), host: `${kept.slice(8, 24)}.invalid` }
}
