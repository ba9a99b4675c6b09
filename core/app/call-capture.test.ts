import { expect, test } from 'vitest'
import type { CaptureParts, CapturedMessage } from '../exchange/index.ts'
import { systemClock, type RecordingWish } from '../io/index.ts'
import { instant } from '../lib/instant.ts'
import { CallCapture, type CaptureValue } from './call-capture.ts'

const phone = { address: '192.0.2.7', port: 5062 }
const here = { address: '192.0.2.1', port: 5061 }
const nothing = { octets: new Uint8Array(0), addresses: [] }

function message(atMs: number, octets: string, transport: CapturedMessage['transport']): CapturedMessage {
  return { at: instant(atMs), from: phone, to: here, transport, octets }
}

const over: CaptureParts = {
  callId: 'c',
  isOver: true,
  isCut: false,
  pairs: [7],
  messages: [message(20, 'second', 'udp'), message(10, 'first', 'tls')],
}

test('messages stand in order of time; one that came in TLS is marked and can be read', async () => {
  const capture = new CallCapture({
    ask: () => Promise.resolve({ ok: true, value: over }),
    media: undefined,
    clock: systemClock,
    program: 'test',
  })
  const answer = await capture.capture('c', 9)
  const { pcapng, ...value } = (answer.ok ? answer.value : {}) as CaptureValue
  expect(value).toEqual({ callId: 'c', messages: 2, mediaPackets: 0, isComplete: true })
  const file = Buffer.from(pcapng, 'base64')
  expect(file.indexOf('first')).toBeGreaterThan(0)
  expect(file.indexOf('over tls')).toBeGreaterThan(file.indexOf('first'))
  expect(file.indexOf('second')).toBeGreaterThan(file.indexOf('over tls'))
})

test('a call is recorded until its end, with pairs that it gets meanwhile, and then no more', async () => {
  const wishes: RecordingWish[] = []
  const asked: string[] = []
  const looks: CaptureParts[] = [
    { ...over, isOver: false },
    { ...over, isOver: false, pairs: [7, 9] },
    { ...over, pairs: [7, 9] },
  ]
  const capture = new CallCapture({
    ask: () => Promise.resolve({ ok: true, value: looks.shift() }),
    media: {
      record: (wish) => void wishes.push(wish),
      recorded: (pairs) => {
        asked.push(pairs.join(' '))
        return Promise.resolve(nothing)
      },
    },
    clock: systemClock,
    program: 'test',
  })
  const startedAt = systemClock.now()
  expect(await capture.capture('c', 20)).toMatchObject({ ok: true })
  expect(systemClock.now() - startedAt).toBeLessThan(10_000)
  expect(asked).toEqual(['7 9'])
  expect(wishes.map(({ pairs }) => pairs.join(' '))).toEqual(['7', '7 9', ''])
})

test('a refusal is passed on, and nothing stays recorded', async () => {
  const wishes: RecordingWish[] = []
  const refusal = { ok: false, code: 'no-call', message: 'none' } as const
  const capture = new CallCapture({
    ask: () => Promise.resolve(refusal),
    media: { record: (wish) => void wishes.push(wish), recorded: () => Promise.resolve(nothing) },
    clock: systemClock,
    program: 'test',
  })
  capture.recordAll(true)
  expect(await capture.capture('c', undefined)).toEqual(refusal)
  expect(wishes.at(-1)).toEqual({ isAll: true, pairs: [] })
})
