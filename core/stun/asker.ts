import type { Instant } from '../lib/instant.ts'
import { later, soonest } from '../lib/instant.ts'
import type { StunAddress } from './attributes.ts'
import { BINDING, readMessage, writeMessage, type StunAttribute, type StunMessage } from './message.ts'
import { StunRequest, type Patience } from './request.ts'

export interface StunReply {
  readonly message: StunMessage
  /** Where it really came from, whatever it says. */
  readonly from: StunAddress
  /** The socket that got it. */
  readonly socket: number
}

export interface Question {
  /** Index of our own socket. */
  readonly socket: number
  readonly to: StunAddress
  readonly attributes?: readonly StunAttribute[]
  readonly patience?: Patience
}

export interface Sending {
  readonly kind: 'send'
  readonly socket: number
  readonly to: StunAddress
  readonly bytes: Uint8Array
}

/** Servers answer ten times a second, ours too. */
const LEAST_GAP_MS = 105

/** 3.8 s in all: one lost packet in four does not hide an answer, and a person waits. */
export const usualPatience: Patience = { rtoMs: 400, copies: 4, lastWait: 2.5 }

interface Open {
  readonly question: Question
  readonly bytes: Uint8Array
  readonly request: StunRequest
  readonly done: (reply: StunReply | undefined) => void
}

/** Questions on their way: each is sent again until it is answered, all together not too fast. */
export class Asker {
  readonly #random: () => number
  readonly #open = new Map<string, Open>()
  readonly #queue: Sending[] = []
  readonly #wakes: { readonly at: Instant; readonly wake: () => void }[] = []
  #mayNextAt: Instant | undefined
  now: Instant

  constructor(now: Instant, random: () => number) {
    this.now = now
    this.#random = random
  }

  get deadline(): Instant | undefined {
    let first = this.#queue.length > 0 ? (this.#mayNextAt ?? this.now) : undefined
    for (const { request } of this.#open.values()) first = soonest(first, request.deadline)
    for (const { at } of this.#wakes) first = soonest(first, at)
    return first
  }

  /** `done` gets what came, from wherever; undefined when nothing did. */
  ask(question: Question, done: Open['done']): void {
    const transactionId = Uint8Array.from({ length: 12 }, () => Math.floor(this.#random() * 256))
    const bytes = writeMessage({
      class: 'request',
      method: BINDING,
      transactionId,
      attributes: question.attributes ?? [],
    })
    const request = new StunRequest(this.now, question.patience ?? usualPatience)
    this.#open.set(keyOf(transactionId), { question, bytes, request, done })
  }

  after(ms: number, wake: () => void): void {
    this.#wakes.push({ at: later(this.now, ms), wake })
  }

  take(socket: number, from: StunAddress, bytes: Uint8Array): void {
    const message = readMessage(bytes)
    if (typeof message === 'string' || message.method !== BINDING) return
    const key = keyOf(message.transactionId)
    const open = this.#open.get(key)
    if (open === undefined) return
    open.request.handle(this.now, { kind: 'answered' })
    this.#open.delete(key)
    open.done({ message, from, socket })
  }

  /** What is due, and what may be sent at this moment. */
  tick(): Sending[] {
    for (const [key, open] of this.#open) this.#turn(key, open)
    const due = this.#wakes.filter(({ at }) => at <= this.now)
    for (const one of due) {
      this.#wakes.splice(this.#wakes.indexOf(one), 1)
      one.wake()
    }
    if (this.#mayNextAt !== undefined && this.#mayNextAt > this.now) return []
    const next = this.#queue.shift()
    if (next === undefined) return []
    this.#mayNextAt = later(this.now, LEAST_GAP_MS)
    return [next]
  }

  #turn(key: string, { question, bytes, request, done }: Open): void {
    for (const output of request.handle(this.now, { kind: 'tick' })) {
      if (output.kind === 'send') {
        this.#queue.push({ kind: 'send', socket: question.socket, to: question.to, bytes })
      } else {
        this.#open.delete(key)
        done(undefined)
      }
    }
  }
}

function keyOf(transactionId: Uint8Array): string {
  return transactionId.join('.')
}
