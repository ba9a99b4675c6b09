import { expect, test } from 'vitest'
import { loadScript } from '../script/index.ts'
import { vocabulary } from './index.ts'
import { sampleRun } from './sample-run.ts'

const body =
  'v=0\r\no=- 1 1 IN IP4 10.1.2.3\r\nc=IN IP4 10.1.2.3\r\nm=audio 4000 RTP/AVP 0 8\r\nm=video 0 RTP/AVP 31\r\n'

test('addresses of a network give way, and the length stays right', () => {
  const { call, edited } = sampleRun({ body })
  expect(call('sdp_mangle_ip("10.0.0.0/8", "192.0.2.99");')).toBe(1)
  const text = edited()
  expect(text.match(/IP4 192\.0\.2\.99/g)).toHaveLength(2)
  expect(text).toContain(`Content-Length: ${body.length + 4}\r\n`)
  expect(text).not.toContain('10.1.2.3')
})

test.each([
  ['172.16.0.0/12', -1],
  ['10.1.2.3', 1],
])('the network %s', (network, result) => {
  expect(sampleRun({ body }).call(`sdp_mangle_ip("${network}", "192.0.2.99");`)).toBe(result)
})

test.each([
  ['100', 'm=audio 4100 RTP'],
  ['-1000', 'm=audio 3000 RTP'],
])('ports move by %s, and a stream that is switched off stays so', (offset, line) => {
  const { call, edited } = sampleRun({ body })
  expect(call(`sdp_mangle_port("${offset}");`)).toBe(1)
  expect(edited()).toContain(line)
  expect(edited()).toContain('m=video 0 RTP')
})

test('a Contact is packed and unpacked again', () => {
  const { call, edited } = sampleRun()
  expect(call('encode_contact("enc", "192.0.2.1");')).toBe(1)
  const packed = 'sip:enc*alice**192.0.2.7*5062*tcp@192.0.2.1'
  expect(edited()).toContain(`Contact: <${packed}>\r\n`)

  const target = sampleRun({ uri: packed })
  expect([target.call('decode_contact();'), target.run.uri]).toEqual([
    1,
    'sip:alice@192.0.2.7:5062;transport=tcp',
  ])
  expect(sampleRun().call('decode_contact();')).toBe(-1)

  const back = sampleRun({ lines: `m: <${packed}>;q=0.5\r\n` })
  expect(back.call('decode_contact_header();')).toBe(1)
  expect(back.edited()).toContain('m: <sip:alice@192.0.2.7:5062;transport=tcp>;q=0.5\r\n')
})

test.each([
  ['sdp_mangle_ip("x", "192.0.2.1")', 'no network'],
  ['sdp_mangle_ip("10.0.0.0/8", "here")', 'no IPv4 address'],
  ['sdp_mangle_port("x")', 'no offset'],
  ['encode_contact("a b", "192.0.2.1")', 'a prefix'],
])('%s is refused', (command, why) => {
  const { problems } = loadScript(`loadmodule "mangler.so" route { ${command}; }`, vocabulary)
  expect(problems.map(({ message }) => message).join()).toContain(why)
})
