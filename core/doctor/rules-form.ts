import type { Side } from './case-facts.ts'
import type { Look } from './look.ts'
import { isSecure, otherSide, printPlace, saw, sides } from './look.ts'
import type { Finding, Rule } from './rule.ts'
import { eitherSide } from './rule.ts'

type Found = Omit<Finding, 'who'> | undefined

/** Comfort noise has a number of its own that nobody lists (RFC 3389). */
const COMFORT_NOISE_TYPE = 13
const MOST_OF_ALL = 0.5

/** What is in the packets, and in which wrapping. */
export const formRules: readonly Rule[] = [
  { cause: 'C15', find: eitherSide(protectionDiffers) },
  { cause: 'C16', find: eitherSide(checksFail) },
  { cause: 'C47', find: familiesDiffer },
  { cause: 'C49', isKnown: isSeen, find: eitherSide(onlyKeys) },
  { cause: 'C48', find: eitherSide(clockDiffers) },
  { cause: 'C09', isKnown: isSeen, find: eitherSide(notAgreedFormat) },
  { cause: 'C11', isKnown: isSeen, find: eitherSide(packetsTooLong) },
  { cause: 'C45', isKnown: isSeen, find: loopedBack },
  { cause: 'C34', isKnown: isSeen, find: eitherSide(controlOnly) },
]

export function isSeen(look: Look): boolean {
  return !look.isDirect
}

function protectionDiffers(side: Side, look: Look): Found {
  const { media, softphone, name } = look.party(side)
  if ((media.authFailures ?? 0) > 0)
    return { confidence: 'likely', evidence: [saw('protocol', { who: name, protocol: 'SRTP' })] }
  if (softphone?.dtls === 'failed' && look.isMissing(side))
    return { confidence: 'certain', evidence: [saw('protocol', { who: name, protocol: 'DTLS' })] }
  const [own, peer] = [look.voice(side), look.voice(otherSide(side))]
  if (own === undefined || peer === undefined || !isSecure(own) || isSecure(peer)) return undefined
  if (!look.isAiling(side) && !look.isAiling(otherSide(side))) return undefined
  return {
    confidence: 'likely',
    evidence: sides.map((one) =>
      saw('protocol', { who: look.party(one).name, protocol: look.voice(one)?.protocol ?? '' }),
    ),
  }
}

function checksFail(side: Side, look: Look): Found {
  if (!look.isMissing(side)) return undefined
  const { softphone, media, name } = look.party(side)
  const hasFailed = softphone?.ice === 'failed'
  const isChecking = media.stunPackets > 0 && (media.dtlsPackets ?? 0) === 0 && media.rtcpPackets === 0
  if (!hasFailed && !isChecking && !hasOnlyNames(side, look)) return undefined
  return {
    confidence: hasFailed ? 'certain' : 'likely',
    evidence: [saw('checks-only', { who: name, count: media.stunPackets })],
  }
}

/** Names that a browser made up for its addresses (mDNS), and no address. */
function hasOnlyNames(side: Side, look: Look): boolean {
  const candidates = look.voice(side)?.candidates ?? []
  return candidates.length > 0 && candidates.every((one) => one.endsWith('.local'))
}

function familiesDiffer(look: Look): Finding | undefined {
  const six = sides.filter((side) => look.voice(side)?.address.includes(':'))
  const [who] = six
  // Our relay gives each side an address of its own family.
  if (who === undefined || six.length !== 1 || look.facts.path === 'relayed') return undefined
  return { who, confidence: 'likely', evidence: sides.map((side) => described(side, look)) }
}

function described(side: Side, look: Look): ReturnType<typeof saw> {
  const voice = look.voice(side)
  return saw('described-at', {
    who: look.party(side).name,
    place: voice === undefined ? '' : printPlace(voice),
  })
}

/** Share of its packets whose type fits. */
function shareOf(side: Side, look: Look, fits: (type: number) => boolean): number {
  let all = 0
  let fitting = 0
  for (const [type, count] of Object.entries(look.party(side).media.payloadTypes)) {
    all += count
    if (fits(Number(type))) fitting += count
  }
  return all === 0 ? 0 : fitting / all
}

function typesOf(look: Look, encoding: string | undefined): ReadonlySet<number> {
  const formats = sides.flatMap((side) => look.voice(side)?.formats ?? [])
  return new Set(
    formats
      .filter((format) => encoding === undefined || format.encoding === encoding)
      .map(({ type }) => type),
  )
}

function onlyKeys(side: Side, look: Look): Found {
  const keys = typesOf(look, 'telephone-event')
  if (!look.ought(side) || shareOf(side, look, (type) => keys.has(type)) < 1) return undefined
  return { confidence: 'likely', evidence: [payloads(side, look)] }
}

function payloads(side: Side, look: Look): ReturnType<typeof saw> {
  const { name, media } = look.party(side)
  return saw('payload-type', { who: name, types: Object.keys(media.payloadTypes).join(', ') })
}

/** RFC 3551 §4.5.2: G.722 runs at 8000 in RTP whatever it samples at. */
function clockDiffers(side: Side, look: Look): Found {
  const { media, name } = look.party(side)
  const [own, peer] = [look.voice(side), look.voice(otherSide(side))]
  const [used] = Object.entries(media.payloadTypes)
    .sort((one, other) => other[1] - one[1])
    .map(([type]) => Number(type))
  const format = own?.formats.find(({ type }) => type === used)
  if (format === undefined || !look.isAnswered) return undefined
  const measured = media.measuredClockHz
  const isMeasuredWrong =
    measured !== undefined && Math.abs(measured - format.clockHz) > 0.25 * format.clockHz
  const twin = peer?.formats.find(
    ({ encoding, clockHz }) => encoding === format.encoding && clockHz !== format.clockHz,
  )
  const isSaidWrong = format.encoding === 'g722' && format.clockHz !== 8000
  if (!isMeasuredWrong && (twin === undefined || !isSaidWrong)) return undefined
  return { confidence: 'likely', evidence: [saw('clock', { who: name, clock: measured ?? format.clockHz })] }
}

function notAgreedFormat(side: Side, look: Look): Found {
  const { media } = look.party(side)
  if (media.packets === 0) return undefined
  const listed = typesOf(look, undefined)
  if (listed.size === 0) return undefined
  const foreign = shareOf(side, look, (type) => !listed.has(type) && type !== COMFORT_NOISE_TYPE)
  if (foreign < MOST_OF_ALL && (media.kind !== 'undecodable' || foreign === 0)) return undefined
  const type = Object.keys(media.payloadTypes).find((one) => !listed.has(Number(one))) ?? ''
  return {
    confidence: media.kind === 'undecodable' ? 'certain' : 'likely',
    evidence: [payloads(side, look)],
    values: { type },
  }
}

function packetsTooLong(side: Side, look: Look): Found {
  const { gapMs } = look.party(side).media
  const longestMs = look.voice(otherSide(side))?.longestPacketMs
  if (
    gapMs === undefined ||
    longestMs === undefined ||
    look.arrival(side) !== 'flows' ||
    gapMs <= longestMs * 1.2
  )
    return undefined
  const values = { packetMs: String(Math.round(gapMs)), longestMs: String(longestMs) }
  return {
    confidence: 'likely',
    evidence: [saw('packet-time', { who: look.party(side).name, ...values })],
    values,
  }
}

function loopedBack(look: Look): Finding | undefined {
  const [caller, callee] = [look.party('caller').media.ssrcs, look.party('callee').media.ssrcs]
  const shared = caller.filter((ssrc) => callee.includes(ssrc))
  if (shared.length === 0) return undefined
  const who = caller.length > shared.length ? 'caller' : 'callee'
  return {
    who,
    confidence: 'likely',
    evidence: [saw('same-source', { who: look.party(who).name, other: look.party(otherSide(who)).name })],
  }
}

function controlOnly(side: Side, look: Look): Found {
  const { media, name } = look.party(side)
  if (!look.isMissing(side) || media.packets > 0 || media.rtcpPackets === 0) return undefined
  return { confidence: 'likely', evidence: [saw('control-only', { who: name, count: media.rtcpPackets })] }
}
