import type { CaseFacts, Side } from './case-facts.ts'
import { Look, otherSide } from './look.ts'

/** One of the four steps of the voice: a phone to the middle, or the middle to a phone. */
export interface Arrow {
  readonly state: 'flows' | 'silent' | 'unknown'
  /** Null where nobody counts. */
  readonly packets: number | null
}

/** Caller to the middle, middle to called, called to the middle, middle to caller. */
export function fourArrows(facts: CaseFacts): readonly Arrow[] {
  const look = new Look(facts)
  return [inward('caller', look), outward('callee', look), inward('callee', look), outward('caller', look)]
}

function inward(side: Side, look: Look): Arrow {
  if (look.isDirect || !look.isAnswered) return { state: 'unknown', packets: null }
  const { packets } = look.party(side).media
  const arrival = look.arrival(side)
  const isSilent = arrival === 'never' || arrival === 'stopped'
  return { state: isSilent ? 'silent' : 'flows', packets }
}

/** What a phone gets is told by its own reports; without them by whether anything is sent. */
function outward(side: Side, look: Look): Arrow {
  if (look.isDirect || !look.isAnswered) return { state: 'unknown', packets: null }
  const { packets, rate } = look.party(side).media.sent
  const isSent = rate > 0 || (packets > 0 && look.arrival(otherSide(side)) === 'flows')
  const isLost = look.isLost(side) || look.refusals(side) > 0
  return { state: isSent && !isLost ? 'flows' : 'silent', packets }
}
