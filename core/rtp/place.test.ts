import { expect, test } from 'vitest'
import { canonicalAddress, mayGetMedia } from './place.ts'

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['2001:db8:0:1:0:0:0:1', '2001:db8:0:1::1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['::', '::'],
  ['::1', '::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['1::', '1::'],
  ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
  ['1::2::3', '1::2::3'],
  ['1:2:3', '1:2:3'],
  ['1:2:3:4:5:6:7:8:9::', '1:2:3:4:5:6:7:8:9::'],
  ['x::1', 'x::1'],
])('%s is written %s', (text, canonical) => {
  expect(canonicalAddress(text)).toBe(canonical)
})

test.each([
  { address: '192.0.2.1', port: 4000, signalled: ['192.0.2.1'], may: true },
  { address: '192.0.2.1', port: 1023, signalled: ['192.0.2.1'], may: false },
  { address: '192.0.2.1', port: 65_536, signalled: ['192.0.2.1'], may: false },
  { address: '255.255.255.255', port: 4000, signalled: ['192.0.2.1'], may: false },
  { address: '224.0.0.1', port: 4000, signalled: ['192.0.2.1'], may: false },
  { address: 'ff02::1', port: 4000, signalled: ['2001:db8::1'], may: false },
  { address: '0.0.0.0', port: 4000, signalled: ['192.0.2.1'], may: false },
  { address: '127.0.0.1', port: 4000, signalled: ['127.0.0.1', '192.0.2.1'], may: false },
  { address: '127.0.0.1', port: 4000, signalled: ['127.0.0.1', '127.0.0.9'], may: true },
  { address: '::1', port: 4000, signalled: ['::1', '2001:db8::1'], may: false },
])('$address:$port may get media: $may', ({ address, port, signalled, may }) => {
  expect(mayGetMedia({ address, port }, signalled)).toBe(may)
})
