import type { CallRow, PhoneRow } from '../api/index.ts'
import { parseSipUri, uriParameter } from '../sip/index.ts'
import { shownText } from './shown-text.ts'

/** A binding as `ul show` gives it. */
export interface BindingFact {
  readonly user: string
  readonly contact: string
  readonly expiresSeconds: number | null
  readonly userAgent: string
  readonly received: string | null
}

/** A call as `calls` gives it. */
export interface CallFact {
  readonly callId: string
  readonly from: string
  readonly to: string
  readonly state: 'ringing' | 'talking'
  readonly seconds: number
  /** Its four arrows; absent where nobody has looked. */
  readonly voice?: CallRow['voice']
}

/** One object for all, so that rows compare by identity. */
const unknownVoice: CallRow['voice'] = ['unknown', 'unknown', 'unknown', 'unknown']

/** Seconds are whole, so an instant made of them wavers by one; this much is no change. */
const WAVER_MS = 1_500

/** `before` is the same row as it was told last. */
export function phoneRow(
  fact: BindingFact,
  about: {
    readonly before: PhoneRow | undefined
    readonly sinceMs: number
    readonly nowMs: number
    readonly busy: ReadonlyMap<string, PhoneRow['state']>
  },
): PhoneRow {
  const number = shownText(fact.user)
  const renewsByMs = fact.expiresSeconds === null ? null : about.nowMs + fact.expiresSeconds * 1000
  const contact = shownText(fact.contact)
  return {
    id: about.before?.id ?? phoneId(fact),
    number,
    // The registrar's word for a phone that gave none, as SER has it.
    device: fact.userAgent === 'Unknown' ? '' : shownText(fact.userAgent),
    contact,
    seenAs: fact.received,
    transport: isWhereItWas(fact, contact, about.before) ? about.before.transport : transportOf(fact),
    sinceMs: about.before?.sinceMs ?? about.sinceMs,
    renewsByMs: steady(about.before?.renewsByMs ?? null, renewsByMs),
    state: about.busy.get(number) ?? 'registered',
  }
}

function isWhereItWas(fact: BindingFact, contact: string, before: PhoneRow | undefined): before is PhoneRow {
  return before?.contact === contact && before.seenAs === fact.received
}

export function phoneId(fact: { readonly user: string; readonly contact: string }): string {
  return `${shownText(fact.user)} ${shownText(fact.contact)}`
}

export function callRow(fact: CallFact, before: CallRow | undefined, nowMs: number): CallRow {
  const sinceMs = nowMs - fact.seconds * 1000
  const isTalking = fact.state === 'talking'
  return {
    callId: shownText(fact.callId),
    from: shownText(fact.from),
    to: shownText(fact.to),
    state: fact.state,
    beganAtMs: before?.beganAtMs ?? sinceMs,
    answeredAtMs: isTalking ? steady(before?.answeredAtMs ?? null, sinceMs) : null,
    voice: steadyVoice(before?.voice ?? unknownVoice, fact.voice ?? unknownVoice),
  }
}

/** The numbers that ring or talk. */
export function busyNumbers(calls: Iterable<CallRow>): Map<string, PhoneRow['state']> {
  const busy = new Map<string, PhoneRow['state']>()
  for (const call of calls) {
    for (const uri of [call.from, call.to]) {
      const number = parseSipUri(uri)?.user?.toLowerCase()
      if (number === undefined || busy.get(number) === 'in-call') continue
      busy.set(number, call.state === 'talking' ? 'in-call' : 'ringing')
    }
  }
  return busy
}

/** The same object while nothing has changed. */
function steadyVoice(before: CallRow['voice'], after: CallRow['voice']): CallRow['voice'] {
  return before.every((step, at) => step === after[at]) ? before : after
}

function steady(before: number | null, after: number | null): number | null {
  if (before === null || after === null) return after
  return Math.abs(before - after) < WAVER_MS ? before : after
}

function transportOf({ received, contact }: BindingFact): string {
  if (received !== null) return received.slice(0, received.indexOf(':'))
  const uri = parseSipUri(contact)
  const wanted = uri === undefined ? undefined : uriParameter(uri, 'transport')
  return shownText(wanted ?? 'udp').toLowerCase()
}
