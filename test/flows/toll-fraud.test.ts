/** Calls that cost money: threats T120 to T124 against the shipped scripts, each with the honest call beside it. */
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Row } from '../../core/exchange/index.ts'
import { answers, Office, rejects } from './office.ts'
import { alice, bob, SecuredOffice, type Host } from './secured-office.ts'

let office: SecuredOffice
let gateway: Host
let attacker: Host

beforeEach(() => {
  office = new SecuredOffice({ script: shipped('pstn-gateway') })
  withTable(office.exchange.exchange.core, 'grp', [
    { username: 'bob', domain: '10.0.0.1', grp: 'int' },
    { username: 'bob', domain: '10.0.0.1', grp: 'premium' },
  ])
  gateway = office.host('gateway', '192.168.1.5')
  attacker = office.host('mallory', '10.0.0.66')
})

describe('the gateway', () => {
  let honest: Host

  beforeEach(() => {
    honest = office.registered(alice, '10.0.0.101')
  })

  /** The positive twin: a call that is allowed gets through, and help can always be called. */
  afterEach(() => {
    office.world.run(2 * 3_600_000)
    const before = reached()
    office.host('another phone', '10.0.0.103').log('INVITE', alice, { uri: to('0511223') })
    expect(reached() - before).toBe(1)
    honest.log('INVITE', alice, { uri: to('112') })
    expect(reached() - before).toBe(2)
  })

  test.each([
    ['+49900123', to('+49900123')],
    ['00', to('0049900123')],
    ['011', to('01149900123')],
    ['tel:', 'tel:+49900123'],
    ['user=phone', `${to('0900123')};user=phone`],
    ['%2B', to('%2B49900123')],
    ['a space', to('0049%20900123')],
    ['an extension', to('0900;ext=1')],
    ['a phone-context', to('0900;phone-context=+49')],
    ['digits of another script', to('%D9%A0%D9%A9%D9%A0%D9%A0')],
    ['a number of the country', to('0511223')],
  ])('T120 without a password %s reaches it by no spelling', (_what, uri) => {
    for (const user of ['alice', 'nobody', '192.168.1.5']) {
      const status = attacker.ask('INVITE', { user, uri })?.status ?? 0
      expect([400, 403, 404, 407, 416]).toContain(status)
    }
    expect(
      attacker.log('INVITE', { user: 'alice', password: 'guess-guess-guess' }, { uri })?.status,
    ).not.toBe(200)
    expect(reached()).toBe(0)
  })

  test('T121 of 20 calls at once two get through, and the event log says so at once', () => {
    const outcomes = Array.from({ length: 20 }, (_, at) => {
      const phone = office.host(`phone ${at}`, `10.0.1.${at + 1}`)
      return phone.log('INVITE', alice, { uri: to('0511223') })?.status
    })
    expect(reached()).toBe(2)
    expect(outcomes.filter((status) => status === 403)).toHaveLength(18)
    expect(office.told('outside-limit')[0]).toMatch(/^alice wanted one more call .*: 2 go on already\./)
    office.registered(bob, '10.0.0.2').log('INVITE', bob, { uri: to('0511223') })
    expect(reached()).toBe(3)
  })

  test('T121 of 60 calls in ten minutes thirty get through', () => {
    gateway.raw.onDatagram = busy(gateway)
    const outcomes: (number | undefined)[] = []
    for (let count = 0; count < 60; count++) {
      outcomes.push(honest.log('INVITE', alice, { uri: to('0511223') })?.status)
      office.world.run(10_000)
    }
    expect([outcomes.slice(0, 30), outcomes.slice(30)]).toEqual([Array(30).fill(486), Array(30).fill(403)])
    expect(reached()).toBe(30)
    expect(office.told('outside-limit').length).toBeGreaterThan(0)
  })

  test.each([
    ['abroad', '0044123'],
    ['abroad with +', '+44123'],
    ['where it costs extra', '0900123'],
  ])('T121 %s is closed unless somebody is let there', (_what, number) => {
    expect(honest.log('INVITE', alice, { uri: to(number) })?.status).toBe(403)
    expect(reached()).toBe(0)
    office.registered(bob, '10.0.0.2').log('INVITE', bob, { uri: to(number) })
    expect(reached()).toBe(1)
  })

  test('T122 a 302 of the called phone to a number that costs extra is told to the caller and not followed', () => {
    const callee = office.registered(bob, '10.0.0.2')
    callee.raw.onDatagram = ({ octets }) => {
      if (octets.startsWith('INVITE ')) callee.raw.send(redirect(octets, to('0900123')))
    }
    expect(honest.log('INVITE', alice, { to: 'bob' })?.status).toBe(302)
    expect(reached()).toBe(0)
  })

  test('T122 a REFER to such a number goes to the phone that it is for, and its call is asked like any other', () => {
    const callee = office.registered(bob, '10.0.0.2')
    const lines = `Refer-To: <${to('0900123')}>\r\n`
    expect(attacker.ask('REFER', { user: 'bob', uri: to('alice'), lines })?.status).toBe(407)
    callee.log('REFER', bob, { uri: to('alice'), lines })
    expect([honest.requests('REFER').length, reached()]).toEqual([1, 0])
    expect(honest.log('INVITE', alice, { uri: to('0900123') })?.status).toBe(403)
    expect(reached()).toBe(0)
  })

  test.each([
    ['From', { user: 'bob' }],
    ['Diversion', { lines: 'Diversion: <sip:bob@10.0.0.1>\r\n' }],
    ['P-Asserted-Identity', { lines: 'P-Asserted-Identity: <sip:bob@10.0.0.1>\r\n' }],
    ['Remote-Party-ID', { lines: 'Remote-Party-ID: <sip:bob@10.0.0.1>\r\n' }],
    ['Referred-By', { lines: 'Referred-By: <sip:bob@10.0.0.1>\r\n' }],
  ])('T124 somebody else named in %s gives no rights', (_header, ask) => {
    expect(honest.log('INVITE', alice, { uri: to('0044123'), ...ask })?.status).toBe(403)
    expect(reached()).toBe(0)
  })
})

describe('numbers that cost extra as the target of a forward', () => {
  test.each(['0900123', '0044900', '+44900'])('T123 a forward to %s is refused', (number) => {
    for (const attribute of ['fwd_always', 'fwd_busy', 'fwd_noanswer']) {
      const call = forwarded(attribute, `sip:${number}@10.0.0.9`)
      expect([attribute, call.statuses.at(-1), call.premium]).toEqual([attribute, 403, 0])
    }
  })

  test('T123 a forward to a colleague is followed', () => {
    for (const attribute of ['fwd_always', 'fwd_busy', 'fwd_noanswer'])
      expect(forwarded(attribute, 'sip:carol@10.0.0.1').statuses.at(-1)).toBe(200)
  })

  test('T123 such a number is no mailbox, and a colleague without a phone is one', () => {
    const desks = new Office({ script: shipped('voicemail') })
    const mailbox = desks.world.raw('voicemail', '192.168.1.6')
    const caller = desks.phone('alice')
    const statuses = ['0900123', '+44900'].map((number) => {
      const call = caller.call(number)
      desks.world.run(1_000)
      return call.statuses.at(-1)
    })
    expect([statuses, mailbox.received]).toEqual([[403, 403], []])
    caller.call('bob')
    desks.world.run(1_000)
    expect(mailbox.received[0]?.octets).toMatch(/^INVITE sip:bob@192\.168\.1\.6:5060 /)
  })
})

function to(number: string): string {
  return `sip:${number}@10.0.0.1`
}

/** Different INVITEs that the gateway got. */
function reached(): number {
  return new Set(gateway.requests('INVITE').map((octets) => /Call-ID: ([^\r]*)/.exec(octets)?.[1])).size
}

function forwarded(
  attribute: string,
  uri: string,
): { readonly statuses: readonly number[]; readonly premium: number } {
  const desks = new Office({ script: shipped('call-forwarding') })
  withTable(desks.exchange.exchange.core, 'usr_preferences', [
    { username: 'bob', attribute, value: uri, type: '0' },
  ])
  const premium = desks.world.raw('premium', '10.0.0.9')
  const [caller, callee, colleague] = ['alice', 'bob', 'carol'].map((user) => desks.phone(user))
  callee!.onCall = attribute === 'fwd_busy' ? rejects(486) : (incoming) => incoming.ring()
  colleague!.onCall = answers(0)
  const call = caller!.call('bob')
  desks.world.run(60_000)
  return { statuses: call.statuses, premium: premium.received.length }
}

function withTable(
  core: { tables: { rows(name: string): readonly Row[] | undefined } },
  table: string,
  rows: readonly Row[],
): void {
  core.tables = { rows: (name) => (name === table ? rows : undefined) }
}

function busy(host: Host): (arrival: { readonly octets: string }) => void {
  return ({ octets }) => {
    if (octets.startsWith('INVITE ')) host.raw.send(reply(octets, '486 Busy Here', ''))
  }
}

function redirect(octets: string, uri: string): string {
  return reply(octets, '302 Moved', `Contact: <${uri}>\r\n`)
}

function reply(octets: string, status: string, contact: string): string {
  const kept = octets
    .slice(octets.indexOf('\r\n') + 2)
    .split('\r\n')
    .filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line))
    .map((line) => (line.startsWith('To:') ? `${line};tag=callee` : line))
  return `SIP/2.0 ${status}\r\n${kept.join('\r\n')}\r\n${contact}Content-Length: 0\r\n\r\n`
}

function shipped(name: string): string {
  return readFileSync(new URL(`../../resources/scripts/${name}.cfg`, import.meta.url), 'latin1')
}
