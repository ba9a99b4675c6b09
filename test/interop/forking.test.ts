import { afterEach, beforeEach, expect, test } from 'vitest'
import { pause } from './processes.ts'
import { openPhone, type IncomingCall, type Phone } from './phone/phone.ts'
import type { Place } from './phone/text.ts'
import { createImpairment } from '../sim/impair/impairment.ts'
import { startRelay } from '../sim/impair/relay.ts'
import { startSubject, type Subject } from './subject.ts'

let subject: Subject
const phones: Phone[] = []
beforeEach(async () => {
  subject = await startSubject({ ringSeconds: 5 })
})
afterEach(async () => {
  for (const phone of phones.splice(0)) await phone.close()
  await subject.stop()
})

test('a call forks to three contacts; the first to answer wins and the others are cancelled', async () => {
  const caller = await phoneOf('caller')
  const winner = await phoneOf('desk', (call) => ringThen(call, 300, call.answer))
  const losers = [await phoneOf('desk', (call) => call.ring()), await phoneOf('desk', (call) => call.ring())]
  for (const phone of [winner, ...losers]) expect(await phone.register()).toBe(200)

  const call = caller.call('desk')
  const final = await call.final
  expect(final?.status).toBe(200)
  expect(final?.headers.find(([name]) => name === 'contact')?.[1]).toContain(`:${winner.wire.port}`)
  for (const loser of losers) {
    await loser.wire.waitFor('CANCEL', (message) => message.method === 'CANCEL', 3_000)
    // RFC 3261 §17.1.1.3: the proxy acknowledges the loser's 487 itself.
    expect(await loser.incoming.get(call.callId)?.acknowledged).toBe(true)
  }
  expect((await call.hangUp())?.status).toBe(200)
  await pause(100)
  expect(winner.wire.count((message) => message.method === 'CANCEL')).toBe(0)
  expect(caller.wire.count((message) => message.status === 487)).toBe(0)
  expect(complaints()).toEqual([])
})

test('all three busy: one final answer, the best of them', async () => {
  const caller = await phoneOf('caller')
  const desks = [
    await phoneOf('desk', (call) => call.reject(480, 'Temporarily Unavailable')),
    await phoneOf('desk', (call) => call.reject(486, 'Busy Here')),
    await phoneOf('desk', (call) => call.reject(503, 'Service Unavailable')),
  ]
  for (const phone of desks) expect(await phone.register()).toBe(200)

  const final = await caller.call('desk').final
  expect([480, 486]).toContain(final?.status)
  await pause(200)
  expect(caller.wire.count((message) => message.status >= 200)).toBe(1)
  expect(complaints()).toEqual([])
})

test('three contacts that never answer: 408 and all cancelled', { timeout: 20_000 }, async () => {
  const caller = await phoneOf('caller')
  const desks = [0, 1, 2].map(() => phoneOf('desk', (call) => call.ring()))
  for (const phone of await Promise.all(desks)) expect(await phone.register()).toBe(200)

  const call = caller.call('desk')
  expect((await call.final)?.status).toBe(408)
  for (const phone of await Promise.all(desks)) {
    await phone.wire.waitFor('CANCEL', (message) => message.method === 'CANCEL', 3_000)
  }
  expect(complaints()).toEqual([])
})

test(
  'a caller that repeats its INVITE because no answer reaches it has it forwarded once',
  { timeout: 30_000 },
  async () => {
    const relay = await startRelay({
      ...{ host: '127.0.0.1', port: 0, target: subject },
      forward: { seed: 1 },
      backward: { seed: seedThatLosesFirst(6), lossShare: 0.5 },
    })
    try {
      const caller = await phoneOf('caller', undefined, relay)
      const desk = await phoneOf('desk', (call) => ringThen(call, 0, call.answer))
      expect(await desk.register()).toBe(200)
      const call = caller.call('desk')
      expect((await call.final)?.status).toBe(200)
      expect(call.transaction.retransmissions()).toBeGreaterThanOrEqual(1)
      expect(await desk.incoming.get(call.callId)?.acknowledged).toBe(true)
      expect(desk.wire.count((message) => message.method === 'INVITE')).toBe(1)
      expect((await call.hangUp())?.status).toBe(200)
      expect(complaints()).toEqual([])
    } finally {
      await relay.close()
    }
  },
)

test('a call cancelled while it rings ends with 487 at the caller and at the callee', async () => {
  const caller = await phoneOf('caller')
  const desk = await phoneOf('desk', (call) => call.ring())
  expect(await desk.register()).toBe(200)
  const call = caller.call('desk')
  expect((await call.ringing)?.status).toBe(180)
  expect((await call.cancel())?.status).toBe(200)
  expect((await call.final)?.status).toBe(487)
  expect(await desk.incoming.get(call.callId)?.acknowledged).toBe(true)
  expect(complaints()).toEqual([])
})

async function phoneOf(
  user: string,
  onCall?: (call: IncomingCall) => void,
  outbound: Place = subject,
): Promise<Phone> {
  const phone = await openPhone({ user, outbound, domain: subject, ...(onCall ? { onCall } : {}) })
  phones.push(phone)
  return phone
}

function ringThen(call: IncomingCall, afterMs: number, act: () => void): void {
  call.ring()
  setTimeout(act, afterMs)
}

/** The smallest seed whose first packets are all lost at a loss of a half. */
function seedThatLosesFirst(packets: number): number {
  for (let seed = 1; ; seed += 1) {
    const { decide } = createImpairment({ seed, lossShare: 0.5 })
    if (Array.from({ length: packets }, decide).every(({ copies }) => copies.length === 0)) return seed
  }
}

function complaints(): string[] {
  return phones.flatMap((phone) => [...phone.violations, ...phone.wire.refused])
}
