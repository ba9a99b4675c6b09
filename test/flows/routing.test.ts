import { expect, test } from 'vitest'
import { answers, Office, scriptWith, usualScript } from './office.ts'

test('a strict router before us has put us into the Request-URI: the target comes from the last Route (RFC 3261 §16.4)', () => {
  const office = new Office()
  const bob = office.phone('bob')
  const caller = office.world.raw('router', '10.0.0.9')

  caller.send(request('BYE', 'sip:10.0.0.1:5060;lr', 'Route: <sip:bob@10.0.0.2:5060>\r\n'))
  office.world.run(100)

  expect(bob.requests.map(({ uri }) => uri)).toEqual(['sip:bob@10.0.0.2:5060'])
  expect(bob.requests[0]!.octets).not.toContain('\r\nRoute:')
})

test('a strict router behind us gets the Request-URI for itself, and the target goes to the end of the Route (§16.6 step 6)', () => {
  const office = new Office()
  const router = office.world.raw('router', '10.0.0.8')
  const caller = office.world.raw('caller', '10.0.0.9')

  caller.send(request('BYE', 'sip:bob@10.0.0.2', 'Route: <sip:10.0.0.1;lr>, <sip:10.0.0.8>\r\n'))
  office.world.run(100)

  const [taken] = router.received
  expect(taken?.octets).toMatch(/^BYE sip:10\.0\.0\.8 SIP\/2\.0\r\n/)
  expect(taken?.octets).toContain('\r\nRoute: <sip:bob@10.0.0.2>\r\n')
})

test('a loose router behind us gets the request with the Route that names it left in (§16.6 step 7)', () => {
  const office = new Office()
  const router = office.world.raw('router', '10.0.0.8')
  const caller = office.world.raw('caller', '10.0.0.9')

  caller.send(request('BYE', 'sip:bob@10.0.0.2', 'Route: <sip:10.0.0.1;lr>, <sip:10.0.0.8;lr>\r\n'))
  office.world.run(100)

  const [taken] = router.received
  expect(taken?.octets).toMatch(/^BYE sip:bob@10\.0\.0\.2 SIP\/2\.0\r\n/)
  expect(taken?.octets).toContain('\r\nRoute: <sip:10.0.0.8;lr>\r\n')
})

test.each([
  ['a foreign Route', 'Route: <sip:10.0.0.8;lr>\r\n'],
  ['our Route before a foreign one', 'Route: <sip:10.0.0.1;lr>, <sip:10.0.0.8;lr>\r\n'],
])('%s in a first request is refused: nobody relays through here', (_name, route) => {
  const office = new Office()
  office.phone('bob')
  const router = office.world.raw('router', '10.0.0.8')
  const alice = office.stranger('alice')

  const call = alice.call('bob', { lines: route })
  office.world.run(1000)

  expect(call.statuses.at(-1)).toBe(403)
  expect(router.received).toEqual([])
})

test('our own Route alone in a first request is taken off, and the call goes on', () => {
  const office = new Office()
  const bob = office.phone('bob')
  bob.onCall = answers()
  const alice = office.stranger('alice')

  const call = alice.call('bob', { lines: 'Route: <sip:10.0.0.1;lr>\r\n' })
  office.world.run(1000)

  expect(call.statuses.at(-1)).toBe(200)
  expect(bob.requests[0]!.octets).not.toContain('\r\nRoute:')
})

test('a name is looked up before the call goes on', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const far = office.world.raw('far', '10.0.0.7')
  office.world.names.set('far.example', [{ address: '10.0.0.7', port: 5060 }])

  const call = alice.call('sip:x@far.example')
  office.world.run(100)

  expect(call.statuses).toEqual([100])
  expect(far.received.map(({ octets }) => octets.split('\r\n')[0])).toEqual([
    'INVITE sip:x@far.example SIP/2.0',
  ])
})

test('a name that does not resolve: 478', () => {
  const office = new Office()
  const alice = office.phone('alice')

  const call = alice.call('sip:x@nowhere.example')
  office.world.run(100)

  expect(call.statuses).toEqual([100, 478])
})

test('a caller who gives up while the name is looked up leaves nobody ringing', () => {
  const office = new Office({ exchange: { lookUpMs: 3000 } })
  const alice = office.phone('alice')
  const far = office.world.raw('far', '10.0.0.7')
  office.world.names.set('far.example', [{ address: '10.0.0.7', port: 5060 }])

  const call = alice.call('sip:x@far.example')
  office.world.run(100)
  call.cancel()
  office.world.run(5000)

  expect(call.statuses).toEqual([100, 487])
  expect(far.received).toEqual([])
})

const longBody = `v=0\r\n${'a=x\r\n'.repeat(300)}`

test('a request above 1300 octets goes by TCP where the phone takes TCP (RFC 3261 §18.1.1)', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const bob = office.stranger('bob', { transport: 'tcp' })
  bob.register({ contacts: '<sip:bob@10.0.0.3:5060>' })
  office.world.run(100)
  bob.onCall = answers()

  const from = office.world.packets.length
  const call = alice.call('bob', { body: longBody })
  office.world.run(500)

  expect(call.statuses.at(-1)).toBe(200)
  expect(hopsOf(office, from, 'INVITE')).toEqual(['10.0.0.2>10.0.0.1 udp', '10.0.0.1>10.0.0.3 tcp'])
})

test('where TCP is refused it goes by UDP after all, and the next one at once', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const bob = office.phone('bob')
  bob.onCall = answers()

  const from = office.world.packets.length
  const call = alice.call('bob', { body: longBody })
  office.world.run(500)
  const again = alice.call('bob', { body: longBody })
  office.world.run(500)

  expect([call.statuses.at(-1), again.statuses.at(-1)]).toEqual([200, 200])
  expect(hopsOf(office, from, 'INVITE').filter((hop) => hop.startsWith('10.0.0.1>'))).toEqual([
    '10.0.0.1>10.0.0.3 udp',
    '10.0.0.1>10.0.0.3 udp',
  ])
  expect(bob.requests[0]!.octets).toContain('Via: SIP/2.0/UDP 10.0.0.1')
})

test('an unknown transport in the Request-URI: 478', () => {
  const office = new Office()
  const alice = office.phone('alice')

  const call = alice.call('sip:x@10.0.0.7;transport=sctp')
  office.world.run(100)

  expect(call.statuses.at(-1)).toBe(478)
})

test('t_relay_to_tcp carries a call to a host by TCP', () => {
  const office = new Office({
    script: scriptWith('route { if (method == "ACK") { break; }; t_relay_to_tcp("10.0.0.3", "5060"); }'),
  })
  const alice = office.stranger('alice')
  const bob = office.stranger('bob', { transport: 'tcp' })
  bob.onCall = (call) => call.reject(486)

  const call = alice.call('bob')
  office.world.run(500)

  expect(call.statuses).toEqual([100, 486])
})

test('forward() without a transaction: the answer finds its way back by its second Via', () => {
  const office = new Office({ script: scriptWith('route { forward(10.0.0.3, 5060); }') })
  const alice = office.stranger('alice')
  office.stranger('bob')

  const asked = alice.ask('OPTIONS', 'sip:bob@10.0.0.1')
  office.world.run(500)

  expect(asked.statuses).toEqual([200])
  expect(office.exchange.stats).toMatchObject({ serverTransactions: 0, clientTransactions: 0 })
})

test('Max-Forwards 0 ends here with 483', () => {
  const office = new Office()
  const alice = office.phone('alice')
  const bob = office.phone('bob')

  alice.send(
    request('MESSAGE', 'sip:bob@10.0.0.1', '')
      .replace('Max-Forwards: 70', 'Max-Forwards: 0')
      .replace(';tag=far', ''),
  )
  office.world.run(100)

  expect(alice.received.at(-1)!.octets).toMatch(/^SIP\/2\.0 483 /)
  expect(bob.requests).toEqual([])
})

test('a script may have the answers go elsewhere than the Via says: force_rport', () => {
  const office = new Office({
    script: usualScript('force_rport(); if (method == "OPTIONS") { sl_send_reply("200", "OK"); break; };'),
  })
  const alice = office.world.raw('alice', '10.0.0.9', 7777)

  alice.send(request('OPTIONS', 'sip:10.0.0.1', '').replace(';tag=far', ''))
  office.world.run(100)

  expect(alice.received).toHaveLength(1)
  expect(alice.received[0]!.octets).toContain(';rport=7777;received=10.0.0.9')
})

function request(method: string, uri: string, lines: string): string {
  const ends = 'From: <sip:alice@10.0.0.1>;tag=near\r\nTo: <sip:bob@10.0.0.1>;tag=far\r\nCall-ID: c1\r\n'
  return `${method} ${uri} SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bKx1\r\nMax-Forwards: 70\r\n${ends}CSeq: 2 ${method}\r\n${lines}Content-Length: 0\r\n\r\n`
}

function hopsOf(office: Office, from: number, method: string): string[] {
  return office.world.packets
    .slice(from)
    .filter(({ octets }) => octets.startsWith(`${method} `))
    .map((sent) => `${sent.from.address}>${sent.to.address} ${sent.transport}`)
}
