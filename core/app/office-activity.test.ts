import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Event } from '../exchange/index.ts'
import { OfficeActivity, type Activity } from './office-activity.ts'

let counts: Activity
let looks: number
let told: Activity[]
let activity: OfficeActivity

beforeEach(() => {
  vi.useFakeTimers()
  counts = { phones: 0, calls: 0 }
  looks = 0
  told = []
  activity = new OfficeActivity(() => {
    looks++
    return Promise.resolve(counts)
  })
  activity.watch((one) => told.push(one))
})
afterEach(() => {
  activity.stop()
  vi.useRealTimers()
})

const registered: Event = {
  kind: 'registered',
  user: '101',
  contact: 'sip:101@192.0.2.1',
  expiresSeconds: 60,
}

test('a burst of registrations is counted once and told once', async () => {
  counts = { phones: 40, calls: 0 }
  for (let count = 0; count < 40; count++) activity.take(registered)
  await vi.advanceTimersByTimeAsync(1_000)
  expect([looks, told, activity.last]).toEqual([1, [counts], counts])
})

test('refreshes change nothing and tell nothing; other events are not even counted', async () => {
  activity.take(registered)
  await vi.advanceTimersByTimeAsync(1_000)
  activity.take({ kind: 'call-answered', callId: 'a' })
  await vi.advanceTimersByTimeAsync(1_000)
  expect([looks, told]).toEqual([1, []])
})

test('the end of a call is told', async () => {
  counts = { phones: 2, calls: 1 }
  await activity.look()
  counts = { phones: 2, calls: 0 }
  activity.take({ kind: 'call-ended', callId: 'a', why: 'hung up' })
  await vi.advanceTimersByTimeAsync(200)
  expect(told.map(({ calls }) => calls)).toEqual([1, 0])
})
