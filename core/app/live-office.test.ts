import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { PhoneRow } from '../api/index.ts'
import { LiveOffice, type OfficeSource } from './live-office.ts'
import type { BindingFact, CallFact } from './office-facts.ts'

let bindings: BindingFact[] = []
let calls: CallFact[] = []
let looks = 0
const noListeners: never[] = []
let missing: readonly string[] = []
let live: LiveOffice

const binding = (user: string, expiresSeconds = 600): BindingFact => ({
  user,
  contact: `sip:${user}@192.0.2.1`,
  expiresSeconds,
  userAgent: 'T46',
  received: null,
})

const source: OfficeSource = {
  bindings: () => Promise.resolve(bindings),
  calls: () => Promise.resolve(calls),
  messagesHeard: () => {
    looks++
    return Promise.resolve(0)
  },
  office: { version: '1', startedAtMs: 0, isHelloWorld: false, folder: '/d' },
  missingAddresses: () => missing,
  listeners: () => noListeners,
  wallMs: () => Date.now(),
  reportBug: (where) => {
    throw new Error(where)
  },
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
  bindings = []
  calls = []
  looks = 0
  missing = []
  live = new LiveOffice(source)
})
afterEach(() => {
  live.stop()
  vi.useRealTimers()
})

function watch(topic: 'phones' | 'calls' | 'troubles' | 'office'): { told: unknown[]; stop: () => void } {
  const told: unknown[] = []
  const stop = live.watch(topic, {
    snapshot: (value) => told.push({ snapshot: value }),
    change: (value) => told.push({ change: value }),
  })
  return { told, stop }
}

test('the snapshot comes first, then only the rows that changed', async () => {
  bindings = [binding('101')]
  const { told } = watch('phones')
  await vi.advanceTimersByTimeAsync(0)
  bindings = [binding('101'), binding('102')]
  live.take({ kind: 'registered', user: '102', contact: 'sip:102@192.0.2.1', expiresSeconds: 600 })
  await vi.advanceTimersByTimeAsync(150)
  bindings = [binding('102')]
  live.take({ kind: 'unregistered', user: '101', contact: 'sip:101@192.0.2.1', why: 'asked' })
  await vi.advanceTimersByTimeAsync(150)
  expect(told).toEqual([
    { snapshot: [expect.objectContaining({ number: '101' })] },
    { change: { set: [expect.objectContaining({ number: '102' })], gone: [] } },
    { change: { set: [], gone: ['101 sip:101@192.0.2.1'] } },
  ])
})

test('a registration that only grows older is no change; one that was renewed is', async () => {
  bindings = [binding('101', 600)]
  const { told } = watch('phones')
  await vi.advanceTimersByTimeAsync(0)
  for (const left of [598, 596, 594]) {
    bindings = [binding('101', left)]
    await vi.advanceTimersByTimeAsync(2_000)
  }
  expect(told).toHaveLength(1)
  bindings = [binding('101', 600)]
  await vi.advanceTimersByTimeAsync(2_000)
  expect(told).toHaveLength(2)
})

test('a hundred events at once cost one look; without a watcher none is taken', async () => {
  for (let count = 0; count < 100; count++) live.take({ kind: 'call-answered', callId: String(count) })
  await vi.advanceTimersByTimeAsync(5_000)
  expect(looks).toBe(0)
  const { stop } = watch('phones')
  await vi.advanceTimersByTimeAsync(0)
  expect(looks).toBe(1)
  for (let count = 0; count < 100; count++) live.take({ kind: 'call-answered', callId: String(count) })
  await vi.advanceTimersByTimeAsync(150)
  expect(looks).toBe(2)
  stop()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(looks).toBeLessThanOrEqual(3)
})

test('a phone is ringing or in a call with its number', async () => {
  bindings = [binding('101'), binding('102'), binding('103')]
  calls = [
    { callId: 'a', from: 'sip:101@office', to: 'sip:102@office', state: 'talking', seconds: 5 },
    { callId: 'b', from: 'sip:102@office', to: 'sip:103@office', state: 'ringing', seconds: 1 },
  ]
  const { told } = watch('phones')
  await vi.advanceTimersByTimeAsync(0)
  const [{ snapshot }] = told as [{ snapshot: PhoneRow[] }]
  expect(snapshot.map(({ number, state }) => [number, state])).toEqual([
    ['101', 'in-call'],
    ['102', 'in-call'],
    ['103', 'ringing'],
  ])
})

test('a call that ended is in the history, newest first, and can be searched', () => {
  for (const number of ['101', '102', '103']) {
    live.take({ kind: 'call-began', callId: number, from: `sip:${number}@o`, to: 'sip:9@o' })
    live.take({ kind: 'call-ended', callId: number, why: number === '102' ? 'refused with 486' : 'hung up' })
  }
  expect(live.history(0, 2, '').rows.map(({ callId }) => callId)).toEqual(['103', '102'])
  expect(live.history(2, 2, '')).toMatchObject({ total: 3, rows: [{ callId: '101', answeredAtMs: null }] })
  expect(live.history(0, 10, ' 486 ')).toMatchObject({ total: 1, rows: [{ callId: '102' }] })
})

test('the same trouble from one address is one row with its count; keep-alives are none', async () => {
  const flow = (port: number) => ({
    listener: { transport: 'udp' as const, address: '192.0.2.9', port: 5060 },
    address: '192.0.2.1',
    port,
    connection: undefined,
  })
  for (const port of [1, 2, 3]) live.take({ kind: 'refused', status: 400, why: 'no CSeq', flow: flow(port) })
  live.take({ kind: 'dropped', reason: 'keep-alive', detail: '', flow: flow(4) })
  const { told } = watch('troubles')
  await vi.advanceTimersByTimeAsync(0)
  expect(told).toMatchObject([
    { snapshot: [{ kind: 'refused', reason: '400', count: 3, from: 'udp:192.0.2.1:3' }] },
  ])
})

test('an address that is lost is told once, and again when it is back', async () => {
  const { told } = watch('office')
  await vi.advanceTimersByTimeAsync(10)
  missing = ['192.0.2.10']
  await vi.advanceTimersByTimeAsync(4_000)
  missing = []
  await vi.advanceTimersByTimeAsync(4_000)
  expect(told).toMatchObject([
    { snapshot: { missingAddresses: [] } },
    { change: { missingAddresses: ['192.0.2.10'] } },
    { change: { missingAddresses: [] } },
  ])
})
