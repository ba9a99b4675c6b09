import type { Side } from './case-facts.ts'
import type { Look } from './look.ts'
import { otherSide, printPlace, saw, sides } from './look.ts'
import type { Finding, Rule } from './rule.ts'
import { eitherSide } from './rule.ts'
import { isSeen } from './rules-form.ts'
import type { Evidence } from './verdict.ts'

type Found = Omit<Finding, 'who'> | undefined

const SAME_TIME_MS = 3_000
/** What people notice as an interruption. */
const LONG_STALL_MS = 1_000
/** The shortest time after which routers are known to forget (RFC 4787 §4.3 asks for two minutes; many do not keep it). */
const SHORTEST_BINDING_MS = 15_000
const ALIVE_BEFORE_MS = 10_000
const UNUSABLE_LOSS = 0.2
const UNUSABLE_JITTER_MS = 60
const THROUGH = 0.95

/** What has happened to this computer or to a phone. */
export const eventRules: readonly Rule[] = [
  { cause: 'C40', isKnown: hasEvents, find: ourFault },
  { cause: 'C08b', isKnown: hasEvents, find: eitherSide(interfaceChanged) },
  { cause: 'C38', isKnown: hasEvents, find: eitherSide(phoneGone) },
]

export const firewallRules: readonly Rule[] = [
  { cause: 'C19', isKnown: ({ facts }) => facts.host?.firewall !== undefined, find: ownFirewall },
]

/** How well the way carries voice. */
export const qualityRules: readonly Rule[] = [
  { cause: 'C29', isKnown: isSeen, find: eitherSide(bindingForgotten) },
  { cause: 'C46', isKnown: isSeen, find: eitherSide(tooMuchLost) },
  { cause: 'C39', isKnown: isSeen, find: eitherSide(bursts) },
]

/** What is left when nothing nearer explains the silence. */
export const lastRules: readonly Rule[] = [
  { cause: 'C19b', isKnown: isSeen, find: eitherSide(listenersFirewall) },
  { cause: 'C23', isKnown: isSeen, find: pathBlocked },
]

function hasEvents({ facts }: Look): boolean {
  return facts.events !== undefined
}

function stopped(side: Side, look: Look, atMs: number): Evidence {
  return saw('stopped-from', { who: look.party(side).name, seconds: Math.round(atMs / 1000) })
}

function ourFault(look: Look): Finding | undefined {
  const { events = [] } = look.facts
  const stops = sides.map((side) => look.stoppedMs(side))
  if (stops.some((atMs) => atMs === undefined)) return undefined
  const atMs = Math.max(...stops.map((one) => one ?? 0))
  const event = events.find((one) => {
    const isOurs =
      one.what === 'relay-lost' ||
      one.what === 'woke' ||
      (one.what === 'stalled' && (one.lastedMs ?? 0) >= LONG_STALL_MS)
    return isOurs && Math.abs(one.atMs - atMs) <= SAME_TIME_MS
  })
  if (event === undefined) return undefined
  const seconds = Math.max(1, Math.round((event.lastedMs ?? 0) / 1000))
  return {
    who: 'caller',
    confidence: event.what === 'relay-lost' ? 'certain' : 'likely',
    evidence: [saw('event', { what: event.what })],
    values: { seconds: String(seconds) },
  }
}

function interfaceChanged(side: Side, look: Look): Found {
  const atMs = look.stoppedMs(side)
  const event = look.facts.events?.find(
    (one) =>
      one.what === 'interface-changed' && atMs !== undefined && Math.abs(one.atMs - atMs) <= SAME_TIME_MS,
  )
  if (event === undefined || atMs === undefined) return undefined
  return { confidence: 'likely', evidence: [saw('event', { what: event.what }), stopped(side, look, atMs)] }
}

function phoneGone(side: Side, look: Look): Found {
  const atMs = look.stoppedMs(side)
  const event = look.facts.events?.find(({ what, party }) => what === 'phone-gone' && party === side)
  if (event === undefined || atMs === undefined) return undefined
  return { confidence: 'certain', evidence: [saw('event', { what: event.what }), stopped(side, look, atMs)] }
}

function ownFirewall(look: Look): Finding | undefined {
  const firewall = look.facts.host?.firewall
  if (firewall?.isOn !== true || firewall.letsVoiceIn) return undefined
  const who = (['callee', 'caller'] as const).find(
    (side) => look.arrival(side) === 'never' && look.isMissing(side),
  )
  if (who === undefined) return undefined
  return {
    who,
    confidence: 'certain',
    evidence: [saw('firewall'), saw('nothing-from', { who: look.party(who).name })],
  }
}

function bindingForgotten(side: Side, look: Look): Found {
  const atMs = look.stoppedMs(side)
  const { firstMs = 0, sent } = look.party(side).media
  const quietMs = sent.quietBeforeMs ?? 0
  if (
    atMs === undefined ||
    !look.ought(side) ||
    atMs - firstMs < ALIVE_BEFORE_MS ||
    quietMs < SHORTEST_BINDING_MS
  )
    return undefined
  const seconds = String(Math.round(quietMs / 1000))
  return {
    confidence: 'likely',
    evidence: [stopped(side, look, atMs), saw('quiet-before', { who: look.party(side).name, seconds })],
    values: { seconds },
  }
}

function tooMuchLost(side: Side, look: Look): Found {
  const { media, softphone, name } = look.party(side)
  if (softphone?.concealedShare !== undefined && softphone.concealedShare > 0.5)
    return lost(name, softphone.concealedShare, 'certain')
  if (media.packets > 0 && media.lossShare >= UNUSABLE_LOSS && look.arrival(side) !== 'stopped')
    return lost(name, media.lossShare, 'certain')
  const reported = media.sent.reportedLoss ?? 0
  return reported >= UNUSABLE_LOSS && reported < THROUGH ? lost(name, reported, 'likely') : undefined
}

function lost(who: string, share: number, confidence: 'certain' | 'likely'): Found {
  const percent = String(Math.round(share * 100))
  return { confidence, evidence: [saw('loss', { who, percent })], values: { percent } }
}

function bursts(side: Side, look: Look): Found {
  const { media, name } = look.party(side)
  if (look.arrival(side) !== 'flows' || media.jitterMs < UNUSABLE_JITTER_MS) return undefined
  return { confidence: 'likely', evidence: [saw('jitter', { who: name, ms: Math.round(media.jitterMs) })] }
}

/** Programs that turn a PC into a phone: they share its firewall. */
const computerPhones = /microsip|zoiper|x-lite|bria|linphone|jitsi|blink|phonerlite|tsip|3cxphone|eyebeam/i

function listenersFirewall(side: Side, look: Look): Found {
  const { userAgent, media, name } = look.party(side)
  if (!computerPhones.test(userAgent ?? '') || !look.isLost(side) || look.arrival(side) !== 'flows')
    return undefined
  return {
    confidence: 'likely',
    evidence: [
      saw('packets-from', { who: name, count: media.packets }),
      saw('reported-loss', { who: name, percent: 100 }),
    ],
  }
}

function pathBlocked(look: Look): Finding | undefined {
  const neighbours = look.facts.host?.silentNeighbours
  const missing = sides.filter((side) => look.isMissing(side))
  const blocked = missing.find(
    (side) => (neighbours?.[side] ?? 0) > 0 || look.facts.host?.voiceProbe?.[side] === false,
  )
  const alone = missing.length === 1 ? missing[0] : undefined
  const who = blocked ?? alone
  if (who !== undefined) return { who, confidence: 'likely', evidence: silence(who, look) }
  const unheard = sides.find((side) => look.isLost(side))
  if (unheard === undefined) return undefined
  const { name, media } = look.party(unheard)
  return {
    who: unheard,
    confidence: 'likely',
    evidence: [
      saw('reported-loss', { who: name, percent: Math.round((media.sent.reportedLoss ?? 0) * 100) }),
    ],
  }
}

function silence(side: Side, look: Look): Evidence[] {
  const { name, told } = look.party(side)
  const peer = look.party(otherSide(side))
  const atMs = look.stoppedMs(side)
  const count = look.facts.host?.silentNeighbours?.[side] ?? 0
  return [
    atMs === undefined ? saw('nothing-from', { who: name }) : stopped(side, look, atMs),
    ...(told === undefined ? [] : [saw('told-address', { who: name, address: printPlace(told) })]),
    ...(peer.media.packets > 0 ? [saw('packets-from', { who: peer.name, count: peer.media.packets })] : []),
    ...(count > 0 ? [saw('neighbours', { count })] : []),
  ]
}
