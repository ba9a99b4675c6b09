import type { EndedCall } from '../api/index.ts'
import type { Event } from '../exchange/index.ts'
import { shownText } from './shown-text.ts'

/** At least so many are kept, in memory. */
const MOST_ENDED = 100_000
/** As many as the exchange carries at once. */
const MOST_OPEN = 100_000

type OpenCall = Omit<EndedCall, 'endedAtMs' | 'why'>

/** The calls that have ended since the start, from the exchange's events. */
export class CallHistory {
  readonly #open = new Map<string, OpenCall>()
  #ended: EndedCall[] = []

  get size(): number {
    return this.#ended.length
  }

  take(event: Event, wallMs: number): void {
    switch (event.kind) {
      case 'call-began':
        this.#begin(event.callId, event.from, event.to, wallMs)
        return
      case 'call-answered': {
        const call = this.#open.get(event.callId)
        if (call !== undefined) this.#open.set(event.callId, { ...call, answeredAtMs: wallMs })
        return
      }
      case 'call-ended':
        this.#end(event.callId, event.why, wallMs)
        return
      default:
    }
  }

  /** Newest first. `search` looks into who called whom and why it ended, whatever the case. */
  page(from: number, count: number, search: string): { total: number; rows: EndedCall[] } {
    const wanted = search.trim().toLowerCase()
    if (wanted === '') {
      const end = Math.max(0, this.#ended.length - from)
      return { total: this.#ended.length, rows: this.#ended.slice(Math.max(0, end - count), end).reverse() }
    }
    const found = this.#ended.filter((call) =>
      [call.from, call.to, call.why].some((text) => text.toLowerCase().includes(wanted)),
    )
    return { total: found.length, rows: found.reverse().slice(from, from + count) }
  }

  #begin(callId: string, from: string, to: string, wallMs: number): void {
    this.#open.set(callId, {
      callId: shownText(callId),
      from: shownText(from),
      to: shownText(to),
      beganAtMs: wallMs,
      answeredAtMs: null,
    })
    // A call that leaves our path is answered and never ends for us.
    if (this.#open.size > MOST_OPEN) {
      const [oldest] = this.#open.keys()
      if (oldest !== undefined) this.#open.delete(oldest)
    }
  }

  #end(callId: string, why: string, wallMs: number): void {
    const call = this.#open.get(callId)
    if (call === undefined) return
    this.#open.delete(callId)
    this.#ended.push({ ...call, endedAtMs: wallMs, why })
    // By halves: to shift one off for each call would copy the whole list each time.
    if (this.#ended.length >= 2 * MOST_ENDED) this.#ended = this.#ended.slice(-MOST_ENDED)
  }
}
