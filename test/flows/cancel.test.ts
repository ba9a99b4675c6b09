import { expect, test } from 'vitest'
import { answers, Office, rejects, rings } from './office.ts'

test('the caller gives up while the phone rings', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const bob = office.phone('bob')
  bob.onCall = rings

  const ladder = office.ladder(() => {
    const call = alice.call('bob')
    office.world.run(5000)
    call.cancel()
  }, 1000)

  expect(ladder).toMatchInlineSnapshot(`
    "
           alice                                      sidetone                                   bob
    0.200  |-------- INVITE sip:bob@10.0.0.1 -------->|                                          |
    0.201  |<- 100 trying -- your call is.. (INVITE) -|                                          |
    0.201  |                                          |----- INVITE sip:bob@10.0.0.3:5060 ------>|
    0.202  |                                          |<--------- 180 Ringing (INVITE) ----------|
    0.203  |<--------- 180 Ringing (INVITE) ----------|                                          |
    5.200  |-------- CANCEL sip:bob@10.0.0.1 -------->|                                          |
    5.201  |<-------- 200 canceling (CANCEL) ---------|                                          |
    5.201  |                                          |----- CANCEL sip:bob@10.0.0.3:5060 ------>|
    5.202  |                                          |<------------ 200 OK (CANCEL) ------------|
    5.202  |                                          |<---- 487 Request Terminated (INVITE) ----|
    5.203  |                                          |------- ACK sip:bob@10.0.0.3:5060 ------->|
    5.203  |<---- 487 Request Terminated (INVITE) ----|                                          |
    5.204  |--------- ACK sip:bob@10.0.0.1 ---------->|                                          |
    "
  `)
  expect(bob.calls[0]!.state).toBe('ended')
})

test('a CANCEL before the phone has said anything waits for its first word (RFC 3261 §9.1)', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const bob = office.phone('bob')
  bob.onCall = (call) => call.phone.after(300, () => call.ring())

  const ladder = office.ladder(() => {
    const call = alice.call('bob')
    office.world.run(100)
    call.cancel()
  }, 1000)

  expect(ladder).toMatchInlineSnapshot(`
    "
           alice                                      sidetone                                   bob
    0.200  |-------- INVITE sip:bob@10.0.0.1 -------->|                                          |
    0.201  |<- 100 trying -- your call is.. (INVITE) -|                                          |
    0.201  |                                          |----- INVITE sip:bob@10.0.0.3:5060 ------>|
    0.300  |-------- CANCEL sip:bob@10.0.0.1 -------->|                                          |
    0.301  |<-------- 200 canceling (CANCEL) ---------|                                          |
    0.502  |                                          |<--------- 180 Ringing (INVITE) ----------|
    0.503  |<--------- 180 Ringing (INVITE) ----------|                                          |
    0.503  |                                          |----- CANCEL sip:bob@10.0.0.3:5060 ------>|
    0.504  |                                          |<------------ 200 OK (CANCEL) ------------|
    0.504  |                                          |<---- 487 Request Terminated (INVITE) ----|
    0.505  |                                          |------- ACK sip:bob@10.0.0.3:5060 ------->|
    0.505  |<---- 487 Request Terminated (INVITE) ----|                                          |
    0.506  |--------- ACK sip:bob@10.0.0.1 ---------->|                                          |
    "
  `)
})

test('a CANCEL of a call whose phone never says anything: 487 after 32 s, and no CANCEL leaves', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const bob = office.phone('bob')

  const call = alice.call('bob')
  office.world.run(100)
  call.cancel()
  office.world.run(40_000)

  expect(call.statuses).toEqual([100, 487])
  expect(bob.countReceived('CANCEL')).toBe(0)
})

test('a CANCEL that crosses the 486 is answered 200 and changes nothing', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const bob = office.phone('bob')
  bob.onCall = rejects(486)
  const call = alice.call('bob')
  office.world.run(1)

  const from = office.world.packets.length
  call.cancel(true)
  office.world.run(1000)

  expect(call.statuses).toEqual([100, 486])
  expect(
    office.world.packets
      .slice(from)
      .some(({ octets }) => octets.startsWith('CANCEL') && octets.includes('10.0.0.3:5060 SIP')),
  ).toBe(false)
})

test('a CANCEL after the call was answered is answered 200 and the call goes on', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const bob = office.phone('bob')
  bob.onCall = answers(10)
  const call = alice.call('bob')
  office.world.run(1000)
  const invite = call.invite.octets
  const cancel = invite
    .replace('INVITE ', 'CANCEL ')
    .replace('1 INVITE', '1 CANCEL')
    .replace(/Contact: [^\r]*\r\n/, '')

  const from = alice.received.length
  alice.send(cancel)
  office.world.run(1000)

  expect(alice.received.slice(from).map(({ octets }) => octets.slice(0, 11))).toEqual(['SIP/2.0 200'])
  expect(bob.countReceived('CANCEL')).toBe(0)
  expect(call.state).toBe('talking')
})

test('a CANCEL for a call that there is not: 481', () => {
  const office = new Office()
  const alice = office.phone('alice')
  office.phone('bob')

  const asked = alice.ask('CANCEL', 'sip:bob@10.0.0.1')
  office.world.run(100)

  expect(asked.statuses).toEqual([481])
})

test('a phone that rings on after its CANCEL does not keep the caller: 487 after 32 s', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const bob = office.phone('bob')
  bob.onCall = rings
  const call = alice.call('bob')
  office.world.run(1000)
  office.world.net.vanish(bob.at.address)

  call.cancel()
  office.world.run(31_000)
  expect(call.statuses).toEqual([100, 180])
  office.world.run(2000)

  expect(call.statuses).toEqual([100, 180, 487])
})

test('the caller may cancel at the very moment of the answer: the 2xx wins and can be hung up', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const bob = office.phone('bob')
  bob.onCall = rings
  const call = alice.call('bob')
  office.world.run(1000)

  call.cancel()
  bob.calls[0]!.answer()
  office.world.run(1000)

  expect(call.statuses).toEqual([100, 180, 200])
  const bye = call.hangUp()
  office.world.run(100)
  expect(bye.statuses).toEqual([200])
})
