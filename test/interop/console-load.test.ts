/** What a window costs the core, and how soon it knows: 1,000 phones that renew, 50 calls that go on. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWindow, startOffice, type Office } from './console.ts'
import { openPhone, type Phone } from './phone/phone.ts'
import { cpuMs, pause } from './processes.ts'
import { registerAll } from './registrations.ts'

const script = readFileSync(new URL('../../resources/scripts/hello-world.cfg', import.meta.url), 'latin1')
const PHONES = 1_000
const CALLS = 50
/** As if each renewed every ten seconds; real ones take a minute or an hour. */
const RENEWALS_EACH_SECOND = 100
const SPAN_MS = 6_000

let office: Office
let phones: Phone[] = []
beforeAll(async () => {
  office = await startOffice({ script })
  await renew(0, PHONES)
  phones = await Promise.all(
    ['caller', 'callee'].map((user) =>
      openPhone({ user, outbound: office.sip, domain: office.sip, onCall: (call) => call.answer() }),
    ),
  )
  for (const phone of phones) await phone.register()
  for (let count = 0; count < CALLS; count += 1) await phones[0]?.call('callee').final
})
afterAll(async () => {
  await Promise.all(phones.map((phone) => phone.close()))
  await office.stop()
})

function renew(from: number, count: number, port = 9): Promise<unknown> {
  const registrationOf = (index: number): { user: string; contact: string } => ({
    user: String(2_000 + ((from + index) % PHONES)),
    contact: `sip:${2_000 + ((from + index) % PHONES)}@127.0.0.1:${port}`,
  })
  return registerAll(count, registrationOf, { target: office.sip, limitMs: 10_000 })
}

/** CPU of the core while phones renew, as a share of one core. */
async function shareWhileRenewing(): Promise<number> {
  const before = cpuMs(office.program.pid)
  const startedAt = performance.now()
  for (let from = 0; performance.now() - startedAt < SPAN_MS; from += RENEWALS_EACH_SECOND / 10) {
    await renew(from, RENEWALS_EACH_SECOND / 10)
    await pause(100)
  }
  return (cpuMs(office.program.pid) - before) / (performance.now() - startedAt)
}

test('a window costs less than 5 % of a core', { timeout: 60_000 }, async () => {
  await shareWhileRenewing()
  const alone = await shareWhileRenewing()
  const window = await openWindow(office)
  for (const [id, topic] of ['office', 'phones', 'calls', 'troubles'].entries()) {
    window.send({ kind: 'watch', id, topic })
  }
  const watched = await shareWhileRenewing()
  process.stdout.write(`core alone ${(alone * 100).toFixed(1)} %, watched ${(watched * 100).toFixed(1)} %\n`)
  expect(watched - alone).toBeLessThan(0.05)
  const calls = window.frames.find((frame) => frame.kind === 'snapshot' && frame.id === 2)
  expect(calls).toMatchObject({ value: { length: CALLS } })
  window.socket.close()
})

test('a window knows of a new phone within 100 ms', { timeout: 60_000 }, async () => {
  const window = await openWindow(office)
  window.send({ kind: 'watch', id: 1, topic: 'phones' })
  await expect.poll(() => window.frames.length, { timeout: 5_000 }).toBeGreaterThan(0)
  const delaysMs: number[] = []
  for (let count = 0; count < 40; count += 1) {
    const told = new Promise<void>((resolve) => {
      const look = (octets: Buffer): void => {
        if (!octets.includes(`127.0.0.1:${1_000 + count}"`)) return
        window.socket.off('message', look)
        resolve()
      }
      window.socket.on('message', look)
    })
    const askedAt = performance.now()
    await renew(count, 1, 1_000 + count)
    await told
    delaysMs.push(performance.now() - askedAt)
  }
  delaysMs.sort((a, b) => a - b)
  process.stdout.write(
    `told after ${delaysMs[20]?.toFixed(0)} ms (median), ${delaysMs.at(-1)?.toFixed(0)} ms (slowest)\n`,
  )
  expect(delaysMs[37]).toBeLessThan(100)
  window.socket.close()
})
