import type { Call } from '../exchange/index.ts'
import { parseSipUri } from '../sip/index.ts'
import type { CaseEvent, CaseFacts, HostFacts, PartyFacts, Place, Side } from './case-facts.ts'
import { describedVoice, type Voice } from './described-voice.ts'
import { otherSide, readPlace } from './look.ts'
import { mediaOf, streamOf, type StreamFacts } from './stream-media.ts'
import { signallingOf } from './call-signalling.ts'

type Description = Call['facts']['descriptions'][number]

export interface Around {
  readonly host?: HostFacts
  readonly events?: readonly CaseEvent[]
  readonly complaints?: readonly Side[]
}

/** A call of the exchange as a case, as it stands at `now`: a call that has ended stays as it was at its end. */
export function caseOfCall(call: Call, now: number, around: Around = {}): CaseFacts {
  const endMs = (call.endedAt ?? now) - call.beganAt
  const stream = streamOf(call)
  const party = (side: Side): PartyFacts => partyOf(call, side, stream, endMs)
  const reason = call.facts.messages.all.find(({ what }) => what === 'BYE')?.reason
  return {
    ageMs: endMs,
    ...(call.answeredAt === undefined ? {} : { answeredMs: call.answeredAt - call.beganAt }),
    ...(call.endedAt === undefined
      ? {}
      : { ended: { by: call.hungUp?.by ?? 'nobody', ...(reason === undefined ? {} : { reason }) } }),
    status: call.status,
    path: stream === undefined ? 'direct' : 'relayed',
    caller: party('caller'),
    callee: party('callee'),
    signalling: signallingOf(call),
    ...around,
  }
}

function partyOf(call: Call, side: Side, stream: StreamFacts | undefined, endMs: number): PartyFacts {
  const own = call.facts.descriptions.filter(({ from }) => from === side)
  const told = toldTo(call, side)
  return {
    name: nameOf(side === 'caller' ? call.from : call.to),
    ...introductionOf(own.at(-1)),
    descriptions: own.flatMap((one) => voiceOf(one.received, one, call)?.voice ?? []),
    ...(told === undefined ? {} : { told: told.voice }),
    media: mediaOf(stream, side, call.beganAt, endMs),
  }
}

/** What the message itself says of its sender, and where it really came from. */
function introductionOf(
  last: Description | undefined,
): Pick<PartyFacts, 'source' | 'via' | 'contact' | 'userAgent'> {
  const source = readPlace(last?.source ?? '') ?? { address: '', port: 0 }
  if (last === undefined) return { source }
  const via = viaPlace(last.via)
  const contact = last.contact === undefined ? undefined : contactPlace(last.contact)
  return {
    source,
    ...(via === undefined ? {} : { via }),
    ...(contact === undefined ? {} : { contact }),
    ...(last.userAgent === undefined ? {} : { userAgent: last.userAgent }),
  }
}

/** What went on to this side: what the other one had described, with our addresses where we relay. */
function toldTo(call: Call, side: Side): Voice | undefined {
  const last = call.facts.descriptions.findLast(
    ({ from, sentOn }) => from === otherSide(side) && sentOn !== undefined,
  )
  return last?.sentOn === undefined ? undefined : voiceOf(last.sentOn, last, call)
}

function voiceOf(text: string, { at, message }: Description, call: Call): Voice | undefined {
  return describedVoice(text, at - call.beganAt, message)
}

function nameOf(uri: string): string {
  return parseSipUri(uri)?.user ?? uri
}

const SIP_PORT = 5060

/** The sent-by of a Via (RFC 3261 §18.1.1). */
function viaPlace(via: string): Place | undefined {
  const sentBy = /^SIP\s*\/\s*2\.0\s*\/\s*\w+\s+([^\s;,]+)/i.exec(via)?.[1]
  if (sentBy === undefined) return undefined
  return /:\d+$/.test(sentBy)
    ? readPlace(sentBy)
    : { address: sentBy.replace(/^\[|\]$/g, ''), port: SIP_PORT }
}

function contactPlace(contact: string): Place | undefined {
  const uri = parseSipUri(contact)
  return uri === undefined
    ? undefined
    : { address: uri.host.replace(/^\[|\]$/g, ''), port: uri.port ?? SIP_PORT }
}
