import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { vocabulary } from '../../core/modules/index.ts'
import { loadScript } from '../../core/script/index.ts'
import { listenersAt } from '../sim/exchange-host.ts'
import { describe as offer, media, RelayedOffice } from './relayed-office.ts'

const script = readFileSync(new URL('../../resources/scripts/nat-relay.cfg', import.meta.url), 'latin1')
const subnets = [{ address: '10.0.0.0', prefixBits: 24 }]

test('the shipped NAT script has neither problems nor warnings', () => {
  const { problems, warnings } = loadScript(script, vocabulary)

  expect([problems, warnings]).toEqual([[], []])
})

test('two phones of the office: relayed, changed, ended', () => {
  const office = new RelayedOffice(script, { subnets })
  const alice = office.phone('alice')
  const bob = office.phone('bob')

  alice.request('INVITE', { body: offer(alice.address, 17_000) })
  const invite = bob.lastRequest('INVITE')
  bob.answer(invite, 180)
  bob.answer(invite, 200, offer(bob.address, 18_000))
  const dialog = alice.asCaller()
  alice.within(dialog, 'ACK', 1)
  const places = [media(invite), media(alice.lastResponse('INVITE'))]
  expect(places.flat().every((place) => place.startsWith('10.0.0.1:35'))).toBe(true)

  alice.within(dialog, 'INVITE', 2, offer(alice.address, 17_000, 'a=sendonly\r\n', 2))
  bob.answer(bob.lastRequest('INVITE'), 200, offer(bob.address, 18_000, 'a=recvonly\r\n', 2))
  expect([media(bob.lastRequest('INVITE')), media(alice.lastResponse('INVITE'))]).toEqual(places)
  expect([...office.relay.streams.values()]).toMatchObject([{ revision: 2, a: { mayReceive: false } }])

  bob.within(bob.asCallee(invite), 'BYE', 1)
  alice.answer(alice.lastRequest('BYE'), 200)
  expect(office.heldPairs).toBe(0)
})

test('the ACK without a Route goes on by its own URI', () => {
  const office = new RelayedOffice(script, { subnets })
  const alice = office.phone('alice')
  const bob = office.phone('bob')
  alice.request('INVITE', { body: offer(alice.address, 17_000) })
  bob.answer(bob.lastRequest('INVITE'), 200, offer(bob.address, 18_000))

  alice.request('ACK', { ...alice.asCaller(), lines: '' })

  expect(bob.lastRequest('ACK').callId).toBe('call-1')
})

test('a first request with a route of its own is refused', () => {
  const office = new RelayedOffice(script, { subnets })
  const alice = office.phone('alice')

  alice.request('INVITE', {
    lines: 'Route: <sip:10.0.0.1;lr>, <sip:198.51.100.9;lr>\r\n',
    body: offer(alice.address, 17_000),
  })

  expect(alice.lastResponse('INVITE').status).toBe(403)
  expect(office.heldPairs).toBe(0)
})

test('a phone outside gets its media through the outer address, and is expected where its packets come from', () => {
  const outer = script.replace(/^# (advertised_address)/m, '$1')
  const office = new RelayedOffice(outer, { subnets })
  const alice = office.phone('alice')
  const bob = office.phone('bob', '198.51.100.20')

  alice.request('INVITE', { body: offer(alice.address, 17_000) })
  const invite = bob.lastRequest('INVITE')
  bob.answer(invite, 200, offer('192.168.7.7', 18_000))

  expect(media(invite)[0]).toMatch(/^203\.0\.113\.5:35/)
  expect(media(alice.lastResponse('INVITE'))[0]).toMatch(/^10\.0\.0\.1:35/)
  expect([...office.relay.streams.values()]).toMatchObject([{ b: { plausible: ['198.51.100.20'] } }])
})

test.each([
  ['refused', 486],
  ['not there', 480],
])('a call that is %s leaves no ports behind', (_what, status) => {
  const office = new RelayedOffice(script, { subnets })
  const alice = office.phone('alice')
  const bob = office.phone('bob')
  alice.request('INVITE', { body: offer(alice.address, 17_000) })

  bob.answer(bob.lastRequest('INVITE'), status)

  expect(alice.lastResponse('INVITE').status).toBe(status)
  expect(office.heldPairs).toBe(0)
})

test('whoever is not registered costs no ports', () => {
  const office = new RelayedOffice(script, { subnets })
  const alice = office.phone('alice')

  alice.request('INVITE', { body: offer(alice.address, 17_000) })

  expect(alice.lastResponse('INVITE').status).toBe(404)
  expect(office.relay.orders).toEqual([])
})

test.each(['alice', 'bob'])(
  'on a host in two networks each phone gets the relay on its own side; %s calls',
  (who) => {
    const office = new RelayedOffice(script, {
      listeners: [...listenersAt('10.0.0.1'), ...listenersAt('172.16.0.1')],
      subnets: [
        { address: '10.0.0.0', prefixBits: 24 },
        { address: '172.16.0.0', prefixBits: 24 },
      ],
    })
    const alice = office.phone('alice')
    const bob = office.phone('bob', '172.16.0.20', 'bob', '172.16.0.1')
    const [caller, called] = who === 'alice' ? [alice, bob] : [bob, alice]
    const uri = `sip:${called.user}@10.0.0.1`

    caller.request('INVITE', { uri, to: `<${uri}>`, body: offer(caller.address, 17_000) })
    const invite = called.lastRequest('INVITE')
    called.answer(invite, 200, offer(called.address, 18_000))
    const answer = caller.lastResponse('INVITE')
    const [toAlice, toBob] = who === 'alice' ? [answer, invite] : [invite, answer]

    expect(media(toAlice)[0]).toMatch(/^10\.0\.0\.1:35/)
    expect(media(toBob)[0]).toMatch(/^172\.16\.0\.1:35/)
    // A change from the side of the called one: the same places.
    const places = [media(answer), media(invite)]
    called.within(called.asCallee(invite), 'INVITE', 9, offer(called.address, 18_000, 'a=sendonly\r\n', 2))
    caller.answer(caller.lastRequest('INVITE'), 200, offer(caller.address, 17_000, 'a=recvonly\r\n', 2))
    expect([media(caller.lastRequest('INVITE')), media(called.lastResponse('INVITE'))]).toEqual(places)
  },
)
