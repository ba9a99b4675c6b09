import { expect, test } from 'vitest'
import { heardQuality, sentQuality, totalsOf, type BrowserTotals } from './call-quality.ts'

const second: BrowserTotals = {
  packetsSent: 50,
  packetsReceived: 50,
  packetsLost: 0,
  fractionLostThere: 0,
  jitterMs: 3,
  roundTripMs: undefined,
}
const next = { ...second, packetsSent: 100, packetsReceived: 100 }

test.each<[string, Partial<BrowserTotals>, string, string]>([
  ['all arrives', {}, 'good', 'good'],
  ['nothing comes', { packetsReceived: 50 }, 'silent', 'good'],
  ['nothing leaves', { packetsSent: 50 }, 'good', 'silent'],
  ['five of fifty are lost on the way here', { packetsReceived: 95, packetsLost: 5 }, 'choppy', 'good'],
  ['packets that were lost come late after all', { packetsLost: -2 }, 'good', 'good'],
  ['they come in bursts', { jitterMs: 80 }, 'choppy', 'good'],
  ['they miss a tenth of ours', { fractionLostThere: 0.1 }, 'good', 'choppy'],
])('%s: heard %s, sent %s', (_, change, heard, sent) => {
  const after = { ...next, ...change }
  expect([heardQuality(second, after), sentQuality(second, after)]).toEqual([heard, sent])
})

test('the first second tells nothing', () => {
  expect([heardQuality(undefined, second), sentQuality(undefined, second)]).toEqual(['unknown', 'unknown'])
})

test('totals are read out of a report', () => {
  const report = [
    { type: 'outbound-rtp', packetsSent: 7 },
    { type: 'inbound-rtp', packetsReceived: 9, packetsLost: 2, jitter: 0.004 },
    { type: 'remote-inbound-rtp', fractionLost: 0.25, roundTripTime: 0.012 },
    { type: 'candidate-pair', packetsSent: 99 },
  ]
  expect(totalsOf(report)).toEqual({
    ...{ packetsSent: 7, packetsReceived: 9, packetsLost: 2 },
    ...{ fractionLostThere: 0.25, jitterMs: 4, roundTripMs: 12 },
  })
})
