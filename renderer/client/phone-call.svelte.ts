import { Invitation, Inviter, SessionState, UserAgent, Web, type Session, type URI } from 'sip.js'
import { heardQuality, sentQuality, totalsOf, type BrowserTotals, type Quality } from './call-quality.ts'
import type { SoftphoneReport } from '../../core/api/index.ts'
import { voice } from './voice.svelte.ts'

export type CallState = 'calling' | 'ringing' | 'incoming' | 'talking' | 'ended'
export type Outcome =
  | { readonly kind: 'asking' }
  /** They have the call; we are out of it. */
  | { readonly kind: 'gone' }
  /** The status with which it failed; the caller is still with us. */
  | { readonly kind: 'back'; readonly status: number }

/** 480: what nobody answered is said to be. */
const NO_ANSWER = 480
const HANDLER_OPTIONS = { constraints: { audio: true, video: false } }

/** One call of the telephone in this window. */
export class PhoneCall {
  state = $state<CallState>('calling')
  isMuted = $state(false)
  isHeld = $state(false)
  /** The far end sends nothing on purpose. */
  answeredAtMs = $state<number | undefined>(undefined)
  endedAtMs = $state<number | undefined>(undefined)
  /** Final status where it came to no talk; 0: nothing of that kind. */
  status = $state(0)
  heard = $state<Quality>('unknown')
  sent = $state<Quality>('unknown')
  levelThere = $state(0)
  outcome = $state.raw<{ readonly target: string; readonly outcome: Outcome } | undefined>(undefined)
  readonly id = crypto.randomUUID()
  readonly number: string
  readonly name: string
  readonly isOutgoing: boolean
  readonly callId: string
  readonly session: Session
  readonly player = new Audio()
  #totals: BrowserTotals | undefined
  #levelThere: () => number = () => 0
  #isBusy = false

  constructor(session: Inviter | Invitation) {
    this.session = session
    this.isOutgoing = session instanceof Inviter
    this.callId = session.request.callId
    const far = session.remoteIdentity
    this.number = decodeURIComponent(far.uri.user ?? '')
    // SIP.js types it as a text, and leaves it out where the far end gives none.
    const shown = far.displayName as string | undefined
    this.name = shown === undefined || shown === this.number ? '' : shown
    if (!this.isOutgoing) this.state = 'incoming'
    this.player.autoplay = true
    session.stateChange.addListener((state) => this.#moved(state))
  }

  /** Whether somebody may still speak or listen here. */
  get isOpen(): boolean {
    return this.state !== 'ended'
  }

  async dial(): Promise<void> {
    if (!(this.session instanceof Inviter)) return
    this.#prepare()
    await this.session.invite({
      requestDelegate: {
        onProgress: () => {
          if (this.state === 'calling') this.state = 'ringing'
        },
        onReject: ({ message }) => {
          this.status = message.statusCode ?? NO_ANSWER
        },
      },
    })
  }

  async answer(): Promise<void> {
    if (!(this.session instanceof Invitation) || this.state !== 'incoming') return
    this.#prepare()
    await this.session.accept({ sessionDescriptionHandlerOptions: HANDLER_OPTIONS })
  }

  /** Ends it, whatever it is doing; the message leaves before this returns. */
  hangUp(refusal = 486): void {
    const { session } = this
    const done = ((): Promise<unknown> | undefined => {
      if (session.state === SessionState.Established) return session.bye()
      if (session instanceof Inviter) return session.cancel()
      return session instanceof Invitation ? session.reject({ statusCode: refusal }) : undefined
    })()
    done?.catch(() => undefined)
    this.#ended()
  }

  mute(isMuted = !this.isMuted): void {
    this.isMuted = isMuted
    this.#applyMute()
  }

  /** Takes the place of a call: who was not to be heard there is not heard here before he says so. */
  stayPrivateAs(old: PhoneCall): void {
    this.mute(old.isMuted || old.isHeld)
  }

  hold(isHeld = !this.isHeld): Promise<boolean> {
    return this.#offerAnew({ hold: isHeld }, () => {
      this.isHeld = isHeld
      this.#applyMute()
    })
  }

  /** The network has changed: the same call by another way (RFC 8445 §9). */
  restartIce(): Promise<boolean> {
    return this.#offerAnew({ hold: this.isHeld, offerOptions: { iceRestart: true } }, () => undefined)
  }

  /** As events in the voice (RFC 4733), else as INFO for far ends that know nothing of these. */
  async dtmf(tone: string): Promise<void> {
    const senders = this.#handler()?.peerConnection?.getSenders() ?? []
    const keys = senders.map(({ dtmf }) => dtmf).find((dtmf) => dtmf?.canInsertDTMF)
    if (keys) {
      // A new text replaces what has not been sent yet, as of one who types fast.
      keys.insertDTMF(keys.toneBuffer + tone)
      return
    }
    await this.session.info({
      requestOptions: {
        body: {
          contentDisposition: 'render',
          contentType: 'application/dtmf-relay',
          content: `Signal=${tone}\r\nDuration=100`,
        },
      },
    })
  }

  /**
   * Hands the far end over to a number, or to another call of ours (RFC 3515, RFC 3891). It is held meanwhile and comes
   * back if that comes to nothing.
   */
  async transfer(to: URI | Session, target: string): Promise<void> {
    if (!this.isHeld) await this.hold(true)
    this.outcome = { target, outcome: { kind: 'asking' } }
    const failed = (status: number): void => {
      this.outcome = { target, outcome: { kind: 'back', status } }
      if (this.isOpen && this.isHeld) void this.hold(false)
    }
    await this.session
      .refer(to, {
        requestDelegate: { onReject: ({ message }) => failed(message.statusCode ?? NO_ANSWER) },
        onNotify: (notification) => {
          void notification.accept()
          const status = Number(/^SIP\/2\.0 (\d{3})/.exec(notification.request.body)?.[1] ?? 0)
          if (status >= 300) failed(status)
          else if (status >= 200) {
            this.outcome = { target, outcome: { kind: 'gone' } }
            this.hangUp()
          }
        },
      })
      .catch(() => failed(NO_ANSWER))
  }

  /** Once a second. Undefined while there is nothing to tell. */
  async look(): Promise<SoftphoneReport['second'] | undefined> {
    const connection = this.#handler()?.peerConnection
    if (this.state !== 'talking' || connection === undefined) return undefined
    const report = (await connection.getStats()) as unknown as Map<string, Record<string, unknown>>
    const totals = totalsOf(report.values())
    const before = this.#totals
    this.#totals = totals
    this.heard = this.isHeld ? 'unknown' : heardQuality(before, totals)
    this.sent = this.isHeld || this.isMuted ? 'unknown' : sentQuality(before, totals)
    const { packetsSent, packetsReceived, packetsLost, jitterMs, roundTripMs } = totals
    return {
      ...{ packetsSent, packetsReceived, packetsLost, jitterMs },
      ...(roundTripMs === undefined ? {} : { roundTripMs }),
      levelSent: this.isMuted || this.isHeld ? 0 : voice.level,
      levelReceived: this.levelThere,
      isMuted: this.isMuted,
      isHeld: this.isHeld,
    }
  }

  measure(): void {
    this.levelThere = this.state === 'talking' ? this.#levelThere() : 0
  }

  #prepare(): void {
    this.session.delegate = {
      ...this.session.delegate,
      onSessionDescriptionHandler: (handler) => {
        if (!(handler instanceof Web.SessionDescriptionHandler)) return
        handler.peerConnectionDelegate = { ontrack: () => this.#hear(handler) }
      },
    }
  }

  #hear(handler: Web.SessionDescriptionHandler): void {
    const stream = handler.remoteMediaStream
    this.player.srcObject = stream
    this.player.volume = voice.kept.speakerVolume
    void voice.playOn(this.player, 'speaker').then(() => this.player.play().catch(() => undefined))
    this.#levelThere = voice.meter(stream)
  }

  #handler(): Web.SessionDescriptionHandler | undefined {
    const handler = this.session.sessionDescriptionHandler
    return handler instanceof Web.SessionDescriptionHandler ? handler : undefined
  }

  #applyMute(): void {
    this.#handler()?.enableSenderTracks(!this.isMuted && !this.isHeld)
  }

  /** One offer at a time: a second one on top of it would be refused with 491. */
  async #offerAnew(options: Web.SessionDescriptionHandlerOptions, done: () => void): Promise<boolean> {
    if (this.#isBusy || this.session.state !== SessionState.Established) return false
    this.#isBusy = true
    try {
      return await new Promise<boolean>((resolve, reject) => {
        this.session.sessionDescriptionHandlerOptionsReInvite = options
        this.session
          .invite({
            sessionDescriptionHandlerOptions: { ...HANDLER_OPTIONS, ...options },
            requestDelegate: {
              onAccept: () => {
                done()
                resolve(true)
              },
              onReject: () => resolve(false),
            },
          })
          .catch(reject)
      })
    } catch {
      return false
    } finally {
      this.#isBusy = false
    }
  }

  #moved(state: SessionState): void {
    if (state === SessionState.Established) {
      this.state = 'talking'
      this.answeredAtMs = Date.now()
      this.#applyMute()
    }
    if (state === SessionState.Terminated) this.#ended()
  }

  #ended(): void {
    if (this.state === 'ended') return
    this.state = 'ended'
    this.endedAtMs = Date.now()
    this.levelThere = 0
    this.player.srcObject = null
  }
}

/** The URI of a text; undefined where it is none. */
export function readUri(text: string): URI | undefined {
  return UserAgent.makeURI(text)
}
