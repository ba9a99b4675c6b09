import { expect, test } from 'vitest'
import { receiverReport, rtcpPart, rtp, senderReport } from '../../test/sim/media/packets.ts'
import { alicePlace, bobPlace, endAt, RelayedCall, relayAddress } from '../../test/sim/media/relayed-call.ts'
import { instant } from '../lib/instant.ts'
import { Relay } from './relay.ts'

const aliceRtcp = { ...alicePlace, port: 4001 }
const bobRtcp = { ...bobPlace, port: 6001 }

function talk(call: RelayedCall, packets: number, from = 0): void {
  for (let i = from; i < from + packets; i++) {
    call.arrive('a', alicePlace, rtp({ ssrc: 7, sequence: i, timestamp: i * 160 }))
    call.arrive('b', bobPlace, rtp({ ssrc: 8, sequence: i, timestamp: i * 160 }))
    call.pass(20)
  }
}

test('every second the facts of a stream in which something happened', () => {
  const call = new RelayedCall()
  talk(call, 400)
  const times = call.reports.flatMap((report) => (report.kind === 'facts' ? [report.at] : []))
  expect(times.length).toBeGreaterThanOrEqual(7)
  const gaps = times.slice(1).map((at, index) => at - times[index]!)
  expect(gaps.every((gap) => gap >= 1_000 && gap < 1_200)).toBe(true)
  call.pass(10_000)
  const after = call.reports.length
  call.pass(4_000)
  expect(call.reports.length).toBe(after)
})

test('facts show a pause that is shorter than their second', () => {
  const call = new RelayedCall()
  talk(call, 50)
  call.pass(300)
  const { samples } = call.end().a.received
  expect(samples).toHaveLength(4)
  expect(samples!.at(-1)).toBeLessThan(3)
  expect(Math.max(...samples!)).toBeGreaterThanOrEqual(12)
})

test('a place that was learned is in the facts at the next sample', () => {
  const call = new RelayedCall()
  call.pass(3_000)
  call.arrive('a', { ...alicePlace, port: 31_000 }, rtp())
  call.pass(300)
  const facts = call.reports.findLast((report) => report.kind === 'facts')
  expect(facts).toMatchObject({ streams: [{ a: { rtp: { at: { port: 31_000 }, from: 'learned' } } }] })
})

test('packets at a pair without a stream are told with their source, once a second', () => {
  const relay = new Relay([])
  relay.open({ id: 5, address: relayAddress, port: 40_000 })
  const strays = (at: number): unknown =>
    relay.tick(instant(at)).map((output) => (output.kind === 'report' ? output.report : undefined))
  for (let i = 0; i < 3; i++) expect(relay.route(instant(0), 0, '192.0.2.7', 9, rtp(), 172)).toBe(undefined)
  expect(strays(25)).toEqual([{ kind: 'strays', pairs: [{ pair: 5, sources: { '192.0.2.7:9': 3 } }] }])
  relay.route(instant(30), 1, '192.0.2.7', 10, rtp(), 172)
  expect(strays(50)).toEqual([])
  expect(strays(1_025)).toEqual([{ kind: 'strays', pairs: [{ pair: 5, sources: { '192.0.2.7:10': 1 } }] }])
  expect(strays(3_000)).toEqual([])
})

test('facts tell what came, what went and how good it was', () => {
  const call = new RelayedCall()
  talk(call, 100)
  const { a } = call.end()
  expect(a).toMatchObject({
    received: {
      packets: 100,
      bytes: 17_200,
      firstAt: 0,
      lastAt: 1_980,
      ssrcs: { 7: 100 },
      payloadTypes: { 0: 100 },
      lost: 0,
      expected: 100,
      jitterMs: 0,
      meanGapMs: 20,
      payloadKind: 'speech',
    },
    sent: { packets: 100, bytes: 17_200, lastAt: 1_980, errors: {}, keepAlives: 0 },
    dropped: {},
    rtp: { at: alicePlace, from: 'description', since: 0 },
  })
  expect(a.mos).toBeGreaterThan(4.3)
})

test('what the phones report of each other is told with the round trip', () => {
  const call = new RelayedCall()
  talk(call, 10)
  call.arrive('b', bobRtcp, senderReport(8, 0xaabb_ccdd), 'rtcp')
  call.pass(500)
  const block = [8, 0x8000_0003, 0, 80, 0xaabb_ccdd, 65_536 * 0.4]
  call.arrive('a', aliceRtcp, rtcpPart(201, 1, [7, ...block]), 'rtcp')
  const { a, b } = call.end()
  expect(a.reported).toEqual({
    fractionLost: 0.5,
    lost: 3,
    jitterMs: 10,
    roundTripMs: expect.closeTo(100, 0),
    at: 700,
  })
  expect([a.received.rtcpPackets, a.sent.rtcpPackets, b.reported]).toEqual([1, 1, undefined])
})

test('a report about another stream, or an old one, tells no round trip', () => {
  const call = new RelayedCall()
  talk(call, 1)
  for (let ntp = 1; ntp <= 6; ntp++) call.arrive('b', bobRtcp, senderReport(8, ntp), 'rtcp')
  call.arrive('a', aliceRtcp, rtcpPart(201, 1, [7, 999, 0, 0, 0, 6, 0]), 'rtcp')
  expect(call.relay.streamCount).toBe(1)
  call.arrive('a', aliceRtcp, rtcpPart(201, 1, [7, 8, 0, 0, 80, 1, 0]), 'rtcp')
  expect(call.end().a.reported).toMatchObject({ roundTripMs: undefined, jitterMs: 10 })
})

test('a silent arrow is kept alive every 15 s, and not one that speaks', () => {
  const call = new RelayedCall()
  for (let i = 0; i < 60 * 50; i++) {
    call.arrive('a', alicePlace, rtp({ ssrc: 7, sequence: i, timestamp: i * 160 }))
    call.pass(20)
  }
  const kept = call.outputs.flatMap((output) => (output.kind === 'keep-alive' ? [output.hop.address] : []))
  expect(new Set(kept)).toEqual(new Set([alicePlace.address]))
  expect(kept.length).toBeGreaterThanOrEqual(3)
  expect(kept.length).toBeLessThanOrEqual(4)
  expect(call.end().a.sent.keepAlives).toBe(kept.length)
})

test('nobody who has not consented is kept alive', () => {
  const call = new RelayedCall({
    a: { rtp: { address: '192.0.2.9', port: 7000 }, plausible: ['192.0.2.9', '192.0.2.8'] },
  })
  call.pass(20_000)
  const kept = call.outputs.flatMap((output) => (output.kind === 'keep-alive' ? [output.hop.address] : []))
  expect(kept).toEqual([bobPlace.address])
})

test('a held phone gets RTCP and no media', () => {
  const call = new RelayedCall({ b: { mayReceive: false } })
  expect(call.arrive('a', alicePlace, rtp())).toBeUndefined()
  expect(call.arrive('a', aliceRtcp, receiverReport(7), 'rtcp')).toMatchObject({ key: 3, ...bobRtcp })
  expect(call.end().a.dropped).toEqual({ 'peer-may-not-receive': 1 })
})

test('before the answer nothing is known of the callee', () => {
  const call = new RelayedCall({ b: { rtp: undefined, rtcp: undefined, plausible: [] } })
  expect(call.arrive('a', alicePlace, rtp())).toBeUndefined()
  expect(call.end().a.dropped).toEqual({ 'before-peer-known': 1 })
})

test('DTLS and ZRTP pass untouched between phones that speak them', () => {
  const call = new RelayedCall()
  expect(call.arrive('a', alicePlace, Uint8Array.of(22, 0xfe, 0xfd, 0, 0))).toMatchObject({ key: 2 })
  expect(call.arrive('a', alicePlace, Uint8Array.of(16, 0, 0, 1))).toMatchObject({ key: 2 })
  expect(call.arrive('a', aliceRtcp, Uint8Array.of(22, 0xfe, 0xfd, 0, 0), 'rtcp')).toMatchObject({ key: 3 })
})

test('what the system refuses to send is counted where it was meant to go and where it came from', () => {
  const call = new RelayedCall()
  call.arrive('a', alicePlace, rtp())
  call.relay.sendFailed(2, 'EPERM')
  const { a, b } = call.end()
  expect([b.sent.errors, a.dropped]).toEqual([{ EPERM: 1 }, { 'send-failed': 1 }])
  call.relay.sendFailed(2, 'EPERM')
})

test('sources beyond eight are counted together', () => {
  const call = new RelayedCall()
  for (let port = 1; port <= 20; port++) call.arrive('a', { address: '192.0.2.66', port }, rtp())
  const refused = call.end().a.received.refused ?? {}
  expect(Object.keys(refused).length).toBe(9)
  expect(refused['others']).toBe(12)
})

test('after the end its pairs are closed and its packets go nowhere', () => {
  const call = new RelayedCall()
  call.end()
  expect(call.outputs.filter(({ kind }) => kind === 'close-pair')).toEqual([
    { kind: 'close-pair', slot: 0 },
    { kind: 'close-pair', slot: 1 },
  ])
  expect(call.arrive('a', alicePlace, rtp())).toBeUndefined()
  expect(call.relay.disconnect(call.now, 1)).toEqual([])
  expect(call.relay.open({ id: 33, address: relayAddress, port: 40_004 })).toBeLessThan(2)
})

test('an older order that comes late changes nothing', () => {
  const call = new RelayedCall()
  call.describe()
  call.relay.connect(call.now, { stream: 1, revision: 1, a: { ...call.a, mayReceive: false }, b: call.b })
  expect(call.arrive('b', bobPlace, rtp())).toBeDefined()
})

test('orders that cannot be followed are named', () => {
  const relay = new Relay([])
  const now = instant(0)
  for (const id of [1, 2, 3]) relay.open({ id, address: relayAddress, port: 40_000 + 2 * id })
  const order = { stream: 1, revision: 1, a: endAt(1, alicePlace), b: endAt(2, bobPlace) }
  const why = (outputs: readonly { kind: string; why?: string }[]): (string | undefined)[] =>
    outputs.map((output) => output.why)
  expect(relay.connect(now, order)).toEqual([])
  expect(why(relay.connect(now, { ...order, b: endAt(3, bobPlace) }))).toEqual([
    'stream 1 keeps its pairs as long as it lives',
  ])
  expect(why(relay.connect(now, { ...order, stream: 2 }))).toEqual([
    'stream 2 names a pair that another stream has',
  ])
  expect(why(relay.connect(now, { ...order, stream: 2, a: endAt(9, alicePlace) }))).toEqual([
    'stream 2 names a pair that is not open',
  ])
  expect(why(relay.returnPairs([1]))).toEqual(['pair 1 is in use and cannot be returned'])
  expect(relay.returnPairs([3, 3, 4])).toEqual([{ kind: 'close-pair', slot: 2 }])
})
