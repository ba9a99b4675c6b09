import { afterEach, describe, expect, test } from 'vitest'
import { startBaresip, type Baresip } from './baresip.ts'
import { needs, pause } from './processes.ts'
import { startSubject, type Subject } from './subject.ts'
import { shareOf } from './wave.ts'

const missing = needs('baresip')
const running: (Baresip | Subject)[] = []
afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.stop()
})

describe.skipIf(missing.skip)(`two real telephones${missing.because}`, () => {
  test('hear each other’s tone through the server', { timeout: 40_000 }, async () => {
    const subject = await startSubject()
    running.push(subject)
    const alice = await telephone(subject, 'alice', '127.0.0.31', 440)
    const bob = await telephone(subject, 'bob', '127.0.0.32', 1000)
    await alice.registered(8_000)
    await bob.registered(8_000)

    alice.dial('bob')
    await Promise.all([alice, bob].map((phone) => phone.waitFor('CALL_ESTABLISHED', 8_000)))
    await pause(3_000)
    alice.hangUp()
    await bob.waitFor('CALL_CLOSED', 8_000)
    await Promise.all([alice.stop(), bob.stop()])

    const shares = {
      aliceHearsBob: shareOf(alice.heard(), 1000),
      aliceHearsHerself: shareOf(alice.heard(), 440),
      bobHearsAlice: shareOf(bob.heard(), 440),
      bobHearsHimself: shareOf(bob.heard(), 1000),
    }
    expect(shares.aliceHearsBob, JSON.stringify(shares)).toBeGreaterThan(0.8)
    expect(shares.bobHearsAlice, JSON.stringify(shares)).toBeGreaterThan(0.8)
    expect(shares.aliceHearsHerself).toBeLessThan(0.1)
    expect(shares.bobHearsHimself).toBeLessThan(0.1)
    expect(alice.heard().samples.length).toBeGreaterThan(2 * 8_000)
  })
})

async function telephone(subject: Subject, user: string, host: string, toneHertz: number): Promise<Baresip> {
  const phone = await startBaresip({
    user,
    host,
    proxy: subject,
    toneHertz,
    answers: 'auto',
    limitMs: 60_000,
  })
  running.push(phone)
  return phone
}
