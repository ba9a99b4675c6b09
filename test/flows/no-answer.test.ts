import { expect, test } from 'vitest'
import type { Office as OfficeType } from './office.ts'
import { Office, rings, usualScript } from './office.ts'

test('a phone that rings for ever: after 181 s without another word the call ends with 408 and a CANCEL (timer C)', () => {
  const office = new Office()
  const { alice, bob } = twoPhones(office)
  bob.onCall = rings
  const call = alice.call('bob')

  office.world.run(181_000)
  expect(call.statuses).toEqual([100, 180])
  const ladder = office.ladder(() => undefined, 1000)

  expect(ladder).toMatchInlineSnapshot(`
    "
             sidetone                             bob                                  alice
    181.203  |-- CANCEL sip:bob@10.0.0.3:5060 --->|                                    |
    181.203  |--------------------- 408 Request Timeout (INVITE) --------------------->|
    181.204  |<--------- 200 OK (CANCEL) ---------|                                    |
    181.204  |<- 487 Request Terminated (INVITE) -|                                    |
    181.204  |<------------------------- ACK sip:bob@10.0.0.1 -------------------------|
    181.205  |---- ACK sip:bob@10.0.0.3:5060 ---->|                                    |
    "
  `)
  expect(call.statuses).toEqual([100, 180, 408])
})

test('each 180 gives the phone its time again (RFC 3261 §16.7 step 2)', () => {
  const office = new Office()
  const { alice, bob } = twoPhones(office)
  bob.onCall = rings
  const call = alice.call('bob')

  for (let minute = 0; minute < 10; minute++) {
    office.world.run(60_000)
    bob.calls[0]!.ring()
  }
  office.world.run(180_000)
  expect(call.statuses.at(-1)).toBe(180)
  office.world.run(2000)

  expect(call.statuses.at(-1)).toBe(408)
})

test.each([
  [1, 1],
  [30, 30],
  [120, 120],
])('fr_inv_timer %i lets a phone ring for %i s', (setting, seconds) => {
  const office = new Office({ script: usualScript('', '', `modparam("tm", "fr_inv_timer", ${setting})`) })
  const { alice, bob } = twoPhones(office)
  bob.onCall = rings
  const call = alice.call('bob')

  office.world.run(seconds * 1000)
  expect(call.statuses).toEqual([100, 180])
  office.world.run(100)

  expect(call.statuses).toEqual([100, 180, 408])
  expect(bob.calls[0]!.state).toBe('ended')
})

test('a phone that has vanished: seven INVITEs, then 408 after 32 s', () => {
  const office = new Office({ delayMs: 0 })
  const { alice, bob } = twoPhones(office)
  office.world.net.vanish(bob.at.address)

  const from = office.world.packets.length
  const call = alice.call('bob')
  office.world.run(40_000)

  const began = office.world.packets[from]!.atMs
  const times = office.world.packets
    .slice(from)
    .filter(({ to, octets }) => to.address === bob.at.address && octets.startsWith('INVITE '))
    .map(({ atMs }) => atMs - began)
  expect(times).toEqual([0, 500, 1500, 3500, 7500, 15_500, 31_500])
  expect(call.statuses).toEqual([100, 408])
})

test('a phone whose port is closed: the ICMP message ends the call at once with 503', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const bob = office.stranger('bob')
  bob.register({ contacts: `<sip:bob@${bob.at.address}:5099>` })
  office.world.run(100)

  const call = alice.call('bob')
  office.world.run(100)

  expect(call.statuses).toEqual([100, 503])
})

test('a MESSAGE to a phone that has vanished is never answered 408 (RFC 4320 §4.2)', () => {
  const office = new Office()
  const { alice, bob } = twoPhones(office)
  office.world.net.vanish(bob.at.address)

  const asked = alice.ask('MESSAGE', 'sip:bob@10.0.0.1')
  office.world.run(60_000)

  expect(asked.statuses).toEqual([])
  expect(asked.isTimedOut).toBe(true)
  expect(office.exchange.stats).toMatchObject({ serverTransactions: 0, clientTransactions: 0 })
})

test('the caller vanishes while the phone rings: the answer is sent for 32 s and then forgotten', () => {
  const office = new Office()
  const { alice, bob } = twoPhones(office)
  bob.onCall = (call) => call.phone.after(1000, () => call.reject(486))
  alice.call('bob')
  office.world.run(500)
  office.world.net.vanish(alice.at.address)

  office.world.run(70_000)

  expect(office.exchange.stats).toMatchObject({ serverTransactions: 0, clientTransactions: 0 })
})

function twoPhones(office: OfficeType): {
  alice: ReturnType<OfficeType['phone']>
  bob: ReturnType<OfficeType['phone']>
} {
  return { alice: office.phone('alice'), bob: office.phone('bob') }
}
