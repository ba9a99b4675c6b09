import type { Octets } from '../lib/octets.ts'
import type { Direction, Format, MediaDescription, SessionDescription } from './description.ts'
import { connectionOf, directionOf } from './description.ts'
import { attributeOf, readLines } from './lines.ts'
import { isHeldAddress, type ReaddressOptions, type RelayPlace } from './readdress.ts'
import type { CryptoAttribute } from './security.ts'

/** How the one who gets a description is to reach and to trust us for one medium. */
export type OwnSecurity =
  | { readonly kind: 'none' }
  | { readonly kind: 'sdes'; readonly cryptos: readonly CryptoAttribute[] }
  | {
      readonly kind: 'dtls'
      readonly setup: 'actpass' | 'passive'
      readonly ufrag: string
      readonly pwd: string
      readonly fingerprint: string
    }

/** One media section as it leaves. */
export interface Rendition {
  readonly protocol: string
  readonly mid: string | undefined
  /** Undefined: the section stays, for its place counts (RFC 3264 §6), and is refused. */
  readonly live:
    | { readonly place: RelayPlace; readonly formats: readonly Format[]; readonly security: OwnSecurity }
    | undefined
}

/** What both a browser and a desk phone may know. */
const commonEncodings: ReadonlySet<string> = new Set([
  'opus',
  'g722',
  'pcmu',
  'pcma',
  'telephone-event',
  'cn',
])
/** Of these alone no voice comes. */
const companions: ReadonlySet<string> = new Set(['telephone-event', 'cn'])
/** RFC 8445 §5.1.2.1: a host candidate of the only component, alone and so at the top. */
const hostPriority = 2_130_706_431

/** The formats that can be passed on untouched between a browser and a phone. */
export function commonFormats(media: MediaDescription): readonly Format[] {
  const formats = media.formats.filter(({ encoding }) => commonEncodings.has(encoding))
  const clocks = new Set(
    formats.filter(({ encoding }) => !companions.has(encoding)).map(({ clockHz }) => clockHz),
  )
  // Events keep the clock of the voice that they interrupt (RFC 4733 §2.4.1).
  return clocks.size === 0
    ? []
    : formats.filter(({ encoding, clockHz }) => encoding !== 'telephone-event' || clocks.has(clockHz))
}

/**
 * A description for somebody who is protected in another way than its sender: written anew, because hardly a line of a
 * browser's means anything to a desk phone. What both understand is kept: origin, formats, packet times, direction.
 */
export function renderFor(
  session: SessionDescription,
  renditions: readonly Rendition[],
  { isMarked }: ReaddressOptions,
): Octets {
  const isForBrowser = renditions.some(({ live }) => live?.security.kind === 'dtls')
  const bundled = renditions.flatMap(({ mid, live }) =>
    live !== undefined && mid !== undefined ? [mid] : [],
  )
  const first = renditions.find(({ live }) => live !== undefined)?.live?.place
  const lines = [
    ...headOf(session),
    ...(first === undefined ? ['c=IN IP4 0.0.0.0'] : [connectionLine(first.address)]),
    ...timesOf(session),
    ...(isForBrowser ? ['a=ice-lite', `a=group:BUNDLE ${bundled.join(' ')}`] : []),
    ...(isMarked ? ['a=nortpproxy:yes'] : []),
    ...session.media.flatMap((media, at) => {
      const rendition = renditions[at]
      return rendition === undefined ? [] : sectionOf(session, media, rendition, first)
    }),
  ]
  return lines.map((line) => `${line}\r\n`).join('')
}

function headOf(session: SessionDescription): Octets[] {
  const name = headLine(session, 's')
  return [
    'v=0',
    `o=${session.origin?.value ?? '- 0 0 IN IP4 0.0.0.0'}`,
    `s=${name === undefined || name === '' ? '-' : name}`,
  ]
}

function timesOf(session: SessionDescription): Octets[] {
  return [`t=${headLine(session, 't') ?? '0 0'}`]
}

function headLine(session: SessionDescription, type: string): Octets | undefined {
  const head = session.text.slice(0, session.media[0]?.line.at ?? session.text.length)
  return readLines(head).find((line) => line.type === type)?.value
}

function sectionOf(
  session: SessionDescription,
  media: MediaDescription,
  { protocol, mid, live }: Rendition,
  first: RelayPlace | undefined,
): Octets[] {
  const midLines = mid === undefined ? [] : [`a=mid:${mid}`]
  if (live === undefined) {
    const listed = media.line.value.split(/[ \t]+/).slice(3, 4)
    return [`m=${media.kind} 0 ${protocol} ${listed[0] ?? '0'}`, ...midLines]
  }
  const { place, formats, security } = live
  const types = new Set(formats.map(({ type }) => String(type)))
  return [
    `m=${media.kind} ${place.port} ${protocol} ${[...types].join(' ')}`,
    ...(place.address === first?.address ? [] : [connectionLine(place.address)]),
    ...keptLines(session, media, types),
    `a=${directionFrom(session, media)}`,
    ...midLines,
    ...securityLines(security, place),
  ]
}

function keptLines(
  session: SessionDescription,
  media: MediaDescription,
  types: ReadonlySet<string>,
): Octets[] {
  return readLines(session.text.slice(media.line.end, media.end)).flatMap((line) => {
    if (line.type !== 'a') return []
    const { name, value } = attributeOf(line)
    if (name === 'ptime' || name === 'maxptime') return [`a=${line.value}`]
    const isFormat = name === 'rtpmap' || name === 'fmtp'
    return isFormat && types.has(value.split(/[ \t]/, 1)[0] ?? '') ? [`a=${line.value}`] : []
  })
}

/** Hold by 0.0.0.0 (RFC 2543) in today's words: nothing may be sent to whoever says that. */
function directionFrom(session: SessionDescription, media: MediaDescription): Direction {
  const direction = directionOf(session, media)
  // With ICE the address means nothing, and is often that one.
  const hasIce = media.ice.length > 0 || session.ice.length > 0
  const isHeld = !hasIce && isHeldAddress(connectionOf(session, media)?.address ?? '')
  if (!isHeld) return direction
  return direction === 'sendrecv' || direction === 'sendonly' ? 'sendonly' : 'inactive'
}

function securityLines(security: OwnSecurity, place: RelayPlace): Octets[] {
  switch (security.kind) {
    case 'none':
      return []
    case 'sdes':
      return security.cryptos.map(({ tag, suite, key }) => `a=crypto:${tag} ${suite} inline:${key}`)
    case 'dtls':
      return [
        'a=rtcp-mux',
        `a=ice-ufrag:${security.ufrag}`,
        `a=ice-pwd:${security.pwd}`,
        `a=fingerprint:${security.fingerprint}`,
        `a=setup:${security.setup}`,
        `a=candidate:1 1 udp ${hostPriority} ${place.address} ${place.port} typ host`,
        'a=end-of-candidates',
      ]
  }
}

function connectionLine(address: string): Octets {
  return `c=IN ${address.includes(':') ? 'IP6' : 'IP4'} ${address}`
}
