import { describe, expect, test } from 'vitest'
import { parseSession } from './parse.ts'
import { securityOf, type MediaSecurity } from './security.ts'

const key = 'd0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj'
const aead = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw=='

test('what a browser says stands in the section, or at the head for all', () => {
  expect(of('UDP/TLS/RTP/SAVPF', ['a=fingerprint:sha-256 AA:BB', 'a=ice-ufrag:x+y/', 'a=mid:0'])).toEqual({
    protection: 'dtls',
    fingerprints: ['sha-256 AA:BB'],
    iceUfrag: 'x+y/',
    cryptos: [],
    mid: '0',
  })
  expect(of('UDP/TLS/RTP/SAVPF', [], ['a=fingerprint:sha-256  CC:DD', 'a=ice-ufrag:abcd'])).toMatchObject({
    protection: 'dtls',
    fingerprints: ['sha-256 CC:DD'],
    iceUfrag: 'abcd',
  })
})

describe('the keys that can be used', () => {
  test.each([
    ['80 bits', `1 AES_CM_128_HMAC_SHA1_80 inline:${key}`, 1],
    ['32 bits with a lifetime', `2 AES_CM_128_HMAC_SHA1_32 inline:${key}|2^20`, 1],
    ['GCM', `3 AEAD_AES_128_GCM inline:${aead}`, 1],
    ['a window hint', `1 AES_CM_128_HMAC_SHA1_80 inline:${key} WSH=128`, 1],
    ['in small letters', `1 aes_cm_128_hmac_sha1_80 inline:${key}`, 1],
    [
      'a master key identifier, which lengthens the packets',
      `1 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^20|1:4`,
      0,
    ],
    ['no encryption of RTP', `1 AES_CM_128_HMAC_SHA1_80 inline:${key} UNENCRYPTED_SRTP`, 0],
    ['another suite', `1 AES_256_CM_HMAC_SHA1_80 inline:${key}`, 0],
    ['a short key', '1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3', 0],
    ['two keys', `1 AES_CM_128_HMAC_SHA1_80 inline:${key};inline:${key}`, 0],
    ['no tag', `x AES_CM_128_HMAC_SHA1_80 inline:${key}`, 0],
    ['nothing', '', 0],
  ])('%s', (_name, value, count) => {
    expect(of('RTP/SAVP', [`a=crypto:${value}`]).cryptos.length).toBe(count)
  })
})

test.each([
  ['RTP/AVP', [], 'none'],
  ['RTP/AVPF', [], 'none'],
  ['RTP/AVP', [`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key}`], 'sdes'],
  ['RTP/SAVP', [], 'sdes'],
  ['RTP/SAVPF', ['a=fingerprint:sha-256 AA'], 'dtls'],
  ['UDP/TLS/RTP/SAVP', [], 'dtls'],
])('%s with %j is %s', (protocol, lines, protection) => {
  expect(of(protocol, lines).protection).toBe(protection)
})

function of(protocol: string, lines: readonly string[], head: readonly string[] = []): MediaSecurity {
  const text = ['v=0', 's=-', ...head, `m=audio 9 ${protocol} 0`, 'c=IN IP4 10.0.0.2', ...lines, ''].join(
    '\r\n',
  )
  const session = parseSession(text)
  if ('unreadable' in session) throw new Error(session.unreadable)
  return securityOf(session, session.media[0]!)
}
