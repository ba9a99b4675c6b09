/** Descriptions that want us to send media where nobody asked for it (T48), as offers and as answers. */
import { expect, test } from 'vitest'
import type { StreamEnd } from '../../core/rtp/index.ts'
import { RelayedOffice } from './relayed-office.ts'

const head = 'v=0\r\no=- 1 1 IN IP4 10.0.0.2\r\ns=-\r\n'
const audio = 't=0 0\r\nm=audio 17000 RTP/AVP 0\r\n'
const forbiddenPorts = [5060, 5061, 3478, 3479, 5349, 5350]

/** Addresses that lead to this computer, to nobody or to everybody, in every spelling. */
const addresses = [
  ...['IP4 127.0.0.1', 'IP4 127.255.255.254', 'IP4 255.255.255.255', 'IP4 224.0.0.1', 'IP4 239.1.2.3/127/9'],
  ...['IP4 240.0.0.1', 'IP4 0.0.0.1', 'IP4 127.1', 'IP4 2130706433', 'IP4 0x7f000001', 'IP4 0177.0.0.1'],
  ...[
    'IP4 localhost',
    'IP4 127.0.0.1.',
    'IP4 10.0.0.1',
    'IP6 ::1',
    'IP6 0:0:0:0:0:0:0:1',
    'IP6 ::ffff:127.0.0.1',
  ],
  ...['IP6 ::ffff:7f00:1', 'IP6 0:0:0:0:0:ffff:7f00:0001', 'IP6 ::FFFF:E000:1', 'IP6 ff02::1', 'IP6 FF05::2'],
  ...['IP6 fe80::1%lo', 'IP6 ::1%lo', 'IP6 :::', 'IP6 ::ffff:ffff:ffff', 'IP6 ::ffff:0a00:0001'],
]
const ports = [1, 9, 22, 53, 1023, ...forbiddenPorts, 35_000, 35_001, 65_535]

const bodies = [
  ...addresses.flatMap((place) => [
    `${head}c=IN ${place}\r\n${audio}`,
    `${head}${audio}c=IN ${place}\r\n`,
    `${head}c=IN IP4 10.0.0.2\r\n${audio}c=IN IP4 10.0.0.2\r\nc=IN ${place}\r\n`,
    `${head}c=IN IP4 10.0.0.2\r\n${audio}a=rtcp:17001 IN ${place}\r\n`,
  ]),
  ...ports.flatMap((port) => [
    `${head}c=IN IP4 10.0.0.9\r\n${audio.replace('17000', String(port))}`,
    `${head}c=IN IP4 10.0.0.1\r\n${audio.replace('17000', String(port))}`,
    `${head}c=IN IP4 10.0.0.9\r\n${audio}a=rtcp:${port}\r\n`,
    `${head}c=IN IP4 10.0.0.9\r\n${audio}a=rtcp:${port} IN IP4 10.0.0.1\r\n`,
  ]),
  ...['A'.repeat(60_000), '%s%n%x', '-1', '4294967296', '17000/65536', '0x4268'].flatMap((word) => [
    `${head}c=IN IP4 ${word}\r\n${audio}`,
    `${head}c=IN IP4 10.0.0.2\r\n${audio.replace('17000', word)}`,
    `${head}c=IN IP4 10.0.0.2\r\n${audio}a=rtcp:${word}\r\n`,
    `${head}c=IN IP4 10.0.0.2\r\n${audio}a=rtpmap:${word} ${word}/${word}\r\n`,
  ]),
  `${head}c=IN IP4 10.0.0.2\r\n${'m=audio 17000 RTP/AVP 0\r\n'.repeat(5000)}`,
]

test(`${bodies.length} hostile offers lead no media to a forbidden place`, () => {
  let relayed = 0
  for (const body of bodies) {
    const office = new RelayedOffice()
    const [alice, bob] = [office.phone('alice'), office.phone('bob')]
    alice.request('INVITE', { body })
    const invite = bob.messages.find((it) => it.kind === 'request' && it.method === 'INVITE')
    if (invite?.kind === 'request') bob.answer(invite, 200, `${head}c=IN IP4 10.0.0.3\r\n${audio}`)
    relayed += office.relay.streams.size
    mayBeConnected(office, body)
  }
  expect(relayed).toBeGreaterThan(10)
})

test(`${bodies.length} hostile answers lead no media to a forbidden place`, () => {
  let relayed = 0
  for (const body of bodies) {
    const office = new RelayedOffice()
    const [alice, bob] = [office.phone('alice'), office.phone('bob')]
    alice.request('INVITE', { body: `${head}c=IN IP4 10.0.0.2\r\n${audio}` })
    bob.answer(bob.lastRequest('INVITE'), 200, body)
    relayed += office.relay.streams.size
    mayBeConnected(office, body)
  }
  expect(relayed).toBeGreaterThan(10)
})

function mayBeConnected(office: RelayedOffice, body: string): void {
  for (const order of office.relay.orders) {
    if (order.kind !== 'connect') continue
    for (const end of [order.a, order.b]) for (const place of placesOf(end)) expectHarmless(place, body)
  }
}

function placesOf({ rtp, rtcp, plausible }: StreamEnd): { address: string; port: number }[] {
  const learned = plausible.map((address) => ({ address, port: 17_000 }))
  return [rtp, rtcp, ...learned].filter((place) => place !== undefined)
}

function expectHarmless({ address, port }: { address: string; port: number }, body: string): void {
  const said = `${address}:${port} from ${body.slice(0, 200)}`
  expect(port, said).toBeGreaterThanOrEqual(1024)
  expect(forbiddenPorts, said).not.toContain(port)
  // An office of 10.0.0.x alone: whatever else came out was made up.
  expect(address, said).toMatch(/^10\.0\.0\.[1-9]$/)
  if (address === '10.0.0.1') expect(port < 35_000 || port > 35_999, said).toBe(true)
}
