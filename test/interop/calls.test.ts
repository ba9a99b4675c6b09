/** SIPp's telephones against the server: volume, and every common ending of a call. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort, needs } from './processes.ts'
import { registerUsers } from './registrations.ts'
import { runSipp, startSipp, type SippOutcome } from './sipp.ts'
import { startSubject, type Subject } from './subject.ts'

const missing = needs('sipp')
const RING_SECONDS = 3
let subject: Subject

interface Ending {
  readonly title: string
  readonly caller: string
  readonly callee: string | undefined
  readonly rate: number
  readonly count: number
}

const endings: readonly Ending[] = [
  { title: 'a busy callee gives 486', caller: 'uac-busy', callee: 'uas-busy', rate: 100, count: 200 },
  { title: 'an unknown user gives 404', caller: 'uac-unknown', callee: undefined, rate: 100, count: 200 },
  {
    title: 'a ringing call is cancelled',
    caller: 'uac-cancel',
    callee: 'uas-ringing',
    rate: 100,
    count: 200,
  },
  {
    title: 'nobody answers: 408, callee cancelled',
    caller: 'uac-no-answer',
    callee: 'uas-ringing',
    rate: 50,
    count: 100,
  },
  { title: 'a MESSAGE arrives', caller: 'message', callee: 'uas-message', rate: 100, count: 200 },
  {
    title: 'an OPTIONS for a user is answered by it',
    caller: 'options',
    callee: 'uas-options',
    rate: 100,
    count: 200,
  },
]

describe.skipIf(missing.skip)(`SIPp${missing.because}`, () => {
  beforeAll(async () => {
    subject = await startSubject({ ringSeconds: RING_SECONDS })
  })
  afterAll(() => subject.stop())

  test('20,000 registrations at 4,000 a second', { timeout: 60_000 }, async () => {
    const outcome = await runSipp({
      scenario: 'register',
      target: subject,
      rate: 4000,
      count: 20_000,
      limitMs: 40_000,
    })
    expect(outcome, outcome.complaints).toMatchObject({ successful: 20_000, failed: 0 })
  })

  test.each(endings)('$title', { timeout: 60_000 }, async ({ caller, callee, rate, count }) => {
    const { callers, callees } = await runPair(caller, callee, rate, count)
    expect(callers, callers.complaints).toMatchObject({ successful: count, failed: 0, unexpected: 0 })
    if (callees)
      expect(callees, callees.complaints).toMatchObject({ successful: count, failed: 0, unexpected: 0 })
  })

  test('6,000 whole calls at 1,000 a second with Record-Route', { timeout: 90_000 }, async () => {
    const { callers } = await runPair('uac', 'uas', 1000, 6000)
    // A handful in 10,000 fail by SIPp's own race beside any server.
    expect(callers.failed, callers.complaints).toBeLessThanOrEqual(6)
    expect(callers.successful).toBeGreaterThanOrEqual(5994)
  })
})

async function runPair(
  caller: string,
  callee: string | undefined,
  rate: number,
  count: number,
): Promise<{ callers: SippOutcome; callees: SippOutcome | undefined }> {
  const port = await freePort()
  const at = { host: '127.0.0.1', port }
  const users = Array.from({ length: 50 }, (_, index) => `${caller}-${index}`)
  const limitMs = 60_000
  const callees = callee ? await startSipp({ scenario: callee, target: subject, port, limitMs }) : undefined
  if (callee) await registerUsers(users, at, subject)
  const callers = await runSipp({ scenario: caller, target: subject, rate, count, users, limitMs })
  return { callers, callees: await callees?.finish() }
}
