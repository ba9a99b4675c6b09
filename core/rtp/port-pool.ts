import { later, type Instant } from '../lib/instant.ts'

/** Others' well-known places within a range: SIP, STUN and TURN, and what answers on them must not be mistaken for a call. */
const reservedPorts: ReadonlySet<number> = new Set([1900, 3478, 3479, 5004, 5060, 5061, 5349, 5350, 5353])
/** Late packets of the call before must not reach the next one on the same port. */
const REST_MS = 5_000
/** Somebody else's port may become free. */
const BUSY_MS = 30_000

export interface PortRange {
  /** IP address of this machine, without brackets. */
  readonly address: string
  readonly lowPort: number
  readonly highPort: number
}

/**
 * Which even port of a range comes next (RFC 3550 §11: RTP even, RTCP the one above). Goes round, so that a port
 * rests as long as the range allows; skips what is reserved, in use, resting or was found busy.
 */
export class PortPool {
  readonly range: PortRange
  readonly #first: number
  readonly #count: number
  readonly #inUse = new Set<number>()
  readonly #notBefore = new Map<number, Instant>()
  #position: number

  /** `start`: 0–1, where in the range it begins. */
  constructor(range: PortRange, start = 0) {
    this.range = range
    this.#first = range.lowPort + (range.lowPort & 1)
    this.#count = Math.max(0, Math.floor((range.highPort - this.#first + 1) / 2))
    this.#position = Math.floor(start * this.#count)
  }

  /** Of ports that could ever be given out. */
  get size(): number {
    let size = 0
    for (let i = 0; i < this.#count; i++) if (!isReserved(this.#first + 2 * i)) size++
    return size
  }

  get inUse(): number {
    return this.#inUse.size
  }

  /** The next port worth trying, which is in use from here on; undefined when every one is taken or rests. */
  take(now: Instant): number | undefined {
    for (let tried = 0; tried < this.#count; tried++) {
      const port = this.#first + 2 * this.#position
      this.#position = (this.#position + 1) % this.#count
      if (this.#isFree(port, now)) {
        this.#notBefore.delete(port)
        this.#inUse.add(port)
        return port
      }
    }
    return undefined
  }

  /** A certain port, resting or not: a call that goes on after a restart wants its own. False when it is in use. */
  takeThis(port: number): boolean {
    if (this.#inUse.has(port) || !this.covers(port)) return false
    this.#notBefore.delete(port)
    this.#inUse.add(port)
    return true
  }

  /** Could not be bound: another program has it. */
  busy(now: Instant, port: number): void {
    this.#inUse.delete(port)
    this.#notBefore.set(port, later(now, BUSY_MS))
  }

  /** Was not bound after all, for a reason that is not the port's. */
  giveBack(port: number): void {
    this.#inUse.delete(port)
  }

  /** Its call is over. */
  rest(now: Instant, port: number): void {
    this.#inUse.delete(port)
    this.#notBefore.set(port, later(now, REST_MS))
  }

  covers(port: number): boolean {
    return port >= this.#first && port < this.#first + 2 * this.#count && (port & 1) === 0
  }

  #isFree(port: number, now: Instant): boolean {
    const notBefore = this.#notBefore.get(port)
    return !this.#inUse.has(port) && !isReserved(port) && (notBefore === undefined || notBefore <= now)
  }
}

function isReserved(port: number): boolean {
  return reservedPorts.has(port) || reservedPorts.has(port + 1)
}
