import type { MediaSession } from './media-session.ts'

interface CallMedia {
  /** Where its INVITE came from; empty where that is not counted. */
  readonly source: string
  readonly sessions: MediaSession[]
  isPending: boolean
}

/** The relayed sessions, by call and tags. */
export class MediaCalls {
  readonly #calls = new Map<string, CallMedia>()
  readonly #pending = new Map<string, number>()

  get size(): number {
    return this.#calls.size
  }

  *all(): Generator<MediaSession> {
    for (const { sessions } of this.#calls.values()) yield* sessions
  }

  of(callId: string): MediaSession[] {
    return [...(this.#calls.get(callId)?.sessions ?? [])]
  }

  has(callId: string): boolean {
    return this.#calls.has(callId)
  }

  /** The dialog of a request, whichever side sent it; one that nobody has answered yet fits any tag. */
  find(
    request: { readonly callId: string; readonly fromTag: string | undefined },
    toTag: string,
  ): MediaSession | undefined {
    const sessions = this.#calls.get(request.callId)?.sessions ?? []
    const tags = [request.fromTag, toTag]
    const fits = ({ parties: [caller, called] }: MediaSession, mayBeOpen: boolean): boolean =>
      tags.includes(caller.tag) &&
      (called.tag === undefined ? mayBeOpen : called.tag !== caller.tag && tags.includes(called.tag))
    return sessions.find((session) => fits(session, false)) ?? sessions.find((session) => fits(session, true))
  }

  /** Calls from that address that have ports and no answer yet. */
  pendingFrom(address: string): number {
    return this.#pending.get(address) ?? 0
  }

  add(session: MediaSession, source: string): void {
    const call = this.#calls.get(session.callId)
    if (call !== undefined) {
      call.sessions.push(session)
      return
    }
    const isPending = source !== '' && session.answeredAt === undefined
    this.#calls.set(session.callId, { source, sessions: [session], isPending })
    if (isPending) this.#pending.set(source, this.pendingFrom(source) + 1)
  }

  answered(session: MediaSession): void {
    const call = this.#calls.get(session.callId)
    if (call !== undefined) this.#settle(call)
  }

  forget(session: MediaSession): void {
    const call = this.#calls.get(session.callId)
    if (call === undefined) return
    call.sessions.splice(call.sessions.indexOf(session), 1)
    if (call.sessions.length > 0) return
    this.#settle(call)
    this.#calls.delete(session.callId)
  }

  #settle(call: CallMedia): void {
    if (!call.isPending) return
    call.isPending = false
    const left = this.pendingFrom(call.source) - 1
    if (left === 0) this.#pending.delete(call.source)
    else this.#pending.set(call.source, left)
  }
}
