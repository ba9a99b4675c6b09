import { later } from '../lib/instant.ts'
import type { Instant } from '../lib/instant.ts'
import type { Exchange } from './exchange.ts'
import type { MediaParty, MediaSession } from './media-session.ts'
import { printHostPort } from '../sip/index.ts'
import type { Timed, Wakes } from './wakes.ts'

/** Silence both ways that a hold may well last; then it is asked whether anybody is there. */
const silenceMs = 60_000
const lookEveryMs = 10_000
/** Longer than any call rings: whatever has not been answered by then belongs to nobody. */
const longestRingMs = 3_600_000

/** Finds calls that both phones have left without a word (power, network): nobody will ever send their BYE. */
export class MediaWatch implements Timed {
  readonly #exchange: Exchange
  readonly #wakes: Wakes
  readonly #sessions: () => Iterable<MediaSession>
  readonly #vanished: (session: MediaSession) => void
  #isAwake = false

  constructor(
    exchange: Exchange,
    wakes: Wakes,
    sessions: () => Iterable<MediaSession>,
    vanished: (session: MediaSession) => void,
  ) {
    this.#exchange = exchange
    this.#wakes = wakes
    this.#sessions = sessions
    this.#vanished = vanished
  }

  /** There is something to look after. */
  begin(): void {
    if (this.#isAwake) return
    this.#isAwake = true
    this.#wakes.set(this, later(this.#now, lookEveryMs))
  }

  wake(): void {
    this.#isAwake = false
    const sessions = [...this.#sessions()]
    this.#wakes.set(this, undefined)
    for (const session of sessions) {
      if (session.answeredAt === undefined) {
        if (later(session.beganAt, longestRingMs) <= this.#now) this.#vanished(session)
      } else if (!session.isAsked && later(session.aliveAt, silenceMs) <= this.#now) this.#ask(session)
    }
    if (sessions.some(({ isOver }) => !isOver)) this.begin()
  }

  get #now(): Instant {
    return this.#exchange.core.now
  }

  /** OPTIONS to both; any answer will do, a refusal as well as a 200 (RFC 3261 §11). */
  #ask(session: MediaSession): void {
    session.isAsked = true
    let isAnybodyThere = false
    let left = session.parties.length
    const heard = (isThere: boolean): void => {
      isAnybodyThere ||= isThere
      left--
      if (left > 0 || session.isOver) return
      session.isAsked = false
      if (isAnybodyThere) session.aliveAt = this.#now
      else if (later(session.aliveAt, silenceMs) <= this.#now) this.#vanished(session)
    }
    for (const party of session.parties) if (!this.#askParty(party, heard)) heard(true)
  }

  #askParty(party: MediaParty, heard: (isThere: boolean) => void): boolean {
    const flow = this.#exchange.liveFlow(party.flow)
    return this.#exchange.ownRequests.ask(
      {
        method: 'OPTIONS',
        uri: party.contact ?? `sip:${printHostPort(flow.address, flow.port)}`,
        flow,
        dialog: undefined,
        lines: '',
        body: '',
        timers: undefined,
      },
      ({ response }) => {
        heard(response !== undefined)
      },
    )
  }
}
