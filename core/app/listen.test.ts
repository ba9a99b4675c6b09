import { expect, test } from 'vitest'
import type { InterfaceAddress } from '../io/index.ts'
import {
  isLoopbackAddress,
  parseListen,
  planListening,
  printListener,
  type ListenRules,
  type ListenWish,
} from './listen.ts'

test.each([
  ['udp:127.0.0.1:5060', { transport: 'udp', host: '127.0.0.1', port: 5060 }],
  ['TCP:[::1]:0', { transport: 'tcp', host: '::1', port: 0 }],
  ['udp:eth0:5070', { transport: 'udp', host: 'eth0', port: 5070 }],
  ['udp:pbx.example:65535', { transport: 'udp', host: 'pbx.example', port: 65_535 }],
  ['127.0.0.1:5060', /PROTO:HOST:PORT/],
  ['udp:127.0.0.1', /PROTO:HOST:PORT/],
  ['udp:::1:5060', /PROTO:HOST:PORT/],
  ['udp:[127.0.0.1]:5060', /no IPv6 address/],
  ['udp::5060', /host is missing/],
  ['udp:127.0.0.1:65536', /up to 65535/],
  ['ws:127.0.0.1:8088', { transport: 'ws', host: '127.0.0.1', port: 8088 }],
  ['sctp:127.0.0.1:5060', /udp, tcp or ws/],
  ['tls:127.0.0.1:5061', /not part of this version/],
  ['', /PROTO:HOST:PORT/],
])('--listen %s', (text, expected) => {
  if (expected instanceof RegExp) expect(parseListen(text)).toMatch(expected)
  else expect(parseListen(text)).toEqual(expected)
})

test.each<[string, Partial<ListenRules>, string[]]>([
  [
    'all of IPv4',
    { wishes: [wish('0.0.0.0')] },
    ['127.0.0.1:5060 ut', '192.0.2.2:5060 ut', '192.0.2.3:5060 ut'],
  ],
  ['all of IPv6, without link-local', { wishes: [wish('::')] }, ['::1:5060 ut', '2001:db8::2:5060 ut']],
  ['an interface', { wishes: [wish('eth0')] }, ['192.0.2.2:5060 ut', '192.0.2.3:5060 ut']],
  ['an interface with IPv6 alone', { wishes: [wish('six')] }, ['2001:db8::2:5060 ut']],
  ['a name: its first IPv4 address', { wishes: [wish('pbx.example')] }, ['192.0.2.2:5060 ut']],
  ['the default port of the script', { wishes: [wish('::1')], defaultPort: 5070 }, ['::1:5070 ut']],
  ['TCP off', { wishes: [wish('::1'), wish('127.0.0.1', 'tcp')], isTcpOff: true }, ['::1:5060 u']],
  ['one transport', { wishes: [wish('::1', 'tcp', 0)] }, ['::1:0 t']],
  ['two wishes for one place', { wishes: [wish('::1', 'udp', 0), wish('::1', 'tcp', 0)] }, ['::1:0 ut']],
  ['WebSocket beside UDP', { wishes: [wish('::1', 'udp', 7), wish('::1', 'ws', 7)] }, ['::1:7 u', '::1:7 w']],
  ['a wish said twice', { wishes: [wish('::1'), wish('::1')] }, ['::1:5060 ut']],
])('%s', async (_, rules, expected) => {
  const openings = await planListening({ ...everyday, ...rules })
  const shown = openings.map(
    ({ address, port, udp, tcp, ws }) =>
      `${address}:${port} ${udp ? 'u' : ''}${tcp ? 't' : ''}${ws === true ? 'w' : ''}`,
  )
  expect(shown).toEqual(expected)
})

test.each<[string, ListenWish, RegExp]>([
  ['a name that is nothing', wish('nobody.example'), /neither an interface nor a name that resolves/],
  ['TLS', wish('127.0.0.1', 'tls'), /not part of this version/],
])('%s is refused', async (_, refused, sentence) => {
  await expect(planListening({ ...everyday, wishes: [refused] })).rejects.toThrow(sentence)
})

test('nothing to listen on is refused', async () => {
  await expect(planListening({ ...everyday, wishes: [wish('0.0.0.0')], interfaces: [] })).rejects.toThrow(
    /no address/,
  )
})

test('listeners are printed as they are written', () => {
  expect(printListener({ transport: 'udp', address: '::1', port: 5060 })).toBe('udp:[::1]:5060')
  expect(printListener({ transport: 'tcp', address: '127.0.0.1', port: 5 })).toBe('tcp:127.0.0.1:5')
})

test.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['192.0.2.1', false],
  ['127.example', false],
  ['2001:db8::1', false],
])('isLoopbackAddress(%s) is %s', (address, expected) => {
  expect(isLoopbackAddress(address)).toBe(expected)
})

const interfaces: readonly InterfaceAddress[] = [
  { name: 'lo', address: '127.0.0.1', family: 4, isLoopback: true, prefixBits: 8 },
  { name: 'lo', address: '::1', family: 6, isLoopback: true, prefixBits: 128 },
  { name: 'eth0', address: '192.0.2.2', family: 4, isLoopback: false, prefixBits: 24 },
  { name: 'eth0', address: '192.0.2.3', family: 4, isLoopback: false, prefixBits: 24 },
  { name: 'eth0', address: 'fe80::2%eth0', family: 6, isLoopback: false, prefixBits: 64 },
  { name: 'six', address: '2001:db8::2', family: 6, isLoopback: false, prefixBits: 64 },
]

const everyday: ListenRules = {
  wishes: [],
  defaultPort: 5060,
  isTcpOff: false,
  interfaces,
  addressesOf: (host) => Promise.resolve(host === 'pbx.example' ? ['2001:db8::2', '192.0.2.2'] : []),
}

function wish(host: string, transport?: ListenWish['transport'], port?: number): ListenWish {
  return { transport, host, port }
}
