import { isLocal } from '../lib/ip.ts'
import type { Side } from './case-facts.ts'
import type { Look } from './look.ts'
import { areNear, otherSide, printPlace, readPlace, saw, sides } from './look.ts'
import type { Finding, Rule } from './rule.ts'
import { eitherSide } from './rule.ts'
import { isSeen } from './rules-form.ts'
import type { Evidence } from './verdict.ts'

type Found = Omit<Finding, 'who'> | undefined

/** Half a second of voice: a knock at the port is no stream. */
const STREAM_PACKETS = 25

/** Who named which address, and where its packets really come from and go to. */
export const addressRules: readonly Rule[] = [
  { cause: 'C32', isKnown: isSeen, find: eitherSide(atOldPorts) },
  { cause: 'C18', isKnown: isSeen, find: eitherSide(ownVoiceRefused) },
  { cause: 'C22', isKnown: isSeen, find: eitherSide(stranger) },
  { cause: 'C12', find: eitherSide(rewritten) },
  { cause: 'C08', find: eitherSide(virtualNetwork) },
  {
    cause: 'C25',
    isKnown: ({ facts }) => facts.host?.outsideAddress !== undefined,
    find: eitherSide(hairpin),
  },
  {
    cause: 'C06',
    isKnown: ({ facts }) => facts.host?.routes !== undefined,
    find: eitherSide(wrongInterface),
  },
  {
    cause: 'C07',
    isKnown: (look) => sides.some((side) => look.party(side).media.sent.leavesFrom !== undefined),
    find: eitherSide(leavesElsewhere),
  },
  { cause: 'C24', find: eitherSide(behindOurRouter) },
  { cause: 'C14', find: eitherSide(wrongPortByStun) },
  { cause: 'C01', find: eitherSide(privateAddress) },
  { cause: 'C05', find: directAcrossNetworks },
]

/** Nothing listens, or it listens elsewhere than it talks. */
export const portRules: readonly Rule[] = [
  { cause: 'C17', isKnown: isSeen, find: eitherSide(listensElsewhere) },
  { cause: 'C13', isKnown: isSeen, find: eitherSide(nothingListens) },
]

function nothingListens(side: Side, look: Look): Found {
  const { name, media } = look.party(side)
  const count = media.sent.errors['ECONNREFUSED'] ?? 0
  if (count < STREAM_PACKETS) return undefined
  const port = String(media.sent.to?.port ?? look.voice(side)?.port ?? '')
  return {
    confidence: 'certain',
    evidence: [saw('send-error', { who: name, code: 'ECONNREFUSED', count })],
    values: { port },
  }
}

function listensElsewhere(side: Side, look: Look): Found {
  const { media, name } = look.party(side)
  const voice = look.voice(side)
  const source = look.voiceSource(side)
  if (voice === undefined || source === undefined || media.sent.to?.from !== 'learned') return undefined
  if (source.address !== voice.address || source.port === voice.port || isBehindNat(side, look))
    return undefined
  if (!look.isLost(side) && look.refusals(side) < STREAM_PACKETS) return undefined
  return {
    confidence: 'likely',
    evidence: [
      ...places(side, look),
      saw('reported-loss', { who: name, percent: Math.round((media.sent.reportedLoss ?? 1) * 100) }),
    ],
  }
}

function places(side: Side, look: Look): Evidence[] {
  const { name, source } = look.party(side)
  const voice = look.voice(side)
  const from = look.voiceSource(side)
  return [
    ...(voice === undefined ? [] : [saw('described-at', { who: name, place: printPlace(voice) })]),
    saw('signals-from', { who: name, place: printPlace(source) }),
    ...(from === undefined ? [] : [saw('voice-from', { who: name, place: printPlace(from) })]),
  ]
}

/** Its own words name another, private address than the one it is seen at. */
function isBehindNat(side: Side, look: Look): boolean {
  const { source, via, contact, mapping } = look.party(side)
  if (mapping !== undefined) return true
  return [via, contact].some(
    (place) => place !== undefined && place.address !== source.address && isLocal(place.address),
  )
}

function atOldPorts(side: Side, look: Look): Found {
  const { media, name } = look.party(side)
  if (!look.isMissing(side) || (media.atOldPorts ?? 0) < STREAM_PACKETS) return undefined
  return { confidence: 'likely', evidence: [saw('old-ports', { who: name, count: media.atOldPorts ?? 0 })] }
}

function refusedFrom(
  side: Side,
  look: Look,
): { readonly place: string; readonly count: number; readonly isOwn: boolean } | undefined {
  const { media, source } = look.party(side)
  const [most] = Object.entries(media.refused)
    .filter(([place]) => place !== 'others')
    .sort((one, other) => other[1] - one[1])
  if (most === undefined || most[1] < STREAM_PACKETS) return undefined
  const address = readPlace(most[0])?.address
  return {
    place: most[0],
    count: most[1],
    isOwn: address === source.address || address === look.voice(side)?.address,
  }
}

function ownVoiceRefused(side: Side, look: Look): Found {
  const refused = refusedFrom(side, look)
  if (refused?.isOwn !== true || !look.isMissing(side)) return undefined
  return {
    confidence: 'likely',
    evidence: [saw('refused-from', { place: refused.place, count: refused.count })],
  }
}

function stranger(side: Side, look: Look): Found {
  const { media, source } = look.party(side)
  const { to } = media.sent
  const isLearnedElsewhere =
    to?.from === 'learned' && to.address !== source.address && to.address !== look.voice(side)?.address
  if (isLearnedElsewhere && look.isLost(side))
    return {
      confidence: 'likely',
      evidence: [saw('voice-from', { who: look.party(side).name, place: printPlace(to) })],
      values: { place: to.address },
    }
  const refused = refusedFrom(side, look)
  if (refused === undefined || refused.isOwn || !look.isMissing(side)) return undefined
  return {
    confidence: 'likely',
    evidence: [saw('refused-from', { place: refused.place, count: refused.count })],
    values: { place: readPlace(refused.place)?.address ?? '' },
  }
}

function rewritten(side: Side, look: Look): Found {
  const { rewritten: how, name } = look.party(side)
  if (how === undefined || !look.isAiling(side)) return undefined
  return {
    confidence: how === 'mirror-test' ? 'certain' : 'likely',
    evidence: [saw('rewritten', { who: name, how })],
  }
}

/** Networks that only exist inside one computer, or inside a tunnel, by their makers' defaults. */
const inwardNetworks = /^(192\.168\.56|172\.1[78]\.\d+|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.\d+)\.\d+$/

function virtualNetwork(side: Side, look: Look): Found {
  const { told, source, name } = look.party(side)
  if (!look.isAiling(side)) return undefined
  const ours = look.facts.host?.interfaces?.find(
    ({ address, kind }) => address === told?.address && kind !== 'physical',
  )
  if (ours !== undefined && !areNear(ours.address, source.address)) {
    return {
      confidence: 'likely',
      evidence: [saw('interface', { name: ours.name, address: ours.address })],
      values: { address: ours.address, network: ours.name },
    }
  }
  const named = look.voice(side)?.address ?? ''
  const isTunnelled = inwardNetworks.test(source.address) || look.voiceSource(side)?.address === named
  if (!inwardNetworks.test(named) || isTunnelled) return undefined
  return {
    confidence: 'likely',
    evidence: [
      saw('described-at', { who: name, place: named }),
      saw('signals-from', { who: name, place: source.address }),
    ],
    values: { address: named, network: named },
  }
}

function hairpin(side: Side, look: Look): Found {
  const { told, source, name } = look.party(side)
  const outside = look.facts.host?.outsideAddress
  if (outside === undefined || told?.address !== outside || !isLocal(source.address) || !look.isAiling(side))
    return undefined
  return {
    confidence: 'likely',
    evidence: [
      saw('told-address', { who: name, address: outside }),
      saw('signals-from', { who: name, place: source.address }),
    ],
  }
}

function wrongInterface(side: Side, look: Look): Found {
  const { told, name } = look.party(side)
  const route = look.facts.host?.routes?.[side]
  if (
    route === undefined ||
    told === undefined ||
    told.address === route ||
    !isLocal(told.address) ||
    !look.isMissing(side)
  )
    return undefined
  return {
    confidence: 'certain',
    evidence: [
      saw('told-address', { who: name, address: told.address }),
      saw('route', { who: name, address: route }),
    ],
    values: { address: told.address, right: route },
  }
}

function leavesElsewhere(side: Side, look: Look): Found {
  const { told, media, name } = look.party(side)
  const { leavesFrom } = media.sent
  if (leavesFrom === undefined || told === undefined || told.address === leavesFrom || !look.isLost(side))
    return undefined
  return {
    confidence: 'likely',
    evidence: [
      saw('told-address', { who: name, address: told.address }),
      saw('route', { who: name, address: leavesFrom }),
    ],
    values: { address: told.address, right: leavesFrom },
  }
}

function behindOurRouter(side: Side, look: Look): Found {
  const { told, source, name } = look.party(side)
  if (told === undefined || isLocal(source.address) || !look.isMissing(side) || look.facts.path !== 'relayed')
    return undefined
  const isForwarded = look.facts.host?.arePortsForwarded
  if (!isLocal(told.address) && isForwarded !== false) return undefined
  // Who comes from behind a router of its own can't be told by the address that it got.
  if (isLocal(told.address) && isBehindNat(side, look)) return undefined
  return {
    confidence: isForwarded === false ? 'certain' : 'likely',
    evidence: [
      saw('told-address', { who: name, address: told.address }),
      ...(isForwarded === false ? [saw('forwarding')] : []),
    ],
  }
}

/** Where its voice is sent is the place that it named, not the one that it talks from. */
function isSentAsDescribed(side: Side, look: Look): boolean {
  const { to } = look.party(side).media.sent
  return (
    look.isDirect ||
    to === undefined ||
    (to.from === 'description' && to.address === look.voice(side)?.address)
  )
}

function wrongPortByStun(side: Side, look: Look): Found {
  const voice = look.voice(side)
  const { source, mapping } = look.party(side)
  if (voice?.address !== source.address || isLocal(voice.address)) return undefined
  if (!isBehindNat(side, look) || !isSentAsDescribed(side, look)) return undefined
  const from = look.voiceSource(side)
  const isProven = from?.address === voice.address && from.port !== voice.port
  if (!isProven && !isBelievedToDiffer(side, look)) return undefined
  const isCertain = isProven && mapping === 'differs'
  return { confidence: isCertain ? 'certain' : 'likely', evidence: places(side, look) }
}

function isBelievedToDiffer(side: Side, look: Look): boolean {
  return look.isDirect && look.party(side).mapping === 'differs' && look.complaints.length > 0
}

function privateAddress(side: Side, look: Look): Found {
  const address = foreignAddress(side, look)
  if (address === undefined) return undefined
  const from = look.voiceSource(side)
  if (from?.address === address && !look.isAiling(side)) return undefined
  if (!isSentAsDescribed(side, look) && !look.isMissing(side)) return undefined
  const isProven = from !== undefined && from.address !== address && look.party(side).media.sent.packets > 0
  return {
    confidence: isProven && look.facts.path === 'captured' ? 'certain' : 'likely',
    evidence: places(side, look),
    values: { address },
  }
}

/** The private address that it named, where nothing says that it is reached there. */
function foreignAddress(side: Side, look: Look): string | undefined {
  const voice = look.voice(side)
  if (voice === undefined || voice.candidates !== undefined || look.isHeld(side)) return undefined
  const { address } = voice
  const seenAt = look.party(side).source.address
  if (!isLocal(address) || areNear(address, seenAt) || isOurNetwork(address, look)) return undefined
  return address
}

function isOurNetwork(address: string, look: Look): boolean {
  return look.facts.host?.interfaces?.some((one) => areNear(one.address, address)) === true
}

function directAcrossNetworks(look: Look): Finding | undefined {
  if (!look.isDirect || look.complaints.length === 0) return undefined
  const [caller, callee] = [look.party('caller'), look.party('callee')]
  const checking = sides.filter((side) => look.voice(side)?.candidates !== undefined)
  const evidence = [
    saw('not-in-path'),
    ...sides.map((side) =>
      saw('signals-from', { who: look.party(side).name, place: printPlace(look.party(side).source) }),
    ),
  ]
  const [who] = checking
  if (who !== undefined && checking.length === 1)
    return { who, confidence: 'likely', evidence, values: { other: look.party(otherSide(who)).name } }
  if (areNear(caller.source.address, callee.source.address)) return undefined
  return { who: 'callee', confidence: 'likely', evidence }
}
