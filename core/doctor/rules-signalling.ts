import type { DescribedVoice, Side } from './case-facts.ts'
import type { Look } from './look.ts'
import { holds, otherSide, receives, saw, sends, sides } from './look.ts'
import type { Finding, Rule } from './rule.ts'
import { eitherSide } from './rule.ts'

/** RFC 3261 §18.1.1. */
const LONGEST_DATAGRAM_BYTES = 1_300
/** Copies of a 200 that a slow ACK explains no more (0.5, 1 and 2 s apart). */
const MANY_COPIES = 3
/** A re-INVITE and its answer. */
const SAME_EXCHANGE_MS = 1_000

/** What goes wrong before anybody talks. */
export const beginningRules: readonly Rule[] = [
  { cause: 'C20', when: 'always', isEarly: true, find: (look) => portsRefused(look, true) },
  { cause: 'C21', when: 'always', isEarly: true, find: (look) => portsRefused(look, false) },
  { cause: 'C10', when: 'always', isEarly: true, find: noCommonCodec },
  { cause: 'C37', when: 'always', isEarly: true, find: tooLarge },
  { cause: 'C31', isEarly: true, find: notAcknowledged },
  { cause: 'C35', when: 'unanswered', isEarly: true, find: earlyVoiceUnheard },
  { cause: 'C35b', when: 'unanswered', isEarly: true, find: noRingback },
]

/** What the two phones have agreed about who talks. */
export const agreementRules: readonly Rule[] = [
  { cause: 'C04', isEarly: true, find: announcement },
  { cause: 'C02', isEarly: true, find: eitherSide(heldByAddress) },
  { cause: 'C26', find: eitherSide(resumedWrongly) },
  { cause: 'C27', find: eitherSide(placeNotRestored) },
  { cause: 'C03', isEarly: true, find: oneWayByAgreement },
]

/** What ended the call or turned it elsewhere. */
export const courseRules: readonly Rule[] = [
  { cause: 'C36', find: notRefreshed },
  { cause: 'C30', find: severalAnswered },
  { cause: 'C28', find: eitherSide(silentSinceTransfer) },
]

function portsRefused({ facts }: Look, isForWantOfPorts: boolean): Finding | undefined {
  const why = facts.signalling.portsRefused
  if (why === undefined || (why === 'none-left') !== isForWantOfPorts) return undefined
  return {
    who: 'caller',
    confidence: 'certain',
    evidence: [saw('status', { status: facts.status }), saw('event', { what: why })],
    values: { why },
  }
}

function noCommonCodec(look: Look): Finding | undefined {
  const { status } = look.facts
  const [offer, answer] = [look.voice('caller'), look.voice('callee')]
  if (status === 488 || status === 606)
    return { who: 'callee', confidence: 'certain', evidence: [saw('status', { status })] }
  if (!look.isAnswered || offer === undefined || answer === undefined) return undefined
  const isShared = answer.formats.some(
    (format) => isVoice(format) && offer.formats.some(({ encoding }) => encoding === format.encoding),
  )
  if (answer.port !== 0 && isShared) return undefined
  if (answer.formats.length === 0 || offer.formats.length === 0) return undefined
  return {
    who: 'callee',
    confidence: 'certain',
    evidence: sides.map((side) =>
      saw('codecs', { who: look.party(side).name, codecs: codecsOf(look.voice(side)) }),
    ),
  }
}

function isVoice({ encoding }: { readonly encoding: string }): boolean {
  return encoding !== 'telephone-event' && encoding !== 'cn'
}

function codecsOf(voice: DescribedVoice | undefined): string {
  return (voice?.formats ?? [])
    .filter(isVoice)
    .map(({ encoding }) => encoding.toUpperCase())
    .join(', ')
}

function tooLarge({ facts, isAnswered }: Look): Finding | undefined {
  const { largest, ringingMs, acknowledgedMs, answerCopies } = facts.signalling
  if (!largest.isDatagram || largest.bytes <= LONGEST_DATAGRAM_BYTES) return undefined
  const isUnheard =
    !isAnswered &&
    ringingMs === undefined &&
    (facts.status === 408 || facts.status === 0) &&
    facts.ageMs > 4_000
  const isUnconfirmed = isAnswered && acknowledgedMs === undefined && answerCopies >= MANY_COPIES
  if (!isUnheard && !isUnconfirmed) return undefined
  const evidence = [saw('message-bytes', { what: largest.what, bytes: largest.bytes })]
  return { who: 'callee', confidence: 'likely', evidence, values: { bytes: String(largest.bytes) } }
}

function notAcknowledged({ facts, isAnswered }: Look): Finding | undefined {
  const { acknowledgedMs, answerCopies } = facts.signalling
  if (!isAnswered || answerCopies < MANY_COPIES) return undefined
  const copies = saw('answer-copies', { count: answerCopies })
  if (acknowledgedMs === undefined)
    return { who: 'callee', confidence: 'certain', evidence: [copies, saw('no-acknowledgement')] }
  // The ACK came to us, and the phone goes on asking for it: it was sent to a wrong place or got lost behind us.
  return answerCopies > MANY_COPIES + 1
    ? { who: 'callee', confidence: 'likely', evidence: [copies] }
    : undefined
}

function earlyVoiceUnheard(look: Look): Finding | undefined {
  const { caller, callee } = look.facts
  const hasDescribed = callee.descriptions.some(({ message }) => message.startsWith('18'))
  if (!hasDescribed || callee.media.packets === 0) return undefined
  const isKnownNotToPlay = caller.softphone?.playsEarlyMedia === false
  if (!isKnownNotToPlay && !look.complaints.includes('caller')) return undefined
  const evidence = [saw('early-voice', { who: callee.name, count: callee.media.packets })]
  return { who: 'caller', confidence: isKnownNotToPlay ? 'certain' : 'likely', evidence }
}

function noRingback(look: Look): Finding | undefined {
  const { caller, callee, status } = look.facts
  if (status !== 180 || callee.descriptions.length > 0) return undefined
  const isKnown = caller.softphone?.makesRingback === false
  if (!isKnown && !look.complaints.includes('caller')) return undefined
  return { who: 'caller', confidence: isKnown ? 'certain' : 'likely', evidence: [saw('status', { status })] }
}

function announcement({ facts }: Look): Finding | undefined {
  if (facts.signalling.isAnnouncement !== true) return undefined
  return { who: 'callee', confidence: 'certain', weight: 'note', evidence: [saw('announcement')] }
}

function heldByAddress(side: Side, look: Look): Omit<Finding, 'who'> | undefined {
  if (!look.isHeld(side)) return undefined
  return { confidence: 'certain', weight: 'note', evidence: [described(side, look)] }
}

function described(side: Side, look: Look): ReturnType<typeof saw> {
  const voice = look.voice(side)
  return saw('described-at', {
    who: look.party(side).name,
    place: voice === undefined ? '' : `${voice.address}:${voice.port}`,
  })
}

/** It had put the call on hold, took it up again, and the other one has not agreed to talk. */
function resumedWrongly(side: Side, look: Look): Omit<Finding, 'who'> | undefined {
  const resumer = otherSide(side)
  const [resumed, answer] = [look.voice(resumer), look.voice(side)]
  if (
    resumed === undefined ||
    answer === undefined ||
    resumed.direction !== 'sendrecv' ||
    answer.direction === 'sendrecv'
  )
    return undefined
  const hadHeld = look
    .party(resumer)
    .descriptions.some(({ direction }) => direction === 'sendonly' || direction === 'inactive')
  const isAnswer = answer.atMs >= resumed.atMs && answer.atMs - resumed.atMs <= SAME_EXCHANGE_MS
  if (!hadHeld || !isAnswer) return undefined
  return { confidence: 'likely', evidence: directions(look) }
}

function directions(look: Look): ReturnType<typeof saw>[] {
  return sides.map((side) =>
    saw('direction', { who: look.party(side).name, direction: look.voice(side)?.direction ?? '' }),
  )
}

function placeNotRestored(side: Side, look: Look): Omit<Finding, 'who'> | undefined {
  const { descriptions, media } = look.party(side)
  const wasHeld = descriptions.slice(0, -1).some(holds)
  if (!wasHeld || look.isHeld(side) || look.isDirect || media.sent.rate > 0) return undefined
  if (look.arrival(otherSide(side)) !== 'flows') return undefined
  const withheld = Object.entries(media.sent.withheld).map(([reason, count]) =>
    saw('withheld', { reason, count: count ?? 0 }),
  )
  return { confidence: 'likely', evidence: [described(side, look), ...withheld] }
}

/** RFC 3264 §6.1: what was offered sendonly is answered recvonly or inactive, and so on; two that both only send disagree. */
function oneWayByAgreement(look: Look): Finding | undefined {
  const limited = sides
    .map((side) => ({ side, voice: look.voice(side) }))
    .filter(
      (one): one is { side: Side; voice: DescribedVoice } =>
        one.voice !== undefined && one.voice.direction !== 'sendrecv',
    )
    .sort((one, other) => one.voice.atMs - other.voice.atMs)
  const [first, second] = limited
  if (first === undefined || !look.isAnswered) return undefined
  const evidence = directions(look)
  const isDisputed =
    second !== undefined &&
    first.voice.direction === second.voice.direction &&
    (sends(first.voice) || receives(first.voice))
  if (isDisputed) return { who: second.side, confidence: 'certain', evidence, values: { kind: 'disputed' } }
  return { who: first.side, confidence: 'certain', weight: 'note', evidence }
}

function notRefreshed({ facts }: Look): Finding | undefined {
  const reason = facts.ended?.reason ?? ''
  if (/expire|cause=408/i.test(reason)) {
    return { who: endedBy(facts.ended?.by), confidence: 'certain', evidence: [saw('hung-up', { reason })] }
  }
  const refresh = facts.signalling.changes.find(
    ({ why, status }) => why === 'refresh' && (status === 408 || status === 481),
  )
  if (refresh === undefined) return undefined
  const { atMs, by, status = 0 } = refresh
  return {
    who: otherSide(by),
    confidence: status === 481 ? 'certain' : 'likely',
    evidence: [saw('change', { seconds: Math.round(atMs / 1000), status })],
  }
}

function endedBy(by: Side | 'nobody' | undefined): Side {
  return by === undefined || by === 'nobody' ? 'callee' : by
}

function severalAnswered(look: Look): Finding | undefined {
  const { answers, earlyDescriptions } = look.facts.signalling
  const count = Math.max(answers, earlyDescriptions)
  if (count < 2 || !sides.some((side) => look.isAiling(side))) return undefined
  return {
    who: 'callee',
    confidence: answers > 1 ? 'certain' : 'likely',
    evidence: [saw('answers', { count })],
  }
}

function silentSinceTransfer(side: Side, look: Look): Omit<Finding, 'who'> | undefined {
  const stoppedMs = look.stoppedMs(side)
  if (stoppedMs === undefined || !look.ought(side)) return undefined
  const transfer = look.facts.signalling.changes.find(
    ({ why, atMs }) => why === 'transfer' && Math.abs(atMs - stoppedMs) <= 2_000,
  )
  if (transfer === undefined) return undefined
  return {
    confidence: 'likely',
    evidence: [
      saw('change', { seconds: Math.round(transfer.atMs / 1000), status: transfer.status ?? 0 }),
      saw('stopped-from', { who: look.party(side).name, seconds: Math.round(stoppedMs / 1000) }),
    ],
  }
}
