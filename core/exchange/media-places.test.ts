import { expect, test } from 'vitest'
import { parseSession } from '../sdp/index.ts'
import { describeStreams } from './media-places.ts'

const ours = { address: '192.0.2.77', port: 35_000 }

function described(
  lines: readonly string[],
  address = '192.0.2.1',
  isTrusted = false,
): ReturnType<typeof describeStreams> {
  const session = parseSession(`v=0\r\n${lines.join('\r\n')}\r\n`)
  if ('unreadable' in session) throw new Error(session.unreadable)
  return describeStreams(session, {
    address,
    isTrusted,
    isOurs: (place) => place.address === ours.address && place.port === ours.port,
  })
}

test.each([
  ['as it says', ['c=IN IP4 192.0.2.1'], '192.0.2.1', '192.0.2.1'],
  ['a private address from outside is the source', ['c=IN IP4 10.1.1.1'], '192.0.2.1', '192.0.2.1'],
  ['a private address from inside is itself', ['c=IN IP4 10.1.1.1'], '10.2.2.2', '10.1.1.1'],
  ['IPv4 in IPv6', ['c=IN IP6 ::ffff:192.0.2.5'], '192.0.2.1', '192.0.2.5'],
])('%s', (_what, [connection = ''], source, address) => {
  expect(described([connection, 'm=audio 4000 RTP/AVP 0'], source)).toMatchObject([
    { isRefused: false, rtp: { address, port: 4000 }, rtcp: { address, port: 4001 } },
  ])
})

test('a private address is taken as it stands where the script trusts it', () => {
  expect(described(['c=IN IP4 10.1.1.1', 'm=audio 4000 RTP/AVP 0'], '192.0.2.1', true)).toMatchObject([
    { rtp: { address: '10.1.1.1' } },
  ])
})

test.each([
  ['held', ['c=IN IP4 0.0.0.0', 'm=audio 4000 RTP/AVP 0'], { isHeld: true, rtp: undefined }],
  ['a name', ['c=IN IP4 phone.example', 'm=audio 4000 RTP/AVP 0'], { isRefused: false, rtp: undefined }],
  ['port 9', ['c=IN IP4 192.0.2.1', 'm=audio 9 RTP/AVP 0'], { isRefused: false, rtp: undefined }],
  ['port 0', ['c=IN IP4 192.0.2.1', 'm=audio 0 RTP/AVP 0'], { isRefused: true, rtp: undefined }],
  ['fax over UDPTL', ['c=IN IP4 192.0.2.1', 'm=image 4000 udptl t38'], { isRefused: true }],
  ['no address at all', ['m=audio 4000 RTP/AVP 0'], { isRefused: true, rtp: undefined }],
  ['the last port', ['c=IN IP4 192.0.2.1', 'm=audio 65535 RTP/AVP 0'], { rtcp: undefined }],
  [
    'RTCP elsewhere',
    ['c=IN IP4 192.0.2.1', 'm=audio 4000 RTP/AVP 0', 'a=rtcp:4100 IN IP4 192.0.2.8'],
    { rtcp: { address: '192.0.2.8', port: 4100 } },
  ],
])('%s', (_what, lines, expected) => {
  expect(described(lines)).toMatchObject([expected])
})

test.each([
  ['c=IN IP4 192.0.2.77', 'm=audio 35000 RTP/AVP 0'],
  ['c=IN IP4 127.0.0.1', 'm=audio 4000 RTP/AVP 0'],
  ['c=IN IP6 ::1', 'm=audio 4000 RTP/AVP 0'],
  ['c=IN IP6 ff02::1', 'm=audio 4000 RTP/AVP 0'],
  ['c=IN IP4 192.0.2.1', 'm=audio 1023 RTP/AVP 0'],
  ['c=IN IP4 192.0.2.1', 'm=audio 4000 RTP/AVP 0', 'a=rtcp:5060'],
  ['c=IN IP4 192.0.2.1', 'm=audio 4000 RTP/AVP 0', 'a=rtcp:4001 IN IP4 239.1.1.1'],
])('%s with %s is a place that media may not go to', (...lines) => {
  expect(described(lines)).toBeTypeOf('string')
})
