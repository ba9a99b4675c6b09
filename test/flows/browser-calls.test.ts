import { describe, expect, test } from 'vitest'
import type { Guard, StreamEnd } from '../../core/rtp/index.ts'
import { toyFingerprint } from '../sim/toy-relay.ts'
import { describe as plain, RelayedOffice, relayScript, type MediaPhone } from './relayed-office.ts'

const theirs = `sha-256 ${Array.from({ length: 32 }, () => 'B0').join(':')}`
const key = 'd0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj'

/** What a browser describes; more sections behind. */
function browser(ufrag = 'abcd', more = '', setup = 'actpass'): string {
  return (
    [
      'v=0',
      'o=- 4611 2 IN IP4 127.0.0.1',
      's=-',
      't=0 0',
      'a=group:BUNDLE 0',
      'm=audio 9 UDP/TLS/RTP/SAVPF 111 0 126',
      'c=IN IP4 0.0.0.0',
      'a=rtcp:9 IN IP4 0.0.0.0',
      'a=candidate:1 1 udp 2122260223 0f1e.local 55555 typ host',
      `a=ice-ufrag:${ufrag}`,
      'a=ice-pwd:abcdefghijklmnopqrstuvwx',
      `a=fingerprint:${theirs}`,
      `a=setup:${setup}`,
      'a=mid:0',
      'a=sendrecv',
      'a=rtcp-mux',
      'a=rtpmap:111 opus/48000/2',
      'a=rtpmap:126 telephone-event/8000',
      '',
    ].join('\r\n') + more
  )
}

function secured(port: number, suite = 'AES_CM_128_HMAC_SHA1_80'): string {
  return plain('10.0.0.2', port, `a=crypto:7 ${suite} inline:${key}|2^20\r\n`).replace('RTP/AVP', 'RTP/SAVP')
}

describe('a browser calls a desk phone', () => {
  test('each is told in its own way, and the relay knows how to find and to trust the browser', () => {
    const { office, alice, bob } = pair()
    alice.request('INVITE', { body: browser() })
    const invite = bob.lastRequest('INVITE')
    bob.answer(invite, 200, plain('10.0.0.3', 18_000))

    expect(invite.body).toContain('m=audio 35')
    expect(invite.body).toContain(' RTP/AVP 111 0 126')
    expect(invite.body).not.toMatch(/fingerprint|ice-|candidate|mid:|rtcp-mux|setup/)
    const answer = alice.lastResponse('INVITE').body
    expect(answer).toMatch(/a=ice-lite[\s\S]*m=audio 35\d+ UDP\/TLS\/RTP\/SAVPF 0 101/)
    for (const line of ['a=setup:passive', 'a=mid:0', 'a=rtcp-mux', `a=fingerprint:${toyFingerprint}`])
      expect(answer).toContain(line)
    const { a, b } = onlyStream(office)
    expect(a).toMatchObject({
      rtp: undefined,
      plausible: [],
      isMultiplexed: true,
      mayReceive: true,
      maySend: true,
    })
    expect(guardOf(a)).toMatchObject({
      fingerprints: [theirs],
      local: [{ ufrag: valueOf(answer, 'ice-ufrag') }],
    })
    expect(b).toMatchObject({ rtp: { address: '10.0.0.3', port: 18_000 }, isMultiplexed: false })
    expect(b.guard).toBeUndefined()
  })

  test('an ICE restart has new credentials, and the former ones hold beside them; a hold has none', () => {
    const { office, alice, bob } = pair()
    const { talk } = call(alice, bob)
    const first = valueOf(alice.lastResponse('INVITE').body, 'ice-ufrag')

    alice.within(talk, 'INVITE', 2, browser('efgh'))
    bob.answer(bob.lastRequest('INVITE'), 200, plain('10.0.0.3', 18_000, '', 2))
    const second = valueOf(alice.lastResponse('INVITE').body, 'ice-ufrag')
    expect(second).not.toBe(first)
    expect(guardOf(onlyStream(office).a).local.map(({ ufrag }) => ufrag)).toEqual([second, first])

    alice.within(talk, 'INVITE', 3, browser('efgh').replace('sendrecv', 'sendonly'))
    expect(bob.lastRequest('INVITE').body).toContain('a=sendonly')
    bob.answer(bob.lastRequest('INVITE'), 200, plain('10.0.0.3', 18_000, 'a=recvonly\r\n', 3))
    expect(valueOf(alice.lastResponse('INVITE').body, 'ice-ufrag')).toBe(second)
    expect(onlyStream(office).a).toMatchObject({ mayReceive: false, maySend: true })
  })

  test('video and data are refused on their way, and stay in their places', () => {
    const { alice, bob } = pair()
    const more = 'm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=rtpmap:96 VP8/90000\r\n'
    alice.request('INVITE', { body: browser('abcd', more) })
    expect(bob.lastRequest('INVITE').body).toContain('m=video 0 RTP/AVP 96')
    bob.answer(bob.lastRequest('INVITE'), 200, plain('10.0.0.3', 18_000, 'm=video 0 RTP/AVP 96\r\n'))
    const answer = alice.lastResponse('INVITE').body
    expect(answer).toContain('a=group:BUNDLE 0\r\n')
    expect(answer).toContain('m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:1')
  })

  test('nothing in common is refused with 488, and takes no port', () => {
    const { office, alice } = pair()
    const before = office.heldPairs
    alice.request('INVITE', {
      body: browser().replace('SAVPF 111 0 126', 'SAVPF 63').replace('111 opus', '63 red'),
    })
    expect(alice.lastResponse('INVITE').status).toBe(488)
    expect(office.heldPairs).toBe(before)
  })
})

test('a browser that is known is called as one: actpass, its credentials in the first answer', () => {
  const { office, alice, bob } = pair()
  const { talk } = call(bob, alice, plain('10.0.0.2', 17_000), browser('wxyz'))
  bob.within(talk, 'BYE', 2)
  alice.answer(alice.lastRequest('BYE'), 200)

  alice.request('INVITE', { body: plain('10.0.0.2', 17_000), callId: 'call-2' })
  const invite = bob.lastRequest('INVITE')
  expect(invite.body).toContain('UDP/TLS/RTP/SAVPF 0 101')
  expect(invite.body).toContain('a=setup:actpass')
  bob.answer(invite, 200, browser('ijkl', '', 'active'))
  expect(alice.lastResponse('INVITE').body).toContain(' RTP/AVP 111 0 126')
  expect(guardOf(onlyStream(office).b)).toMatchObject({
    fingerprints: [theirs],
    local: [{ ufrag: valueOf(invite.body, 'ice-ufrag') }],
  })
})

describe('a desk phone with keys', () => {
  test('calls a plain one: the keys end at us', () => {
    const { office, alice, bob } = pair()
    alice.request('INVITE', { body: secured(17_000) })
    const invite = bob.lastRequest('INVITE')
    expect(invite.body).not.toContain(key)
    expect(invite.body).toMatch(/m=audio \d+ RTP\/AVP[\s\S]*a=crypto:1 /)
    bob.answer(invite, 200, plain('10.0.0.3', 18_000))

    const answer = alice.lastResponse('INVITE').body
    expect(answer).toMatch(/m=audio \d+ RTP\/SAVP /)
    const ours = /a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:(\S+)/.exec(answer)?.[1]
    expect(ours).toMatch(/^[A-Za-z0-9+/]{40}$/)
    const { a, b } = onlyStream(office)
    expect(a.guard).toEqual({
      kind: 'sdes',
      theirs: { suite: 'AES_CM_128_HMAC_SHA1_80', key },
      ours: { suite: 'AES_CM_128_HMAC_SHA1_80', key: ours },
    })
    expect(b.guard).toBeUndefined()
  })

  test('calls another: each has keys with us alone, and a hold keeps them', () => {
    const { office, alice, bob } = pair()
    alice.request('INVITE', { body: secured(17_000) })
    const invite = bob.lastRequest('INVITE')
    const [, tag = '', ours = ''] =
      /a=crypto:(2) AES_CM_128_HMAC_SHA1_32 inline:(\S+)/.exec(invite.body) ?? []
    bob.answer(
      invite,
      200,
      plain('10.0.0.3', 18_000, `a=crypto:${tag} AES_CM_128_HMAC_SHA1_32 inline:${key.toLowerCase()}\r\n`),
    )
    const before = onlyStream(office)
    expect(before.b.guard).toMatchObject({ ours: { suite: 'AES_CM_128_HMAC_SHA1_32', key: ours } })
    alice.within(alice.asCaller(), 'INVITE', 2, secured(17_000).replace('a=rtpmap', 'a=sendonly\r\na=rtpmap'))
    expect(bob.lastRequest('INVITE').body).toContain(ours)
    bob.answer(
      bob.lastRequest('INVITE'),
      200,
      plain(
        '10.0.0.3',
        18_000,
        `a=crypto:${tag} AES_CM_128_HMAC_SHA1_32 inline:${key.toLowerCase()}\r\na=recvonly\r\n`,
        2,
      ),
    )
    expect(onlyStream(office).a.guard).toEqual(before.a.guard)
    expect(onlyStream(office).b.guard).toEqual(before.b.guard)
  })

  test('an offer without a key that can be used is refused', () => {
    const { alice } = pair()
    alice.request('INVITE', { body: secured(17_000, 'AES_256_CM_HMAC_SHA1_80') })
    expect(alice.lastResponse('INVITE').status).toBe(488)
  })
})

test('no key and no password of a call is among its facts', () => {
  const { office, alice, bob } = pair()
  call(alice, bob)
  const facts = JSON.stringify(office.host.askFor({ name: 'calls', which: 'going-on' }))
  expect(facts).toContain('ice-pwd:(hidden)')
  expect(facts).not.toContain(guardOf(onlyStream(office).a).local[0]!.pwd)
})

test('two pairs of credentials are never the same', () => {
  const { office, alice, bob } = pair()
  const seen = new Set<string>()
  for (let n = 0; n < 20; n++) {
    call(alice, bob, plain('10.0.0.3', 18_000), browser(`a${n}bc`), `call-${n}`)
    for (const { a } of office.relay.streams.values()) seen.add(guardOf(a).local[0]!.pwd)
  }
  expect(seen.size).toBe(20)
})

function pair(): { office: RelayedOffice; alice: MediaPhone; bob: MediaPhone } {
  const office = new RelayedOffice(relayScript())
  const alice = office.phone('alice')
  return { office, alice, bob: office.phone('bob') }
}

function call(
  caller: MediaPhone,
  called: MediaPhone,
  answer = plain('10.0.0.3', 18_000),
  offer = browser(),
  callId = 'call-1',
): { talk: ReturnType<MediaPhone['asCaller']> } {
  const to = `sip:${called.user}@10.0.0.1`
  caller.request('INVITE', { body: offer, callId, uri: to, to: `<${to}>` })
  called.answer(called.lastRequest('INVITE'), 200, answer)
  return { talk: caller.asCaller() }
}

function onlyStream(office: RelayedOffice): { a: StreamEnd; b: StreamEnd } {
  const streams = [...office.relay.streams.values()]
  expect(streams.length).toBe(1)
  return streams[0]!
}

function guardOf({ guard }: StreamEnd): Extract<Guard, { kind: 'dtls' }> {
  if (guard?.kind !== 'dtls') throw new Error('the end is not guarded by a handshake')
  return guard
}

function valueOf(text: string, name: string): string {
  return new RegExp(`^a=${name}:(.*)$`, 'm').exec(text)?.[1]?.trim() ?? ''
}
