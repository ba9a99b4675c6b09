import { createSocket, type Socket } from 'node:dgram'
import { afterEach, expect, test, vi } from 'vitest'
import { rtp } from '../../test/sim/media/packets.ts'
import {
  readRecordedPackets,
  type EndFacts,
  type RelayOrder,
  type RelayPair,
  type RelayReport,
  type StreamEnd,
} from '../rtp/index.ts'
import { systemClock } from './clock.ts'
import type { Worker } from 'node:worker_threads'
import { RelayPorts, startMediaWorker, type RelayPortsOptions } from './relay-ports.ts'

// A thread takes a second to start on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 20_000 })

const host = '127.0.0.1'
const lowPort = 21_000
const highPort = 21_199
/** Long enough for another thread to get its turn on a busy machine. */
const STOOD_MS = 1_000

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

test('two phones hear each other, and the facts say so', async () => {
  const { relay, phones, until } = await callOn()
  const heard = await exchange(phones, 50)
  expect(heard).toEqual([50, 50])
  await until((report) => report.kind === 'facts' && report.streams[0]?.a.sent.packets === 50)
  relay.order({ kind: 'disconnect', stream: 1 })
  const closed = await until((report) => report.kind === 'closed')
  expect(closed).toMatchObject({
    a: { received: { packets: 50, lost: 0 }, sent: { packets: 50 }, dropped: {} },
    b: { received: { packets: 50, lost: 0 }, sent: { packets: 50 }, dropped: {} },
  })
})

test('packets flow while the main thread stands still (P15)', async () => {
  const { phones, until } = await callOn()
  const [one, other] = phones
  let heard = 0
  other.socket.on('message', () => heard++)
  // Waits for the media thread to be at work: a thread that has no processor proves nothing about this one.
  one.send(rtp({ sequence: 0 }))
  await vi.waitFor(() => expect(heard).toBe(1), { timeout: 10_000 })
  for (let i = 1; i < 20; i++) one.send(rtp({ sequence: i }))
  const from = systemClock.now()
  while (systemClock.now() - from < STOOD_MS);
  const to = systemClock.now()
  const facts = await until(
    (report) => report.kind === 'facts' && report.streams[0]?.a.received.packets === 20,
    10_000,
  )
  await vi.waitFor(() => expect(heard).toBe(20), { timeout: 10_000 })
  const lastAt = facts.kind === 'facts' ? (facts.streams[0]?.a.received.lastAt ?? 0) : 0
  expect(lastAt).toBeGreaterThan(from - 5)
  expect(lastAt).toBeLessThan(to - STOOD_MS / 2)
})

test('a worker that dies is replaced, and its call goes on, on the same ports', async () => {
  const { worker, phones, reports, until } = await callOn()
  await exchange(phones, 5)
  await worker().terminate()
  const lost = await until((report) => report.kind === 'worker-lost')
  expect(lost).toEqual({ kind: 'worker-lost', streams: [], pairs: [], why: expect.any(String) })
  expect(await exchange(phones, 20)).toEqual([20, 20])
  expect(reports.filter(({ kind }) => kind === 'worker-lost').length).toBe(1)
})

test('packets are kept only where somebody wants them, and a new worker knows the wish', async () => {
  const { relay, phones, pairs, worker, until } = await callOn()
  const ids = pairs.map(({ id }) => id)
  const kept = async (): Promise<number> => readRecordedPackets(await relay.recorded(ids)).length
  await exchange(phones, 5)
  expect(await kept()).toBe(0)
  relay.record({ isAll: false, pairs: ids })
  await exchange(phones, 5)
  expect(await kept()).toBe(10)
  await worker().terminate()
  await until((report) => report.kind === 'worker-lost')
  await exchange(phones, 5)
  expect(await kept()).toBe(10)
  relay.record({ isAll: false, pairs: [] })
  expect(await kept()).toBe(0)
})

test('a stream whose port was lost with the worker is named', async () => {
  const { worker, pairs, until } = await callOn()
  await worker().terminate()
  await bind(pairs[0].port)
  expect(await until((report) => report.kind === 'worker-lost')).toMatchObject({ streams: [1] })
})

test('a free pair whose port was lost with the worker is named', async () => {
  const { worker, reports, until } = await callOn()
  const free = reports.flatMap((report) => (report.kind === 'pairs' ? report.pairs : [])).at(-1)!
  await worker().terminate()
  await bind(free.port)
  expect(await until((report) => report.kind === 'worker-lost')).toMatchObject({
    streams: [],
    pairs: [free.id],
  })
})

test('a range of which others have half gives the other half (P3)', async () => {
  for (let port = lowPort; port < lowPort + 40; port += 4) await bind(port)
  const { until, reports } = await open({ ranges: [{ address: host, lowPort, highPort: lowPort + 39 }] })
  const ports = (): number[] =>
    reports.flatMap((report) => (report.kind === 'pairs' ? report.pairs.map(({ port }) => port) : []))
  await until(() => ports().length === 10)
  expect(ports().toSorted((one, other) => one - other)).toEqual(
    Array.from({ length: 10 }, (_, index) => lowPort + 2 + 4 * index),
  )
  const none = await until((report) => report.kind === 'no-ports' || ports().length > 10, 300).catch(
    () => undefined,
  )
  expect(none).toBeUndefined()
})

test('a range without a free port says so once, and again serves when one is free', async () => {
  const taken = await bind(lowPort + 1)
  const { relay, until, reports } = await open({
    ranges: [{ address: host, lowPort, highPort: lowPort + 1 }],
  })
  expect(await until((report) => report.kind === 'no-ports')).toEqual({
    kind: 'no-ports',
    address: host,
    why: 'EADDRINUSE',
  })
  relay.order({ kind: 'refill', address: host, count: 1 })
  await pause(1_300)
  expect(reports.filter(({ kind }) => kind === 'no-ports').length).toBe(1)
  await new Promise<void>((resolve) => taken.close(() => resolve()))
})

test('an address that this machine does not have is told', async () => {
  const { until } = await open({ ranges: [{ address: '192.0.2.1', lowPort, highPort }] })
  expect(await until((report) => report.kind === 'no-ports')).toMatchObject({ why: 'EADDRNOTAVAIL' })
})

test('pairs are taken, refilled, returned, and closed with the relay', async () => {
  const { relay, reports, until } = await open({ pairsAhead: 4 })
  await until(() => countPairs(reports) === 4)
  relay.order({ kind: 'refill', address: host, count: 3 })
  await until(() => countPairs(reports) === 7)
  const first = reports.flatMap((report) => (report.kind === 'pairs' ? report.pairs : []))[0]!
  relay.order({ kind: 'return-pairs', pairs: [first.id] })
  await untilBindable(first.port)
  await relay.close()
  for (const report of reports) {
    if (report.kind === 'pairs') for (const { port } of report.pairs) await untilBindable(port)
  }
})

test('the calls of the process before are taken up on their old ports', async () => {
  const before = await callOn()
  await before.relay.close()
  const { until, reports } = await open({}, resumeOf(before))
  expect(await until((report) => report.kind === 'resumed')).toEqual({ kind: 'resumed', stream: 7, ok: true })
  expect(await exchange(before.phones, 10)).toEqual([10, 10])
  await until(() => countPairs(reports) === 64)
})

test('a call whose old port is gone is not taken up, and its other port is free', async () => {
  const before = await callOn()
  await before.relay.close()
  await bind(before.pairs[0].port)
  const { until } = await open(
    { ranges: [{ address: host, lowPort: 21_400, highPort: 21_499 }] },
    resumeOf(before),
  )
  expect(await until((report) => report.kind === 'resumed')).toEqual({
    kind: 'resumed',
    stream: 7,
    ok: false,
  })
  await untilBindable(before.pairs[1].port)
})

test('what the system refuses to send is counted, and the relay lives', async () => {
  const { relay, phones, pairs, ends, until } = await callOn()
  // Nobody on loopback is reached by that socket: the system answers EINVAL or ENETUNREACH.
  const nowhere = { address: '198.51.100.1', port: 4000 }
  const b: StreamEnd = { ...ends[1], rtp: nowhere, rtcp: undefined, plausible: [nowhere.address] }
  relay.order({ kind: 'connect', stream: 1, revision: 2, a: ends[0], b })
  await pause(50)
  for (let i = 0; i < 5; i++) phones[0].send(rtp({ sequence: i }))
  const facts = await until(
    (report) => report.kind === 'facts' && report.streams[0]?.a.received.packets === 5,
  )
  const dropped: EndFacts['dropped'] = facts.kind === 'facts' ? facts.streams[0]!.a.dropped : {}
  expect(dropped['send-failed']).toBeGreaterThanOrEqual(4)
  relay.order({ kind: 'disconnect', stream: 1 })
  await until((report) => report.kind === 'closed')
  expect(pairs.length).toBe(2)
})

test('an order that cannot be followed is told as trouble', async () => {
  const { relay, troubles, ends } = await callOn()
  relay.order({ kind: 'connect', stream: 2, revision: 1, a: ends[0], b: ends[1] })
  await pause(200)
  expect(troubles).toEqual(['stream 2 names a pair that another stream has'])
})

interface Phone {
  readonly socket: Socket
  readonly send: (packet: Uint8Array) => void
}

interface Opened {
  /** The thread that runs at present. */
  readonly worker: () => Worker
  readonly relay: RelayPorts
  readonly reports: RelayReport[]
  readonly troubles: string[]
  /** The first report, past or to come, that fits. */
  readonly until: (fits: (report: RelayReport) => boolean, limitMs?: number) => Promise<RelayReport>
}

async function open(
  options: Partial<RelayPortsOptions> = {},
  ...first: readonly RelayOrder[]
): Promise<Opened> {
  const reports: RelayReport[] = []
  const troubles: string[] = []
  const watchers = new Set<() => void>()
  let worker: Worker | undefined
  const relay = new RelayPorts({
    startWorker: (data) => (worker = startMediaWorker(data)),
    ranges: [{ address: host, lowPort, highPort }],
    report: (report) => {
      reports.push(report)
      for (const look of watchers) look()
    },
    trouble: (why) => troubles.push(why),
    ...options,
  })
  for (const order of first) relay.order(order)
  await relay.start()
  closing.push(() => relay.close())
  const until: Opened['until'] = (fits, limitMs = 4_000) =>
    new Promise((resolve, reject) => {
      const limit = setTimeout(() => {
        watchers.delete(look)
        reject(new Error(`no such report; there were ${reports.map(({ kind }) => kind).join(', ')}`))
      }, limitMs)
      const look = (): void => {
        const found = reports.find(fits)
        if (found === undefined) return
        clearTimeout(limit)
        watchers.delete(look)
        resolve(found)
      }
      watchers.add(look)
      look()
    })
  return { relay, reports, troubles, until, worker: () => worker! }
}

function resumeOf({ pairs, ends }: OpenedCall): RelayOrder {
  const [a, b] = pairs
  return { kind: 'resume', stream: 7, revision: 3, a: { ...ends[0], at: a }, b: { ...ends[1], at: b } }
}

interface OpenedCall extends Opened {
  readonly pairs: readonly [RelayPair, RelayPair]
  readonly ends: readonly [StreamEnd, StreamEnd]
  readonly phones: readonly [Phone, Phone]
}

async function callOn(): Promise<OpenedCall> {
  const opened = await open()
  await opened.until(({ kind }) => kind === 'pairs')
  const [one, other] = opened.reports.flatMap((report) => (report.kind === 'pairs' ? report.pairs : []))
  const pairs = [one!, other!] as const
  const phones = [await phone(pairs[0].port), await phone(pairs[1].port)] as const
  const ends = [endOf(pairs[0], phones[0]), endOf(pairs[1], phones[1])] as const
  const order: RelayOrder = { kind: 'connect', stream: 1, revision: 1, a: ends[0], b: ends[1] }
  opened.relay.order(order)
  await pause(50)
  return { ...opened, pairs, phones, ends }
}

async function phone(relayPort: number): Promise<Phone> {
  const socket = await bind(0)
  return { socket, send: (packet) => socket.send(packet, relayPort, host) }
}

function endOf(pair: RelayPair, { socket }: Phone): StreamEnd {
  const { port } = socket.address()
  return {
    pair: pair.id,
    rtp: { address: host, port },
    rtcp: { address: host, port: port + 1 },
    isMultiplexed: false,
    plausible: [host],
    isAsymmetric: false,
    mayReceive: true,
    maySend: true,
    formats: [{ type: 0, encoding: 'pcmu', clockHz: 8000 }],
    packetTimeMs: 20,
  }
}

/** Each sends so many packets; gives how many each heard. */
async function exchange(phones: readonly [Phone, Phone], packets: number): Promise<[number, number]> {
  const heard: [number, number] = [0, 0]
  const counters = [(): number => heard[0]++, (): number => heard[1]++] as const
  phones.forEach(({ socket }, index) => socket.on('message', counters[index === 0 ? 0 : 1]))
  for (let sequence = 0; sequence < packets; sequence++) {
    for (const { send } of phones) send(rtp({ sequence, timestamp: sequence * 160 }))
    await pause(2)
  }
  await pause(150)
  phones.forEach(({ socket }, index) => socket.off('message', counters[index === 0 ? 0 : 1]))
  return heard
}

async function bind(port: number): Promise<Socket> {
  // With a look-up of its own a packet leaves at once, and not when the thread has time again.
  const socket = createSocket({ type: 'udp4', lookup: (name, _options, callback) => callback(null, name, 4) })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind({ port, address: host, exclusive: true }, resolve)
  })
  let isOpen = true
  socket.once('close', () => (isOpen = false))
  closing.push(() => new Promise<void>((resolve) => (isOpen ? socket.close(() => resolve()) : resolve())))
  return socket
}

async function untilBindable(port: number): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    const socket = await bind(port).catch(() => undefined)
    if (socket !== undefined) return new Promise((resolve) => socket.close(() => resolve()))
    await pause(20)
  }
  throw new Error(`port ${port} is still taken`)
}

function countPairs(reports: readonly RelayReport[]): number {
  return reports.reduce((sum, report) => sum + (report.kind === 'pairs' ? report.pairs.length : 0), 0)
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
