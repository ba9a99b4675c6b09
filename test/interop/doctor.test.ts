import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import type { Diagnosis } from '../../core/api/index.ts'
import { askAppliance } from '../../core/app/ctl.ts'
import { printDiagnosis } from '../../core/app/doctor.ts'
import { startBaresip, type Baresip } from './baresip.ts'
import { freePort, needs, pause } from './processes.ts'
import { startSubject, type Subject } from './subject.ts'

const script = fileURLToPath(new URL('../../resources/scripts/nat-relay.cfg', import.meta.url))
const missing = needs('baresip')
/** From the moment that the fact exists. */
const LONGEST_VERDICT_MS = 8_000
const running: (Baresip | Subject)[] = []
afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.stop()
})

describe.skipIf(missing.skip)(`the doctor at the bed of two real telephones${missing.because}`, () => {
  test('finds a call well, and then who has put it on hold', { timeout: 60_000 }, async () => {
    const { subject, alice } = await talk(440)

    const well = await verdictOf(subject, 'fine')
    expect(well.deaf).toEqual([])
    expect(well.arrows.map(({ state }) => state)).toEqual(['flows', 'flows', 'flows', 'flows'])
    expect(printDiagnosis(well, 'en')[0]).toBe('Certain: The voice flows both ways. [fine]')

    alice.command('hold')
    expect(await verdictOf(subject, 'C03')).toMatchObject({ weight: 'note', values: { who: 'alice' } })
  })

  test('finds a muted microphone, and no fault of the network', { timeout: 60_000 }, async () => {
    // A tone of 0 Hz is perfect silence.
    const { subject } = await talk(0)

    const muted = await verdictOf(subject, 'C41')
    expect(muted).toMatchObject({ weight: 'note', confidence: 'likely', values: { who: 'alice' } })
    expect(muted.ruledOut).toEqual(expect.arrayContaining(['C13', 'C18', 'C23']))
  })
})

/** Asks until the verdict is there; what was said last when time is up. */
async function verdictOf(subject: Subject, cause: string): Promise<Diagnosis> {
  const endsAt = performance.now() + LONGEST_VERDICT_MS
  for (;;) {
    const diagnosis = await diagnosed(subject)
    if (diagnosis.cause === cause) return diagnosis
    if (performance.now() > endsAt) throw new Error(`it says ${printDiagnosis(diagnosis, 'en').join('\n')}`)
    await pause(250)
  }
}

async function diagnosed(subject: Subject): Promise<Diagnosis> {
  const folder = join(subject.folder, 'appliance')
  const calls = await askAppliance(folder, ['calls'])
  if (!calls.ok) throw new Error(calls.message)
  const [call] = calls.value as readonly { readonly callId: string }[]
  const answer = await askAppliance(folder, ['doctor', call?.callId ?? ''])
  if (!answer.ok) throw new Error(answer.message)
  return answer.value as Diagnosis
}

async function talk(toneHertz: number): Promise<{ subject: Subject; alice: Baresip }> {
  const subject = await startSubject({ script }, 'sidetone')
  running.push(subject)
  const [alice, bob] = [await telephone(subject, 'alice', toneHertz), await telephone(subject, 'bob', 1000)]
  await Promise.all([alice.registered(8_000), bob.registered(8_000)])
  alice.dial('bob')
  await Promise.all([alice, bob].map((phone) => phone.waitFor('CALL_ESTABLISHED', 8_000)))
  return { subject, alice }
}

async function telephone(subject: Subject, user: string, toneHertz: number): Promise<Baresip> {
  const phone = await startBaresip({
    user,
    host: '127.0.0.1',
    port: await freePort(),
    proxy: subject,
    toneHertz,
    answers: 'auto',
    limitMs: 60_000,
  })
  running.push(phone)
  return phone
}
