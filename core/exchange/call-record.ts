import type { Instant } from '../lib/instant.ts'
import { later } from '../lib/instant.ts'
import { CallFacts } from './call-facts.ts'
import { printFacts } from './call-list.ts'
import type { Call } from './calls.ts'
import type { CallEnding, CallRecord } from './changes.ts'

/** `facts` of a call that goes on, and whose end will pass elsewhere. */
const notInPath = '{"isInPath":false}'
/** A usual call takes 5 kB, an hour with a relay 25 kB; what is above this is nothing that anybody reads. */
const mostFactsOctets = 65_536

/** How much of the facts is kept: all of them, or where they are too long, less and less. */
const shares = [
  { seconds: 60, descriptions: 12, messages: 48 },
  { seconds: 10, descriptions: 12, messages: 48 },
  { seconds: 0, descriptions: 2, messages: 48 },
  { seconds: 0, descriptions: 0, messages: 8 },
] as const

/** A call as it is kept: its facts are written when it has ended, for until then they change with every message. */
export function recordOfCall(call: Call, toUnixMs: (at: number) => number): CallRecord {
  const { callId, fromTag, from, to, beganAtUnixMs, answeredAtUnixMs, endedAtUnixMs, status, hungUp } = call
  return {
    callId,
    fromTag,
    from,
    to,
    beganAtUnixMs,
    answeredAtUnixMs,
    endedAtUnixMs,
    durationMs: hungUp?.durationMs ?? 0,
    ending: call.ending,
    status,
    hungUpBy: hungUp?.by,
    facts: factsOf(call, toUnixMs),
  }
}

function factsOf(call: Call, toUnixMs: (at: number) => number): string {
  if (call.ending === undefined) return call.isRecordRouted ? '{}' : notInPath
  const whole = printFacts(call, toUnixMs)
  for (const { seconds, descriptions, messages } of shares) {
    const text = JSON.stringify({
      ...whole,
      messages: whole.messages.slice(0, messages),
      descriptions: whole.descriptions.slice(0, descriptions),
      streams: whole.streams.map((stream) => ({
        ...stream,
        seconds: stream.seconds.slice(stream.seconds.length - Math.min(seconds, stream.seconds.length)),
      })),
    })
    if (text.length <= mostFactsOctets) return text
  }
  return '{}'
}

/** A call of an earlier run, which its BYE will end. */
export function callOfRecord(record: CallRecord, now: Instant, wallMs: number): Call {
  const { callId, fromTag, from, to, beganAtUnixMs, answeredAtUnixMs, status, facts } = record
  const toInstant = (unixMs: number): Instant => later(now, unixMs - wallMs)
  return {
    callId,
    fromTag,
    from,
    to,
    beganAt: toInstant(beganAtUnixMs),
    beganAtUnixMs,
    answeredAt: answeredAtUnixMs === undefined ? undefined : toInstant(answeredAtUnixMs),
    answeredAtUnixMs,
    endedAt: undefined,
    endedAtUnixMs: undefined,
    ending: undefined,
    isRecordRouted: facts !== notInPath,
    status,
    facts: new CallFacts(fromTag),
    parties: new Set(),
    hungUp: undefined,
    leftRingingAt: answeredAtUnixMs === undefined ? now : undefined,
  }
}

/** What people call it. */
export function endingOf(status: number): CallEnding {
  switch (status) {
    case 486:
    case 600:
    case 603:
      return 'busy'
    case 487:
      return 'cancelled'
    case 408:
    case 480:
      return 'no-answer'
    default:
      return 'failed'
  }
}
