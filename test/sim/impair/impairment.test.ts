import { expect, test } from 'vitest'
import { corrupt, createImpairment, type Decision, type ImpairmentOptions } from './impairment.ts'

const PACKETS = 20_000
const everything: ImpairmentOptions = {
  seed: 7,
  lossShare: 0.2,
  duplicateShare: 0.05,
  reorderShare: 0.1,
  delayMs: 10,
  jitterMs: 5,
  corruptShare: 0.01,
}

test('the same seed gives the same decisions, another seed others', () => {
  expect(decisions(everything)).toEqual(decisions(everything))
  expect(decisions({ ...everything, seed: 8 })).not.toEqual(decisions(everything))
})

test('without shares every packet passes once, at once and whole', () => {
  const plain = { copies: [{ delayMs: 0, holdPackets: 0, corruption: undefined }] }
  expect(decisions({ seed: 1 }).every((decision) => JSON.stringify(decision) === JSON.stringify(plain))).toBe(
    true,
  )
})

test.each([
  { what: 'loss', options: { lossShare: 0.2 }, share: 0.2, is: (d: Decision) => d.copies.length === 0 },
  {
    what: 'duplicates',
    options: { duplicateShare: 0.05 },
    share: 0.05,
    is: (d: Decision) => d.copies.length === 2,
  },
  {
    what: 'reordering',
    options: { reorderShare: 0.1 },
    share: 0.1,
    is: (d: Decision) => d.copies[0]?.holdPackets === 2,
  },
  {
    what: 'corruption',
    options: { corruptShare: 0.3 },
    share: 0.3,
    is: (d: Decision) => d.copies[0]?.corruption !== undefined,
  },
])('$what has the share asked for, with any seed', ({ options, share, is }) => {
  for (const seed of [0, 1, 2, -5, 1_000_003]) {
    const hit = decisions({ seed, ...options }).filter(is).length / PACKETS
    expect(Math.abs(hit - share)).toBeLessThan(0.015)
  }
})

test('losses come independently: after a loss the next is as likely as ever', () => {
  const lost = decisions({ seed: 3, lossShare: 0.2 }).map((decision) => decision.copies.length === 0)
  const afterLoss = lost.filter((_, index) => index > 0 && lost[index - 1])
  expect(Math.abs(afterLoss.filter(Boolean).length / afterLoss.length - 0.2)).toBeLessThan(0.03)
})

test('delay lies between the fixed part and the fixed part with jitter', () => {
  const delays = decisions({ seed: 1, delayMs: 10, jitterMs: 5 }).map(
    (decision) => decision.copies[0]?.delayMs ?? 0,
  )
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(10)
  expect(Math.max(...delays)).toBeLessThan(15)
  expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(4.5)
})

test('the loss of one seed stays the same when other shares are added', () => {
  const fate = (options: ImpairmentOptions): boolean[] =>
    decisions(options).map(({ copies }) => copies.length === 0)
  expect(fate({ seed: 9, lossShare: 0.2, jitterMs: 9 })).toEqual(fate({ seed: 9, lossShare: 0.2 }))
})

test('corruption changes exactly one octet and leaves the original', () => {
  const packet = Uint8Array.from({ length: 100 }, (_, index) => index)
  const changed = corrupt(packet, { position: 0.999, mask: 0xff })
  expect([...changed].filter((octet, index) => octet !== packet[index])).toEqual([99 ^ 0xff])
  expect(packet[99]).toBe(99)
  expect(corrupt(new Uint8Array(0), { position: 0, mask: 1 }).length).toBe(0)
})

function decisions(options: ImpairmentOptions): Decision[] {
  const impairment = createImpairment(options)
  return Array.from({ length: PACKETS }, () => impairment.decide())
}
