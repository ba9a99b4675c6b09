import { expect, test } from 'vitest'
import { abuse, expectations } from '../vectors/index.ts'
import { fateOf, Lab, relayingScript } from './lab.ts'
import type { LabTransport } from './lab.ts'
import type { Deviation } from './vector-tests.ts'
import { testVectors } from './vector-tests.ts'

const deviations: readonly Deviation[] = [
  {
    name: 'AM02',
    transport: 'tcp',
    found: [
      '400 Bad Request (content-length is missing, and a stream cannot do without it), and the connection was closed',
    ],
    reason:
      'A head with bare LF has no Content-Length that can be relied on: the next message cannot be found.',
  },
]

testVectors(abuse, expectations.abuse, deviations)

test('a call to a contact outside the office goes where its REGISTER came from (AM37)', () => {
  const lab = new Lab()
  const register = abuse.find(({ name }) => name === 'AM37')!.octets
  const call = abuse
    .find(({ name }) => name === 'AM54')!
    .octets.replace('sip:bob@example.com SIP', 'sip:am37@example.com SIP')
  lab.send(register, 'udp')

  const before = lab.world.packets.length
  lab.send(call, 'udp')

  const invites = lab.world.packets
    .slice(before)
    .filter(({ from, octets }) => from.address === '127.0.0.1' && octets.startsWith('INVITE '))
  expect([...new Set(invites.map(({ to }) => `${to.address}:${to.port}`))]).toEqual(['127.0.0.2:5060'])
})

const withRelayOn = expectations.abuse.filter(({ later }) => later?.needs === 'media relay')

test.each(
  withRelayOn.flatMap((expectation) =>
    (['udp', 'tcp'] as const).map((transport): [string, LabTransport, typeof expectation] => [
      expectation.name,
      transport,
      expectation,
    ]),
  ),
)('%s over %s with the media relay on', (name, transport, { registered, later }) => {
  const lab = new Lab(relayingScript)
  for (const addressOfRecord of registered) lab.register(addressOfRecord)

  const observed = lab.send(abuse.find((vector) => vector.name === name)!.octets, transport)

  expect([later!.outcome, ...later!.also]).toContain(fateOf(observed))
  expect(lab.strayPackets()).toEqual([])
  expect(lab.isAlive()).toBe(true)
})

test('a description without its final line end is relayed (AM06)', () => {
  const lab = new Lab(relayingScript)
  lab.register('sip:bob@example.com')

  const { forwarded } = lab.send(abuse.find(({ name }) => name === 'AM06')!.octets, 'udp')

  expect(forwarded).toHaveLength(1)
  expect(forwarded[0]!.octets).toMatch(/\r\na=nortpproxy:yes\r\nm=audio 35\d{3} /)
})
