import type { Flow } from '../lib/flow.ts'
import type { Octets } from '../lib/octets.ts'
import { Responder, isStun } from '../stun/index.ts'
import type { Core } from './core.ts'

/**
 * STUN on the sockets of SIP, where phones ask for their outside address and keep their translators awake
 * (RFC 5626 §4.4.2).
 */
export class StunAnswers {
  readonly #core: Core
  #responder: Responder | undefined

  constructor(core: Core) {
    this.#core = core
  }

  /** False: it is none, and may be something else. */
  take(flow: Flow, octets: Octets): boolean {
    if (octets.charCodeAt(0) > 3) return false
    const bytes = Uint8Array.from(octets, (octet) => octet.charCodeAt(0))
    if (!isStun(bytes)) return false
    this.#responder ??= new Responder(Math.floor(this.#core.options.random() * 0x1_0000_0000))
    const answer = this.#responder.answer(this.#core.now, flow.listener, flow, bytes)
    if (typeof answer === 'string') this.#core.count(`stun ${answer}`)
    else {
      this.#core.count('stun answers')
      this.#core.send(flow, String.fromCharCode(...answer.bytes))
    }
    return true
  }
}
