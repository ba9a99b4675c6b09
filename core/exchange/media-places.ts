import { isLocal, isUnicast, readAddress4 } from '../lib/ip.ts'
import { readAddress6 } from '../lib/subnet.ts'
import type { Guard, MediaAddress, PayloadFormat, RelayPair, StreamEnd } from '../rtp/index.ts'
import type { Direction, MediaDescription, SessionDescription } from '../sdp/index.ts'
import { connectionOf, directionOf, isHeldAddress, securityOf, wantsRelay } from '../sdp/index.ts'

/** Below are the services of a host (T48). */
const lowestPort = 1024
/** SIP and STUN answer whoever asks: media sent there would make us their attacker. */
const forbiddenPorts: ReadonlySet<number> = new Set([5060, 5061, 3478, 3479, 5349, 5350])
/** RFC 863: written where no place is known yet, in offers with ICE (RFC 8839 §4.4.1). */
const discardPort = 9
/** Where nothing is said (RFC 3551 §4.2). */
const usualPacketTimeMs = 20

/** What one phone's description says about one medium, in the relay's terms. */
export interface DescribedStream {
  /** Port 0, or nothing that a relay of RTP can carry. */
  readonly isRefused: boolean
  readonly rtp: MediaAddress | undefined
  readonly rtcp: MediaAddress | undefined
  /** Held by 0.0.0.0: nothing is to be sent to it. */
  readonly isHeld: boolean
  readonly direction: Direction
  readonly isMultiplexed: boolean
  /** Its places are found by ICE, whatever the description names (RFC 8839 §4.2). */
  readonly isByIce: boolean
  readonly formats: readonly PayloadFormat[]
  readonly packetTimeMs: number | undefined
}

/** Where the sender of a description is, as signalling has shown it. */
export interface MediaSender {
  /** Source of its packets. */
  readonly address: string
  /** The address in its description is taken as it stands (flag r). */
  readonly isTrusted: boolean
  /** Whether a place is one of our own sockets. */
  readonly isOurs: (place: MediaAddress) => boolean
}

/** Every medium of a description; a sentence where one names a place that no media may go to. */
export function describeStreams(
  session: SessionDescription,
  sender: MediaSender,
): DescribedStream[] | string {
  const streams: DescribedStream[] = []
  for (const media of session.media) {
    const stream = describe(session, media, sender)
    if (typeof stream === 'string') return stream
    streams.push(stream)
  }
  return streams
}

function describe(
  session: SessionDescription,
  media: MediaDescription,
  sender: MediaSender,
): DescribedStream | string {
  const named = oneSpelling(connectionOf(session, media)?.address ?? '0.0.0.0')
  const isByIce = securityOf(session, media).protection === 'dtls'
  const isHeld = !isByIce && isHeldAddress(named)
  const isPlace = media.port !== 0 && media.port !== discardPort && !isHeld && !isByIce
  const rtp = isPlace ? placeOf(named, media.port, sender) : undefined
  const rtcp = rtp === undefined ? undefined : rtcpOf(media, rtp, sender)
  const trouble = troubleWith(rtp, sender) ?? troubleWith(rtcp, sender)
  if (trouble !== undefined) return trouble
  return {
    isRefused: !wantsRelay(session, media),
    rtp: byAddress(rtp),
    rtcp: byAddress(rtcp),
    isHeld,
    direction: directionOf(session, media),
    isMultiplexed: media.isMultiplexed,
    isByIce,
    formats: media.formats,
    packetTimeMs: media.packetTimeMs,
  }
}

/** No other spelling of an address gets past a rule, and IPv4 in IPv6 (RFC 4291 §2.5.5.2) is IPv4. */
function oneSpelling(text: string): string {
  const six = readAddress6(text)
  if (six === undefined) return text
  if (six < 2n) return six === 0n ? '::' : '::1'
  if (six >> 32n !== 0xffffn) return text.toLowerCase()
  return [24n, 16n, 8n, 0n].map((shift) => String((six >> shift) & 255n)).join('.')
}

/**
 * What is one for everybody. A zone (RFC 4007 §11) would name one of our own interfaces, and systems take a number
 * with a zero in front as octal: 0177.0.0.1 is loopback to them.
 */
function isAddress(text: string): boolean {
  const isFour = readAddress4(text) !== undefined && !/(?:^|\.)0\d/.test(text)
  return isFour || readAddress6(text) !== undefined
}

/** A host name is not looked up: the phone's first packet tells the place. */
function byAddress(place: MediaAddress | undefined): MediaAddress | undefined {
  return place !== undefined && isAddress(place.address) ? place : undefined
}

/**
 * A phone behind a translator names its private address, which leads nowhere from here: its media is looked for where
 * its signalling came from, until its first packet tells the place.
 */
function placeOf(named: string, port: number, sender: MediaSender): MediaAddress {
  const isPrivate = isLocal(named) && !isLoopback(named)
  const isUnreachable = !sender.isTrusted && isPrivate && !isLocal(sender.address)
  return { address: isUnreachable ? sender.address : named, port }
}

/** RFC 3605, else the next port (RFC 3550 §11). */
function rtcpOf(media: MediaDescription, rtp: MediaAddress, sender: MediaSender): MediaAddress | undefined {
  const { rtcp } = media
  if (rtcp === undefined)
    return rtp.port === 65_535 ? undefined : { address: rtp.address, port: rtp.port + 1 }
  if (rtcp.port === 0 || rtcp.port === discardPort) return undefined
  return rtcp.address === undefined
    ? { address: rtp.address, port: rtcp.port }
    : placeOf(oneSpelling(rtcp.address), rtcp.port, sender)
}

/** T48: a description is a wish to have packets sent somewhere, and whoever sent it need not live there. */
function troubleWith(place: MediaAddress | undefined, sender: MediaSender): string | undefined {
  if (place === undefined) return undefined
  const { address, port } = place
  if (port < lowestPort || forbiddenPorts.has(port)) return `media may not go to port ${port}`
  if (!isAddress(address)) return undefined
  if (!isUnicast(address)) return 'media goes to one host, not to a group or to all'
  if (isLoopback(address) && !isLoopback(sender.address))
    return 'the phone is not on this computer, its media address is'
  if (sender.isOurs(place)) return 'the media address is one of this server'
  return undefined
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1'
}

/** The parts of an end that do not change with the peer. */
export interface EndParts {
  readonly pair: RelayPair
  readonly own: DescribedStream
  readonly peer: DescribedStream
  /** Where media went before a hold, which names no place. */
  readonly before: StreamEnd | undefined
  readonly signalledFrom: string
  readonly isTrusted: boolean
  readonly isAsymmetric: boolean
  readonly guard: Guard | undefined
  /** Both descriptions went on as they came: what they agree on about RTCP is agreed. */
  readonly isPassedOn: boolean
}

/** One end as the relay is told of it, from its own description and its peer's. */
export function makeStreamEnd(parts: EndParts): StreamEnd {
  const { own, peer } = parts
  const { rtp, rtcp } = placesOf(parts)
  const isMultiplexed = own.isByIce || (parts.isPassedOn && own.isMultiplexed && peer.isMultiplexed)
  return {
    pair: parts.pair.id,
    rtp,
    rtcp: isMultiplexed ? rtp : rtcp,
    isMultiplexed,
    plausible: plausibleFor(rtp, parts),
    isAsymmetric: parts.isAsymmetric,
    mayReceive: !own.isHeld && receives(own.direction) && sends(peer.direction),
    maySend: !peer.isHeld && sends(own.direction) && receives(peer.direction),
    formats: agreedFormats(own.formats, peer.formats),
    packetTimeMs: peer.packetTimeMs ?? own.packetTimeMs ?? usualPacketTimeMs,
    ...(parts.guard === undefined ? {} : { guard: parts.guard }),
  }
}

function placesOf({ own, before }: EndParts): Pick<StreamEnd, 'rtp' | 'rtcp'> {
  if (!own.isHeld || before === undefined) return own
  return { rtp: own.rtp ?? before.rtp, rtcp: own.rtcp ?? before.rtcp }
}

function plausibleFor(rtp: MediaAddress | undefined, parts: EndParts): string[] {
  if (parts.own.isByIce) return []
  if (rtp === undefined) return [parts.signalledFrom]
  if (parts.isTrusted || rtp.address === parts.signalledFrom) return [rtp.address]
  return [rtp.address, parts.signalledFrom]
}

/** A phone sends by the payload types that its peer has listed (RFC 3264 §5.1), of what it knows itself. */
function agreedFormats(
  own: readonly PayloadFormat[],
  peer: readonly PayloadFormat[],
): readonly PayloadFormat[] {
  const agreed = peer.filter((format) =>
    own.some(({ encoding, clockHz }) => encoding === format.encoding && clockHz === format.clockHz),
  )
  return agreed.length > 0 ? agreed : peer
}

function sends(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'sendonly'
}

function receives(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'recvonly'
}
