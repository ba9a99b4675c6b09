import { reasonPhrase } from '../sip/index.ts'
import { parseSession } from '../sdp/index.ts'
import { descriptionOf } from './media-messages.ts'
import { describeStreams } from './media-places.ts'
import type { MediaWish } from './media-relay.ts'
import { describing, plainWish } from './media-wishes.ts'
import type { Run } from './run.ts'
import { replyStateless } from './stateless-reply.ts'

/**
 * Calls that hold ports while nobody has answered, from one address: a phone has two or three, a branch office behind
 * one address perhaps ten. Beyond, INVITEs that never finish would take the ports of everybody else (T51).
 */
const mostPendingCalls = 20

export interface RelayRules {
  readonly wish: MediaWish
  /** Even if another relay has had it (flag f). */
  readonly isForced: boolean
}

/**
 * force_rtp_proxy() and use_media_proxy(): the message in hand will leave with our addresses in its description, each
 * branch with ports of its own. @returns 1; -1 where there is nothing to do; 0 where the request was refused
 */
export function relayMedia(run: Run, rules: RelayRules): number {
  const method = run.response === undefined ? run.request.method : run.response.cseq.method
  if (!describing.has(method)) return run.fail(500, 'no session to relay')
  const text = descriptionOf(run.message)
  if (text === undefined) return withoutDescription(run, rules)
  const description = parseSession(text)
  if ('unreadable' in description)
    return refuse(run, `Not Acceptable Here (the session description is wrong: ${description.unreadable})`)
  if (description.isRelayed && !rules.isForced && rules.wish.by === 'nathelper') return -1
  const { own } = run.exchange.media
  const streams = describeStreams(description, {
    address: run.source.address,
    isTrusted: rules.wish.isTrusted,
    isOurs: (place) => own.isOurs(place) && own.ownerOf(place)?.callId !== run.message.callId,
  })
  if (typeof streams === 'string') return refuse(run, `Not Acceptable Here (${streams})`)
  // It has come round through another proxy: once more would lead the media in a circle.
  if (streams.some(({ rtp }) => rtp !== undefined && own.ownerOf(rtp)?.callId === run.message.callId))
    return -1
  return wishFor(run, rules)
}

/** unforce_rtp_proxy() and end_media_session(). */
export function releaseMedia(run: Run): number {
  const { message } = run
  if (message.fromTag === undefined) return run.fail(400, 'From tag missing')
  // Of a CANCEL and of a failed INVITE only what has not been answered.
  run.exchange.media.dialogEnded(message, run.block === 'failure' ? undefined : run.request.toTag)
  return 1
}

/** A late offer: the answer brings it, the ACK answers it (RFC 3261 §13.2.1). */
function withoutDescription(run: Run, rules: RelayRules): number {
  if (run.response === undefined && run.request.method === 'INVITE') return wishFor(run, rules)
  if (rules.wish.by === 'mediaproxy' && run.response === undefined && run.request.method === 'ACK') return 1
  return run.fail(500, 'no session description')
}

function wishFor(run: Run, rules: RelayRules): number {
  const { media } = run.exchange
  if (run.response !== undefined) {
    if (run.mediaSession === undefined) return run.fail(500, 'no session to relay')
    run.media = rules.wish
    return 1
  }
  const { request } = run
  const known = request.toTag === undefined ? undefined : media.calls.find(request, request.toTag)
  if (known === undefined) {
    if (rules.wish.isLookup || request.method !== 'INVITE') return run.fail(500, 'no session to relay')
    const why = media.relay.refusal()
    if (why !== undefined) {
      run.exchange.core.count('media ports exhausted')
      return run.fail(503, `Service Unavailable (${why})`)
    }
    if (isOverLimit(run)) return 0
  }
  run.media = rules.wish
  return 1
}

function isOverLimit(run: Run): boolean {
  if (run.exchange.media.calls.pendingFrom(run.source.address) < mostPendingCalls) return false
  run.exchange.core.count('refused pending calls')
  replyStateless(run, 503, `${reasonPhrase(503)} (too many calls are waiting)`, 'Retry-After: 10\r\n')
  return true
}

/** RFC 3261 §21.4.26; nobody can refuse a response or an ACK. */
function refuse(run: Run, reason: string): number {
  run.exchange.core.count('media refused')
  if (run.response !== undefined) return wishForBadAnswer(run)
  if (run.request.method === 'ACK') return run.fail(488, reason)
  replyStateless(run, 488, reason.replace(/[^\x20-\x7e]/g, '?'), '')
  return 0
}

/** Its addresses are ours all the same when it goes on, so that nobody sends where it points. */
function wishForBadAnswer(run: Run): number {
  if (run.mediaSession === undefined) return run.fail(500, 'no session to relay')
  run.media = plainWish
  return 1
}
