import { describe, expect, test } from 'vitest'
import type { SessionDescription } from './description.ts'
import { parseSession } from './parse.ts'
import { commonFormats, renderFor, type OwnSecurity, type Rendition } from './render.ts'

/** As Chromium offers audio and video. */
const chromium = [
  'v=0',
  'o=- 609854 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0 1',
  'a=extmap-allow-mixed',
  'a=msid-semantic: WMS',
  'm=audio 54321 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126',
  'c=IN IP4 192.0.2.7',
  'a=rtcp:9 IN IP4 0.0.0.0',
  'a=candidate:1 1 udp 2122260223 b1c2.local 54321 typ host generation 0',
  'a=ice-ufrag:+V0E',
  'a=ice-pwd:secret-secret-secret-secret',
  'a=ice-options:trickle',
  'a=fingerprint:sha-256 AA:BB',
  'a=setup:actpass',
  'a=mid:0',
  'a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'a=sendrecv',
  'a=msid:- bd26',
  'a=rtcp-mux',
  'a=rtpmap:111 opus/48000/2',
  'a=rtcp-fb:111 transport-cc',
  'a=fmtp:111 minptime=10;useinbandfec=1',
  'a=rtpmap:63 red/48000/2',
  'a=fmtp:63 111/111',
  'a=rtpmap:9 G722/8000',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:13 CN/8000',
  'a=rtpmap:110 telephone-event/48000',
  'a=rtpmap:126 telephone-event/8000',
  'a=ssrc:268791578 cname:AH19',
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'a=mid:1',
  'a=rtpmap:96 VP8/90000',
].join('\r\n')

const desk = [
  'v=0',
  'o=desk 8000 8000 IN IP4 10.0.0.3',
  's=A call',
  'c=IN IP4 10.0.0.3',
  't=0 0',
  'm=audio 11780 RTP/AVP 18 0 101',
  'a=rtpmap:18 G729/8000',
  'a=fmtp:18 annexb=no',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-15',
  'a=ptime:30',
  'a=x-vendor:1',
].join('\n')

const place = { address: '10.0.0.1', port: 35_000 }
const browserSide: OwnSecurity = {
  kind: 'dtls',
  setup: 'passive',
  ufrag: 'abcdefgh',
  pwd: 'abcdefghijklmnopqrstuvwx',
  fingerprint: 'sha-256 5A:5B',
}

test("a browser's offer for a desk phone: plain, audio alone, codecs that both may know", () => {
  const session = read(chromium)
  expect(
    render(session, [
      live(session, 0, 'RTP/AVP', { kind: 'none' }),
      { protocol: 'RTP/AVP', mid: undefined, live: undefined },
    ]),
  ).toEqual([
    'v=0',
    'o=- 609854 2 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 10.0.0.1',
    't=0 0',
    'm=audio 35000 RTP/AVP 111 9 0 8 13 110 126',
    'a=rtpmap:111 opus/48000/2',
    'a=fmtp:111 minptime=10;useinbandfec=1',
    'a=rtpmap:9 G722/8000',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:13 CN/8000',
    'a=rtpmap:110 telephone-event/48000',
    'a=rtpmap:126 telephone-event/8000',
    'a=sendrecv',
    'm=video 0 RTP/AVP 96',
  ])
})

test("a desk phone's description for a browser: ICE-lite at the head, one candidate, passive", () => {
  const session = read(desk)
  const rendition = { ...live(session, 0, 'UDP/TLS/RTP/SAVPF', browserSide), mid: 'audio' }
  expect(render(session, [rendition])).toEqual([
    'v=0',
    'o=desk 8000 8000 IN IP4 10.0.0.3',
    's=A call',
    'c=IN IP4 10.0.0.1',
    't=0 0',
    'a=ice-lite',
    'a=group:BUNDLE audio',
    'm=audio 35000 UDP/TLS/RTP/SAVPF 0 101',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-15',
    'a=ptime:30',
    'a=sendrecv',
    'a=mid:audio',
    'a=rtcp-mux',
    'a=ice-ufrag:abcdefgh',
    'a=ice-pwd:abcdefghijklmnopqrstuvwx',
    'a=fingerprint:sha-256 5A:5B',
    'a=setup:passive',
    'a=candidate:1 1 udp 2130706431 10.0.0.1 35000 typ host',
    'a=end-of-candidates',
  ])
})

test('keys for a phone that has some, and the mark that the relay leaves', () => {
  const session = read(desk)
  const key = 'd0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj'
  const side: OwnSecurity = { kind: 'sdes', cryptos: [{ tag: 1, suite: 'AES_CM_128_HMAC_SHA1_80', key }] }
  const lines = renderFor(session, [live(session, 0, 'RTP/SAVP', side)], { isMarked: true }).split('\r\n')
  expect(lines).toContain(`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key}`)
  expect(lines).toContain('a=nortpproxy:yes')
})

describe('hold', () => {
  test.each([
    ['by direction', desk.replace('a=ptime', 'a=sendonly\na=ptime'), 'sendonly'],
    ['by 0.0.0.0, as old phones do', desk.replaceAll('IP4 10.0.0.3', 'IP4 0.0.0.0'), 'sendonly'],
    [
      'both',
      desk.replaceAll('IP4 10.0.0.3', 'IP4 0.0.0.0').replace('a=ptime', 'a=inactive\na=ptime'),
      'inactive',
    ],
    ['of the whole session', desk.replace('t=0 0', 't=0 0\na=recvonly'), 'recvonly'],
    ["a browser's 0.0.0.0 is none", chromium.replace('IP4 192.0.2.7', 'IP4 0.0.0.0'), 'sendrecv'],
  ])('%s', (_name, text, direction) => {
    const session = read(text)
    const renditions = session.media.map((_media, at) => live(session, at, 'RTP/AVP', { kind: 'none' }))
    const lines = render(session, renditions.slice(0, 1))
    expect(lines.filter((line) => /^a=(send|recv|inact)/.test(line))).toEqual([`a=${direction}`])
    expect(lines).toContain('c=IN IP4 10.0.0.1')
  })
})

test.each([
  ['a browser', chromium, ['opus', 'g722', 'pcmu', 'pcma', 'cn', 'telephone-event', 'telephone-event']],
  ['a desk phone', desk, ['pcmu', 'telephone-event']],
  ['G.729 alone', desk.replace('18 0 101', '18 101'), []],
  [
    'events of a clock that no voice has',
    desk.replace('101 telephone-event/8000', '101 telephone-event/16000'),
    ['pcmu'],
  ],
])('common formats of %s', (_name, text, encodings) => {
  expect(commonFormats(read(text).media[0]!).map(({ encoding }) => encoding)).toEqual(encodings)
})

function read(text: string): SessionDescription {
  const session = parseSession(text)
  if ('unreadable' in session) throw new Error(session.unreadable)
  return session
}

function live(session: SessionDescription, at: number, protocol: string, security: OwnSecurity): Rendition {
  return { protocol, mid: undefined, live: { place, formats: commonFormats(session.media[at]!), security } }
}

function render(session: SessionDescription, renditions: readonly Rendition[]): string[] {
  return renderFor(session, renditions, { isMarked: false }).trimEnd().split('\r\n')
}
