import { later, type Instant } from '../lib/instant.ts'
import type { Guard, Relay, RelayOrder, StreamEnd } from '../rtp/index.ts'
import type { BoundPair } from './media-pairs.ts'
import type { MediaCertificate } from './webrtc/certificate.ts'
import { DtlsGuard, type StartDtls } from './webrtc/dtls-guard.ts'
import type { MediaGuard } from './webrtc/guard.ts'
import { SdesGuard } from './webrtc/sdes-guard.ts'

export interface GuardParts {
  readonly certificate: MediaCertificate
  readonly startDtls: StartDtls
}

type ConnectOrder = Extract<RelayOrder, { kind: 'connect' }>
type SlottedPair = BoundPair & { readonly slot: number }

interface Posted {
  readonly kind: Guard['kind']
  readonly guard: MediaGuard
  revision: number
}

const TICK_MS = 1_000

/** The guards before those ends whose media is protected, by the id of their pair. */
export class MediaGuards {
  readonly #relay: Relay
  readonly #parts: GuardParts
  readonly #posted = new Map<number, Posted>()
  #tickAt: Instant | undefined

  constructor(relay: Relay, parts: GuardParts) {
    this.#relay = relay
    this.#parts = parts
  }

  /** Behind the relay itself, which knows the ends of the stream then. */
  tell(now: Instant, order: ConnectOrder, bound: Iterable<SlottedPair>): void {
    const ends = [order.a, order.b].filter(({ guard, pair }) => guard !== undefined || this.#posted.has(pair))
    if (ends.length === 0) return
    const pairs = [...bound]
    for (const end of ends) {
      const pair = pairs.find(({ id }) => id === end.pair)
      if (pair !== undefined) this.#tellOne(now, order.revision, end, pair)
    }
  }

  tick(now: Instant): void {
    if (this.#posted.size === 0 || (this.#tickAt !== undefined && now < this.#tickAt)) return
    this.#tickAt = later(now, TICK_MS)
    for (const { guard } of this.#posted.values()) guard.tick(now)
  }

  forget(pair: number): void {
    this.#posted.get(pair)?.guard.close()
    this.#posted.delete(pair)
  }

  #tellOne(now: Instant, revision: number, { guard: told, pair }: StreamEnd, bound: SlottedPair): void {
    const posted = this.#posted.get(pair)
    if (posted !== undefined && revision < posted.revision) return
    if (posted !== undefined && told?.kind === posted.kind) {
      posted.revision = revision
      posted.guard.tell(now, told)
      return
    }
    this.forget(pair)
    const guard = told === undefined ? undefined : this.#make(now, told, bound)
    for (const socket of bound.sockets) socket.guard = guard
    if (guard !== undefined && told !== undefined)
      this.#posted.set(pair, { kind: told.kind, guard, revision })
  }

  #make(now: Instant, told: Guard, { slot, sockets }: SlottedPair): MediaGuard | undefined {
    const end = this.#relay.endOf(2 * slot)
    if (end === undefined) return undefined
    const [socket] = sockets
    const guarded = {
      end,
      send: (datagram: Uint8Array, address: string, port: number): void => {
        socket.answer(datagram, address, port)
      },
    }
    return told.kind === 'sdes'
      ? new SdesGuard(now, guarded, told)
      : new DtlsGuard(now, guarded, told, this.#parts)
  }
}
