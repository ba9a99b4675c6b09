/** Passwords with real programs: SIPp and baresip with MD5, the strict phone with SHA-256, and what is left on disk. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { control } from './accounts.ts'
import { startBaresip, type Baresip } from './baresip.ts'
import { openPhone } from './phone/phone.ts'
import { discard, freePort, needs, pause, temporaryFolder } from './processes.ts'
import { runSipp, startSipp } from './sipp.ts'
import { AUTH_PASSWORD, AUTH_USER, startSubject, type Subject } from './subject.ts'

const isFull = process.env['SIDETONE_FULL'] === '1'
const registers = isFull ? 10_000 : 1_000
const calls = isFull ? 2_000 : 200
const withPasswords = readFileSync(
  new URL('../../resources/scripts/with-passwords.cfg', import.meta.url),
  'latin1',
)
const users = Array.from({ length: 200 }, (_, index) => `user${index}`)
const running: (Baresip | Subject)[] = []
const folders: string[] = []

afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.stop()
  for (const folder of folders.splice(0)) discard(folder)
})

describe('SHA-256, the strict phone', () => {
  test(`${registers} registrations`, { timeout: 120_000 }, async () => {
    const subject = await office()
    const phone = await openPhone({ user: AUTH_USER, outbound: subject, domain: subject })
    const outcomes = new Map<number, number>()
    const login = { user: AUTH_USER, password: AUTH_PASSWORD }
    for (let done = 0; done < registers; done += 20) {
      const statuses = await Promise.all(Array.from({ length: 20 }, () => phone.register(login)))
      for (const status of statuses) outcomes.set(status, (outcomes.get(status) ?? 0) + 1)
    }
    expect(phone.violations).toEqual([])
    await phone.close()
    expect([...outcomes]).toEqual([[200, registers]])
  })
})

const sipp = needs('sipp')
describe.skipIf(sipp.skip)(`MD5, SIPp${sipp.because}`, () => {
  test(`${registers} registrations`, { timeout: 120_000 }, async () => {
    const subject = await office('MD5')
    const outcome = await runSipp({
      scenario: 'register-auth',
      target: subject,
      rate: 500,
      count: registers,
      users,
      password: AUTH_PASSWORD,
      limitMs: 60_000,
    })
    expect(outcome, outcome.complaints).toMatchObject({ successful: registers, failed: 0 })
  })

  test(`${calls} calls with 407`, { timeout: 120_000 }, async () => {
    const subject = await office('MD5')
    const port = await freePort()
    const limitMs = 60_000
    const callees = await startSipp({ scenario: 'uas', target: subject, port, limitMs })
    const login = { users, password: AUTH_PASSWORD }
    await runSipp({
      scenario: 'register-auth',
      target: subject,
      rate: 200,
      count: users.length,
      contactPort: port,
      limitMs,
      ...login,
    })
    const callers = await runSipp({
      scenario: 'uac-auth',
      target: subject,
      rate: 100,
      count: calls,
      users,
      limitMs,
    })
    await callees.finish()
    expect(callers, callers.complaints).toMatchObject({ successful: calls, failed: 0, unexpected: 0 })
  })
})

const baresip = needs('baresip')
describe.skipIf(baresip.skip)(`baresip${baresip.because}`, () => {
  test('registers with its password', { timeout: 60_000 }, async () => {
    const subject = await office()
    const phone = await telephone(subject, AUTH_USER, AUTH_PASSWORD)
    await phone.registered(8_000)
    expect(await sentences(subject, 'login')).toEqual([])
  })

  test('fails with a wrong one, and the event log says so in one sentence', { timeout: 60_000 }, async () => {
    const subject = await office()
    await telephone(subject, AUTH_USER, 'a-wrong-password')
    await until(async () => (await sentences(subject, 'login')).length > 0)
    expect(await sentences(subject, 'login')).toEqual([
      `The phone of ${AUTH_USER} at 127.0.0.41 has a wrong password: type it in again, or give it a new one with "passwd ${AUTH_USER}".`,
    ])
    const stats = await control(join(subject.folder, 'appliance'), ['online'])
    expect(stats.value).toEqual([])
  })

  test('is told apart from a number that does not exist', { timeout: 60_000 }, async () => {
    const subject = await office()
    await telephone(subject, 'nobody', AUTH_PASSWORD)
    await until(async () => (await sentences(subject, 'login-unknown')).length > 0)
    expect((await sentences(subject, 'login-unknown'))[0]).toMatch(
      / as "nobody", and there is no such number: /,
    )
  })
})

test('T30 of 500 passwords none is on disk, in the log or in an answer', { timeout: 60_000 }, async () => {
  const subject = await office()
  const data = join(subject.folder, 'appliance')
  const passwords: string[] = []
  for (let index = 0; index < 500; index++) {
    const made = await control(data, ['add', `known${index}`])
    passwords.push((made.value as { readonly password: string }).password)
  }
  const chosen = 'this-one-was-chosen'
  await control(data, ['passwd', 'known1', chosen])
  const answers = await Promise.all(
    [['accounts'], ['events'], ['stats']].map(async (words) => JSON.stringify(await control(data, words))),
  )
  const texts = [...filesUnder(subject.folder), subject.stderr(), ...answers]
  const found = [...passwords, chosen].filter((password) => texts.some((text) => text.includes(password)))
  expect(passwords.filter((password) => password.length >= 20)).toHaveLength(500)
  expect(found).toEqual([])
})

async function office(algorithms?: string): Promise<Subject> {
  const text =
    algorithms === undefined
      ? withPasswords
      : withPasswords.replace(
          'modparam("auth", "realm"',
          `modparam("auth", "algorithms", "${algorithms}")\n$&`,
        )
  const folder = temporaryFolder('script')
  folders.push(folder)
  const script = join(folder, 'ser.cfg')
  writeFileSync(script, text)
  const subject = await startSubject({ auth: true, users, script }, 'sidetone')
  running.push(subject)
  return subject
}

async function telephone(subject: Subject, user: string, password: string): Promise<Baresip> {
  const phone = await startBaresip({
    user,
    host: '127.0.0.41',
    proxy: subject,
    toneHertz: 440,
    answers: 'auto',
    password,
    limitMs: 30_000,
  })
  running.push(phone)
  return phone
}

async function sentences(subject: Subject, word: string): Promise<readonly string[]> {
  const answer = await control(join(subject.folder, 'appliance'), ['events', word])
  return (answer.value as readonly { readonly text: string }[]).map(({ text }) => text)
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + 15_000
  while (!(await isSo())) {
    if (performance.now() > giveUpAt) throw new Error('it did not come about within 15 s')
    await pause(50)
  }
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
}
