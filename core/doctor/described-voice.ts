import type { Octets } from '../lib/octets.ts'
import { connectionOf, directionOf, parseSession } from '../sdp/index.ts'
import type { DescribedVoice } from './case-facts.ts'

/** Where the address stands in a candidate line (RFC 8839 §5.1). */
const CANDIDATE_ADDRESS = 4

export interface Voice {
  readonly voice: DescribedVoice
  /** Number of its m= line. */
  readonly media: number
}

/** What a description says about voice: of its first audio line. Undefined where there is none that can be read. */
export function describedVoice(text: Octets, atMs: number, message: string): Voice | undefined {
  const session = parseSession(text)
  if ('unreadable' in session) return undefined
  const media = session.media.findIndex(({ kind }) => kind === 'audio')
  const audio = session.media[media]
  if (audio === undefined) return undefined
  const ice = [...session.ice, ...audio.ice].map(({ value }) => value)
  const candidates = ice
    .filter((value) => value.startsWith('candidate:'))
    .map((value) => value.split(' ')[CANDIDATE_ADDRESS] ?? '')
  const longest = /^a=maxptime:(\d{1,4})\s*$/m.exec(text)?.[1]
  const hasKeys = /^a=crypto:/m.test(text)
  const voice: DescribedVoice = {
    atMs,
    message,
    address: connectionOf(session, audio)?.address ?? '',
    port: audio.port,
    protocol: audio.protocol,
    direction: directionOf(session, audio),
    formats: audio.formats,
    ...(audio.packetTimeMs === undefined ? {} : { packetTimeMs: audio.packetTimeMs }),
    ...(longest === undefined ? {} : { longestPacketMs: Number(longest) }),
    ...(audio.rtcp === undefined ? {} : { rtcpPort: audio.rtcp.port }),
    ...(ice.length === 0 ? {} : { candidates }),
    ...(hasKeys && !audio.protocol.includes('SAVP') ? { hasOptionalKeys: true } : {}),
  }
  return { voice, media }
}
