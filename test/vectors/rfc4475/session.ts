import type { Octets } from '../../../core/lib/octets.ts'
import { text } from '../vector.ts'

/** The session description nearly every INVITE of RFC 4475 carries, with the address of its author. */
export function mhandleySession(origin: string, connection: string = origin, time = '0 0'): Octets {
  return text(
    'v=0',
    `o=mhandley 29739 7272939 IN IP4 ${origin}`,
    's=-',
    `c=IN IP4 ${connection}`,
    `t=${time}`,
    'm=audio 49217 RTP/AVP 0 12',
    'm=video 3227 RTP/AVP 31',
    'a=rtpmap:31 LPC',
  )
}
