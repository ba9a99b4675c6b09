import { expect, test } from 'vitest'
import { joined, receiverReport, rtp, stunRequest } from '../../test/sim/media/packets.ts'
import { alicePlace, bobPlace, relayAddress, RelayedCall } from '../../test/sim/media/relayed-call.ts'

const stranger = { address: '192.0.2.66', port: 9999 }
const atPort = (port: number): { address: string; port: number } => ({ ...alicePlace, port })
/** Alice behind a NAT: her description is of no use, her signalling came from `alicePlace`. */
const behindNat = {
  rtp: { address: '192.168.1.5', port: 4000 },
  rtcp: { address: '192.168.1.5', port: 4001 },
  plausible: ['192.168.1.5', alicePlace.address],
}

/** A packet from Bob shows where the relay sends what is for Alice. */
function towardsAlice(call: RelayedCall): string | undefined {
  const hop = call.arrive('b', bobPlace, rtp({ ssrc: 900, sequence: (sequence = (sequence + 1) & 0xffff) }))
  return hop && `${hop.address}:${hop.port}`
}
let sequence = 0

test('before a packet came, media goes where the description says', () => {
  expect(towardsAlice(new RelayedCall())).toBe('198.51.100.10:4000')
})

test('behind a NAT media goes where the first packet came from', () => {
  const call = new RelayedCall({ a: behindNat })
  expect(call.arrive('a', atPort(31_000), rtp())).toMatchObject({ key: 2, ...bobPlace })
  expect(towardsAlice(call)).toBe('198.51.100.10:31000')
  call.pass(250)
  expect(call.reports.filter(({ kind }) => kind === 'latched')).toEqual([
    {
      kind: 'latched',
      stream: 1,
      end: 'a',
      component: 'rtp',
      latching: { at: atPort(31_000), from: 'learned', since: 0 },
    },
  ])
})

test('a stranger is never learned, passed on or answered', () => {
  for (const ends of [{}, { a: behindNat }]) {
    const call = new RelayedCall(ends)
    expect(call.arrive('a', stranger, rtp())).toBeUndefined()
    call.arrive('a', alicePlace, rtp({ sequence: 1 }))
    expect(call.arrive('a', stranger, rtp())).toBeUndefined()
    expect(towardsAlice(call)).toBe('198.51.100.10:4000')
    expect(call.end().a).toMatchObject({
      dropped: { stranger: 2 },
      received: { packets: 1, refused: { '192.0.2.66:9999': 2 }, sources: { '198.51.100.10:4000': 1 } },
    })
  }
})

test('whoever sprays first at the right address does not lock the described place out (R13, R14)', () => {
  const call = new RelayedCall()
  expect(call.arrive('a', atPort(5555), rtp({ ssrc: 6 }))).toBeDefined()
  expect(call.arrive('a', alicePlace, rtp({ ssrc: 7 }))).toBeDefined()
  expect(call.arrive('a', atPort(5555), rtp({ ssrc: 6, sequence: 40_000 }))).toBeUndefined()
  expect(towardsAlice(call)).toBe('198.51.100.10:4000')
})

test('behind a NAT that keeps ports the described port goes before others', () => {
  const call = new RelayedCall({ a: behindNat })
  call.arrive('a', atPort(5555), rtp({ ssrc: 6 }))
  expect(call.arrive('a', atPort(4000), rtp({ ssrc: 7 }))).toBeDefined()
  expect(call.arrive('a', atPort(5555), rtp({ ssrc: 6, sequence: 9_000 }))).toBeUndefined()
  expect(towardsAlice(call)).toBe('198.51.100.10:4000')
})

test('after the first packet the same address with another port is a stranger (R14)', () => {
  const call = new RelayedCall({ a: behindNat })
  call.arrive('a', atPort(31_000), rtp({ ssrc: 7 }))
  call.pass(500)
  for (let i = 0; i < 50; i++) {
    call.arrive('a', atPort(31_000), rtp({ ssrc: 7, sequence: 1 + i }))
    expect(call.arrive('a', atPort(5555), rtp({ ssrc: 6, sequence: i }))).toBeUndefined()
    call.pass(20)
  }
  expect(towardsAlice(call)).toBe('198.51.100.10:31000')
})

test('a NAT that binds anew loses not one packet of the same stream', () => {
  const call = new RelayedCall({ a: behindNat })
  call.arrive('a', atPort(31_000), rtp({ ssrc: 7, sequence: 65_535 }))
  call.pass(20)
  expect(call.arrive('a', atPort(32_000), rtp({ ssrc: 7, sequence: 0 }))).toBeDefined()
  expect(towardsAlice(call)).toBe('198.51.100.10:32000')
  expect(call.end().a.received.sources).toEqual({ '198.51.100.10:31000': 1, '198.51.100.10:32000': 1 })
})

test('a copy of an old packet does not carry a stream on', () => {
  const call = new RelayedCall({ a: behindNat })
  call.arrive('a', atPort(31_000), rtp({ ssrc: 7, sequence: 100 }))
  expect(call.arrive('a', atPort(32_000), rtp({ ssrc: 7, sequence: 100 }))).toBeUndefined()
  expect(call.arrive('a', atPort(32_000), rtp({ ssrc: 7, sequence: 5_000 }))).toBeUndefined()
})

test('another stream from another port is learned only after a second of silence', () => {
  const call = new RelayedCall({ a: behindNat })
  call.arrive('a', atPort(31_000), rtp({ ssrc: 7 }))
  call.pass(975)
  expect(call.arrive('a', atPort(32_000), rtp({ ssrc: 8 }))).toBeUndefined()
  call.pass(25)
  expect(call.arrive('a', atPort(32_000), rtp({ ssrc: 8 }))).toBeDefined()
})

test('an offer opens learning for 200 ms, once, for plausible addresses and a source that fell silent (R15)', () => {
  const opened = (): RelayedCall => {
    const call = new RelayedCall({ a: behindNat })
    call.arrive('a', atPort(31_000), rtp({ ssrc: 7 }))
    call.pass(300)
    call.arrive('a', atPort(31_000), rtp({ ssrc: 7, sequence: 1 }))
    call.describe()
    return call
  }
  const call = opened()
  expect(call.arrive('a', atPort(32_000), rtp({ ssrc: 8 }))).toBeUndefined()
  call.pass(60)
  expect(call.arrive('a', stranger, rtp({ ssrc: 8 }))).toBeUndefined()
  expect(call.arrive('a', atPort(32_000), rtp({ ssrc: 8 }))).toBeDefined()
  call.pass(100)
  expect(call.arrive('a', atPort(33_000), rtp({ ssrc: 9 }))).toBeUndefined()

  const late = opened()
  late.pass(200)
  expect(late.arrive('a', atPort(32_000), rtp({ ssrc: 8 }))).toBeUndefined()
})

test('a true description that moves takes the media along at once', () => {
  const call = new RelayedCall()
  call.arrive('a', alicePlace, rtp({ ssrc: 7 }))
  call.describe({ a: { rtp: atPort(5000) } })
  expect(towardsAlice(call)).toBe('198.51.100.10:5000')
  expect(call.arrive('a', alicePlace, rtp({ ssrc: 7, sequence: 1 }))).toBeDefined()
  expect(towardsAlice(call)).toBe('198.51.100.10:5000')
  expect(call.arrive('a', atPort(5000), rtp({ ssrc: 7, sequence: 2 }))).toBeDefined()
  call.pass(200)
  expect(call.arrive('a', alicePlace, rtp({ ssrc: 7, sequence: 9_999 }))).toBeUndefined()
})

test('a phone that says it moved and did not is found again', () => {
  const call = new RelayedCall()
  call.arrive('a', alicePlace, rtp({ ssrc: 7 }))
  call.describe({ a: { rtp: atPort(5000) } })
  call.pass(225)
  call.arrive('a', alicePlace, rtp({ ssrc: 7, sequence: 1 }))
  expect(towardsAlice(call)).toBe('198.51.100.10:4000')
})

test('a place behind a NAT outlives a description that never was true', () => {
  const call = new RelayedCall({ a: behindNat })
  call.arrive('a', atPort(31_000), rtp({ ssrc: 7 }))
  call.describe({ a: { rtp: { address: '192.168.1.5', port: 4444 } } })
  expect(towardsAlice(call)).toBe('198.51.100.10:31000')
})

test('a call handed to another host goes there', () => {
  const call = new RelayedCall()
  call.arrive('a', alicePlace, rtp({ ssrc: 7 }))
  const elsewhere = { address: '198.51.100.77', port: 7000 }
  call.describe({ a: { rtp: elsewhere, plausible: [elsewhere.address] } })
  expect(towardsAlice(call)).toBe('198.51.100.77:7000')
  expect(call.arrive('a', alicePlace, rtp({ ssrc: 7, sequence: 1 }))).toBeUndefined()
  expect(call.arrive('a', elsewhere, rtp({ ssrc: 8 }))).toBeDefined()
})

test('after hold, in the old way and the new, the destination is right again', () => {
  for (const held of [
    { rtp: { address: '0.0.0.0', port: 4000 }, mayReceive: false },
    { mayReceive: false, maySend: true },
    { rtp: undefined, rtcp: undefined, mayReceive: false },
  ]) {
    const call = new RelayedCall({ a: behindNat })
    const true_ = call.a
    call.arrive('a', atPort(31_000), rtp({ ssrc: 7 }))
    call.describe({ a: held })
    expect(towardsAlice(call)).toBeUndefined()
    call.pass(40_000)
    call.describe({ a: true_ })
    expect(towardsAlice(call)).toBe('198.51.100.10:31000')
  }
})

test('for an asymmetric phone nothing is learned, and its packets are taken all the same', () => {
  const call = new RelayedCall({ a: { isAsymmetric: true } })
  expect(call.arrive('a', atPort(31_000), rtp())).toBeDefined()
  expect(towardsAlice(call)).toBe('198.51.100.10:4000')
})

test('a keep-alive shows the way until media shows another', () => {
  const call = new RelayedCall({ a: behindNat })
  expect(call.arrive('a', atPort(31_000), stunRequest())).toBeUndefined()
  expect(towardsAlice(call)).toBe('198.51.100.10:31000')
  expect(call.arrive('a', atPort(32_000), rtp({ ssrc: 7 }))).toBeDefined()
  expect(call.arrive('a', atPort(31_000), new Uint8Array(0))).toBeUndefined()
  expect(towardsAlice(call)).toBe('198.51.100.10:32000')
  expect(call.end().a.received.stunPackets).toBe(1)
})

test('RTCP is latched for itself, or with RTP where both share a port', () => {
  const apart = new RelayedCall({ a: behindNat })
  apart.arrive('a', atPort(31_001), receiverReport(7), 'rtcp')
  expect(apart.arrive('b', { ...bobPlace, port: 6001 }, receiverReport(8), 'rtcp')).toMatchObject({
    key: 1,
    ...atPort(31_001),
  })
  const shared = new RelayedCall({ a: { ...behindNat, isMultiplexed: true } })
  shared.arrive('a', atPort(31_000), receiverReport(7))
  expect(shared.arrive('b', { ...bobPlace, port: 6001 }, receiverReport(8), 'rtcp')).toMatchObject({
    key: 0,
    ...atPort(31_000),
  })
  expect(shared.arrive('a', atPort(31_000), receiverReport(7))).toMatchObject({
    key: 3,
    address: bobPlace.address,
    port: 6001,
  })
})

test('a malformed packet teaches nothing, wherever it comes from', () => {
  const call = new RelayedCall({ a: behindNat })
  expect(call.arrive('a', atPort(31_000), rtp().subarray(0, 8))).toBeUndefined()
  expect(call.arrive('a', atPort(31_000), joined(receiverReport(1), Uint8Array.of(1)))).toBeUndefined()
  expect(call.arrive('a', atPort(31_000), rtp(), 'rtcp')).toBeUndefined()
  expect(call.arrive('a', atPort(31_000), rtp().subarray(0, 8))).toBeUndefined()
  expect(call.end().a.dropped).toEqual({ malformed: 4 })
})

test('an IPv6 address counts however it is written', () => {
  const place = { address: '2001:DB8:0::10', port: 4000 }
  const call = new RelayedCall({ a: { rtp: place, plausible: [place.address] } })
  expect(call.arrive('a', { address: '2001:db8::10', port: 4000 }, rtp())).toBeDefined()
  expect(towardsAlice(call)).toBe('2001:db8::10:4000')
})

test.each([
  { what: "the relay's own ports", place: { address: relayAddress, port: 40_010 } },
  { what: 'loopback', place: { address: '127.0.0.1', port: 4000 } },
  { what: 'broadcast', place: { address: '255.255.255.255', port: 4000 } },
  { what: 'multicast', place: { address: '239.1.2.3', port: 4000 } },
  { what: 'a port of services', place: { address: alicePlace.address, port: 53 } },
])('nothing is sent to $what', ({ place }) => {
  const call = new RelayedCall({ a: { rtp: place, plausible: [place.address, alicePlace.address] } })
  expect(towardsAlice(call)).toBeUndefined()
  expect(call.end().b.dropped).toEqual({ 'forbidden-destination': 1 })
})

test('a silent third party gets 50 packets, and more only when it has sent something (R24)', () => {
  const victim = { address: '192.0.2.99', port: 7000 }
  const call = new RelayedCall({ a: { rtp: victim, plausible: [victim.address, alicePlace.address] } })
  const sent = Array.from({ length: 500 }, () => towardsAlice(call)).filter((to) => to !== undefined)
  expect(sent).toEqual(Array.from({ length: 50 }, () => '192.0.2.99:7000'))
  call.describe()
  expect(towardsAlice(call)).toBeUndefined()
  call.arrive('a', { ...victim, port: 7001 }, receiverReport(7), 'rtcp')
  expect(towardsAlice(call)).toBe('192.0.2.99:7000')
  expect(call.end().b.dropped).toEqual({ 'no-consent': 451 })
})

test('an asymmetric phone does not consent for a third party', () => {
  const victim = { address: '192.0.2.99', port: 7000 }
  const plausible = [victim.address, alicePlace.address]
  const call = new RelayedCall({ a: { rtp: victim, plausible, isAsymmetric: true } })
  for (let i = 0; i < 100; i++) {
    call.arrive('a', alicePlace, rtp({ sequence: i }))
    towardsAlice(call)
  }
  expect(call.end().a.sent.packets).toBe(50)
})

test('a silent phone that signals from where it listens is no third party', () => {
  const call = new RelayedCall()
  const sent = Array.from({ length: 500 }, () => towardsAlice(call))
  expect(sent.every((to) => to === '198.51.100.10:4000')).toBe(true)
})

test('a place named twice does not get twice as much', () => {
  const victim = { address: '192.0.2.99', port: 7000 }
  const plausible = [victim.address, alicePlace.address]
  const call = new RelayedCall({ a: { rtp: victim, plausible } })
  let sent = 0
  for (let round = 0; round < 10; round++) {
    call.describe({ a: { rtp: { ...victim, port: 7000 + 2 * round }, plausible } })
    for (let i = 0; i < 100; i++) if (towardsAlice(call) !== undefined) sent++
  }
  expect(sent).toBe(50)
})

test.each([
  ['a neighbour of the signalling', '10.1.2.20', '10.1.2.10', 500],
  ['another network of the office', '10.1.3.20', '10.1.2.10', 50],
  ['a neighbour on the internet, who never asked', '192.0.2.99', '192.0.2.10', 50],
  ['a private address of somebody outside', '10.1.2.20', '203.0.113.9', 50],
])('a silent phone at %s gets what it may (T49)', (_name, media, signalling, packets) => {
  const place = { address: media, port: 7000 }
  const call = new RelayedCall({ b: { rtp: place, rtcp: undefined, plausible: [media, signalling] } })
  for (let i = 0; i < 500; i++) call.arrive('a', alicePlace, rtp({ sequence: i }))
  expect(call.passed.length).toBe(packets)
})
