import type { Octets } from '../lib/octets.ts'
import type { Connection, MediaDescription, SessionDescription, TextEdit } from './description.ts'
import { connectionOf, isRtp } from './description.ts'

/** Where a phone is to send one medium: a relay's socket that faces it. */
export interface RelayPlace {
  readonly address: string
  readonly port: number
}

export interface ReaddressOptions {
  /** Leaves `a=nortpproxy:yes`, by which the next relay knows (module nathelper). */
  readonly isMarked: boolean
}

/**
 * The edits that lead media through a relay: every `c=` line, port and `a=rtcp` of the media that have a place.
 * All else keeps its octets: unknown lines, their order, the line ends. Hold by 0.0.0.0 stays hold, a refused medium
 * (port 0) stays refused, and media that no relay carries keep their own address.
 */
export function readdress(
  session: SessionDescription,
  places: readonly (RelayPlace | undefined)[],
  options: ReaddressOptions,
): TextEdit[] {
  const edits: TextEdit[] = []
  const first = places.find((place) => place !== undefined)
  if (first === undefined) return edits
  const { connection } = session
  if (connection !== undefined) edits.push(...moveConnection(connection, first.address))
  if (session.ice.length > 0) edits.push(...session.ice.map(removeLine))
  session.media.forEach((media, at) => {
    const place = places[at]
    if (place === undefined) edits.push(...keepAddress(session, media))
    else edits.push(...moveMedia(session, media, place, first.address))
  })
  if (options.isMarked && !session.isRelayed) edits.push(mark(session))
  return edits
}

export function applyTextEdits(text: Octets, edits: readonly TextEdit[]): Octets {
  let result = ''
  let at = 0
  for (const edit of [...edits].sort((a, b) => a.at - b.at)) {
    result += text.slice(at, edit.at) + edit.insert
    at = edit.at + edit.remove
  }
  return result + text.slice(at)
}

function moveMedia(
  session: SessionDescription,
  media: MediaDescription,
  place: RelayPlace,
  sessionAddress: string,
): TextEdit[] {
  const edits: TextEdit[] = [{ at: media.portAt, remove: media.portLength, insert: String(place.port) }]
  for (const connection of media.connections) edits.push(...moveConnection(connection, place.address))
  const ruling = connectionOf(session, media)
  const isHeld = ruling !== undefined && isHeldAddress(ruling.address)
  const isOwnNeeded = !isHeld && (ruling === undefined || place.address !== sessionAddress)
  if (media.connections.length === 0 && isOwnNeeded)
    edits.push(insertConnection(session, media, place.address))
  // The phone's own ICE candidates would lead media past the relay, whose place they do not name (RFC 8839 §4.2).
  edits.push(...media.ice.map(removeLine))
  if (media.rtcp !== undefined) {
    const { line } = media.rtcp
    // The very port of RTP is named by those who want both on one (RFC 5761 §5.1.1).
    const port = media.rtcp.port === media.port ? place.port : place.port + 1
    const withAddress = media.rtcp.address === undefined ? '' : ` ${connectionValue(place.address)}`
    edits.push({ at: line.valueAt, remove: line.value.length, insert: `rtcp:${port}${withAddress}` })
  }
  return edits
}

/** A medium that is not relayed has leant on the session's `c=`, which has gone elsewhere: it gets one of its own. */
function keepAddress(session: SessionDescription, media: MediaDescription): TextEdit[] {
  if (media.port === 0 || media.connections.length > 0 || session.connection === undefined) return []
  return [insertConnection(session, media, session.connection.address)]
}

function moveConnection(connection: Connection, address: string): TextEdit[] {
  if (isHeldAddress(connection.address)) return []
  const { line } = connection
  return [{ at: line.valueAt, remove: line.value.length, insert: connectionValue(address) }]
}

/** Behind the `m=` line and its `i=` (RFC 8866 §5: order of the lines). */
function insertConnection(session: SessionDescription, media: MediaDescription, address: string): TextEdit {
  const at = session.text.startsWith('i=', media.line.end)
    ? lineEndAfter(session, media.line.end)
    : media.line.end
  return {
    at,
    remove: 0,
    insert: `${missingEnd(session, at)}c=${connectionValue(address)}${session.lineEnd}`,
  }
}

/** The last line may end with the text, or in the middle of its line end. */
function missingEnd({ text, lineEnd }: SessionDescription, at: number): Octets {
  const last = text.charAt(at - 1)
  if (last === '\n') return ''
  return last === '\r' ? '\n' : lineEnd
}

function lineEndAfter(session: SessionDescription, at: number): number {
  const feed = session.text.indexOf('\n', at)
  return feed < 0 ? session.text.length : feed + 1
}

/** At the end of the session's own lines: where an attribute of the whole belongs. */
function mark(session: SessionDescription): TextEdit {
  const at = session.media[0]?.line.at ?? session.text.length
  return { at, remove: 0, insert: `a=nortpproxy:yes${session.lineEnd}` }
}

function removeLine(line: { readonly at: number; readonly end: number }): TextEdit {
  return { at: line.at, remove: line.end - line.at, insert: '' }
}

function connectionValue(address: string): Octets {
  return `IN ${address.includes(':') ? 'IP6' : 'IP4'} ${address}`
}

/** RFC 2543's way to hold, kept by RFC 3264 §8.4; `::` is the same in IPv6. */
export function isHeldAddress(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

/** Media that take a relay's ports: RTP that has not been refused. */
export function wantsRelay(session: SessionDescription, media: MediaDescription): boolean {
  return media.port !== 0 && isRtp(media) && connectionOf(session, media) !== undefined
}
