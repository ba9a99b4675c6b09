import { expect, test } from 'vitest'
import { FirstPairs, mediaRanges, printRange } from './media.ts'

const listeners = [
  { transport: 'udp', address: '192.0.2.1', port: 5060 },
  { transport: 'tcp', address: '192.0.2.1', port: 5060 },
  { transport: 'udp', address: '::1', port: 5060 },
] as const

test('media runs at each address that is listened on, or where somebody wants it', () => {
  const wanted = { host: '192.0.2.9', lowPort: 40_000, highPort: 40_009 }

  expect(mediaRanges(undefined, listeners).map(printRange)).toEqual([
    '192.0.2.1:35000-35999',
    '[::1]:35000-35999',
  ])
  expect(mediaRanges(wanted, listeners).map(printRange)).toEqual(['192.0.2.9:40000-40009'])
})

test('the relay is ready when every address has ports, or cannot have any', async () => {
  const first = new FirstPairs(['127.0.0.1', '::1'])
  let isReady = false
  void first.bound.then(() => (isReady = true))

  first.heard({ kind: 'pairs', pairs: [{ id: 1, address: '127.0.0.1', port: 35_000 }] })
  await Promise.resolve()
  expect(isReady).toBe(false)

  first.heard({ kind: 'no-ports', address: '::1', why: 'EADDRNOTAVAIL' })
  await first.bound
  expect(isReady).toBe(true)
})

test('without a range there is nothing to wait for', async () => {
  await new FirstPairs([]).bound
})
