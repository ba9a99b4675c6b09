import { expect, test } from 'vitest'
import type { InterfaceAddress } from '../io/index.ts'
import { networkChoices } from './setup-networks.ts'

function at(name: string, address: string): InterfaceAddress {
  const family = address.includes(':') ? 6 : 4
  return { name, address, family, isLoopback: name === 'lo', prefixBits: family === 6 ? 64 : 24 }
}

test('the office network comes first, tunnels and bridges after it, this computer last', () => {
  const choices = networkChoices([
    at('lo', '127.0.0.1'),
    at('docker0', '172.17.0.1'),
    at('wg0', '10.8.0.2'),
    at('eth0', '2001:db8::5'),
    at('eth1', '198.51.100.7'),
    at('wlan0', '192.168.1.20'),
    at('eth0', 'fe80::1%eth0'),
  ])
  expect(choices.map(({ address, kind }) => `${kind} ${address}`)).toEqual([
    'office 192.168.1.20',
    'office 198.51.100.7',
    'office 2001:db8::5',
    'virtual 172.17.0.1',
    'virtual 10.8.0.2',
    'this-computer 127.0.0.1',
  ])
})
