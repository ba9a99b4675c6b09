import { expect, test } from 'vitest'
import { readAddress6, Subnets } from './subnet.ts'

test.each([
  ['192.168.1.77', '192.168.1.1', 24, true],
  ['192.168.2.77', '192.168.1.1', 24, false],
  ['192.168.2.77', '192.168.1.1', 16, true],
  ['10.0.0.1', '10.0.0.1', 32, true],
  ['10.0.0.2', '10.0.0.1', 32, false],
  ['203.0.113.9', '10.0.0.1', 0, true],
  ['192.168.1.77', '192.168.1.1', 33, false],
  ['fd00:1::5', 'fd00:1::1', 64, true],
  ['FD00:1:0:1::5', 'fd00:1::1', 64, false],
  ['fe80::5', '192.168.1.1', 24, false],
  ['192.168.1.1', 'fd00::', 8, false],
  ['phone.example', '192.168.1.1', 0, false],
  ['phone.example', 'phone.example', 0, false],
])('%s on the network of %s/%i: %s', (address, own, prefixBits, expected) => {
  const subnets = new Subnets([{ address: own, prefixBits }])

  expect(subnets.holdsBoth(address, own)).toBe(expected)
})

test('two networks that each hold one of two addresses hold not both', () => {
  const subnets = new Subnets([
    { address: '192.168.1.1', prefixBits: 24 },
    { address: '172.17.0.1', prefixBits: 16 },
  ])

  expect(subnets.holdsBoth('192.168.1.20', '172.17.0.2')).toBe(false)
  expect(subnets.holdsBoth('172.17.9.9', '172.17.0.2')).toBe(true)
})

test.each([
  ['::', 0n],
  ['::1', 1n],
  ['1::', 1n << 112n],
  ['::ffff:192.0.2.1', 0xffff_c000_0201n],
  ['1:2:3:4:5:6:7:8', 0x0001_0002_0003_0004_0005_0006_0007_0008n],
  ['1:2:3:4:5:6:7', undefined],
  ['1:2:3:4:5:6:7:8:9', undefined],
  ['1::2::3', undefined],
  ['1:2:3:4:5:6:7::8', undefined],
  ['::192.0.2.1:1', undefined],
  ['::12345', undefined],
  ['10.0.0.1', undefined],
  ['', undefined],
])('IPv6 %s', (text, value) => {
  expect(readAddress6(text)).toBe(value)
})
