import { expect, test } from 'vitest'
import type { Flow } from '../lib/flow.ts'
import { instant } from '../lib/instant.ts'
import { CallWire, CallWires, withoutSecrets } from './call-wire.ts'

const listener = { transport: 'udp', address: '192.0.2.1', port: 5060 } as const
const flow: Flow = { listener, address: '192.0.2.7', port: 5062, connection: undefined }
const at = instant(5)

function message(callIdLine: string, rest = ''): string {
  return `BYE sip:a@b SIP/2.0\r\nVia: x\r\n${callIdLine}\r\nCSeq: 1 BYE\r\n${rest}\r\n`
}

test.each([
  ['the usual spelling', 'Call-ID: a@b'],
  ['another case', 'call-id: a@b'],
  ['space around the colon', 'Call-ID :\ta@b '],
  ['the short form', 'i:a@b'],
])('what leaves is found by its Call-ID in %s', (_, line) => {
  const wires = new CallWires()
  const wire = new CallWire()
  wires.begin('a@b', wire)
  wires.went(at, flow, message(line))
  wires.went(at, flow, message('Call-ID: other'))
  expect(wire.messages).toEqual([{ at, way: 'out', flow, octets: message(line) }])
})

test('of a long call the beginning and the newest stay', () => {
  const wire = new CallWire()
  for (let count = 0; count < 200; count++) wire.add({ at, way: 'in', flow, octets: `m${count}` })
  expect(wire.messages.length).toBe(96)
  expect([wire.messages[31]?.octets, wire.messages[32]?.octets]).toEqual(['m31', 'm136'])
  expect(wire.messages.at(-1)?.octets).toBe('m199')
  expect(wire.octets).toBe(wire.messages.reduce((sum, { octets }) => sum + octets.length, 0))
  expect(wire.isCut).toBe(true)
})

test('all calls together stay within the bound: the oldest give way', () => {
  const wires = new CallWires(10_000)
  const all = Array.from({ length: 50 }, (_, index) => {
    const wire = new CallWire()
    wires.begin(`c${index}`, wire)
    wires.came(at, `c${index}`, flow, 'x'.repeat(1_000))
    return wire
  })
  const kept = all.reduce((sum, { octets }) => sum + octets, 0)
  expect(kept).toBeGreaterThanOrEqual(5_000)
  expect(kept).toBeLessThanOrEqual(10_000)
  expect(all.at(-1)?.octets).toBe(1_000)
  expect([all[0]?.octets, all[0]?.isCut]).toEqual([0, true])
})

test('a forgotten call takes no more, and gives its room back', () => {
  const wires = new CallWires(1_500)
  const [first, second] = [new CallWire(), new CallWire()]
  wires.begin('a', first)
  wires.came(at, 'a', flow, 'x'.repeat(1_000))
  wires.forget('a', first)
  wires.came(at, 'a', flow, 'late')
  wires.begin('b', second)
  wires.came(at, 'b', flow, 'x'.repeat(1_000))
  expect([first.octets, second.octets]).toEqual([1_000, 1_000])
})

test.each([
  [
    'Proxy-Authorization: Digest username="a", nonce="n", response="abcdef", cnonce="c"',
    'Proxy-Authorization: Digest username="a", nonce="n", response="xxxxxx", cnonce="c"',
  ],
  [
    'authorization:Digest response=abc,\r\n opaque="o", qop=auth',
    'authorization:Digest response=xxx,\r\n opaque="o", qop=auth',
  ],
  ['Authorization: Basic dXNlcg==', 'Authorization: xxxxx xxxxxxxx'],
  [
    'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abc/+=|2^20',
    'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:xxxxxx|2^20',
  ],
  ['a=ice-pwd:secret', 'a=ice-pwd:xxxxxx'],
  ['X-Response: response="abc"', 'X-Response: response="abc"'],
])('%s shows no secret', (line, shown) => {
  expect(withoutSecrets(`INVITE sip:a@b SIP/2.0\r\n${line}\r\nTo: x\r\n`)).toBe(
    `INVITE sip:a@b SIP/2.0\r\n${shown}\r\nTo: x\r\n`,
  )
})
