import { expect, test } from 'vitest'
import { answers, Office, rejects, rings, usualScript } from './office.ts'

test('three phones ring; one answers and the other two are cancelled', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const [first, second, third] = office.phonesOf('bob', 3)
  first!.onCall = rings
  second!.onCall = answers(1000)
  third!.onCall = rings

  const ladder = office.ladder(() => alice.call('bob'), 2000)

  expect(ladder).toMatchInlineSnapshot(`
    "
           alice                                      sidetone                                   bob1                                       bob2                                       bob3
    0.400  |-------- INVITE sip:bob@10.0.0.1 -------->|                                          |                                          |                                          |
    0.401  |<- 100 trying -- your call is.. (INVITE) -|                                          |                                          |                                          |
    0.401  |                                          |----- INVITE sip:bob@10.0.0.3:5060 ------>|                                          |                                          |
    0.401  |                                          |--------------------------- INVITE sip:bob@10.0.0.4:5060 --------------------------->|                                          |
    0.401  |                                          |------------------------------------------------ INVITE sip:bob@10.0.0.5:5060 ------------------------------------------------->|
    0.402  |                                          |<--------- 180 Ringing (INVITE) ----------|                                          |                                          |
    0.402  |                                          |<------------------------------- 180 Ringing (INVITE) -------------------------------|                                          |
    0.402  |                                          |<---------------------------------------------------- 180 Ringing (INVITE) -----------------------------------------------------|
    0.403  |<--------- 180 Ringing (INVITE) ----------|                                          |                                          |                                          |
    0.403  |<--------- 180 Ringing (INVITE) ----------|                                          |                                          |                                          |
    0.403  |<--------- 180 Ringing (INVITE) ----------|                                          |                                          |                                          |
    1.402  |                                          |<--------------------------------- 200 OK (INVITE) ----------------------------------|                                          |
    1.403  |<------------ 200 OK (INVITE) ------------|                                          |                                          |                                          |
    1.403  |                                          |----- CANCEL sip:bob@10.0.0.3:5060 ------>|                                          |                                          |
    1.403  |                                          |------------------------------------------------ CANCEL sip:bob@10.0.0.5:5060 ------------------------------------------------->|
    1.404  |------- ACK sip:bob@10.0.0.4:5060 ------->|                                          |                                          |                                          |
    1.404  |                                          |<------------ 200 OK (CANCEL) ------------|                                          |                                          |
    1.404  |                                          |<---- 487 Request Terminated (INVITE) ----|                                          |                                          |
    1.404  |                                          |<------------------------------------------------------- 200 OK (CANCEL) -------------------------------------------------------|
    1.404  |                                          |<----------------------------------------------- 487 Request Terminated (INVITE) -----------------------------------------------|
    1.405  |                                          |---------------------------- ACK sip:bob@10.0.0.4:5060 ----------------------------->|                                          |
    1.405  |                                          |------- ACK sip:bob@10.0.0.3:5060 ------->|                                          |                                          |
    1.405  |                                          |-------------------------------------------------- ACK sip:bob@10.0.0.5:5060 -------------------------------------------------->|
    "
  `)
})

test('two phones that answer at once both reach the caller, who keeps one (RFC 3261 §16.7 step 5)', () => {
  const office = new Office({ delayMs: 10 })
  const alice = office.phone('alice')
  const bobs = office.phonesOf('bob', 2)
  for (const bob of bobs) bob.onCall = answers(1000)

  const call = alice.call('bob')
  office.world.run(2000)
  expect(call.statuses.filter((status) => status === 200)).toHaveLength(2)
  expect(call.dialogs).toHaveLength(2)
  const bye = call.hangUp(call.dialogs[1])
  office.world.run(1000)

  expect(bye.statuses).toEqual([200])
  expect(bobs.map((bob) => bob.calls[0]!.isAcknowledged)).toEqual([true, true])
  expect(bobs.map((bob) => bob.calls[0]!.state).sort()).toEqual(['ended', 'talking'])
})

/** Finals of two phones, in this order, and what the caller gets: RFC 3261 §16.7 step 6, within a class the lowest. */
test.each([
  [486, 404, 404],
  [404, 486, 404],
  [404, 302, 302],
  [302, 500, 302],
  [486, 503, 486],
  [503, 486, 486],
  [480, 603, 603],
  [600, 404, 600],
  [486, 401, 401],
  [404, 407, 407],
  [484, 404, 484],
  [503, 503, 500],
])('of %i and %i the caller gets %i', (early, late, best) => {
  const office = new Office()
  const alice = office.phone('alice')
  const bobs = office.phonesOf('bob', 2)
  bobs[0]!.onCall = (call) => call.phone.after(100, () => call.reject(early))
  bobs[1]!.onCall = (call) => call.phone.after(200, () => call.reject(late))

  const call = alice.call('bob')
  office.world.run(5000)

  expect(call.statuses).toEqual([100, best])
})

test('the challenges of all phones stand in the one 401', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const bobs = office.phonesOf('bob', 2)
  bobs[0]!.onCall = rejects(401, 'WWW-Authenticate: Digest realm="one", nonce="1"\r\n')
  bobs[1]!.onCall = rejects(407, 'Proxy-Authenticate: Digest realm="two", nonce="2"\r\n')

  const call = alice.call('bob')
  office.world.run(1000)

  expect(call.final!.octets).toContain('realm="one"')
  expect(call.final!.octets).toContain('realm="two"')
})

test('a 603 of one phone ends the ringing of the others (RFC 3261 §16.7 step 5)', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const bobs = office.phonesOf('bob', 3)
  bobs[0]!.onCall = rings
  bobs[1]!.onCall = (call) => call.phone.after(500, () => call.reject(603))
  bobs[2]!.onCall = rings

  const call = alice.call('bob')
  office.world.run(1000)

  expect(call.statuses.at(-1)).toBe(603)
  expect(bobs.map((bob) => bob.countReceived('CANCEL'))).toEqual([1, 0, 1])
})

test('a caller who gives up ends the ringing of all three', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const bobs = office.phonesOf('bob', 3)
  for (const bob of bobs) bob.onCall = rings

  const call = alice.call('bob')
  office.world.run(500)
  call.cancel()
  office.world.run(1000)

  expect(bobs.map((bob) => bob.countReceived('CANCEL'))).toEqual([1, 1, 1])
  expect(call.statuses.at(-1)).toBe(487)
})

test('failure_route sends an unanswered call to another phone, one after the other', () => {
  const script = usualScript(
    't_on_failure("1");',
    'failure_route[1] { if (t_check_status("486")) { append_branch("sip:carol@10.0.0.4:5060"); t_relay(); }; }',
  )
  const office = new Office({ script })
  const alice = office.phone('alice')
  const bob = office.phone('bob')
  const carol = office.stranger('carol')
  bob.onCall = rejects(486)
  carol.onCall = answers()

  const ladder = office.ladder(() => alice.call('bob'), 500)

  expect(ladder).toMatchInlineSnapshot(`
    "
           alice                                      sidetone                                   bob                                        carol
    0.200  |-------- INVITE sip:bob@10.0.0.1 -------->|                                          |                                          |
    0.201  |<- 100 trying -- your call is.. (INVITE) -|                                          |                                          |
    0.201  |                                          |----- INVITE sip:bob@10.0.0.3:5060 ------>|                                          |
    0.202  |                                          |<-------- 486 Busy Here (INVITE) ---------|                                          |
    0.203  |                                          |------- ACK sip:bob@10.0.0.3:5060 ------->|                                          |
    0.203  |                                          |--------------------------- INVITE sip:carol@10.0.0.4:.. --------------------------->|
    0.204  |                                          |<------------------------------- 180 Ringing (INVITE) -------------------------------|
    0.205  |<--------- 180 Ringing (INVITE) ----------|                                          |                                          |
    0.224  |                                          |<--------------------------------- 200 OK (INVITE) ----------------------------------|
    0.225  |<------------ 200 OK (INVITE) ------------|                                          |                                          |
    0.226  |------------------------------------------------- ACK sip:carol@10.0.0.4:5060 ------------------------------------------------->|
    "
  `)
})

test('failure_route after no answer: the mailbox takes the call', () => {
  const script = usualScript(
    't_on_failure("1");',
    'failure_route[1] { append_branch("sip:mailbox@10.0.0.4:5060"); t_relay(); }',
    'modparam("tm", "fr_inv_timer", 15)',
  )
  const office = new Office({ script })
  const alice = office.phone('alice')
  const bob = office.phone('bob')
  const mailbox = office.stranger('mailbox')
  bob.onCall = rings
  mailbox.onCall = answers()

  const call = alice.call('bob')
  office.world.run(20_000)

  expect(call.state).toBe('talking')
  expect(call.statuses.at(-1)).toBe(200)
  expect(bob.calls[0]!.state).toBe('ended')
})

test('failure_route that only answers: its status reaches the caller', () => {
  const script = usualScript('t_on_failure("2");', 'failure_route[2] { t_reply("480", "Away"); }')
  const office = new Office({ script })
  const alice = office.phone('alice')
  const bob = office.phone('bob')
  bob.onCall = rejects(486)

  const call = alice.call('bob')
  office.world.run(500)

  expect(call.final!.octets.split('\r\n')[0]).toBe('SIP/2.0 480 Away')
})

test('failure_route does not run for a call that its caller has cancelled', () => {
  const script = usualScript(
    't_on_failure("1");',
    'failure_route[1] { append_branch("sip:carol@10.0.0.4:5060"); t_relay(); }',
  )
  const office = new Office({ script })
  const alice = office.phone('alice')
  const bob = office.phone('bob')
  const carol = office.stranger('carol')
  bob.onCall = rings

  const call = alice.call('bob')
  office.world.run(500)
  call.cancel()
  office.world.run(1000)

  expect(call.statuses.at(-1)).toBe(487)
  expect(carol.requests).toEqual([])
})

test('onreply_route sees every answer and may change it', () => {
  const script = usualScript(
    't_on_reply("1");',
    'onreply_route[1] { append_hf("X-Seen: yes\\r\\n"); log(1, "answer\\n"); }',
  )
  const office = new Office({ script })
  const alice = office.phone('alice')
  const bob = office.phone('bob')
  bob.onCall = answers()

  const call = alice.call('bob')
  office.world.run(500)

  expect(call.final!.octets).toContain('\r\nX-Seen: yes\r\n')
  expect(office.exchange.events.filter(({ kind }) => kind === 'script-log')).toHaveLength(2)
})

test('Max-Breadth is shared out among the phones (RFC 5393 §5.3)', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const bobs = office.phonesOf('bob', 3)

  alice.call('bob', { lines: 'Max-Breadth: 8\r\n' })
  office.world.run(100)

  const shares = bobs.map((bob) => Number(/^Max-Breadth: (\d+)/m.exec(bob.requests[0]!.octets)?.[1]))
  expect(shares.every((share) => share >= 1)).toBe(true)
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(8)
})

test('a Max-Breadth of 1 cannot be shared by three: 440', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const bobs = office.phonesOf('bob', 3)

  const call = alice.call('bob', { lines: 'Max-Breadth: 1\r\n' })
  office.world.run(100)

  expect(call.statuses.at(-1)).toBe(440)
  expect(bobs.flatMap((bob) => bob.requests)).toEqual([])
})
