import type { Octets } from '../lib/octets.ts'
import type { Format } from './description.ts'
import { readNumber } from './lines.ts'

/** RFC 3551 §6: payload types that need no rtpmap. */
const staticFormats: Readonly<Record<number, readonly [encoding: string, clockHz: number]>> = {
  0: ['pcmu', 8000],
  3: ['gsm', 8000],
  4: ['g723', 8000],
  5: ['dvi4', 8000],
  6: ['dvi4', 16000],
  7: ['lpc', 8000],
  8: ['pcma', 8000],
  9: ['g722', 8000],
  10: ['l16', 44100],
  11: ['l16', 44100],
  12: ['qcelp', 8000],
  13: ['cn', 8000],
  14: ['mpa', 90000],
  15: ['g728', 8000],
  16: ['dvi4', 11025],
  17: ['dvi4', 22050],
  18: ['g729', 8000],
  25: ['celb', 90000],
  26: ['jpeg', 90000],
  28: ['nv', 90000],
  31: ['h261', 90000],
  32: ['mpv', 90000],
  33: ['mp2t', 90000],
  34: ['h263', 90000],
}

/** `a=rtpmap:` value (RFC 8866 §6.6); a sentence where it is none. */
export function readRtpMap(value: Octets): Format | string {
  const [type = '', mapping = ''] = value.split(/[ \t]+/, 2)
  const [encoding = '', clock = ''] = mapping.split('/')
  const number = readNumber(type, 127)
  const clockHz = readNumber(clock, 1_000_000_000)
  if (number === undefined || encoding === '' || clockHz === undefined || clockHz === 0)
    return 'an rtpmap that is none'
  return { type: number, encoding: encoding.toLowerCase(), clockHz }
}

/** The formats of an `m=` line in its order; a dynamic one without rtpmap is named `unknown`. */
export function formatsOf(listed: readonly Octets[], maps: ReadonlyMap<number, Format>): Format[] | string {
  const formats: Format[] = []
  for (const text of listed) {
    const type = readNumber(text, 127)
    if (type === undefined) return 'a payload type that is not between 0 and 127'
    const [encoding, clockHz] = staticFormats[type] ?? ['unknown', 8000]
    formats.push(maps.get(type) ?? { type, encoding, clockHz })
  }
  return formats
}
