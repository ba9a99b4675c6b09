/** Who may call, and touch the calls of others: cases of the threat model, each with the honest phone beside it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { alice, bob, SecuredOffice, type Host } from './secured-office.ts'

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

describe('calls of others', () => {
  test('T14 a CANCEL from another address cancels nothing', () => {
    const callee = office.registered(bob, '10.0.0.2')
    const caller = office.registered(alice, '10.0.0.3')
    caller.log('INVITE', alice, { callId: 'a-call', branch: 'z9hG4bKcall' })
    const forged = attacker.compose('CANCEL', {
      user: 'alice',
      callId: 'a-call',
      branch: 'z9hG4bKcall',
      cseq: 2,
    })
    const via = 'Via: SIP/2.0/UDP 10.0.0.3:5060;branch=z9hG4bKcall;rport'
    expect(attacker.sendText(forged.replace(/Via: [^\r]*/, via))?.status).toBe(481)
    expect(callee.requests('CANCEL')).toEqual([])
    const own = caller.compose('CANCEL', { user: 'alice', callId: 'a-call', branch: 'z9hG4bKcall', cseq: 2 })
    expect(caller.sendText(own)?.status).toBe(200)
  })

  test.each([
    ['BYE', 407],
    ['INVITE', 407],
    ['UPDATE', 407],
    ['INFO', 407],
    ['CANCEL', 481],
  ])('T14 a %s in a call of others, with its tags, from elsewhere is answered %i', (method, status) => {
    const { caller, callee, callId, tags } = talking()
    const forged = { user: 'alice', callId, fromTag: tags.from, toTag: tags.to, cseq: 9 }
    const before = callee.raw.received.length
    expect(attacker.ask(method, { ...forged, uri: 'sip:bob@10.0.0.2:5060', lines: ownRoute })?.status).toBe(
      status,
    )
    expect(callee.raw.received.length).toBe(before)
    expect(office.exchange.stats.calls).toBe(1)
    // The two who have the call end it without a password.
    callee.raw.onDatagram = ({ octets }) => {
      if (octets.startsWith('BYE ')) callee.raw.send(answerTo(octets, '200 OK', ''))
    }
    expect(caller.ask('BYE', { ...forged, uri: 'sip:bob@10.0.0.2:5060', lines: ownRoute })?.status).toBe(200)
    expect(office.exchange.stats.calls).toBe(0)
  })

  test.each(['INVITE', 'REFER', 'MESSAGE', 'SUBSCRIBE'])(
    'T14 T07 a %s with an invented To tag is challenged',
    (method) => {
      const target = office.host('gateway', '10.0.0.9')
      const answer = attacker.ask(method, {
        user: 'alice',
        uri: 'sip:0900123@10.0.0.9',
        toTag: 'invented',
        lines: 'Route: <sip:10.0.0.1;lr>\r\n',
      })
      expect(answer?.status).toBe(407)
      expect(target.raw.received).toEqual([])
    },
  )

  test.each(['INVITE', 'REFER'])('T07 a %s that brings its route along is refused', (method) => {
    const target = office.host('gateway', '10.0.0.9')
    for (const route of ['<sip:10.0.0.9;lr>', '<sip:10.0.0.1;lr>, <sip:10.0.0.9;lr>']) {
      const answer = attacker.ask(method, {
        user: 'alice',
        uri: 'sip:0900123@10.0.0.1',
        lines: `Route: ${route}\r\n`,
      })
      expect(answer?.status).toBe(403)
    }
    const tagged = attacker.ask(method, {
      user: 'alice',
      uri: 'sip:0900123@10.0.0.1',
      toTag: 'invented',
      lines: 'Route: <sip:10.0.0.9;lr>\r\n',
    })
    expect(tagged?.status).toBe(407)
    expect(target.raw.received).toEqual([])
  })

  test('T15 T124 a call in somebody else’s name is refused', () => {
    const phone = office.registered(bob, '10.0.0.2')
    expect(phone.log('INVITE', bob, { user: 'alice', to: 'bob' })?.status).toBe(403)
    expect(phone.requests('INVITE')).toEqual([])
  })

  test('T15 identity headers of a phone go no further, however they are written', () => {
    const callee = office.registered(bob, '10.0.0.2')
    const caller = office.registered(alice, '10.0.0.3')
    const lines =
      'P-Asserted-Identity: <sip:boss@10.0.0.1>\r\nP-Asserted-Identity : <sip:boss@10.0.0.1>\r\n' +
      'Remote-Party-ID \t: <sip:boss@10.0.0.1>\r\nremote-party-id: <sip:boss@10.0.0.1>;party=calling\r\n' +
      'Diversion: <sip:boss@10.0.0.1>\r\n'
    caller.log('INVITE', alice, { lines })
    const [invite] = callee.requests('INVITE')
    expect(invite).toContain('From: <sip:alice@10.0.0.1>')
    expect(invite).not.toMatch(/boss/)
  })

  test('T29 the digest of a caller stops here, and a callee’s challenge is passed back, not answered', () => {
    const callee = office.registered(bob, '10.0.0.2')
    const caller = office.registered(alice, '10.0.0.3')
    callee.raw.onDatagram = ({ octets }) => {
      if (!octets.startsWith('INVITE ')) return
      const head = octets.slice(octets.indexOf('\r\n') + 2).replace(/(To: [^\r]*)/, '$1;tag=c')
      callee.raw.send(
        `SIP/2.0 407 Proxy Authentication Required\r\nProxy-Authenticate: Digest realm="sidetone", nonce="x", algorithm=MD5\r\n${head}`,
      )
    }
    expect(caller.log('INVITE', alice)?.status).toBe(407)
    expect(callee.requests('INVITE')).toHaveLength(1)
    expect(callee.requests('INVITE')[0]).not.toMatch(/Authorization/i)
  })

  test.each(['MESSAGE', 'SUBSCRIBE', 'NOTIFY', 'PUBLISH', 'REFER', 'INFO', 'UPDATE', 'INVITE', 'OPTIONS'])(
    'T16 T08 %s without a password reaches nobody',
    (method) => {
      const callee = office.registered(bob, '10.0.0.2')
      const before = callee.raw.received.length
      expect(attacker.ask(method, { user: 'alice' })?.status).toBe(407)
      expect(attacker.ask(method, { user: 'alice', uri: 'sip:somebody@198.51.100.7' })?.status).toBe(403)
      expect(callee.raw.received.length).toBe(before)
    },
  )

  test('T120 no spelling of an outside number gets by without a password', () => {
    const spellings = [
      '+49900123',
      '0049900123',
      '01149900123',
      '%2B49900123',
      '0049%20900',
      '900;ext=1',
      '900;phone-context=x',
    ]
    const uris = spellings.map((number) => `sip:${number}@10.0.0.1`)
    uris.push('sip:0900123@10.0.0.1;user=phone', 'tel:+49900123', 'sip:%D9%A0%D9%A9@10.0.0.1')
    for (const uri of uris)
      expect([uri, attacker.ask('INVITE', { user: 'alice', uri })?.status]).toSatisfy(isRefused)
  })

  test('T122 a callee’s 302 is told to the caller and not followed', () => {
    const callee = office.registered(bob, '10.0.0.2')
    const caller = office.registered(alice, '10.0.0.3')
    const target = office.host('premium', '10.0.0.9')
    callee.raw.onDatagram = ({ octets }) => {
      if (!octets.startsWith('INVITE ')) return
      const head = octets.slice(octets.indexOf('\r\n') + 2).replace(/(To: [^\r]*)/, '$1;tag=c')
      callee.raw.send(
        `SIP/2.0 302 Moved\r\n${head.replace(/Contact: [^\r]*/, 'Contact: <sip:0900@10.0.0.9>')}`,
      )
    }
    expect(caller.log('INVITE', alice)?.status).toBe(302)
    expect(target.raw.received).toEqual([])
  })
})
function isRefused([, status]: readonly [string, number | undefined]): boolean {
  return status === 407 || status === 403 || status === 400 || status === 416
}

const ownRoute = 'Route: <sip:10.0.0.1;lr>\r\n'

/** What a phone says to a request: its lines up to Contact, with a tag of its own. */
function answerTo(octets: string, status: string, contact: string): string {
  const lines = octets.slice(octets.indexOf('\r\n') + 2).split('\r\n')
  const kept = lines.filter((line) => /^(Via|From|To|Call-ID|CSeq|Record-Route):/.test(line))
  const tagged = kept.map((line) => (/^To: [^;]*$/.test(line) ? `${line};tag=callee` : line))
  return `SIP/2.0 ${status}\r\n${tagged.join('\r\n')}\r\n${contact}Content-Length: 0\r\n\r\n`
}

/** A call between two phones, and what somebody who has overheard it knows. */
function talking(): {
  readonly caller: Host
  readonly callee: Host
  readonly callId: string
  readonly tags: { readonly from: string; readonly to: string }
} {
  const callee = office.registered(bob, '10.0.0.2')
  const caller = office.registered(alice, '10.0.0.3')
  callee.raw.onDatagram = ({ octets }) => {
    if (octets.startsWith('INVITE '))
      callee.raw.send(answerTo(octets, '200 OK', 'Contact: <sip:bob@10.0.0.2:5060>\r\n'))
  }
  expect(caller.log('INVITE', alice, { callId: 'overheard' })?.status).toBe(200)
  const from = /From: [^\r]*;tag=([^;\r]*)/.exec(callee.requests('INVITE')[0] ?? '')?.[1] ?? ''
  return { caller, callee, callId: 'overheard', tags: { from, to: 'callee' } }
}
