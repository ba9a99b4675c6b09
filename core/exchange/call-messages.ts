import { detached } from '../lib/detached.ts'
import type { Flow } from '../lib/flow.ts'
import { isStream } from '../lib/flow.ts'
import type { Instant } from '../lib/instant.ts'
import type { SipRequest, SipResponse } from '../sip/index.ts'
import { findHeader, headerValue } from '../sip/index.ts'

/** A call of an hour with its re-INVITEs says no more than its beginning and its end. */
const mostMessages = 48
const longestReason = 200
/** RFC 3261 §18.1.1: longer requests may be cut into fragments on their way, and those get lost. */
const longestDatagramBytes = 1300

/** One message of a call, and how often its copies came. */
export interface MessageFact {
  readonly at: Instant
  /** Of its last copy. */
  lastAt: Instant
  readonly from: 'caller' | 'callee'
  /** `INVITE`, `180 INVITE`, `200 BYE` … */
  readonly what: string
  /** 0 of a request. */
  readonly status: number
  readonly cseq: number
  /** Tells the phones of a forked call apart. */
  readonly toTag: string | undefined
  readonly bytes: number
  /** A datagram that may have come in fragments. */
  readonly isLargeDatagram: boolean
  /** RFC 3326: why a phone hangs up, cancels or refuses. */
  readonly reason: string | undefined
  /** Copies that came after the first. */
  retransmissions: number
  /** Of a request: when its last copy for a target went on, and how long the longest was. */
  sentOnAt: Instant | undefined
  sentOnBytes: number | undefined
  isSentAsLargeDatagram: boolean
}

/** When which message of a call came: what a diagnosis asks first. */
export class CallMessages {
  readonly all: MessageFact[] = []
  readonly #callerTag: string | undefined

  constructor(callerTag: string | undefined) {
    this.#callerTag = callerTag === undefined ? undefined : detached(callerTag)
  }

  /** A request has its sender's tag in From, and so has the response to it. */
  senderOf(message: SipRequest | SipResponse): 'caller' | 'callee' {
    const isByCaller = (message.fromTag === this.#callerTag) === (message.kind === 'request')
    return isByCaller ? 'caller' : 'callee'
  }

  came(at: Instant, message: SipRequest | SipResponse, source: Flow): void {
    const from = this.senderOf(message)
    const same = this.#copyOf(message, from)
    if (same !== undefined) {
      same.lastAt = at
      same.retransmissions++
      return
    }
    // How the call began stays; of what follows the newest counts.
    if (this.all.length === mostMessages) this.all.splice(mostMessages / 2, 1)
    const bytes = message.octets.length
    const { toTag } = message
    const { method, number } = message.cseq
    this.all.push({
      at,
      lastAt: at,
      from,
      what: message.kind === 'request' ? detached(method) : `${message.status} ${detached(method)}`,
      status: message.kind === 'request' ? 0 : message.status,
      cseq: number,
      toTag: toTag === undefined ? undefined : detached(toTag),
      bytes,
      isLargeDatagram: isLargeDatagram(bytes, source),
      reason: reasonOf(message),
      retransmissions: 0,
      sentOnAt: undefined,
      sentOnBytes: undefined,
      isSentAsLargeDatagram: false,
    })
  }

  #copyOf(message: SipRequest | SipResponse, from: MessageFact['from']): MessageFact | undefined {
    const { cseq, toTag } = message
    const status = message.kind === 'request' ? 0 : message.status
    for (let at = this.all.length - 1; at >= 0; at--) {
      const fact = this.all[at]
      if (fact?.status !== status || fact.cseq !== cseq.number || fact.from !== from) continue
      if (fact.toTag === toTag && isOfMethod(fact, cseq.method)) return fact
    }
    return undefined
  }

  wentOn(at: Instant, { method, cseq }: SipRequest, bytes: number, way: Flow): void {
    const fact = this.all.findLast(({ what, cseq: number }) => what === method && number === cseq.number)
    if (fact === undefined) return
    fact.sentOnAt = at
    fact.sentOnBytes = Math.max(fact.sentOnBytes ?? 0, bytes)
    fact.isSentAsLargeDatagram ||= isLargeDatagram(bytes, way)
  }
}

function isOfMethod({ what, status }: MessageFact, method: string): boolean {
  return status === 0 ? what === method : what.length === method.length + 4 && what.endsWith(method)
}

function isLargeDatagram(bytes: number, { listener }: Flow): boolean {
  return bytes > longestDatagramBytes && !isStream(listener.transport)
}

function reasonOf(message: SipRequest | SipResponse): string | undefined {
  const mayHaveOne =
    message.kind === 'request'
      ? message.method === 'BYE' || message.method === 'CANCEL'
      : message.status >= 300
  const header = mayHaveOne ? findHeader(message, 'reason') : undefined
  return header === undefined ? undefined : detached(headerValue(header).slice(0, longestReason))
}
