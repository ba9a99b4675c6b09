import type { Octets } from '../lib/octets.ts'
import { isAddress } from '../lib/ip.ts'
import type { OutsideDescription, OutsideResult, OutsideSession } from './outside-session.ts'

/** The commands of rtpproxy's control protocol of 2004-01-07, without the cookie in front. */

export const versionCommand = 'V'
/** The only one that 0.9 speaks. */
export const protocolVersion = '20040107'

interface Media {
  /** Index of the m= line. */
  readonly line: number
  readonly port: number
  readonly address: string
}

/** One command for each stream that has a port; in the order of the m= lines. */
export function describeCommands(description: OutsideDescription): Octets[] {
  const { session, kind, flags } = description
  const isLookUp = kind === 'answer' || flags.onlyLooksUp
  const options = `${flags.isAsymmetric ? 'A' : ''}${flags.trustsDescription ? 'R' : ''}${flags.directions.toUpperCase()}`
  return mediaOf(description.text).map(({ port, address }, at) => {
    const heard = flags.trustsDescription ? address : description.source
    const family = heard.includes(':') ? '6' : ''
    const [from, to] = tagsFor(session, isLookUp)
    const tags = `${word(from)};${at + 1}${to === undefined ? '' : ` ${word(to)};${at + 1}`}`
    return `${isLookUp ? 'L' : 'U'}${options}${family} ${word(session.callId)} ${heard} ${port} ${tags}`
  })
}

/** A look-up names the side that made the session first. */
function tagsFor(session: OutsideSession, isLookUp: boolean): readonly [string, string | undefined] {
  const { fromTag, toTag } = session
  return isLookUp && toTag !== undefined ? [toTag, fromTag] : [fromTag, toTag]
}

export function deleteCommand({ callId, fromTag, toTag }: OutsideSession): Octets {
  return `D ${word(callId)} ${word(fromTag)}${toTag === undefined ? '' : ` ${word(toTag)}`}`
}

/** What a relay answered to one of `describeCommands`: `port [address [6]]`; rtpengine writes the 4 as well. */
export interface RelayPlace {
  readonly port: number
  readonly address: string | undefined
}

export function readPlace(answer: Octets): RelayPlace | string {
  const parts = /^(\d{1,5})(?:\s+(\S+))?(?:\s+[46])?\s*$/.exec(answer)
  const port = Number(parts?.[1])
  if (parts === null || port > 65_535) return `answered ${JSON.stringify(answer.slice(0, 40))}`
  if (port === 0) return 'has no such session'
  const address = parts[2]
  if (address !== undefined && !isAddress(address)) return 'answered with something that is no address'
  return { port, address }
}

/**
 * The description with the relay's places in it: every connection line and the port of every stream that has one; a
 * held stream (RFC 3264 §8.4) stays held. It is marked, so that nobody leads it through a relay twice.
 * @param usual the relay's address where its answer names none
 */
export function withPlaces(
  description: OutsideDescription,
  places: readonly RelayPlace[],
  usual: string,
): OutsideResult {
  const lines = description.text.split('\r\n')
  const media = mediaOf(description.text)
  if (media.length !== places.length) return { why: 'answered for other streams than were asked for' }
  for (const [at, { line }] of media.entries()) {
    const port = String(places[at]?.port)
    lines[line] = (lines[line] ?? '').replace(/^(m=\S+ )\d+/, (_all, head: string) => head + port)
  }
  const address = description.flags.advertised ?? places[0]?.address ?? usual
  const text = lines.map((line) => withAddress(line, address)).filter((line) => !isOldControl(line))
  while (text.at(-1) === '') text.pop()
  return { text: `${text.join('\r\n')}\r\na=nortpproxy:yes\r\n` }
}

function withAddress(line: Octets, address: string): Octets {
  if (!/^c=IN IP[46] /i.test(line) || /^c=IN IP[46] (0\.0\.0\.0|::)$/i.test(line)) return line
  return `c=IN IP${address.includes(':') ? 6 : 4} ${address}`
}

/** RTCP goes by the relay's own next port (RFC 3550 §11): the phone's own place for it (RFC 3605) is past. */
function isOldControl(line: Octets): boolean {
  return line.startsWith('a=rtcp:')
}

function mediaOf(text: Octets): Media[] {
  const media: Media[] = []
  let session = ''
  let current: { line: number; port: number; address: string } | undefined
  for (const [index, line] of text.split('\r\n').entries()) {
    const port = /^m=\S+ (\d{1,5})/.exec(line)?.[1]
    const address = /^c=IN IP[46] ([^ /]+)/i.exec(line)?.[1]
    if (port !== undefined) {
      current = { line: index, port: Number(port), address: session }
      if (current.port !== 0) media.push(current)
    } else if (address !== undefined) {
      if (current === undefined) session = address
      else current.address = address
    }
  }
  return media
}

/** A space would end the word; rtpproxy has no way to write one. */
function word(text: string): string {
  return text.replace(/[\s;]/g, '_')
}
