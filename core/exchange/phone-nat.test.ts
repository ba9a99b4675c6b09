import { expect, test } from 'vitest'
import { loadProgram } from '../../test/sim/exchange-host.ts'
import { instant } from '../lib/instant.ts'
import { Exchange } from './exchange.ts'

const listener = { transport: 'udp', address: '203.0.113.1', port: 5060 } as const
const script = `loadmodule "sl.so"\nloadmodule "usrloc.so"\nloadmodule "registrar.so"\nroute { save("location"); }\n`

interface Row {
  readonly bit: string
  readonly test: string
  readonly ser: string
  readonly lanAware: string
  readonly meaning: string
}

function rowsOf(contact: string, source: string, sourcePort: number): Row[] {
  const exchange = new Exchange({
    listeners: [listener],
    program: loadProgram(script),
    random: () => 0.5,
    hash: () => 'h',
    sha256: () => 'h',
    hmac: () => 'h',
    wallClock: () => 0,
    version: '0',
  })
  const octets = [
    'REGISTER sip:203.0.113.1 SIP/2.0',
    `Via: SIP/2.0/UDP ${contact};branch=z9hG4bK1`,
    'From: <sip:101@203.0.113.1>;tag=1',
    'To: <sip:101@203.0.113.1>',
    'Call-ID: c',
    'CSeq: 1 REGISTER',
    `Contact: <sip:101@${contact}>`,
    'Content-Length: 0',
    '\r\n',
  ].join('\r\n')
  const flow = { listener, address: source, port: sourcePort, connection: undefined }
  exchange.handle(instant(1), { kind: 'datagram', flow, octets })
  const command = { name: 'phone-nat', table: 'location', user: '101' } as const
  for (const output of exchange.handle(instant(2), { kind: 'command', id: 1, command }))
    if (output.kind === 'reply' && output.result.ok) return output.result.value as Row[]
  throw new Error('no reply')
}

test.each([
  // What SER counts in every office, and what is one in truth.
  ['192.168.1.20:5060', '192.168.1.20', 5060, ['yes', 'no', 'yes', '-', 'no', 'yes'], 'no', 'yes', 'yes'],
  ['192.168.1.20:5060', '198.51.100.7', 61_000, ['yes', 'yes', 'yes', '-', 'yes', 'no'], 'yes', 'yes', 'yes'],
  ['198.51.100.7:5060', '198.51.100.7', 5060, ['no', 'no', 'no', '-', 'no', 'no'], 'no', 'no', 'no'],
])('a phone at %s seen from %s:%i', (contact, source, port, ser, lanAware, nineteen, thirtyOne) => {
  const rows = rowsOf(contact, source, port)

  expect(rows.slice(0, 6).map((row) => row.bit)).toEqual(['1', '2', '4', '8', '16', '32'])
  expect(rows.slice(0, 6).map((row) => row.ser)).toEqual(ser)
  expect(rows.slice(6).map((row) => [row.test, row.ser + row.lanAware])).toEqual([
    ['profile LAN-aware', lanAware],
    ['profile 19', nineteen],
    ['profile 31', thirtyOne],
  ])
})
