import { expect, test } from 'vitest'
import { Office, rejects, rings, scriptWith, usualScript } from './office.ts'

const ser09 = 'compatibility=ser09'

test.each([
  ['', 486, 401, 401],
  [ser09, 486, 401, 401],
  ['', 404, 603, 603],
  [ser09, 404, 603, 404],
  ['', 486, 407, 407],
  [ser09, 404, 407, 404],
  ['', 503, 503, 500],
  [ser09, 503, 503, 503],
])('with "%s": of %i and %i the caller gets %i', (settings, one, two, best) => {
  const office = new Office({ script: usualScript('', '', settings) })
  const alice = office.phone('alice')
  const bobs = office.phonesOf('bob', 2)
  bobs[0]!.onCall = rejects(one)
  bobs[1]!.onCall = rejects(two)

  const call = alice.call('bob')
  office.world.run(1000)

  expect(call.final?.status).toBe(best)
})

test('a 603 ends the search by RFC 3261, and with ser09 it does not', () => {
  const cancels = ['', ser09].map((settings) => {
    const office = new Office({ script: usualScript('', '', settings) })
    const alice = office.phone('alice')
    const bobs = office.phonesOf('bob', 2)
    bobs[0]!.onCall = rings
    bobs[1]!.onCall = rejects(603)
    alice.call('bob')
    office.world.run(1000)
    return bobs[0]!.countReceived('CANCEL')
  })

  expect(cancels).toEqual([1, 0])
})

test('with ser09 a method equals a literal that begins with it', () => {
  const answersTo = ['', ser09].map((settings) => {
    const office = new Office({
      script: scriptWith(
        'route { if (method == "INVITED") { sl_send_reply("486", "A"); } else { sl_send_reply("480", "B"); }; }',
        settings,
      ),
    })
    const alice = office.stranger('alice')
    const call = alice.call('x')
    office.world.run(100)
    return call.final?.status
  })

  expect(answersTo).toEqual([480, 486])
})

test('with ser09 a phone may ring 120 s, by default 181 s', () => {
  const ends = ['', ser09].map((settings) => {
    const office = new Office({ script: usualScript('', '', settings) })
    const alice = office.phone('alice')
    const bob = office.phone('bob')
    bob.onCall = rings
    const call = alice.call('bob')
    let seconds = 0
    while (call.final === undefined && seconds < 300) {
      office.world.run(1000)
      seconds++
    }
    return seconds
  })

  expect(ends).toEqual([182, 121])
})

test('with ser09 retransmissions go at 1, 3, 7, 11 s and the caller gets 408 after 30 s', () => {
  const office = new Office({ script: usualScript('', '', ser09), delayMs: 0 })
  const alice = office.phone('alice')
  const bob = office.phone('bob')
  office.world.net.vanish(bob.at.address)

  const from = office.world.packets.length
  const call = alice.call('bob')
  office.world.run(40_000)

  const began = office.world.packets[from]!.atMs
  const times = office.world.packets
    .slice(from)
    .filter(({ to }) => to.address === bob.at.address)
    .map(({ atMs }) => atMs - began)
  expect(times.slice(0, 5)).toEqual([0, 1000, 3000, 7000, 11_000])
  expect(call.statuses).toEqual([100, 408])
})

test('with ser09 a preset Route is followed, as 0.9 does', () => {
  const reached = ['', ser09].map((settings) => {
    const office = new Office({
      script: scriptWith(
        'route { if (loose_route()) { t_relay(); break; }; sl_send_reply("403", "No"); }',
        settings,
      ),
    })
    const router = office.world.raw('router', '10.0.0.8')
    const alice = office.stranger('alice')
    alice.call('sip:x@10.0.0.7', { lines: 'Route: <sip:10.0.0.8;lr>\r\n' })
    office.world.run(100)
    return router.received.length
  })

  expect(reached).toEqual([0, 1])
})
