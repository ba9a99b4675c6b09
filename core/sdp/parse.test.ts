import { expect, test } from 'vitest'
import { parseSession } from './parse.ts'

const head = 'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n'

test('a description of two media', () => {
  const session = parseSession(
    `${head}a=sendonly\r\nm=audio 17000 RTP/AVP 0 96 13\r\na=rtpmap:96 opus/48000/2\r\na=ptime:30\r\na=rtcp:17005 IN IP4 192.0.2.9\r\nm=video 17010/2 RTP/SAVPF 97\r\nc=IN IP6 2001:DB8::1\r\na=recvonly\r\na=rtcp-mux\r\na=candidate:1 1 UDP 1 192.0.2.1 17010 typ host\r\n`,
  )

  expect(session).toMatchObject({
    connection: { address: '192.0.2.1' },
    direction: 'sendonly',
    isRelayed: false,
    media: [
      {
        kind: 'audio',
        port: 17_000,
        protocol: 'RTP/AVP',
        rtcp: { port: 17_005, address: '192.0.2.9' },
        packetTimeMs: 30,
        isMultiplexed: false,
        formats: [
          { type: 0, encoding: 'pcmu', clockHz: 8000 },
          { type: 96, encoding: 'opus', clockHz: 48_000 },
          { type: 13, encoding: 'cn', clockHz: 8000 },
        ],
      },
      {
        kind: 'video',
        port: 17_010,
        direction: 'recvonly',
        isMultiplexed: true,
        connections: [{ address: '2001:db8::1' }],
        ice: [{ type: 'a' }],
        formats: [{ type: 97, encoding: 'unknown' }],
      },
    ],
  })
})

test.each([
  ['CRLF', `${head}m=audio 4000 RTP/AVP 0\r\n`],
  ['LF alone', `${head}m=audio 4000 RTP/AVP 0\r\n`.replaceAll('\r\n', '\n')],
  ['no final line end', `${head}m=audio 4000 RTP/AVP 0`],
  ['a b= line that is none', `${head}b=AS64\r\nm=audio 4000 RTP/AVP 0\r\n`],
  ['lines that nobody knows', `${head}?\r\nq\r\nx=y\r\nm=audio 4000 RTP/AVP 0\r\n`],
])('%s is read', (_what, text) => {
  expect(parseSession(text)).toMatchObject({ media: [{ port: 4000 }] })
})

test.each([
  ['no v=', 'o=- 1 1 IN IP4 192.0.2.1\r\n'],
  ['nothing', ''],
  ['port 70000', `${head}m=audio 70000 RTP/AVP 0\r\n`],
  ['port -1', `${head}m=audio -1 RTP/AVP 0\r\n`],
  ['payload type 2^32', `${head}m=audio 4000 RTP/AVP 4294967296\r\n`],
  ['payload type 128', `${head}m=audio 4000 RTP/AVP 128\r\n`],
  ['fmtp with a NUL', `${head}m=audio 4000 RTP/AVP 0\r\na=fmtp:\x00\r\n`],
  ['33 media', head + 'm=audio 4000 RTP/AVP 0\r\n'.repeat(33)],
  ['129 formats', `${head}m=audio 4000 RTP/AVP${' 0'.repeat(129)}\r\n`],
  ['an rtpmap without a clock', `${head}m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 opus\r\n`],
  ['a c= that is none', 'v=0\r\nc=IN\r\n'],
  ['a=rtcp:99999', `${head}m=audio 4000 RTP/AVP 0\r\na=rtcp:99999\r\n`],
  ['an m= line of one word', `${head}m=audio\r\n`],
  ['an m= line without a protocol', `${head}m=audio 4000\r\n`],
])('%s is refused', (_what, text) => {
  expect(parseSession(text)).toHaveProperty('unreadable')
})

test('32 media are read', () => {
  expect(parseSession(head + 'm=audio 4000 RTP/AVP 0\r\n'.repeat(32))).toMatchObject({
    media: { length: 32 },
  })
})
