import { expect, test } from 'vitest'
import { editsOfPart, findDescription } from './bodies.ts'
import { parseSession } from './parse.ts'
import type { RelayPlace } from './readdress.ts'
import { applyTextEdits, readdress } from './readdress.ts'

const place = { address: '198.51.100.7', port: 35_000 }
const head = 'v=0\r\no=- 7 9 IN IP4 192.0.2.1\r\ns=-\r\n'
const marked = 'a=nortpproxy:yes\r\n'

interface Case {
  readonly what: string
  readonly text: string
  readonly places?: readonly (RelayPlace | undefined)[]
  readonly becomes: string
}

const cases: readonly Case[] = [
  {
    what: 'session address, port; o= and unknown lines stay',
    text: `${head}c=IN IP4 192.0.2.1\r\nx=?\r\nt=0 0\r\nm=audio 17000 RTP/AVP 0\r\na=ptime:20\r\n`,
    becomes: `${head}c=IN IP4 198.51.100.7\r\nx=?\r\nt=0 0\r\n${marked}m=audio 35000 RTP/AVP 0\r\na=ptime:20\r\n`,
  },
  {
    what: 'the address of the medium alone',
    text: `${head}t=0 0\r\nm=audio 17000/2 RTP/AVP 0\r\nc=IN IP4 192.0.2.1\r\n`,
    becomes: `${head}t=0 0\r\n${marked}m=audio 35000 RTP/AVP 0\r\nc=IN IP4 198.51.100.7\r\n`,
  },
  {
    what: 'both addresses, LF alone, no final line end',
    text: `v=0\nc=IN IP4 192.0.2.1\nm=audio 17000 RTP/AVP 0\nc=IN IP4 192.0.2.2`,
    becomes: `v=0\nc=IN IP4 198.51.100.7\na=nortpproxy:yes\nm=audio 35000 RTP/AVP 0\nc=IN IP4 198.51.100.7`,
  },
  {
    what: 'a=rtcp with and without an address',
    text: `${head}c=IN IP4 192.0.2.1\r\nm=audio 17000 RTP/AVP 0\r\na=rtcp:17001\r\nm=audio 17002 RTP/AVP 0\r\na=rtcp:53020 IN IP4 192.0.2.3\r\n`,
    places: [place, { ...place, port: 35_002 }],
    becomes: `${head}c=IN IP4 198.51.100.7\r\n${marked}m=audio 35000 RTP/AVP 0\r\na=rtcp:35001\r\nm=audio 35002 RTP/AVP 0\r\na=rtcp:35003 IN IP4 198.51.100.7\r\n`,
  },
  {
    what: 'a=rtcp on the port of RTP itself (RFC 5761)',
    text: `${head}c=IN IP4 192.0.2.1\r\nm=audio 17000 RTP/AVP 0\r\na=rtcp:17000\r\na=rtcp-mux\r\n`,
    becomes: `${head}c=IN IP4 198.51.100.7\r\n${marked}m=audio 35000 RTP/AVP 0\r\na=rtcp:35000\r\na=rtcp-mux\r\n`,
  },
  {
    what: 'hold by 0.0.0.0 stays hold',
    text: `${head}c=IN IP4 0.0.0.0\r\nm=audio 17000 RTP/AVP 0\r\n`,
    becomes: `${head}c=IN IP4 0.0.0.0\r\n${marked}m=audio 35000 RTP/AVP 0\r\n`,
  },
  {
    what: 'a refused medium stays refused, one that is not relayed keeps its address',
    text: `${head}c=IN IP4 192.0.2.1\r\nm=audio 0 RTP/AVP 0\r\nm=image 4000 udptl t38\r\ni=fax\r\nm=audio 17000 RTP/AVP 0\r\n`,
    places: [undefined, undefined, place],
    becomes: `${head}c=IN IP4 198.51.100.7\r\n${marked}m=audio 0 RTP/AVP 0\r\nm=image 4000 udptl t38\r\ni=fax\r\nc=IN IP4 192.0.2.1\r\nm=audio 35000 RTP/AVP 0\r\n`,
  },
  {
    what: 'candidates and their passwords go, crypto stays',
    text: `${head}c=IN IP4 192.0.2.1\r\na=ice-options:trickle\r\nm=audio 17000 RTP/SAVP 0\r\na=ice-ufrag:x\r\na=candidate:1 1 UDP 1 192.0.2.1 17000 typ host\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\r\n`,
    becomes: `${head}c=IN IP4 198.51.100.7\r\n${marked}m=audio 35000 RTP/SAVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\r\n`,
  },
  {
    what: 'the family of the relay',
    text: `${head}c=IN IP6 2001:db8::1\r\nm=audio 17000 RTP/AVP 0\r\n`,
    becomes: `${head}c=IN IP4 198.51.100.7\r\n${marked}m=audio 35000 RTP/AVP 0\r\n`,
  },
  {
    what: 'no relay, no change',
    text: `${head}c=IN IP4 192.0.2.1\r\nm=audio 17000 RTP/AVP 0\r\n`,
    places: [undefined],
    becomes: `${head}c=IN IP4 192.0.2.1\r\nm=audio 17000 RTP/AVP 0\r\n`,
  },
  {
    what: 'a mark is not set twice',
    text: `${head}c=IN IP4 192.0.2.1\r\n${marked}m=audio 17000 RTP/AVP 0\r\n`,
    becomes: `${head}c=IN IP4 198.51.100.7\r\n${marked}m=audio 35000 RTP/AVP 0\r\n`,
  },
]

test.each(cases)('$what', ({ text, places = [place], becomes }) => {
  expect(moved(text, places)).toBe(becomes)
})

test('what was moved can be read, and says the new places', () => {
  for (const { text, places = [place] } of cases)
    expect(parseSession(moved(text, places))).not.toHaveProperty('unreadable')
})

const sdp = `${head}c=IN IP4 192.0.2.1\r\nm=audio 17000 RTP/AVP 0\r\n`

test.each([
  ['application/sdp', sdp, sdp],
  ['Application/SDP; charset=x', sdp, sdp],
  ['', sdp, sdp],
  ['text/plain', sdp, undefined],
  [
    'multipart/mixed;boundary=edge',
    `--edge\r\nContent-Type: application/sdp\r\n\r\n${sdp}\r\n--edge--\r\n`,
    sdp,
  ],
  [
    'multipart/mixed; boundary="e dge"',
    `preamble\r\n--e dge\r\nContent-Type: text/plain\r\n\r\n--e dg\r\n--e dge\r\nc: application/sdp\r\n\r\n${sdp}\r\n--e dge--\r\n`,
    sdp,
  ],
  ['multipart/mixed;boundary=edge', `--edge\nContent-Type: application/sdp\n\nv=0\n--edge--\n`, 'v=0'],
  [
    'multipart/mixed;boundary=edge',
    `--edge--\r\n--edge\r\nContent-Type: application/sdp\r\n\r\n${sdp}`,
    undefined,
  ],
  ['multipart/mixed', `--edge\r\nContent-Type: application/sdp\r\n\r\n${sdp}\r\n--edge--\r\n`, undefined],
  ['application/sdp', '', undefined],
])('a body of type %j', (type, body, found) => {
  const part = findDescription(type, body)
  expect(part && body.slice(part.at, part.at + part.length)).toBe(found)
})

test('the length of a part follows its description', () => {
  const before = `--e\r\nContent-Type: application/sdp\r\nContent-Length: ${sdp.length}\r\n\r\n`
  const body = `${before}${sdp}\r\n--e--\r\n`
  const part = findDescription('multipart/mixed;boundary=e', body)!
  const edits = editsOfPart(part, [{ at: 0, remove: part.length, insert: 'v=0\r\n' }])

  expect(applyTextEdits(body, edits)).toBe(
    '--e\r\nContent-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n\r\n--e--\r\n',
  )
})

function moved(text: string, places: readonly (RelayPlace | undefined)[]): string {
  const session = parseSession(text)
  if ('unreadable' in session) throw new Error(session.unreadable)
  return applyTextEdits(text, readdress(session, places, { isMarked: true }))
}
