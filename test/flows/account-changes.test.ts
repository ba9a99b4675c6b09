/** People are added, changed and taken away: answered when it is on disk, and refused in one sentence. */
import { beforeEach, expect, test } from 'vitest'
import type { Command, CommandResult } from '../../core/exchange/index.ts'
import { alice, bob, SecuredOffice } from './secured-office.ts'

let office: SecuredOffice

beforeEach(() => {
  office = new SecuredOffice()
})

const carol = { user: 'carol', password: 'a-long-enough-one' }
const add: Command = { name: 'add-account', ...carol, email: '' }

test.each<[string, Command]>([
  ['add', add],
  ['passwd', { name: 'change-password', user: 'alice', password: 'another-long-one' }],
  ['rm', { name: 'remove-account', user: 'alice' }],
  ['sha256', { name: 'require-sha256', user: 'alice', isRequired: true }],
])('%s is answered after the disk, and a full disk changes nothing', (_word, command) => {
  const { exchange, world } = office
  exchange.diskMs = 40
  const answer = exchange.begin(command)
  expect(answer()).toBeUndefined()
  expect(exchange.ask(command)).toMatchObject({ ok: false, code: 'busy' })
  world.run(50)
  expect(answer()).toMatchObject({ ok: true })

  office = new SecuredOffice()
  office.exchange.diskTrouble = 'The disk is full.'
  expect(office.exchange.ask(command)).toEqual({
    ok: false,
    code: 'not-kept',
    message: 'Nothing was changed, because it cannot be kept. The disk is full.',
  })
  office.exchange.diskTrouble = undefined
  expect(office.host('phone', '10.0.0.9').log('REGISTER', alice, {}, { algorithm: 'MD5' })?.status).toBe(200)
  expect(office.host('phone', '10.0.0.10').log('REGISTER', carol)?.status).toBe(401)
})

test('until it is on disk the old password holds, and from then on the new one', () => {
  const { exchange, world } = office
  exchange.diskMs = 1_000
  const changed = { user: 'alice', password: 'another-long-one' }
  exchange.begin({ name: 'change-password', ...changed })
  exchange.diskMs = 0
  expect(office.host('phone', '10.0.0.9').log('REGISTER', alice)?.status).toBe(200)
  world.run(1_000)
  expect(office.host('phone', '10.0.0.9').log('REGISTER', changed, { cseq: 9 })?.status).toBe(200)
  expect(office.host('other', '10.0.0.10').log('REGISTER', alice)?.status).toBe(401)
})

test('who is taken away is no longer rung', () => {
  const phone = office.registered(bob, '10.0.0.2')
  office.registered(alice, '10.0.0.3')
  expect(office.exchange.ask({ name: 'remove-account', user: 'bob' })).toMatchObject({ ok: true })
  expect(office.contacts('bob')).toEqual([])
  expect(phone.log('REGISTER', bob, { cseq: 9 })?.status).toBe(401)
  expect(office.contacts('alice')).toHaveLength(1)
})

test('what is there already is refused with the way out', () => {
  const { exchange } = office
  const alias = (user: string, uri: string): CommandResult =>
    exchange.ask({ name: 'bind', table: 'aliases', user, uri, expiresSeconds: 3600, isAnotherName: true })
  expect(exchange.ask({ name: 'add-account', user: 'Alice', password: undefined, email: '' })).toEqual({
    ok: false,
    code: 'exists',
    message: 'Alice is there already: "passwd Alice" gives a new password',
  })
  expect(alias('sales', 'sip:alice@10.0.0.3')).toMatchObject({ ok: true })
  expect(alias('sales', 'sip:alice@10.0.0.3')).toMatchObject({ ok: false, code: 'exists' })
  expect(alias('sales', 'sip:bob@10.0.0.2')).toMatchObject({ ok: true })
  expect(alias('alice', 'sip:bob@10.0.0.2')).toMatchObject({ ok: false, code: 'exists' })
  expect(exchange.ask({ name: 'add-account', user: 'sales', password: undefined, email: '' })).toMatchObject({
    ok: false,
    code: 'exists',
  })
})

test.each([
  ['the number itself', '101', '101'],
  ['eleven characters', 'abcdefghijk', 'carol'],
  ['one piece again and again', 'abcabcabcabc', 'carol'],
])('T31 %s is no password', (_what, password, user) => {
  expect(office.exchange.ask({ name: 'add-account', user, password, email: '' })).toMatchObject({
    ok: false,
    code: 'weak-password',
  })
})

test('T31 without a password one of 20 characters is made, and it lets the phone in', () => {
  const result = office.exchange.ask({ ...add, password: undefined })
  const { password } = (result as { readonly value: { readonly password: string } }).value
  expect(password).toMatch(/^(\w{4}-){4}\w{4}$/)
  expect(office.host('phone', '10.0.0.9').log('REGISTER', { user: 'carol', password })?.status).toBe(200)
})
