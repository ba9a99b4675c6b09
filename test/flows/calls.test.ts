import { expect, test } from 'vitest'
import { answers, Office, rejects } from './office.ts'

test('a call is answered and hung up, all of it through the exchange', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const bob = office.phone('bob')
  bob.onCall = answers(2000)

  const ladder = office.ladder(() => {
    const call = alice.call('bob')
    office.world.run(3000)
    call.hangUp()
  }, 100)

  expect(ladder).toMatchInlineSnapshot(`
    "
           alice                                      sidetone                                   bob
    0.200  |-------- INVITE sip:bob@10.0.0.1 -------->|                                          |
    0.201  |<- 100 trying -- your call is.. (INVITE) -|                                          |
    0.201  |                                          |----- INVITE sip:bob@10.0.0.3:5060 ------>|
    0.202  |                                          |<--------- 180 Ringing (INVITE) ----------|
    0.203  |<--------- 180 Ringing (INVITE) ----------|                                          |
    2.202  |                                          |<------------ 200 OK (INVITE) ------------|
    2.203  |<------------ 200 OK (INVITE) ------------|                                          |
    2.204  |------- ACK sip:bob@10.0.0.3:5060 ------->|                                          |
    2.205  |                                          |------- ACK sip:bob@10.0.0.3:5060 ------->|
    3.200  |------- BYE sip:bob@10.0.0.3:5060 ------->|                                          |
    3.201  |                                          |------- BYE sip:bob@10.0.0.3:5060 ------->|
    3.202  |                                          |<------------- 200 OK (BYE) --------------|
    3.203  |<------------- 200 OK (BYE) --------------|                                          |
    "
  `)
  expect(bob.calls[0]!.isAcknowledged).toBe(true)
  expect(office.exchange.events.slice(2).map(({ kind }) => kind)).toEqual([
    'call-began',
    'call-answered',
    'call-ended',
  ])
})

test('the called side hangs up through the exchange as well', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const bob = office.phone('bob')
  bob.onCall = answers()
  const call = alice.call('bob')
  office.world.run(1000)

  const ladder = office.ladder(() => bob.calls[0]!.hangUp(), 100)

  expect(ladder).toMatchInlineSnapshot(`
    "
           bob                              sidetone                         alice
    1.200  |- BYE sip:alice@10.0.0.2:5060 ->|                                |
    1.201  |                                |- BYE sip:alice@10.0.0.2:5060 ->|
    1.202  |                                |<-------- 200 OK (BYE) ---------|
    1.203  |<-------- 200 OK (BYE) ---------|                                |
    "
  `)
  expect(call.state).toBe('ended')
})

test('a re-INVITE and its ACK follow the route of the call', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const bob = office.phone('bob')
  bob.onCall = answers()
  const call = alice.call('bob')
  office.world.run(1000)

  const ladder = office.ladder(() => call.reinvite(), 100)

  expect(ladder).toMatchInlineSnapshot(`
    "
           alice                                      sidetone                                   bob
    1.200  |----- INVITE sip:bob@10.0.0.3:5060 ------>|                                          |
    1.201  |<- 100 trying -- your call is.. (INVITE) -|                                          |
    1.201  |                                          |----- INVITE sip:bob@10.0.0.3:5060 ------>|
    1.202  |                                          |<------------ 200 OK (INVITE) ------------|
    1.203  |<------------ 200 OK (INVITE) ------------|                                          |
    1.204  |------- ACK sip:bob@10.0.0.3:5060 ------->|                                          |
    1.205  |                                          |------- ACK sip:bob@10.0.0.3:5060 ------->|
    "
  `)
  expect(bob.calls[0]!.acknowledgements).toBe(2)
})

test('busy: 486 comes back, each hop acknowledged by itself', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const bob = office.phone('bob')
  bob.onCall = rejects(486)

  const ladder = office.ladder(() => alice.call('bob'), 1000)

  expect(ladder).toMatchInlineSnapshot(`
    "
           alice                                      sidetone                                   bob
    0.200  |-------- INVITE sip:bob@10.0.0.1 -------->|                                          |
    0.201  |<- 100 trying -- your call is.. (INVITE) -|                                          |
    0.201  |                                          |----- INVITE sip:bob@10.0.0.3:5060 ------>|
    0.202  |                                          |<-------- 486 Busy Here (INVITE) ---------|
    0.203  |                                          |------- ACK sip:bob@10.0.0.3:5060 ------->|
    0.203  |<-------- 486 Busy Here (INVITE) ---------|                                          |
    0.204  |--------- ACK sip:bob@10.0.0.1 ---------->|                                          |
    "
  `)
})

test('nobody of that name: 404 without a transaction, and the ACK for it goes nowhere', () => {
  const office = new Office()
  const alice = office.phone('alice')

  const ladder = office.ladder(() => alice.call('nobody'), 1000)

  expect(ladder).toMatchInlineSnapshot(`
    "
           alice                            sidetone
    0.100  |- INVITE sip:nobody@10.0.0.1 -->|
    0.101  |<- 404 User Not Found (INVITE) -|
    0.102  |--- ACK sip:nobody@10.0.0.1 --->|
    "
  `)
  expect(office.exchange.stats).toMatchObject({ serverTransactions: 0, clientTransactions: 0 })
})

test('an ACK of an answered call that brings no Route still reaches the phone that its Request-URI names', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const bob = office.phone('bob')
  bob.onCall = answers()
  const call = alice.call('bob')
  office.world.run(500)
  const ack = office.world.packets.find(
    ({ from, octets }) => from.address === alice.at.address && octets.startsWith('ACK '),
  )!.octets
  const withoutRoute = ack.replace(/Route: [^\r]*\r\n/, '').replace(/branch=[^;]+/, 'branch=z9hG4bKother')
  expect(withoutRoute).not.toContain('Route:')

  alice.send(withoutRoute)
  office.world.run(100)

  expect(call.state).toBe('talking')
  expect(bob.countReceived(`ACK ${bob.contact} `)).toBe(2)
})

test('a phone on TCP is called over the connection that it opened', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const bob = office.phone('bob', { transport: 'tcp' })
  bob.onCall = answers()

  const ladder = office.ladder(() => {
    const call = alice.call('bob')
    office.world.run(500)
    call.hangUp()
  }, 100)

  expect(ladder).toMatchInlineSnapshot(`
    "
           alice                                      sidetone                                   bob
    0.200  |-------- INVITE sip:bob@10.0.0.1 -------->|                                          |
    0.201  |<- 100 trying -- your call is.. (INVITE) -|                                          |
    0.201  |                                          |-- INVITE sip:bob@10.0.0.3:50.. [tcp] --->|
    0.202  |                                          |<------ 180 Ringing (INVITE) [tcp] -------|
    0.203  |<--------- 180 Ringing (INVITE) ----------|                                          |
    0.222  |                                          |<--------- 200 OK (INVITE) [tcp] ---------|
    0.223  |<------------ 200 OK (INVITE) ------------|                                          |
    0.224  |----- ACK sip:bob@10.0.0.3:5060;.. ------>|                                          |
    0.227  |                                          |-- ACK sip:bob@10.0.0.3:5060;.. [tcp] --->|
    0.700  |----- BYE sip:bob@10.0.0.3:5060;.. ------>|                                          |
    0.701  |                                          |-- BYE sip:bob@10.0.0.3:5060;.. [tcp] --->|
    0.702  |                                          |<---------- 200 OK (BYE) [tcp] -----------|
    0.703  |<------------- 200 OK (BYE) --------------|                                          |
    "
  `)
  const register = office.world.packets.find(
    ({ transport, octets }) => transport === 'tcp' && octets.startsWith('REGISTER'),
  )!
  const invite = office.world.packets.find(
    ({ transport, octets }) => transport === 'tcp' && octets.startsWith('INVITE'),
  )!
  expect(invite.to).toEqual(register.from)
})

test('two phones on TCP call each other; each request is sent once', () => {
  const office = new Office({ delayMs: 40 })
  const alice = office.phone('alice', { transport: 'tcp' })
  const bob = office.phone('bob', { transport: 'tcp' })
  office.world.run(5000)
  bob.onCall = answers()

  const call = alice.call('bob')
  office.world.run(10_000)
  call.hangUp()
  office.world.run(10_000)

  expect(['INVITE', 'ACK', 'BYE'].map((method) => bob.countReceived(`${method} `))).toEqual([1, 1, 1])
  expect(call.statuses).toEqual([100, 180, 200])
})

test('the caller of a finished call leaves nothing behind after 70 seconds', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const bob = office.phone('bob')
  bob.onCall = answers()
  const call = alice.call('bob')
  office.world.run(500)
  call.hangUp()

  office.world.run(70_000)

  expect(office.exchange.stats).toMatchObject({
    calls: 0,
    serverTransactions: 0,
    clientTransactions: 0,
    connections: 0,
  })
})

test('a draining exchange sends new calls elsewhere and keeps those that are up', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const bob = office.phone('bob')
  bob.onCall = answers()
  const call = alice.call('bob')
  office.world.run(500)
  office.exchange.ask({ name: 'drain' })

  const refused = alice.call('bob')
  const bye = call.hangUp()
  office.world.run(500)

  expect(refused.statuses).toEqual([503])
  expect(bye.statuses).toEqual([200])
})
