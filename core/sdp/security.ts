import type { Octets } from '../lib/octets.ts'
import type { MediaDescription, SdpLine, SessionDescription } from './description.ts'
import { attributeOf, readLines, readNumber } from './lines.ts'

/** How a description wants a medium protected: in clear, by keys in the description, by a handshake of its own. */
export type Protection = 'none' | 'sdes' | 'dtls'

/** `a=crypto` (RFC 4568 §9.1): a key that its sender will use. */
export interface CryptoAttribute {
  readonly tag: number
  /** `AES_CM_128_HMAC_SHA1_80` … */
  readonly suite: string
  /** Key and salt behind one another, in base64. */
  readonly key: string
}

/** What stands in a media section, or in the session for all of them, about its protection. */
export interface MediaSecurity {
  readonly protection: Protection
  /** `sha-256 AB:CD…` (RFC 8122 §5). */
  readonly fingerprints: readonly string[]
  /** RFC 8839 §5.4; undefined where there is none. */
  readonly iceUfrag: string | undefined
  /** Those that can be used: keys of another length, with MKI or with session parameters are none (RFC 4568 §6.3). */
  readonly cryptos: readonly CryptoAttribute[]
  /** RFC 5888 §4. */
  readonly mid: string | undefined
}

/** Octets of key and salt. */
const suites: Readonly<Record<string, number>> = {
  AES_CM_128_HMAC_SHA1_80: 30,
  AES_CM_128_HMAC_SHA1_32: 30,
  AEAD_AES_128_GCM: 28,
}
const mostCryptos = 8
const mostFingerprints = 8
const longestToken = 256

interface Found {
  readonly fingerprints: string[]
  readonly cryptos: CryptoAttribute[]
  iceUfrag: string | undefined
  mid: string | undefined
}

export function securityOf(session: SessionDescription, media: MediaDescription): MediaSecurity {
  const own = find(session.text.slice(media.line.at, media.end))
  const head = find(session.text.slice(0, session.media[0]?.line.at ?? session.text.length))
  const fingerprints = own.fingerprints.length > 0 ? own.fingerprints : head.fingerprints
  return {
    protection: protectionOf(media.protocol, own.cryptos, fingerprints),
    fingerprints,
    iceUfrag: own.iceUfrag ?? head.iceUfrag,
    cryptos: own.cryptos,
    mid: own.mid,
  }
}

/** RTP/AVP with keys is what phones send that can do both (RFC 8643). */
function protectionOf(
  protocol: string,
  cryptos: readonly CryptoAttribute[],
  fingerprints: readonly string[],
): Protection {
  if (protocol.startsWith('UDP/TLS/')) return 'dtls'
  if (protocol.startsWith('RTP/SAVP'))
    return cryptos.length === 0 && fingerprints.length > 0 ? 'dtls' : 'sdes'
  return cryptos.length > 0 ? 'sdes' : 'none'
}

function find(text: Octets): Found {
  const found: Found = { fingerprints: [], cryptos: [], iceUfrag: undefined, mid: undefined }
  for (const line of readLines(text)) if (line.type === 'a') note(found, line)
  return found
}

function note(found: Found, line: SdpLine): void {
  const { name, value } = attributeOf(line)
  if (value.length > longestToken) return
  switch (name) {
    case 'fingerprint':
      if (found.fingerprints.length < mostFingerprints) found.fingerprints.push(value.replace(/[ \t]+/, ' '))
      return
    case 'ice-ufrag':
      found.iceUfrag = value
      return
    case 'mid':
      if (/^[\w!#$%&'*+.^`{|}~-]+$/.test(value)) found.mid = value
      return
    case 'crypto': {
      const crypto = readCrypto(value)
      if (crypto !== undefined && found.cryptos.length < mostCryptos) found.cryptos.push(crypto)
    }
  }
}

/** `1 AES_CM_128_HMAC_SHA1_80 inline:<base64>|2^20`: a lifetime may follow; MKI and parameters change the packets. */
function readCrypto(value: Octets): CryptoAttribute | undefined {
  const [tagText = '', suiteText = '', keys = '', ...parameters] = value.split(/[ \t]+/)
  const tag = readNumber(tagText, 999_999_999)
  const suite = suiteText.toUpperCase()
  const bytes = suites[suite]
  const [, key, rest = ''] = /^inline:([A-Za-z0-9+/]+=*)((?:\|[^|;]+)*)$/i.exec(keys) ?? []
  if (tag === undefined || bytes === undefined || key === undefined) return undefined
  if (rest.includes(':') || parameters.some((parameter) => !/^WSH=\d+$/i.test(parameter))) return undefined
  return Math.floor((key.replace(/=+$/, '').length * 3) / 4) === bytes ? { tag, suite, key } : undefined
}
