/** The test phone itself: does it speak properly to its like, and does it notice a proxy that doesn't? */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { pause } from '../processes.ts'
import { answerDigest } from './digest.ts'
import { openPhone, type Phone } from './phone.ts'
import { firstOf, parameter, readMessage, requestText, responseText, valuesOf } from './text.ts'
import { openWire, type Wire } from './wire.ts'

let proxy: Wire
let phone: Phone
beforeEach(async () => {
  proxy = await openWire()
  phone = await openPhone({ user: 'desk', outbound: proxy, domain: proxy, onCall: (call) => call.ring() })
})
afterEach(async () => {
  await phone.close()
  await proxy.close()
})

test('a request without an answer is repeated with the same octets at 500 and 1500 ms', async () => {
  void phone.register()
  await pause(1_900)
  const sent = proxy.arrivals.filter(({ message }) => message.method === 'REGISTER')
  expect(sent.length).toBe(3)
  expect(new Set(sent.map(({ bytes }) => bytes)).size).toBe(1)
  const gaps = sent.slice(1).map((arrival, index) => arrival.atMs - (sent[index]?.atMs ?? 0))
  expect(Math.abs((gaps[0] ?? 0) - 500)).toBeLessThan(60)
  expect(Math.abs((gaps[1] ?? 0) - 1000)).toBeLessThan(60)
})

test('a provisional answer ends the repetition of an INVITE; each copy of a refusal gets the same ACK', async () => {
  const call = phone.call('far')
  const { message } = await proxy.waitFor('INVITE', ({ method }) => method === 'INVITE', 1_000)
  proxy.send(responseText(message, 100, 'Trying'), phone.wire)
  await pause(1_200)
  expect(proxy.count(({ method }) => method === 'INVITE')).toBe(1)
  for (let copy = 0; copy < 3; copy += 1) {
    proxy.send(responseText(message, 486, 'Busy Here', { toTag: 'x' }), phone.wire)
  }
  expect((await call.final)?.status).toBe(486)
  await pause(100)
  const acks = proxy.arrivals.filter((arrival) => arrival.message.method === 'ACK')
  expect(acks.length).toBe(3)
  expect(acks.every((ack) => ack.message.branch === message.branch && ack.message.toTag === 'x')).toBe(true)
  expect(phone.violations).toEqual([])
})

test.each([
  {
    wrong: 'a retransmission with other octets',
    change: (text: string) => text.replace('Max-Forwards: 69', 'Max-Forwards: 68'),
  },
  { wrong: 'branch without cookie', change: (text: string) => text.replace('z9hG4bKone', 'one') },
  {
    wrong: 'Max-Forwards 70 after a hop',
    change: (text: string) => text.replace('Max-Forwards: 69', 'Max-Forwards: 70'),
  },
])('it complains of $wrong', async ({ wrong, change }) => {
  const invite = requestText(proxy, 'INVITE', 'sip:desk@x', { branch: 'z9hG4bKone', callId: 'c' })
  const honest = invite.replace('Max-Forwards: 70', 'Max-Forwards: 69')
  proxy.send(honest, phone.wire)
  proxy.send(change(honest), phone.wire)
  await pause(100)
  expect(phone.violations.some((violation) => violation.startsWith(wrong))).toBe(true)
})

test('it complains of an answer that keeps the proxy’s Via, and of one to nothing', async () => {
  void phone.register()
  const { message } = await proxy.waitFor('REGISTER', ({ method }) => method === 'REGISTER', 1_000)
  const answer = responseText(message, 200, 'OK', { toTag: 'x' })
  proxy.send(
    answer.replace('\r\nFrom', '\r\nVia: SIP/2.0/UDP 127.0.0.9;branch=z9hG4bKleft\r\nFrom'),
    phone.wire,
  )
  proxy.send(answer.replace('branch=z9hG4bK', 'branch=z9hG4bKnot'), phone.wire)
  await pause(100)
  expect(phone.violations.map((violation) => violation.split(':')[0])).toEqual([
    '2 Vias instead of ours alone',
    'answer to nothing we asked',
  ])
})

test.each([
  ['no empty line', 'OPTIONS sip:a SIP/2.0\r\n'],
  [
    'a wrong length',
    requestText({ host: 'h', port: 1 }, 'OPTIONS', 'sip:a').replace('Length: 0', 'Length: 5'),
  ],
  [
    'another method in CSeq',
    requestText({ host: 'h', port: 1 }, 'OPTIONS', 'sip:a').replace('1 OPTIONS', '1 BYE'),
  ],
  ['no Call-ID', requestText({ host: 'h', port: 1 }, 'OPTIONS', 'sip:a').replace('Call-ID', 'X-ID')],
])('a datagram with %s is refused', (_, bytes) => {
  expect(typeof readMessage(bytes)).toBe('string')
})

test('values are split at commas outside quotes and angle brackets only', () => {
  const text = requestText({ host: 'h', port: 1 }, 'OPTIONS', 'sip:a', {
    routes: ['"a, b" <sip:x;p=1,2>, <sip:y;lr>'],
  })
  const message = readMessage(text)
  if (typeof message === 'string') throw new Error(message)
  expect(valuesOf(message, 'route')).toEqual(['"a, b" <sip:x;p=1,2>', '<sip:y;lr>'])
  expect(parameter(firstOf(message, 'from'), 'tag')).not.toBe('')
})

test('the digest is that of the example in RFC 2617 §3.5', () => {
  const challenge =
    'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
  const login = { user: 'Mufasa', password: 'Circle Of Life' }
  const value = answerDigest(challenge, 'GET', '/dir/index.html', login)
  expect(value).toContain('response="6629fae49393a05397450978507c4ef1"')
})
