/** Who may register as whom: digest and registrar cases of the threat model, each with the honest phone beside it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SipResponse } from '../../core/sip/index.ts'
import {
  alice,
  bob,
  challengeOf,
  SecuredOffice,
  withPasswords,
  type Ask,
  type Host,
} from './secured-office.ts'

let office: SecuredOffice
let attacker: Host

beforeEach(() => {
  office = new SecuredOffice()
  attacker = office.host('mallory', '10.0.0.66')
})

/** The positive twin of every case: somebody honest registers, and is called, all the same. */
afterEach(() => {
  const twin = office.registered(alice, '10.0.0.101')
  const other = office.registered(bob, '10.0.0.102')
  const before = other.requests('INVITE').length
  const call = twin.log('INVITE', alice)
  expect([call?.status, other.requests('INVITE').length - before]).toEqual([undefined, 1])
})

describe('whoever guesses learns nothing', () => {
  test('T13 a REGISTER for a number that exists is answered like one for a number that does not', () => {
    const answers = ['alice', 'nobody'].map((user) =>
      attacker.log('REGISTER', { user, password: 'guess-guess-guess' }),
    )
    expect(sameOf(answers[0], 'alice')).toEqual(sameOf(answers[1], 'nobody'))
    expect(office.told('login-wrong')).toHaveLength(1)
    expect(office.told('login-unknown')).toHaveLength(1)
  })

  test('T13 so is an INVITE', () => {
    const answers = ['alice', 'nobody'].map((user) =>
      attacker.log('INVITE', { user, password: 'guess-guess-guess' }),
    )
    expect(sameOf(answers[0], 'alice')).toEqual(sameOf(answers[1], 'nobody'))
  })

  test('T13 a cracker has at most 30 guesses a minute and is then ignored', () => {
    const beganAt = office.world.now
    let guesses = 0
    while (office.world.now - beganAt < 60_000) {
      const answer = attacker.log('REGISTER', { user: 'alice', password: `guess-number-${guesses}` })
      if (answer?.status === 401) guesses++
      office.world.run(100)
    }
    expect(guesses).toBeGreaterThan(5)
    expect(office.exchange.counter('logins wrong')).toBeLessThanOrEqual(30)
    expect(attacker.ask('OPTIONS', { uri: 'sip:10.0.0.1' })).toBeUndefined()
    expect(office.told('banned')).toHaveLength(1)
    expect(office.exchange.askFor({ name: 'bans' })).toMatchObject([{ address: attacker.address }])
  })

  test('T13 a ban ends by itself, and can be lifted', () => {
    guessUntilBanned(attacker)
    office.exchange.askFor({ name: 'unban', address: attacker.address })
    expect(attacker.ask('REGISTER')?.status).toBe(401)
    guessUntilBanned(attacker)
    office.world.run(601_000)
    expect(attacker.ask('REGISTER')?.status).toBe(401)
  })
})

describe('credentials used once more', () => {
  test.each(['SHA-256', 'MD5'] as const)(
    'T20 M11 an overheard %s answer binds nothing from another host, 500 times',
    (algorithm) => {
      const phone = office.host('alice', '10.0.0.3')
      const challenge = phone.ask('REGISTER', { user: 'alice' })!
      const overheard = phone.composeAnswer(challenge, 'REGISTER', alice, {}, { algorithm })
      phone.sendText(overheard)
      const authorization = /Authorization: [^\r]*\r\n/.exec(overheard)![0]
      for (let tries = 0; tries < 500; tries++) {
        const answer = attacker.ask('REGISTER', { user: 'alice', lines: authorization, cseq: 3 + tries })
        expect(answer?.status).toBe(401)
      }
      expect(office.contacts('alice')).toEqual(['sip:alice@10.0.0.3:5060'])
    },
  )

  test.each([
    ['the same count twice', 1, 1],
    ['a count that goes back', 5, 3],
    ['a count that jumps by 2^31', 1, 2 ** 31],
  ])('T21 %s is asked again as stale', (_what, first, second) => {
    const phone = office.host('alice', '10.0.0.3')
    const challenge = phone.ask('REGISTER', { user: 'alice' })!
    expect(phone.answer(challenge, 'REGISTER', alice, {}, { count: first })?.status).toBe(200)
    const again = phone.answer(challenge, 'REGISTER', alice, { cseq: 3 }, { count: second })
    expect([again?.status, challengeOf(again)]).toEqual([401, expect.stringContaining('stale=true')])
    expect(phone.answer(challenge, 'REGISTER', alice, { cseq: 4 }, { count: first + 1 })?.status).toBe(200)
  })

  test('T21 an honest copy of a request is answered like the first', () => {
    const phone = office.host('alice', '10.0.0.3')
    const request = phone.composeAnswer(phone.ask('REGISTER', { user: 'alice' })!, 'REGISTER', alice)
    expect([phone.sendText(request), phone.sendText(request)].map((answer) => answer?.status)).toEqual([
      200, 200,
    ])
    const moved = request.replace('Contact: <sip:alice@10.0.0.3', 'Contact: <sip:alice@10.0.0.66')
    expect(phone.sendText(moved)?.status).toBe(401)
  })

  test('T22 an answer without the qop that was offered is refused', () => {
    const phone = office.host('alice', '10.0.0.3')
    const challenge = phone.ask('REGISTER', { user: 'alice' })!
    const old = phone.composeAnswer(stripped(challenge), 'REGISTER', alice)
    expect(old).not.toContain('qop=')
    expect(phone.sendText(old)?.status).toBe(401)
    expect(office.contacts('alice')).toEqual([])
  })

  test('T22 where a script offers none, an answer is good for one request', () => {
    office = new SecuredOffice({
      script: withPasswords.replaceAll('challenge("", "1")', 'challenge("", "0")'),
    })
    const phone = office.host('alice', '10.0.0.3')
    const challenge = phone.ask('REGISTER', { user: 'alice' })!
    const request = phone.composeAnswer(challenge, 'REGISTER', alice)
    expect(request).not.toContain('qop=')
    expect(phone.sendText(request)?.status).toBe(200)
    expect(phone.answer(challenge, 'REGISTER', alice, { cseq: 3 })?.status).toBe(401)
  })
})

describe('algorithms', () => {
  test('T23 SHA-256 is offered first, then MD5 (RFC 8760 §2.4)', () => {
    const offers = attacker
      .ask('REGISTER')!
      .headers.filter(({ name }) => name === 'www-authenticate')
      .map(({ line }) => /algorithm=([^,\r]*)/.exec(line)?.[1])
    expect(offers).toEqual(['SHA-256', 'MD5'])
  })

  test('T23 a phone that has spoken SHA-256 is not taken at MD5, and that is told', () => {
    const phone = office.registered(alice, '10.0.0.3')
    expect(phone.log('REGISTER', alice, { cseq: 5 }, { algorithm: 'MD5' })?.status).toBe(401)
    expect(office.told('login-downgrade')).toHaveLength(1)
    expect(
      office.host('old phone', '10.0.0.4').log('REGISTER', alice, {}, { algorithm: 'MD5' })?.status,
    ).toBe(200)
  })

  test('T23 a person whose phones must speak SHA-256', () => {
    office.exchange.askFor({ name: 'require-sha256', user: 'bob', isRequired: true })
    const old = office.host('old phone', '10.0.0.4')
    expect(old.log('REGISTER', bob, {}, { algorithm: 'MD5' })?.status).toBe(401)
    office.exchange.askFor({ name: 'require-sha256', user: 'bob', isRequired: false })
    expect(old.log('REGISTER', bob, { cseq: 5 }, { algorithm: 'MD5' })?.status).toBe(200)
  })
})

describe('challenges', () => {
  test('T24 a forged nonce is refused and not called stale', () => {
    const edit = (value: string): string => value.replace(/nonce="./, 'nonce="f')
    const answer = office.host('alice', '10.0.0.3').log('REGISTER', alice, {}, { edit })
    expect([answer?.status, challengeOf(answer)]).toEqual([401, expect.not.stringContaining('stale')])
  })

  test('T24 an old one of ours is called stale for a day, then no more', () => {
    const phone = office.host('alice', '10.0.0.3')
    const challenge = phone.ask('REGISTER', { user: 'alice' })!
    office.world.run(301_000)
    const late = phone.answer(challenge, 'REGISTER', alice)
    expect([late?.status, challengeOf(late)]).toEqual([401, expect.stringContaining('stale=true')])
    office.world.run(24 * 3_600_000)
    const later = phone.answer(challenge, 'REGISTER', alice, { cseq: 3 })
    expect([later?.status, challengeOf(later)]).toEqual([401, expect.not.stringContaining('stale')])
    expect(phone.answer(late!, 'REGISTER', alice, { cseq: 4 })?.status).toBe(401)
  })

  test('T24 one of another realm is refused', () => {
    const edit = (value: string): string => value.replace('realm="sidetone"', 'realm="elsewhere"')
    const answer = office.host('alice', '10.0.0.3').log('REGISTER', alice, {}, { edit })
    expect(answer?.status).toBe(401)
    expect(office.told('login-wrong-realm')).toHaveLength(1)
  })

  test('T24 a challenge is good across a restart, and across one that lost the key it is asked again', () => {
    const phone = office.host('alice', '10.0.0.3')
    const challenge = phone.ask('REGISTER', { user: 'alice' })!
    const kept = office.kept()
    office = new SecuredOffice({ stored: kept })
    expect(office.host('alice', '10.0.0.3').answer(challenge, 'REGISTER', alice)?.status).toBe(200)
    office = new SecuredOffice({ stored: { ...kept, settings: { 'nonce-key': 'another' } } })
    expect(office.host('alice', '10.0.0.3').answer(challenge, 'REGISTER', alice)?.status).toBe(401)
  })

  test('T24 challenges cost no memory', () => {
    for (let count = 0; count < 2000; count++) attacker.ask('REGISTER', { user: `number${count}` })
    expect(office.exchange.exchange.nonces.usedCount).toBe(0)
    expect(office.exchange.askFor({ name: 'bans' })).toEqual([])
  })
})

describe('what the digest is of', () => {
  test.each(['sip:198.51.100.7', 'sip:bob@10.0.0.1'])(
    'T25 credentials for %s are no good for sip:10.0.0.1',
    (uri) => {
      expect(office.host('alice', '10.0.0.3').log('REGISTER', alice, {}, { uri })?.status).toBe(400)
    },
  )

  test('T25 another name of this server is tolerated', () => {
    office = new SecuredOffice({
      script: withPasswords.replace('route {', 'alias="office.example"\nroute {'),
    })
    const answer = office.host('alice', '10.0.0.3').log('REGISTER', alice, {}, { uri: 'sip:office.example' })
    expect(answer?.status).toBe(200)
  })

  test('T26 nobody registers somebody else', () => {
    expect(attacker.log('REGISTER', alice, { to: 'bob' })?.status).toBe(403)
    expect(office.contacts('bob')).toEqual([])
  })

  test.each<[string, Ask]>([
    ['Contact: *', { contact: '*', lines: 'Expires: 0\r\n' }],
    ['Expires: 0', { contact: '<sip:bob@10.0.0.2:5060>', lines: 'Expires: 0\r\n' }],
    ['expires=0', { contact: '<sip:bob@10.0.0.2:5060>;expires=0' }],
  ])('T27 %s for somebody else removes nothing', (_what, ask) => {
    office.registered(bob, '10.0.0.2')
    expect(attacker.ask('REGISTER', { ...ask, user: 'bob' })?.status).toBe(401)
    expect(attacker.log('REGISTER', alice, { ...ask, user: 'alice', to: 'bob' })?.status).toBe(403)
    expect(office.contacts('bob')).toHaveLength(1)
  })

  test.each([
    ['this server', '<sip:alice@10.0.0.1:5060>'],
    ['loopback', '<sip:alice@127.0.0.1:5060>'],
    ['localhost', '<sip:alice@localhost:5060>'],
    ['a group of hosts', '<sip:alice@224.0.1.75:5060>'],
    ['everybody', '<sip:alice@255.255.255.255:5060>'],
    ['a name server', '<sip:alice@10.0.0.3:53>'],
  ])('T28 a contact that is %s is refused', (_what, contact) => {
    expect(office.host('alice', '10.0.0.3').log('REGISTER', alice, { contact })?.status).toBe(403)
    expect(office.contacts('alice')).toEqual([])
  })

  test('T28 a contact far away is reached where its REGISTER came from', () => {
    const stranger = office.host('victim', '198.51.100.7')
    const phone = office.host('alice', '10.0.0.3')
    phone.log('REGISTER', alice, { contact: '<sip:alice@198.51.100.7:5060>' })
    office.registered(bob, '10.0.0.2').log('INVITE', bob, { to: 'alice' })
    expect(stranger.raw.received).toEqual([])
    expect(phone.requests('INVITE')).toHaveLength(1)
  })
})

describe('malformed credentials', () => {
  test.each([
    ['AM19 nothing but the scheme', 'Digest'],
    ['AM20 a bare token', 'token'],
    ['AM21 10,000 parameters', `Digest ${Array.from({ length: 10_000 }, (_, at) => `p${at}=1`).join(', ')}`],
    ['25 parameters', `Digest ${Array.from({ length: 25 }, (_, at) => `p${at}=1`).join(', ')}`],
    ['a string that never ends', 'Digest username="alice'],
    ['a parameter twice', 'Digest username="a", username="b"'],
  ])('%s are answered 400', (_what, value) => {
    expect(attacker.ask('REGISTER', { user: 'alice', lines: `Authorization: ${value}\r\n` })?.status).toBe(
      400,
    )
  })

  test('another scheme is somebody else’s', () => {
    expect(attacker.ask('REGISTER', { lines: 'Authorization: Basic YWxpY2U6\r\n' })?.status).toBe(401)
  })
})

function sameOf(response: SipResponse | undefined, user: string): string {
  return (response?.octets ?? '')
    .replaceAll(user, 'USER')
    .replace(/nonce="[^"]*"/g, 'nonce')
    .replace(/(branch|tag)=[^;\r]*/g, '$1')
    .replace(/Call-ID: [^\r]*/, 'Call-ID')
}

function guessUntilBanned(host: Host): void {
  for (let guesses = 0; guesses < 40; guesses++) {
    host.log('REGISTER', { user: 'alice', password: `guess-number-${guesses}` })
    office.world.run(2_000)
  }
  expect(host.ask('REGISTER')).toBeUndefined()
}

/** What somebody between phone and server would make of a challenge. */
function stripped(challenge: SipResponse): SipResponse {
  const headers = challenge.headers.map((header) => ({
    ...header,
    line: header.line.replace(/, qop="auth"/, ''),
  }))
  return { ...challenge, headers }
}
