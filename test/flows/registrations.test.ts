import { expect, test } from 'vitest'
import { findHeader, headerValue } from '../../core/sip/index.ts'
import type { Asking } from '../sim/phone-transactions.ts'
import { Office } from './office.ts'

test('a phone registers, refreshes and leaves', () => {
  const office = new Office()
  const alice = office.stranger('alice')

  const ladder = office.ladder(() => {
    alice.register()
    office.world.run(1000)
    alice.register({ expiresSeconds: 600 })
    office.world.run(1000)
    alice.unregister()
  }, 100)

  expect(ladder).toMatchInlineSnapshot(`
    "
           alice                      sidetone
    0.000  |- REGISTER sip:10.0.0.1 ->|
    0.001  |<--- 200 OK (REGISTER) ---|
    1.000  |- REGISTER sip:10.0.0.1 ->|
    1.001  |<--- 200 OK (REGISTER) ---|
    2.000  |- REGISTER sip:10.0.0.1 ->|
    2.001  |<--- 200 OK (REGISTER) ---|
    "
  `)
  expect(office.exchange.bindings('alice')).toEqual([])
  expect(office.exchange.events.map(({ kind }) => kind)).toEqual(['registered', 'registered', 'unregistered'])
})

test('the answer names every binding and the seconds left', () => {
  const office = new Office()
  const alice = office.phone('alice')
  office.world.run(10_000)

  const fetched = alice.fetchBindings()
  office.world.run(100)

  expect(contactsIn(fetched)).toEqual(['<sip:alice@10.0.0.2:5060>;expires=3590'])
})

test('two phones of one user are two bindings; the first to leave leaves the other', () => {
  const office = new Office()
  const [first, second] = office.phonesOf('alice', 2)

  first!.unregister()
  office.world.run(100)

  expect(office.exchange.bindings('alice').map(({ contact }) => contact)).toEqual([second!.contact])
})

test('Contact: * with Expires: 0 removes them all', () => {
  const office = new Office()
  const [first] = office.phonesOf('alice', 3)

  const asked = first!.unregisterAll()
  office.world.run(100)

  expect(asked.statuses).toEqual([200])
  expect(office.exchange.bindings('alice')).toEqual([])
})

test('Contact: * with time left is refused and removes nothing', () => {
  const office = new Office()
  const alice = office.phone('alice')

  const asked = alice.register({ contacts: '*', expiresSeconds: 60 })
  office.world.run(100)

  expect(asked.statuses).toEqual([400])
  expect(office.exchange.bindings('alice')).toHaveLength(1)
})

test('a binding that nobody refreshes ends by itself, and its phone is not called any more', () => {
  const office = new Office()
  const bob = office.stranger('bob')
  const alice = office.phone('alice')
  bob.register({ expiresSeconds: 120 })

  office.world.run(121_000)
  const call = alice.call('bob')
  office.world.run(100)

  expect(call.statuses).toEqual([404])
  expect(bob.requests).toEqual([])
  office.world.run(60_000)
  expect(office.exchange.events.filter(({ kind }) => kind === 'unregistered')).toEqual([
    { kind: 'unregistered', user: 'bob', contact: bob.contact, why: 'expired' },
  ])
})

test('an older CSeq of the same Call-ID changes nothing (RFC 3261 §10.3 step 7)', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const first = alice.received.length
  alice.register()
  office.world.run(100)
  const old = office.world.packets.find(
    ({ from, octets }) => from.address === alice.at.address && octets.startsWith('REGISTER'),
  )!.octets

  alice.send(old.replace(/branch=[^;]+/, 'branch=z9hG4bKlate').replace('Expires: 3600', 'Expires: 0'))
  office.world.run(100)

  expect(alice.received.slice(first + 1).map(({ octets }) => octets.slice(0, 11))).toEqual(['SIP/2.0 500'])
  expect(office.exchange.bindings('alice')).toHaveLength(1)
})

test('q values decide which phone comes first in the answer', () => {
  const office = new Office()
  const alice = office.stranger('alice')
  alice.register({ contacts: '<sip:alice@10.0.0.50>;q=0.2, <sip:alice@10.0.0.51>;q=0.9' })
  office.world.run(100)

  const fetched = alice.fetchBindings()
  office.world.run(100)

  expect(contactsIn(fetched)).toEqual([
    '<sip:alice@10.0.0.51>;q=0.9;expires=3600',
    '<sip:alice@10.0.0.50>;q=0.2;expires=3600',
  ])
})

test('a contact that is the server itself is refused (RFC 5393)', () => {
  const office = new Office()
  const alice = office.stranger('alice')

  const asked = alice.register({ contacts: '<sip:alice@10.0.0.1:5060>' })
  office.world.run(100)

  expect(asked.statuses).toEqual([403])
})

function contactsIn(asked: Asking): string[] {
  const header = asked.final === undefined ? undefined : findHeader(asked.final, 'contact')
  return header === undefined ? [] : headerValue(header).split(', ')
}
