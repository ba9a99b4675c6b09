import { expect, test } from 'vitest'
import type { CaptureParts } from '../../core/exchange/index.ts'
import { describe as offer, RelayedOffice, relayScript } from './relayed-office.ts'

test('a capture has every message of a call as it came and as it left, and the pairs of its media', () => {
  const office = new RelayedOffice(relayScript())
  const [alice, bob] = [office.phone('alice'), office.phone('bob')]
  alice.request('INVITE', { body: offer(alice.address, 17_000) })
  const { callId } = (
    office.host.askFor({ name: 'calls', which: 'going-on' }) as readonly { readonly callId: string }[]
  )[0]!
  const invite = bob.lastRequest('INVITE')
  bob.answer(invite, 200, offer(bob.address, 18_000))
  const dialog = alice.asCaller()
  alice.within(dialog, 'ACK', 1)
  expect(parts(office, callId).isOver).toBe(false)
  bob.request('BYE', { ...bob.asCallee(invite), cseq: 7 })
  alice.answer(alice.lastRequest('BYE'), 200)

  const { messages, pairs, isOver, isCut } = parts(office, callId)
  expect({ isOver, isCut, pairs: pairs.length }).toEqual({ isOver: true, isCut: false, pairs: 2 })
  expect(
    messages.map(({ octets, from, to }) => [
      octets.split(' ', 2).join(' ').slice(0, 11),
      from.address,
      to.address,
    ]),
  ).toEqual([
    ['INVITE sip:', alice.address, '10.0.0.1'],
    ['SIP/2.0 100', '10.0.0.1', alice.address],
    ['INVITE sip:', '10.0.0.1', bob.address],
    ['SIP/2.0 200', bob.address, '10.0.0.1'],
    ['SIP/2.0 200', '10.0.0.1', alice.address],
    ['ACK sip:bob', alice.address, '10.0.0.1'],
    ['ACK sip:bob', '10.0.0.1', bob.address],
    ['BYE sip:ali', bob.address, '10.0.0.1'],
    ['BYE sip:ali', '10.0.0.1', alice.address],
    ['SIP/2.0 200', alice.address, '10.0.0.1'],
    ['SIP/2.0 200', '10.0.0.1', bob.address],
  ])
})

test('a call that nobody knows is refused with the remedy', () => {
  const office = new RelayedOffice(relayScript())
  expect(() => parts(office, 'nobody')).toThrow(/calls ended/)
})

function parts(office: RelayedOffice, callId: string): CaptureParts {
  return office.host.askFor({ name: 'capture', callId }) as CaptureParts
}
