import type { Side } from './case-facts.ts'
import type { Look } from './look.ts'
import { otherSide, saw } from './look.ts'
import type { Finding, Rule } from './rule.ts'
import { eitherSide } from './rule.ts'
import { isSeen } from './rules-form.ts'

type Found = Omit<Finding, 'who'> | undefined

/** A muted phone sends nothing but zeros; a person who breathes does not. */
const MUTED_SECONDS = 3
/** No microphone in a room is as quiet as that. */
const FLAT_DBOV = -80
const AUDIBLE_DBOV = -60
const THIN_LOSS = 0.1

/** Microphones and switches: a muted one explains its silence before any network does. */
export const microphoneRules: readonly Rule[] = [
  { cause: 'C42', isEarly: true, isKnown: hasSoftphone, find: eitherSide(microphoneFails) },
  { cause: 'C41', isKnown: isSeen, find: eitherSide(muted) },
]

/** What becomes of voice that has arrived. */
export const listeningRules: readonly Rule[] = [
  { cause: 'C43', isKnown: hasSoftphone, find: eitherSide(notPlayed) },
  { cause: 'C33', isKnown: isSeen, find: eitherSide(savesBandwidth) },
  { cause: 'C44', isKnown: (look) => look.complaints.length > 0, find: eitherSide(deliveredUnheard) },
]

function hasSoftphone({ facts }: Look): boolean {
  return facts.caller.softphone !== undefined || facts.callee.softphone !== undefined
}

function microphoneFails(side: Side, look: Look): Found {
  const { softphone, name } = look.party(side)
  const state = softphone?.microphone
  const isGone = state === 'denied' || state === 'missing' || state === 'ended'
  const isFlat = state === 'live' && (softphone?.microphoneDbov ?? 0) < FLAT_DBOV
  if (!isGone && !isFlat) return undefined
  return {
    confidence: isGone ? 'certain' : 'likely',
    evidence: [saw('microphone', { who: name, state: isGone ? state : 'flat' })],
  }
}

function muted(side: Side, look: Look): Found {
  const { softphone, media, name } = look.party(side)
  if (softphone?.microphone === 'muted')
    return {
      confidence: 'certain',
      weight: 'note',
      evidence: [saw('microphone', { who: name, state: 'muted' })],
    }
  const isSilent = media.kind === 'digital-silence' && (media.kindSeconds ?? 0) >= MUTED_SECONDS
  if (!isSilent || !look.ought(side)) return undefined
  return {
    confidence: 'likely',
    weight: 'note',
    evidence: [saw('level', { who: name, seconds: media.kindSeconds ?? 0 })],
  }
}

function notPlayed(side: Side, look: Look): Found {
  const { softphone, name } = look.party(side)
  const output = softphone?.output
  if (output === undefined || (softphone?.playedDbov ?? -127) < AUDIBLE_DBOV) return undefined
  if (output.isThere && output.isPlaying && output.volume > 0) return undefined
  return {
    confidence: 'certain',
    evidence: [saw('output', { who: name, device: output.device })],
    values: { device: output.device },
  }
}

/** Few packets, none lost: the phone leaves out silence. */
function savesBandwidth(side: Side, look: Look): Found {
  const { media, name } = look.party(side)
  const isThin = look.arrival(side) === 'thin' && media.lossShare < THIN_LOSS
  if (!look.ought(side) || look.isMissing(side) || (!isThin && media.kind !== 'comfort-noise'))
    return undefined
  return {
    confidence: 'likely',
    weight: 'note',
    evidence: [saw('packets-from', { who: name, count: media.packets })],
  }
}

/** A desk phone that gets all there is and whose user hears nothing. */
function deliveredUnheard(side: Side, look: Look): Found {
  const { softphone, media, name } = look.party(side)
  if (!look.complaints.includes(side) || softphone !== undefined || look.isDirect) return undefined
  const isTalking =
    look.arrival(otherSide(side)) === 'flows' && look.party(otherSide(side)).media.kind === 'speech'
  const { reportedLoss } = media.sent
  if (!isTalking || reportedLoss === undefined || reportedLoss > THIN_LOSS) return undefined
  return {
    confidence: 'likely',
    evidence: [
      saw('reported-loss', { who: name, percent: Math.round(reportedLoss * 100) }),
      saw('complaint', { who: name }),
    ],
  }
}
