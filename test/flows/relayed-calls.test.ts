import { expect, test } from 'vitest'
import type { MediaPhone } from './relayed-office.ts'
import { describe as offer, media, RelayedOffice, relayScript, session } from './relayed-office.ts'

const calledBody = offer('10.0.0.3', 18_000)

test('offer in the INVITE, answer in the 200: each phone is told the relay, and the relay knows both', () => {
  const { office, alice, bob } = pair()

  const invite = ring(alice, bob)
  bob.answer(invite, 200, calledBody)

  const [toBob] = media(invite)
  const [toAlice] = media(alice.lastResponse('INVITE'))
  expect(toBob).toMatch(/^10\.0\.0\.1:35\d\d\d$/)
  expect(toAlice).toMatch(/^10\.0\.0\.1:35\d\d\d$/)
  expect(session(invite).isRelayed).toBe(true)
  const [stream] = [...office.relay.streams.values()]
  expect(stream).toMatchObject({
    revision: 1,
    a: {
      rtp: { address: '10.0.0.2', port: 17_000 },
      rtcp: { address: '10.0.0.2', port: 17_001 },
      plausible: ['10.0.0.2'],
      mayReceive: true,
      maySend: true,
      packetTimeMs: 20,
    },
    b: { rtp: { address: '10.0.0.3', port: 18_000 }, isAsymmetric: false },
  })
  expect(`10.0.0.1:${office.relay.pair(stream!.a.pair).port}`).toBe(toAlice)
  expect(`10.0.0.1:${office.relay.pair(stream!.b.pair).port}`).toBe(toBob)
  expect(office.heldPairs).toBe(2)
})

test('a BYE frees everything; a copy of the INVITE or of the 200 takes nothing', () => {
  const { office, alice, bob } = pair()
  const branch = 'z9hG4bKsame'
  alice.request('INVITE', { body: offer(alice.address, 17_000), branch })
  alice.request('INVITE', { body: offer(alice.address, 17_000), branch })
  const invite = bob.lastRequest('INVITE')
  bob.answer(invite, 200, calledBody)
  const first = media(alice.lastResponse('INVITE'))
  bob.answer(invite, 200, calledBody)

  expect(media(alice.lastResponse('INVITE'))).toEqual(first)
  expect([...office.relay.streams.values()].map(({ revision }) => revision)).toEqual([1])
  expect(office.heldPairs).toBe(2)
  alice.within(alice.asCaller(), 'BYE', 2)
  bob.answer(bob.lastRequest('BYE'), 200)
  expect(office.heldPairs).toBe(0)
  expect(office.relay.streams.size).toBe(0)
})

test('a BYE frees everything though the script never asks for it', () => {
  const { office, alice, bob } = pair(relayScript({ free: 'setflag(2)' }))
  talk(alice, bob)

  alice.within(alice.asCaller(), 'BYE', 2)
  bob.answer(bob.lastRequest('BYE'), 200)

  expect(office.heldPairs).toBe(0)
})

test.each([
  ['refused', (_alice: MediaPhone, bob: MediaPhone) => bob.answer(bob.lastRequest('INVITE'), 486)],
  ['cancelled', (alice: MediaPhone) => alice.request('CANCEL', { branch: 'z9hG4bKfirst' })],
])('a call that is %s frees its ports at once', (_how, end) => {
  const { office, alice, bob } = pair(relayScript({ free: 'setflag(2)' }))
  alice.request('INVITE', { body: offer(alice.address, 17_000), branch: 'z9hG4bKfirst' })
  bob.answer(bob.lastRequest('INVITE'), 180)
  expect(office.heldPairs).toBe(2)

  end(alice, bob)

  expect(office.heldPairs).toBe(0)
})

test('a call that nobody answers frees its ports when timer C runs out', () => {
  const { office, alice, bob } = pair()
  alice.request('INVITE', { body: offer(alice.address, 17_000) })
  bob.answer(bob.lastRequest('INVITE'), 180)

  office.world.run(181_500)

  expect(office.heldPairs).toBe(0)
})

test('an early answer and another one in the 200: the last one counts, on the same ports', () => {
  const { office, alice, bob } = pair()
  const invite = ring(alice, bob)

  bob.answer(invite, 183, offer(bob.address, 18_100))
  const early = media(alice.lastResponse('INVITE'))
  bob.answer(invite, 200, calledBody)

  expect(media(alice.lastResponse('INVITE'))).toEqual(early)
  expect([...office.relay.streams.values()]).toMatchObject([{ revision: 2, b: { rtp: { port: 18_000 } } }])
})

test('a late offer: it comes in the 200, the ACK answers it', () => {
  const { office, alice, bob } = pair()
  alice.request('INVITE', {})
  bob.answer(bob.lastRequest('INVITE'), 200, calledBody)
  const [toAlice] = media(alice.lastResponse('INVITE'))

  alice.within(alice.asCaller(), 'ACK', 1, offer(alice.address, 17_000))

  const [toBob] = media(bob.lastRequest('ACK'))
  expect([toAlice, toBob].every((place) => place?.startsWith('10.0.0.1:35'))).toBe(true)
  expect([...office.relay.streams.values()]).toMatchObject([
    { revision: 1, a: { rtp: { port: 17_000 } }, b: { rtp: { port: 18_000 } } },
  ])
})

test.each(['caller', 'callee'] as const)('hold and resume by the %s keep the ports', (who) => {
  const { office, alice, bob } = pair()
  const invite = talk(alice, bob)
  const [holder, held, dialog] =
    who === 'caller' ? [alice, bob, alice.asCaller()] : [bob, alice, bob.asCallee(invite)]
  const side = who === 'caller' ? 'a' : 'b'
  const port = who === 'caller' ? 17_000 : 18_000
  const heldPort = who === 'caller' ? 18_000 : 17_000
  const before = [media(invite), media(alice.lastResponse('INVITE'))]

  holder.within(dialog, 'INVITE', 2, offer(holder.address, port, 'a=sendonly\r\n', 2))
  held.answer(held.lastRequest('INVITE'), 200, offer(held.address, heldPort, 'a=recvonly\r\n', 2))
  const onHold = [...office.relay.streams.values()][0]!
  holder.within(dialog, 'INVITE', 3, offer(holder.address, port, '', 3))
  const back = held.lastRequest('INVITE')
  held.answer(back, 200, offer(held.address, heldPort, '', 3))
  const resumed = [...office.relay.streams.values()][0]!

  expect(onHold[side]).toMatchObject({ mayReceive: false, maySend: true })
  expect(resumed[side]).toMatchObject({ mayReceive: true, maySend: true })
  expect(resumed.revision).toBe(3)
  const after =
    who === 'caller'
      ? [media(back), media(alice.lastResponse('INVITE'))]
      : [media(bob.lastResponse('INVITE')), media(back)]
  expect(after).toEqual(before)
  expect(office.heldPairs).toBe(2)
})

test.each([
  ['of the session', offer('0.0.0.0', 17_000, '', 2)],
  ['of the medium', offer('10.0.0.2', 17_000, 'c=IN IP4 0.0.0.0\r\n', 2)],
])(
  'hold by 0.0.0.0 in the c= line %s stays so, and the relay keeps the place for the resume',
  (_where, hold) => {
    const { office, alice, bob } = pair()
    talk(alice, bob)

    alice.within(alice.asCaller(), 'INVITE', 2, hold)
    const held = bob.lastRequest('INVITE')
    bob.answer(held, 200, offer(bob.address, 18_000, '', 2))

    expect(media(held)[0]).toMatch(/^0\.0\.0\.0:35/)
    expect([...office.relay.streams.values()]).toMatchObject([
      { a: { rtp: { address: '10.0.0.2', port: 17_000 }, mayReceive: false }, b: { maySend: false } },
    ])
    alice.within(alice.asCaller(), 'INVITE', 3, offer('10.0.0.2', 17_000, '', 3))
    bob.answer(bob.lastRequest('INVITE'), 200, offer(bob.address, 18_000, '', 3))
    expect([...office.relay.streams.values()]).toMatchObject([
      { a: { rtp: { address: '10.0.0.2', port: 17_000 }, mayReceive: true }, b: { maySend: true } },
    ])
  },
)

test.each(['BYE', 'INFO', 'MESSAGE'])(
  'force_rtp_proxy() and use_media_proxy() fail for %s, whatever it carries',
  (method) => {
    const words =
      'if (force_rtp_proxy()) append_hf("X-Relayed: 1\\r\\n"); if (use_media_proxy()) append_hf("X-Led: 1\\r\\n")'
    const { alice, bob } = pair(relayScript({ inCall: words, free: 'setflag(2)' }))
    talk(alice, bob)
    const body = offer(alice.address, 17_100)

    alice.within(alice.asCaller(), method, 2, body)

    const came = bob.lastRequest(method)
    expect(came.headers.filter(({ name }) => /^x-/i.test(name))).toEqual([])
    expect(came.body).toBe(body)
  },
)

test('a re-INVITE that is refused changes nothing, and a new medium in it gives its ports back', () => {
  const { office, alice, bob } = pair()
  talk(alice, bob)

  alice.within(
    alice.asCaller(),
    'INVITE',
    2,
    offer(alice.address, 17_100, 'm=video 17200 RTP/AVP 96\r\na=rtpmap:96 vp8/90000\r\n', 2),
  )
  expect(office.heldPairs).toBe(4)
  bob.answer(bob.lastRequest('INVITE'), 488)

  expect(office.heldPairs).toBe(2)
  expect([...office.relay.streams.values()]).toMatchObject([{ revision: 1, a: { rtp: { port: 17_000 } } }])
})

test('a second medium comes and goes with re-INVITEs', () => {
  const { office, alice, bob } = pair()
  talk(alice, bob)
  const video = (port: number): string => `m=video ${port} RTP/AVP 96\r\na=rtpmap:96 vp8/90000\r\n`

  alice.within(alice.asCaller(), 'INVITE', 2, offer(alice.address, 17_000, video(17_200), 2))
  bob.answer(bob.lastRequest('INVITE'), 200, offer(bob.address, 18_000, video(18_200), 2))
  expect(office.relay.streams.size).toBe(2)
  alice.within(alice.asCaller(), 'INVITE', 3, offer(alice.address, 17_000, video(0), 3))
  bob.answer(bob.lastRequest('INVITE'), 200, offer(bob.address, 18_000, video(0), 3))

  expect(media(alice.lastResponse('INVITE'))[1]).toMatch(/:0$/)
  expect(office.relay.streams.size).toBe(1)
  expect(office.heldPairs).toBe(2)
})

test('forking: a relay for each branch; the losers give theirs back', () => {
  const office = new RelayedOffice()
  const alice = office.phone('alice')
  const desk = office.phone('bob')
  const mobile = office.phone('bob')
  alice.request('INVITE', { body: offer(alice.address, 17_000) })
  expect(media(desk.lastRequest('INVITE'))).not.toEqual(media(mobile.lastRequest('INVITE')))
  expect(office.heldPairs).toBe(4)

  mobile.answer(mobile.lastRequest('INVITE'), 183, offer(mobile.address, 18_200))
  desk.answer(desk.lastRequest('INVITE'), 200, offer(desk.address, 18_000))
  mobile.answer(mobile.lastRequest('INVITE'), 487)

  expect(office.heldPairs).toBe(2)
  expect([...office.relay.streams.values()]).toMatchObject([{ b: { rtp: { port: 18_000 } } }])
})

test('UPDATE with a new offer before the answer, PRACK without one', () => {
  const { office, alice, bob } = pair()
  const invite = ring(alice, bob)
  bob.answer(invite, 183, offer(bob.address, 18_000))
  const early = alice.asCaller()

  alice.within(early, 'PRACK', 2)
  bob.answer(bob.lastRequest('PRACK'), 200)
  alice.within(early, 'UPDATE', 3, offer(alice.address, 17_500, '', 2))
  bob.answer(bob.lastRequest('UPDATE'), 200, offer(bob.address, 18_500, '', 2))

  expect(media(bob.lastRequest('UPDATE'))).toEqual(media(invite))
  expect([...office.relay.streams.values()]).toMatchObject([
    { revision: 2, a: { rtp: { port: 17_500 } }, b: { rtp: { port: 18_500 } } },
  ])
})

test('what bears the mark of another relay is left alone, unless flag f says otherwise', () => {
  const marked = offer('10.0.0.2', 17_000).replace('m=', 'a=nortpproxy:yes\r\nm=')
  const plain = pair()
  plain.alice.request('INVITE', { body: marked })
  const forced = pair(relayScript({ first: 'force_rtp_proxy("f")' }))
  forced.alice.request('INVITE', { body: marked })

  expect(plain.bob.lastRequest('INVITE').body).toBe(marked)
  expect(plain.office.heldPairs).toBe(0)
  expect(media(forced.bob.lastRequest('INVITE'))[0]).toMatch(/^10\.0\.0\.1:35/)
})

test.each([
  ['broadcast', '255.255.255.255', 17_000],
  ['multicast', '224.2.17.12', 17_000],
  ['loopback', '127.0.0.1', 17_000],
  ['a SIP port', '10.0.0.9', 5060],
  ['a STUN port', '10.0.0.9', 3478],
  ['a port of a service', '10.0.0.9', 53],
])('%s as a place for media is refused with 488 (T48)', (_what, address, port) => {
  const { office, alice } = pair()

  alice.request('INVITE', { body: offer(address, port) })

  expect(alice.lastResponse('INVITE').status).toBe(488)
  expect(office.heldPairs).toBe(0)
})

test('a port of another call as a place for media is refused', () => {
  const { office, alice, bob } = pair()
  const invite = talk(alice, bob)
  const [, port] = media(invite)[0]!.split(':')
  const carol = office.phone('carol')

  carol.request('INVITE', { body: offer('10.0.0.1', Number(port)), callId: 'call-2' })

  expect(carol.lastResponse('INVITE').status).toBe(488)
})

test('an answer that points to everybody leads there no more', () => {
  const { office, alice, bob } = pair()
  const invite = ring(alice, bob)

  bob.answer(invite, 200, offer('255.255.255.255', 18_000))

  expect(media(alice.lastResponse('INVITE'))[0]).toMatch(/^10\.0\.0\.1:35/)
  expect([...office.relay.streams.values()]).toMatchObject([
    { b: { rtp: undefined, plausible: ['10.0.0.3'] } },
  ])
})

test('without free ports the command fails and the call may go on without', () => {
  const { office, alice, bob } = pair(relayScript(), 0)

  alice.request('INVITE', { body: offer(alice.address, 17_000) })

  expect(bob.lastRequest('INVITE').body).toBe(offer(alice.address, 17_000))
  expect(office.host.counter('media ports exhausted')).toBe(1)
})

test('where only one pair is left the branch is answered 503 and the pair goes back', () => {
  const { office, alice } = pair(relayScript(), 1)

  alice.request('INVITE', { body: offer(alice.address, 17_000) })

  expect(alice.lastResponse('INVITE').status).toBe(503)
  expect(office.heldPairs).toBe(0)
})

test('the 21st call that nobody answers is refused, and another phone still calls (T51)', () => {
  const { office, alice, bob } = pair()
  const carol = office.phone('carol')
  for (let call = 0; call < 21; call++)
    alice.request('INVITE', { body: offer(alice.address, 17_000 + 2 * call), callId: `half-${call}` })
  expect(alice.lastResponse('INVITE').status).toBe(503)
  expect(office.heldPairs).toBe(40)

  carol.request('INVITE', { body: offer(carol.address, 17_000), callId: 'carols' })

  expect(bob.lastRequest('INVITE').callId).toBe('carols')
})

test('a phone outside is told the outer address, one inside its own side', () => {
  const settings = 'advertised_address="203.0.113.5"'
  const office = new RelayedOffice(relayScript({ settings }))
  const alice = office.phone('alice', '10.0.0.2')
  const bob = office.phone('bob', '198.51.100.20')

  alice.request('INVITE', { body: offer(alice.address, 17_000) })
  const invite = bob.lastRequest('INVITE')
  bob.answer(invite, 200, offer('192.168.7.7', 18_000))

  expect(media(invite)[0]).toMatch(/^203\.0\.113\.5:35/)
  expect(media(alice.lastResponse('INVITE'))[0]).toMatch(/^10\.0\.0\.1:35/)
  // Its private address leads nowhere from here: media is looked for where its signalling comes from.
  expect([...office.relay.streams.values()]).toMatchObject([
    { b: { rtp: { address: '198.51.100.20', port: 18_000 }, plausible: ['198.51.100.20'] } },
  ])
})

test('use_media_proxy relays as well, and leaves no mark', () => {
  const words = {
    first: 'use_media_proxy()',
    inCall: 'use_media_proxy()',
    reply: 'use_media_proxy()',
    free: 'end_media_session()',
  }
  const { office, alice, bob } = pair(relayScript(words))
  const invite = talk(alice, bob)

  expect(session(invite).isRelayed).toBe(false)
  expect(office.relay.streams.size).toBe(1)
  alice.within(alice.asCaller(), 'BYE', 2)
  expect(office.heldPairs).toBe(0)
})

test('the flags of force_rtp_proxy reach the relay', () => {
  const { office, alice, bob } = pair(
    relayScript({ first: 'force_rtp_proxy("ar")', reply: 'force_rtp_proxy("r")' }),
  )
  alice.request('INVITE', { body: offer('10.9.9.9', 17_000) })
  bob.answer(bob.lastRequest('INVITE'), 200, calledBody)

  expect([...office.relay.streams.values()]).toMatchObject([
    { a: { isAsymmetric: true, plausible: ['10.9.9.9'] }, b: { isAsymmetric: false } },
  ])
})

test('both phones are gone: no media, no answer to OPTIONS, the call ends as vanished', () => {
  const { office, alice, bob } = pair()
  talk(alice, bob)

  office.world.run(140_000)

  expect(alice.lastRequest('OPTIONS').uri).toBe('sip:alice@10.0.0.2:5060')
  expect(bob.lastRequest('OPTIONS').uri).toBe('sip:bob@10.0.0.3:5060')
  expect(office.heldPairs).toBe(0)
  expect(office.host.askFor({ name: 'calls', which: 'ended' })).toMatchObject([{ state: 'vanished' }])
})

test('a phone that answers OPTIONS keeps a silent call alive', () => {
  const { office, alice, bob } = pair()
  talk(alice, bob)
  bob.raw.onDatagram = ({ octets }) => {
    if (octets.startsWith('OPTIONS '))
      bob.world.schedule.after(1, () => bob.answer(bob.lastRequest('OPTIONS'), 405))
  }

  office.world.run(140_000)

  expect(office.heldPairs).toBe(2)
})

test('the call keeps its facts: what was received, what was sent on, what the relay saw', () => {
  const { office, alice, bob } = pair()
  talk(alice, bob)

  expect(office.host.askFor({ name: 'calls', which: 'going-on' })).toMatchObject([
    {
      state: 'talking',
      facts: {
        status: 200,
        moments: [{ what: 'INVITE' }, { what: '200 INVITE' }],
        descriptions: [
          {
            from: 'caller',
            message: 'INVITE',
            source: '10.0.0.2:5060',
            receivedMedia: [{ address: '10.0.0.2', port: 17_000 }],
            sentOnMedia: [{ address: '10.0.0.1' }],
          },
          { from: 'callee', message: '200 INVITE', receivedMedia: [{ address: '10.0.0.3', port: 18_000 }] },
        ],
        streams: [{ media: 0, revision: 1 }],
      },
    },
  ])
})

test('another process takes the calls up: same ports, and its BYE frees them', () => {
  const before = pair()
  talk(before.alice, before.bob)
  const left: unknown = JSON.parse(JSON.stringify(before.office.host.askFor({ name: 'leave-calls' })))
  const ports = [...before.office.relay.streams.values()].map(({ a, b }) => [a.pair, b.pair])

  const after = pair()
  expect(after.office.host.askFor({ name: 'take-up-calls', left, awayMs: 1500 })).toEqual({ calls: 1 })

  expect([...after.office.relay.streams.values()]).toMatchObject([
    { revision: 1, a: { rtp: { port: 17_000 } }, b: { rtp: { port: 18_000 } } },
  ])
  expect([...after.office.relay.streams.values()].map(({ a, b }) => [a.pair, b.pair])).toEqual(ports)
  after.alice.within(before.alice.asCaller(), 'BYE', 2)
  expect(after.office.relay.streams.size).toBe(0)
})

test.each([null, {}, { calls: [{}] }, { calls: [{ callId: 1 }] }])('%j is no list of calls', (left) => {
  const { office } = pair()
  expect(office.host.ask({ name: 'take-up-calls', left, awayMs: 0 })).toMatchObject({ code: 'bad-state' })
})

interface Pair {
  readonly office: RelayedOffice
  readonly alice: MediaPhone
  readonly bob: MediaPhone
}

function pair(script = relayScript(), mostMediaPairs?: number): Pair {
  const office = new RelayedOffice(script, mostMediaPairs === undefined ? {} : { mostMediaPairs })
  return { office, alice: office.phone('alice'), bob: office.phone('bob') }
}

/** @returns the INVITE as it reached the called one */
function ring(alice: MediaPhone, bob: MediaPhone): ReturnType<MediaPhone['lastRequest']> {
  alice.request('INVITE', { body: offer(alice.address, 17_000) })
  return bob.lastRequest('INVITE')
}

function talk(alice: MediaPhone, bob: MediaPhone): ReturnType<MediaPhone['lastRequest']> {
  const invite = ring(alice, bob)
  bob.answer(invite, 200, offer(bob.address, 18_000))
  return invite
}
