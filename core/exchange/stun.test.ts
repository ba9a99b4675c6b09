import { expect, test } from 'vitest'
import { scriptWith } from '../../test/flows/office.ts'
import { loadProgram } from '../../test/sim/exchange-host.ts'
import { instant } from '../lib/instant.ts'
import { BINDING, mappedAddressOf, readMessage, writeMessage, type StunMessage } from '../stun/index.ts'
import { Exchange } from './exchange.ts'

const listener = { transport: 'udp', address: '203.0.113.1', port: 5060 } as const
const flow = { listener, address: '198.51.100.7', port: 40_000, connection: undefined }

function exchange(): Exchange {
  return new Exchange({
    listeners: [listener],
    program: loadProgram(scriptWith('')),
    random: () => 0.5,
    hash: () => '',
    sha256: () => '',
    hmac: () => '',
    wallClock: () => 0,
    version: '0',
  })
}

const binding = octetsOf(
  writeMessage({ class: 'request', method: BINDING, transactionId: new Uint8Array(12), attributes: [] }),
)

test('a phone learns its outside place on the socket of SIP', () => {
  const [output, ...others] = exchange().handle(instant(5), { kind: 'datagram', flow, octets: binding })
  if (output?.kind !== 'send') throw new Error('nothing was sent')
  expect([output.flow, others]).toEqual([flow, []])
  expect(output.octets).toHaveLength(32)
  expect(mappedAddressOf(readMessage(Buffer.from(output.octets, 'latin1')) as StunMessage)).toEqual({
    address: flow.address,
    port: flow.port,
  })
})

test('what is no request, and what comes too often, is counted and not answered', () => {
  const subject = exchange()
  const indication = `\0\x11${binding.slice(2)}`
  expect(subject.handle(instant(5), { kind: 'datagram', flow, octets: indication })).toEqual([])
  for (let count = 0; count < 25; count++)
    subject.handle(instant(5), { kind: 'datagram', flow, octets: binding })
  const counters = subject.core.counters
  expect([counters['stun answers'], counters['stun too-many'], counters['stun not-a-request']]).toEqual([
    10, 15, 1,
  ])
})

function octetsOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}
