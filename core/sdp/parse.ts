import type { Octets } from '../lib/octets.ts'
import type {
  Connection,
  Direction,
  Format,
  MediaDescription,
  RtcpAttribute,
  SdpLine,
  SessionDescription,
  Unreadable,
} from './description.ts'
import { formatsOf, readRtpMap } from './formats.ts'
import { attributeOf, lineEndOf, readLines, readNumber } from './lines.ts'

/** No phone offers more; each would take ports (T48). */
const mostMedia = 32
/** Of RTP there can be 128 payload types in one session (RFC 3550 §5.1). */
const mostFormats = 128

const directions: ReadonlySet<string> = new Set(['sendrecv', 'sendonly', 'recvonly', 'inactive'])
/** RFC 8839 §5, RFC 8840 §8. */
const iceAttributes: ReadonlySet<string> = new Set([
  'candidate',
  'remote-candidates',
  'end-of-candidates',
  'ice-ufrag',
  'ice-pwd',
  'ice-lite',
  'ice-options',
  'ice-pacing',
  'ice-mismatch',
])

/** Reads what a relay has to know and keeps the place of it. Unknown lines are nobody's fault; wrong numbers are. */
export function parseSession(text: Octets): SessionDescription | Unreadable {
  const lines = readLines(text)
  if (lines[0]?.type !== 'v') return { unreadable: 'it does not begin with v=' }
  const firstMedia = lines.findIndex(({ type }) => type === 'm')
  const head = firstMedia < 0 ? lines : lines.slice(0, firstMedia)
  const session = readSection(head)
  if (typeof session === 'string') return { unreadable: session }
  const media = readAllMedia(firstMedia < 0 ? [] : lines.slice(firstMedia))
  if (typeof media === 'string') return { unreadable: media }
  return {
    text,
    origin: head.find(({ type }) => type === 'o'),
    connection: session.connections.at(-1),
    direction: session.direction,
    ice: session.ice,
    isRelayed: lines.some(({ type, value }) => type === 'a' && /^nortpproxy:yes\s*$/i.test(value)),
    media,
    lineEnd: lineEndOf(text),
  }
}

function readAllMedia(lines: readonly SdpLine[]): MediaDescription[] | string {
  const media: MediaDescription[] = []
  for (let at = 0; at < lines.length;) {
    if (media.length === mostMedia) return `it has more than ${mostMedia} m= lines`
    let next = at + 1
    while (next < lines.length && lines[next]?.type !== 'm') next++
    const one = readMedia(lines.slice(at, next))
    if (typeof one === 'string') return one
    media.push(one)
    at = next
  }
  return media
}

function readMedia([line, ...rest]: readonly SdpLine[]): MediaDescription | string {
  if (line === undefined) return 'an m= line is missing'
  const head = readMediaLine(line)
  if (typeof head === 'string') return head
  const section = readSection(rest)
  if (typeof section === 'string') return section
  const formats = head.protocol.includes('RTP/') ? formatsOf(head.listed, section.maps) : []
  if (typeof formats === 'string') return formats
  return {
    line,
    kind: head.kind,
    port: head.port,
    portAt: line.valueAt + head.portAt,
    portLength: head.portLength,
    protocol: head.protocol,
    connections: section.connections,
    direction: section.direction,
    rtcp: section.rtcp,
    isMultiplexed: section.isMultiplexed,
    formats,
    packetTimeMs: section.packetTimeMs,
    ice: section.ice,
    end: (rest.at(-1) ?? line).end,
  }
}

interface MediaLine {
  readonly kind: string
  readonly port: number
  /** In the value of the line. */
  readonly portAt: number
  readonly portLength: number
  readonly protocol: string
  readonly listed: readonly Octets[]
}

/** `m=<media> <port>[/<count>] <proto> <fmt> …` */
function readMediaLine({ value }: SdpLine): MediaLine | string {
  const words = value.split(/[ \t]+/)
  const [kind = '', ports = '', protocol = ''] = words
  const [portText = '', count = '1'] = ports.split('/')
  const port = readNumber(portText, 65_535)
  if (port === undefined) return 'its m= line has a port that is not between 0 and 65535'
  if (protocol === '' || readNumber(count, 65_535) === undefined) return 'it has an m= line that is none'
  const listed = words.slice(3).filter((word) => word !== '')
  if (listed.length > mostFormats) return `an m= line has more than ${mostFormats} formats`
  return {
    kind: kind.toLowerCase(),
    port,
    portAt: value.indexOf(ports, kind.length),
    portLength: ports.length,
    protocol: protocol.toUpperCase(),
    listed,
  }
}

interface Section {
  readonly connections: Connection[]
  readonly maps: Map<number, Format>
  readonly ice: SdpLine[]
  direction: Direction | undefined
  rtcp: RtcpAttribute | undefined
  isMultiplexed: boolean
  packetTimeMs: number | undefined
}

/** What the session and each media section have alike. */
function readSection(lines: readonly SdpLine[]): Section | string {
  const section: Section = {
    connections: [],
    maps: new Map(),
    ice: [],
    direction: undefined,
    rtcp: undefined,
    isMultiplexed: false,
    packetTimeMs: undefined,
  }
  for (const line of lines) {
    if (line.type === 'c') {
      const connection = readConnection(line)
      if (connection === undefined) return 'it has a c= line that is none'
      section.connections.push(connection)
    } else if (line.type === 'a') {
      const trouble = readAttribute(section, line)
      if (trouble !== undefined) return trouble
    }
  }
  return section
}

/** `c=IN IP4 192.0.2.1/127/3`: a TTL and a count may follow (RFC 8866 §5.7). */
function readConnection(line: SdpLine): Connection | undefined {
  const [network = '', family = '', place = ''] = line.value.trim().split(/[ \t]+/)
  const [address = ''] = place.split('/')
  if (network.toUpperCase() !== 'IN' || !/^IP[46]$/i.test(family) || address === '') return undefined
  return { line, address: address.toLowerCase() }
}

function readAttribute(section: Section, line: SdpLine): string | undefined {
  const { name, value } = attributeOf(line)
  if (directions.has(name)) section.direction = name as Direction
  else if (iceAttributes.has(name)) section.ice.push(line)
  else if (name === 'rtcp-mux') section.isMultiplexed = true
  else if (name === 'ptime') section.packetTimeMs = readNumber(value.split(/[ .]/, 1)[0] ?? '', 1000)
  else if (name === 'rtcp') return readRtcp(section, line, value)
  else if (name === 'fmtp') return hasControl(line.value) ? 'an fmtp line has a control character' : undefined
  else if (name === 'rtpmap') {
    const map = readRtpMap(value)
    if (typeof map === 'string') return map
    section.maps.set(map.type, map)
  }
  return undefined
}

/** `a=rtcp:53020 IN IP4 126.16.64.4` (RFC 3605 §2.1). */
function readRtcp(section: Section, line: SdpLine, value: Octets): string | undefined {
  const [portText = '', , , address] = value.split(/[ \t]+/)
  const port = readNumber(portText, 65_535)
  if (port === undefined) return 'its a=rtcp line has a port that is not between 0 and 65535'
  section.rtcp = { line, port, address: address?.toLowerCase() }
  return undefined
}

function hasControl(text: Octets): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 && code !== 0x09) return true
  }
  return false
}
