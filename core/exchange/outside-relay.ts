import { Deadlines } from '../lib/deadlines.ts'
import type { Instant } from '../lib/instant.ts'
import { later, soonest } from '../lib/instant.ts'
import { isAddress } from '../lib/ip.ts'
import type { Octets } from '../lib/octets.ts'
import type { Core } from './core.ts'
import type { OutsideAddress } from './outside-address.ts'
import { describeCommand, isPong, ngDeleteCommand, pingCommand, readDescription } from './outside-ng.ts'
import type { RelayPlace } from './outside-rtpproxy.ts'
import {
  deleteCommand,
  describeCommands,
  protocolVersion,
  readPlace,
  versionCommand,
  withPlaces,
} from './outside-rtpproxy.ts'
import type { OutsideDescription, OutsideResult, OutsideSession } from './outside-session.ts'
import type { Timed, Wakes } from './wakes.ts'

export interface OutsideSettings {
  readonly address: OutsideAddress
  /** rtpproxy_retr, rtpproxy_tout, rtpproxy_disable_tout. */
  readonly sendings: number
  readonly answerMs: number
  readonly disabledMs: number
}

type Told = (answer: Octets | undefined) => void

interface Question {
  readonly id: number
  readonly octets: Octets
  readonly told: Told
  sendings: number
}

/** Commands under way at once; above, the relay is too slow to be of use. */
const mostQuestions = 4_000

/**
 * A relay outside this program, by its control protocol: commands repeated until they are answered, given up and the
 * relay left alone for a while where it stays silent. Sockets are the rim's.
 */
export class OutsideRelay implements Timed {
  readonly #core: Core
  readonly #wakes: Wakes
  readonly #settings: OutsideSettings
  readonly #questions = new Map<number, Question>()
  readonly #due = new Deadlines<Question>()
  readonly #mark: string
  #lastId = 0
  #state: 'unknown' | 'up' | 'down' = 'unknown'
  #triedAgainAt: Instant | undefined

  constructor(core: Core, wakes: Wakes, settings: OutsideSettings) {
    this.#core = core
    this.#wakes = wakes
    this.#settings = settings
    this.#mark = Math.floor(core.options.random() * 2 ** 30).toString(36)
  }

  /** False while it is silent: force_rtp_proxy() then fails at once, as in 0.9. */
  get isUsable(): boolean {
    return this.#state !== 'down'
  }

  /** Asks at the next tick whether somebody is there who speaks our protocol. */
  start(): void {
    this.#triedAgainAt = this.#core.now
    this.#plan()
  }

  #greet(): void {
    const isNg = this.#isNg
    this.#ask(isNg ? pingCommand : versionCommand, (answer) => {
      if (answer === undefined) return
      const isRight = isNg ? isPong(answer) : answer.trim() === protocolVersion
      if (isRight) this.#isUp()
      else this.#isDown(`speaks another protocol: it said ${JSON.stringify(answer.slice(0, 40))}`)
    })
  }

  /**
   * Has a description led through the relay.
   * @param usual the address of the relay where its answers name none
   * @param told hears of the outcome once; at once where nothing can be asked
   */
  describe(description: OutsideDescription, usual: string, told: (result: OutsideResult) => void): void {
    if (this.#isNg) {
      this.#ask(describeCommand(description), (answer) => {
        told(answer === undefined ? { why: 'is silent' } : readDescription(answer))
      })
      return
    }
    const commands = describeCommands(description)
    const answers: (RelayPlace | string)[] = []
    let open = commands.length
    if (open === 0) told({ text: description.text })
    for (const [at, command] of commands.entries())
      this.#ask(command, (answer) => {
        answers[at] = answer === undefined ? 'is silent' : readPlace(answer)
        open--
        if (open === 0) told(joined(description, answers, this.#addressOr(usual)))
      })
  }

  /** The session is over; the relay's own word on it changes nothing. */
  end(session: OutsideSession): void {
    this.#ask(this.#isNg ? ngDeleteCommand(session) : deleteCommand(session), () => undefined)
  }

  /** A datagram of the relay, or what it said over the connection that was opened for one command. */
  said(id: number | undefined, octets: Octets): void {
    const space = octets.indexOf(' ')
    const cookie = id ?? this.#idOf(octets.slice(0, space))
    const question = cookie === undefined ? undefined : this.#questions.get(cookie)
    if (question === undefined) {
      this.#core.count('relay answers to nothing')
      return
    }
    this.#forget(question)
    this.#plan()
    if (this.#state !== 'down') this.#isUp()
    question.told(id === undefined ? octets.slice(space + 1) : octets)
  }

  /** The command could not be handed over. */
  failed(id: number): void {
    const question = this.#questions.get(id)
    if (question !== undefined) this.#missed(question)
    this.#plan()
  }

  wake(): void {
    const { now } = this.#core
    for (let due = this.#due.due(now); due !== undefined; due = this.#due.due(now)) this.#missed(due)
    if (this.#triedAgainAt !== undefined && this.#triedAgainAt <= now) {
      this.#triedAgainAt = undefined
      this.#greet()
    }
    this.#plan()
  }

  get #isNg(): boolean {
    return this.#settings.address.protocol === 'ng'
  }

  #addressOr(usual: string): string {
    const { place } = this.#settings.address
    return place.kind === 'udp' && isAddress(place.host) ? place.host : usual
  }

  #ask(octets: Octets, told: Told): void {
    const id = ++this.#lastId
    if (this.#questions.size >= mostQuestions) {
      this.#core.count('relay commands refused')
      told(undefined)
      return
    }
    const question = { id, octets, told, sendings: 0 }
    this.#questions.set(id, question)
    this.#send(question)
    this.#plan()
  }

  /** A datagram carries a cookie, by which copies are known; a connection is for one command alone. */
  #send(question: Question): void {
    const { place } = this.#settings.address
    question.sendings++
    this.#due.set(question, later(this.#core.now, this.#settings.answerMs))
    const octets =
      place.kind === 'udp' ? `${this.#mark}_${question.id} ${question.octets}` : `${question.octets}\n`
    this.#core.out.push({ kind: 'ask-outside', place, id: question.id, octets })
  }

  #idOf(cookie: string): number | undefined {
    const parts = /^([a-z0-9]+)_(\d{1,15})$/.exec(cookie)
    return parts?.[1] === this.#mark ? Number(parts[2]) : undefined
  }

  #missed(question: Question): void {
    if (question.sendings < this.#settings.sendings) {
      this.#send(question)
      return
    }
    this.#forget(question)
    this.#isDown('is silent')
    question.told(undefined)
  }

  #isUp(): void {
    if (this.#state === 'up') return
    if (this.#state === 'down') this.#warn('answers again')
    this.#state = 'up'
  }

  #isDown(why: string): void {
    this.#triedAgainAt ??= later(this.#core.now, this.#settings.disabledMs)
    this.#plan()
    if (this.#state === 'down') return
    this.#state = 'down'
    const seconds = Math.round(this.#settings.disabledMs / 1000)
    this.#warn(
      `${why}: it is tried again in ${seconds} s; see whether it runs, and whether rtpproxy_sock names it`,
    )
  }

  #warn(what: string): void {
    const { place } = this.#settings.address
    const where = place.kind === 'unix' ? `unix:${place.path}` : `udp:${place.host}:${place.port}`
    this.#core.emit({ kind: 'script-log', level: -1, text: `the relay at ${where} ${what}` })
  }

  #plan(): void {
    this.#wakes.set(this, soonest(this.#triedAgainAt, this.#due.soonest))
  }

  #forget(question: Question): void {
    this.#questions.delete(question.id)
    this.#due.clear(question)
  }
}

function joined(
  description: OutsideDescription,
  answers: readonly (RelayPlace | string)[],
  usual: string,
): OutsideResult {
  const places: RelayPlace[] = []
  for (const answer of answers) {
    if (typeof answer === 'string') return { why: answer }
    places.push(answer)
  }
  return withPlaces(description, places, usual)
}
