import { expect, test } from 'vitest'
import { mediaRanges, printRange } from './media.ts'

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
