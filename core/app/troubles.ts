import type { TroubleRow } from '../api/index.ts'
import type { Event } from '../exchange/index.ts'
import type { Flow } from '../lib/flow.ts'
import { hostPort } from './listen.ts'
import { shownText } from './shown-text.ts'

/** Nobody reads further; what has not come again for longest gives way. */
const MOST_TROUBLES = 200

/** Not a fault of anybody: phones keep their way open with these. */
const harmless = new Set(['keep-alive', 'stateless-ack'])

/** What went wrong since the start: the same kind from the same address is one row with a count. */
export class Troubles {
  readonly #rows = new Map<string, TroubleRow>()

  get rows(): IterableIterator<TroubleRow> {
    return this.#rows.values()
  }

  /** True when there is something to tell. */
  take(event: Event, wallMs: number): boolean {
    switch (event.kind) {
      case 'refused':
        this.#count('refused', String(event.status), event.why, event.flow, wallMs)
        return true
      case 'dropped':
        if (harmless.has(event.reason)) return false
        this.#count('dropped', event.reason, event.detail, event.flow, wallMs)
        return true
      case 'bug':
        this.#count('bug', event.where, '', undefined, wallMs)
        return true
      default:
        return false
    }
  }

  #count(
    kind: TroubleRow['kind'],
    reason: string,
    detail: string,
    flow: Flow | undefined,
    wallMs: number,
  ): void {
    // By address, not by port: a phone that tries again comes from another one.
    const id = `${kind} ${shownText(reason)} ${flow?.address ?? ''}`
    const before = this.#rows.get(id)
    this.#rows.delete(id)
    this.#rows.set(id, {
      id,
      kind,
      reason: shownText(reason),
      detail: shownText(detail).slice(0, 300),
      from: flow === undefined ? null : `${flow.listener.transport}:${hostPort(flow.address, flow.port)}`,
      count: (before?.count ?? 0) + 1,
      firstAtMs: before?.firstAtMs ?? wallMs,
      lastAtMs: wallMs,
    })
    if (this.#rows.size > MOST_TROUBLES) {
      const [oldest] = this.#rows.keys()
      if (oldest !== undefined) this.#rows.delete(oldest)
    }
  }
}
