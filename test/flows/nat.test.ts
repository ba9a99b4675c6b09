import { expect, test } from 'vitest'
import type { Call } from '../sim/call.ts'
import type { Dependence } from '../sim/nat-box.ts'
import { answers } from './office.ts'
import { NatOffice, natScript, officeAddress, outsideAddress } from './nat-office.ts'

test('a phone in the office is not behind a translator, one at home is', () => {
  const office = new NatOffice()
  const desk = office.inOffice('desk', 20)
  const { phone: home } = office.atHome('home')
  office.register(desk, home)

  expect([office.rowOf('desk'), office.rowOf('home')]).toMatchObject([
    { contact: 'sip:desk@192.168.1.20:5060', received: null, nated: false },
    { contact: 'sip:home@192.168.1.113:5060', received: 'udp:198.51.100.7:61000', nated: true },
  ])
})

test('without lan_aware every phone in the office is one behind a translator, as in 0.9', () => {
  const office = new NatOffice(natScript(undefined, 'modparam("nathelper", "lan_aware", 0)'))
  const desk = office.inOffice('desk', 20)
  office.register(desk)

  expect(office.rowOf('desk')).toMatchObject({ received: 'udp:192.168.1.20:5060', nated: true })
})

const filterings: readonly Dependence[] = ['endpoint', 'address', 'address-and-port']
const kinds = filterings.flatMap((mapping) => filterings.map((filtering) => ({ mapping, filtering })))

test.each(kinds)('a whole call to a phone behind mapping by $mapping, filtering by $filtering', (kind) => {
  const office = new NatOffice()
  const desk = office.inOffice('desk', 20, { domain: officeAddress })
  const { phone: home } = office.atHome('home', kind)
  office.register(desk, home)
  home.onCall = answers()

  const call = desk.call('home')
  office.world.run(300)
  const again = call.reinvite()
  office.world.run(300)
  const [taken] = home.calls as [Call]
  const back = taken.reinvite()
  office.world.run(300)
  taken.hangUp()
  office.world.run(300)

  expect([call.statuses, again.statuses, back.statuses]).toEqual([
    [100, 180, 200],
    [100, 200],
    [100, 200],
  ])
  expect([call.state, taken.state]).toEqual(['ended', 'ended'])
  expect(office.world.packets.filter(({ fate }) => fate !== 'delivered')).toEqual([])
})

test('what is for the office leaves by the socket in the office, what is for outside by the other', () => {
  const office = new NatOffice()
  const desk = office.inOffice('desk', 20, { domain: officeAddress })
  const { phone: home } = office.atHome('home')
  office.register(desk, home)
  desk.onCall = answers()

  const call = home.call('desk')
  office.world.run(300)
  call.hangUp()
  office.world.run(300)

  const toDesk = office.world.packets.filter(({ to }) => to.address === desk.at.address)
  const toHome = office.world.packets.filter(({ to }) => to.address === '198.51.100.7')
  expect([toDesk, toHome].map((packets) => [...new Set(packets.map(({ from }) => from.address))])).toEqual([
    [officeAddress],
    [outsideAddress],
  ])
  expect(call.statuses).toEqual([100, 180, 200])
})

test('a phone at home that speaks TCP is reached over its own connection, within the call too', () => {
  const office = new NatOffice()
  const desk = office.inOffice('desk', 20, { domain: officeAddress })
  const { phone: home } = office.atHome('home', {}, { transport: 'tcp' })
  office.register(desk, home)
  home.onCall = answers()

  const call = desk.call('home')
  office.world.run(300)
  const again = call.reinvite()
  office.world.run(300)

  expect([call.statuses, again.statuses]).toEqual([
    [100, 180, 200],
    [100, 200],
  ])
  expect(call.dialogs[0]?.remoteTarget).toMatch(/^sip:home@198\.51\.100\.7:\d+;transport=tcp$/)
  expect(office.exchange.stats.connections).toBe(1)
})

test('the Contact of a phone in the office stays as it is', () => {
  const office = new NatOffice()
  const desk = office.inOffice('desk', 20, { domain: officeAddress })
  const { phone: home } = office.atHome('home')
  office.register(desk, home)

  desk.call('home')
  office.world.run(300)

  const [invite] = home.requests
  expect(invite?.octets).toContain(`Contact: <${desk.contact}>`)
})

test('a phone behind a router inside the office is found', () => {
  const office = new NatOffice()
  const { phone } = office.atHome('lab', { outside: '192.168.1.77' }, { address: '10.5.5.3' })
  office.register(phone)

  expect(office.rowOf('lab')).toMatchObject({ received: 'udp:192.168.1.77:61000', nated: true })
})

test('client_nat_test and fix_contact of mediaproxy do the same', () => {
  const office = new NatOffice(natScript('client_nat_test("3")', '', 'client_nat_test("1")'))
  const desk = office.inOffice('desk', 20, { domain: officeAddress })
  const { phone: home } = office.atHome('home')
  office.register(desk, home)
  home.onCall = answers()

  const call = desk.call('home')
  office.world.run(300)

  expect(call.dialogs[0]?.remoteTarget).toBe('sip:home@198.51.100.7:61000')
  expect(office.rowOf('desk')).toMatchObject({ nated: false })
})
