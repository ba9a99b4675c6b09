import { expect, test } from 'vitest'
import { SleepMeter } from './sleep-meter.ts'

test.each([
  ['nothing but time passes', [{ runsMs: 5_000, sleepsMs: 0 }], [0]],
  ['the clocks waver', [{ runsMs: 1_000, sleepsMs: 12 }], [0]],
  [
    'ten minutes of sleep count once',
    [
      { runsMs: 1_000, sleepsMs: 600_000 },
      { runsMs: 900, sleepsMs: 0 },
    ],
    [600_000, 0],
  ],
  [
    'two sleeps are two',
    [
      { runsMs: 10, sleepsMs: 2_000 },
      { runsMs: 10, sleepsMs: 28_800_000 },
    ],
    [2_000, 28_800_000],
  ],
  [
    'an uptime that goes back is no sleep',
    [
      { runsMs: 10, sleepsMs: -60_000 },
      { runsMs: 10, sleepsMs: 3_000 },
    ],
    [0, 3_000],
  ],
])('%s', (_, days, expected) => {
  let monotonicMs = 1_000
  let uptimeMs = 90_000_000
  const meter = new SleepMeter(
    () => uptimeMs,
    () => monotonicMs,
  )
  const read = days.map(({ runsMs, sleepsMs }) => {
    monotonicMs += runsMs
    uptimeMs += runsMs + sleepsMs
    return meter.read()
  })
  expect(read).toEqual(expected)
})

test('the clocks of this machine agree while it is awake', () => {
  const meter = new SleepMeter()
  expect(meter.read()).toBe(0)
})
