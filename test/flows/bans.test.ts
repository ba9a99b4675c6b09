/** Whom wrong passwords cost something, and whom not. */
import { beforeEach, expect, test } from 'vitest'
import { alice, bob, SecuredOffice, type Host } from './secured-office.ts'

let office: SecuredOffice
beforeEach(() => {
  office = new SecuredOffice()
})

test('a phone with a wrong password is told of and never banned', () => {
  const phone = office.host('alice', '10.0.0.3')
  for (let minute = 0; minute < 120; minute++) {
    phone.log('REGISTER', { user: 'alice', password: 'mistyped-password' })
    office.world.run(30_000)
  }
  expect(office.exchange.askFor({ name: 'bans' })).toEqual([])
  expect(office.told('login-wrong')[0]).toMatch(/^The phone of alice at 10\.0\.0\.3 has a wrong password: /)
  expect(phone.log('REGISTER', alice)?.status).toBe(200)
})

test('phones that still have the old password are told of and never banned, however often they try', () => {
  const phone = office.registered(alice, '10.0.0.3')
  const stranger = office.host('alice', '10.0.0.4')
  office.exchange.askFor({ name: 'change-password', user: 'alice', password: 'another-long-one' })
  for (let tries = 0; tries < 100; tries++)
    for (const host of [phone, stranger]) expect(host.log('REGISTER', alice)?.status).toBe(401)
  expect(office.exchange.askFor({ name: 'bans' })).toEqual([])
  expect(office.told('login-old-password').join()).toMatch(
    /alice at 10\.0\.0\.3 still has the password from before/,
  )
  expect(phone.log('REGISTER', { user: 'alice', password: 'another-long-one' })?.status).toBe(200)
})

test('T11 credentials sent in a phone’s name cannot get it banned', () => {
  const phone = office.registered(alice, '10.0.0.3')
  const newcomer = office.host('bob', '10.0.0.4')
  const forger = office.host('mallory', '10.0.0.66')
  for (const victim of [phone, newcomer])
    for (let tries = 0; tries < 500; tries++) {
      // The forger knows challenges of its own and can invent others; those of the victim it never sees.
      const challenge = forger.ask('REGISTER', { user: 'alice' })!
      const forged = forger.composeAnswer(challenge, 'REGISTER', {
        user: 'alice',
        password: `guess-${tries}`,
      })
      office.exchange.feed({ kind: 'datagram', flow: flowOf(office, victim), octets: forged })
    }
  expect(office.exchange.askFor({ name: 'bans' })).toEqual([])
  expect(phone.log('REGISTER', alice, { cseq: 9 })?.status).toBe(200)
  expect(newcomer.log('REGISTER', bob)?.status).toBe(200)
})

test('a phone of ours beside which somebody guesses is slowed, not banned', () => {
  const phone = office.registered(alice, '10.0.0.3')
  for (let tries = 0; tries < 60; tries++) {
    phone.log('REGISTER', { user: 'bob', password: `guess-number-${tries}` })
    office.world.run(2_000)
  }
  expect(office.exchange.askFor({ name: 'bans' })).toEqual([])
  expect(office.exchange.counter('logins wrong')).toBeGreaterThan(20)
  office.world.run(3_000)
  expect(phone.log('REGISTER', alice, { cseq: 9 })?.status).toBe(200)
})

test('a ban says whom, why and how to lift it', () => {
  const attacker = office.host('mallory', '10.0.0.66')
  for (let tries = 0; tries < 40; tries++) {
    attacker.log('REGISTER', { user: `10${tries}`, password: 'guess-guess-guess' })
    office.world.run(2_000)
  }
  expect(office.told('banned')).toEqual([
    '10.0.0.66 sent too many wrong passwords and is ignored for 5 minutes: "unban 10.0.0.66" lifts that.',
  ])
  expect(office.exchange.ask({ name: 'unban', address: '10.0.0.66' }).ok).toBe(true)
  expect(office.exchange.ask({ name: 'unban', address: '10.0.0.66' }).ok).toBe(false)
  expect(office.exchange.ask({ name: 'unban', address: 'nonsense' }).ok).toBe(false)
})

function flowOf(
  of: SecuredOffice,
  { address }: Host,
): Parameters<typeof of.exchange.exchange.isOwnAddress>[0] {
  const listener = of.exchange.exchange.core.options.listeners[0]!
  return { listener, address, port: 5060, connection: undefined }
}
