import { expect, test } from 'vitest'
import type { NatBoxOptions } from '../sim/nat-box.ts'
import type { Phone } from '../sim/phone.ts'
import { NatOffice, natScript } from './nat-office.ts'

test('four zero bytes go to the translator at most natping_interval apart, from the socket that the phone knows', () => {
  const { office, phone } = home('', { refreshesInbound: true })

  office.world.run(300_000)

  const pings = phone.received.filter(({ octets }) => octets === '\0\0\0\0')
  const gaps = pings.map(({ atMs }, at) => atMs - (pings[at - 1]?.atMs ?? 0))
  expect(pings.every(({ from }) => from.address === '203.0.113.1' && from.port === 5060)).toBe(true)
  expect(pings.length).toBeGreaterThanOrEqual(10)
  expect(Math.max(...gaps)).toBeLessThanOrEqual(30_000)
  expect(office.rowOf('home').keepAlive).toMatchObject({ method: 'zeros', intervalSeconds: 30 })
})

test('crlf sends empty lines', () => {
  const { office, phone } = home('crlf')

  office.world.run(60_000)

  expect(phone.received.filter(({ octets }) => octets === '\r\n\r\n').length).toBeGreaterThanOrEqual(2)
})

test('OPTIONS: the silence grows with the answers up to what the script allows, and the binding lives', () => {
  const { office } = home('options', { timeoutMs: 40_000 })

  office.world.run(1_800_000)

  expect(office.rowOf('home').keepAlive).toMatchObject({
    method: 'options',
    intervalSeconds: 30,
    lifetimeLessThanSeconds: null,
    roundTripMs: 2,
    unanswered: 0,
  })
  expect(office.rowOf('home').keepAlive?.lifetimeAtLeastSeconds).toBeGreaterThanOrEqual(25)
  expect(office.world.packets.filter(({ fate }) => fate !== 'delivered')).toEqual([])
})

test('a translator that forgets sooner than the script thinks is found out at the next REGISTER', () => {
  const { office, phone, box } = home('options', { timeoutMs: 20_000 })
  office.world.run(120_000)
  phone.register()
  office.world.run(100)

  const { keepAlive } = office.rowOf('home')
  expect(keepAlive?.lifetimeLessThanSeconds).toBeGreaterThanOrEqual(20)
  expect(keepAlive?.lifetimeLessThanSeconds).toBeLessThanOrEqual(30)
  expect(keepAlive?.intervalSeconds).toBeLessThan(20)

  const before = box.mappingsMade
  office.world.run(1_700_000)
  expect(box.mappingsMade).toBe(before)
  expect(office.rowOf('home').keepAlive).toMatchObject({
    unanswered: 0,
    lifetimeLessThanSeconds: expect.any(Number),
  })
})

test('where incoming packets do not keep a translator open, zeros give way to requests that are answered', () => {
  const { office, phone, box } = home('', { timeoutMs: 60_000, refreshesInbound: false })
  office.world.run(900_000)
  phone.register()
  office.world.run(100)

  expect(office.rowOf('home')).toMatchObject({
    received: 'udp:198.51.100.7:61001',
    keepAlive: { method: 'options' },
  })
  office.world.run(1_700_000)
  expect(box.mappingsMade).toBe(2)
  expect(office.exchange.counter('translator bindings lost')).toBe(1)
})

test('a phone that leaves requests unanswered gets empty lines instead', () => {
  const office = new NatOffice(natScript(undefined, settings('options')))
  const raw = office.world.raw('old', '192.168.1.113')
  office.atHome('unused', { inside: [raw.at.address] }, { address: '192.168.1.114' })
  raw.send(register('old'), { address: '203.0.113.1', port: 5060 })

  office.world.run(300_000)

  expect(office.rowOf('old').keepAlive).toMatchObject({ method: 'crlf', intervalSeconds: 30 })
  const last = raw.received.slice(-3).map(({ octets }) => octets)
  expect(last).toEqual(['\r\n\r\n', '\r\n\r\n', '\r\n\r\n'])
})

test('ping_nated_only leaves phones of the office alone', () => {
  const { office } = home('')
  const desk = office.inOffice('desk', 20)
  office.register(desk)
  const before = desk.received.length

  office.world.run(300_000)

  expect(desk.received.length).toBe(before)
})

test('without natping_interval nothing is sent', () => {
  const office = new NatOffice()
  const { phone } = office.atHome('home')
  office.register(phone)
  const before = phone.received.length

  office.world.run(300_000)

  expect(phone.received.length).toBe(before)
  expect(office.rowOf('home').keepAlive).toBeNull()
})

test('it ends with the registration', () => {
  const { office, phone } = home('')
  phone.unregister()
  office.world.run(30_000)
  const before = phone.received.length

  office.world.run(300_000)

  expect(phone.received.length).toBe(before)
})

test('a thousand phones that register at once are not pinged at once', () => {
  const office = new NatOffice(natScript(undefined, settings('')))
  const phones: Phone[] = []
  for (let at = 0; at < 1000; at++) {
    const address = `10.9.${Math.floor(at / 250)}.${(at % 250) + 1}`
    phones.push(
      office.atHome(
        `home${at}`,
        { outside: `198.51.${100 + Math.floor(at / 250)}.${(at % 250) + 1}` },
        { address },
      ).phone,
    )
  }
  office.register(...phones)
  const from = office.world.packets.length

  office.world.run(90_000)

  const perSecond = new Map<number, number>()
  for (const { atMs, octets } of office.world.packets.slice(from)) {
    if (octets === '\0\0\0\0') {
      const second = Math.floor(atMs / 1000)
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1)
    }
  }
  // A thousand in 30 s are 33 in each.
  expect(Math.max(...perSecond.values())).toBeLessThan(80)
  expect([...perSecond.values()].reduce((sum, count) => sum + count)).toBeGreaterThan(2_000)
})

function settings(method: string): string {
  const named = method === '' ? '' : `modparam("nathelper", "natping_method", "${method}")\n`
  return `modparam("nathelper", "natping_interval", 30)\nmodparam("nathelper", "ping_nated_only", 1)\n${named}`
}

function home(method: string, options: Partial<NatBoxOptions> = {}) {
  const office = new NatOffice(natScript(undefined, settings(method)))
  const { phone, box } = office.atHome('home', options)
  office.register(phone)
  return { office, phone, box }
}

function register(user: string): string {
  return (
    `REGISTER sip:203.0.113.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.168.1.113:5060;branch=z9hG4bKold\r\n` +
    `From: <sip:${user}@203.0.113.1>;tag=a\r\nTo: <sip:${user}@203.0.113.1>\r\nCall-ID: old\r\nCSeq: 1 REGISTER\r\n` +
    `Contact: <sip:${user}@192.168.1.113>\r\nExpires: 3600\r\nContent-Length: 0\r\n\r\n`
  )
}
