/** CPU of the server for a REGISTER and for a call with a password; the peer asks its own SQLite file. */
import { cpuMs, freePort } from '../interop/processes.ts'
import { runSipp, startSipp } from '../interop/sipp.ts'
import { AUTH_PASSWORD, type Subject } from '../interop/subject.ts'
import type { Figure } from './figures.ts'
import { onBothSides } from './sides.ts'

const USERS = Array.from({ length: 200 }, (_, index) => `bench${index}`)
const REGISTER_RATE = 1000
const CALL_RATE = 500
const SECONDS = 6
const LIMIT_MS = 30_000

interface Cost {
  readonly cpuMsEach: number
  readonly failed: number
}

export async function benchAuth(): Promise<Figure[]> {
  const options = { auth: true, users: USERS, algorithms: 'MD5' }
  const register = await onBothSides(measureRegisters, options)
  const call = await onBothSides(measureCalls, options)
  const figures: Figure[] = []
  for (const [what, { ours, peer }] of [
    [`REGISTER with 401 at ${REGISTER_RATE}/s`, register],
    [`calls with 407 at ${CALL_RATE}/s`, call],
  ] as const) {
    figures.push(
      { bench: `${what}: CPU each`, ours: ours.cpuMsEach, peer: peer.cpuMsEach, unit: 'ms' },
      { bench: `${what}: failed`, ours: ours.failed, peer: peer.failed, unit: 'requests' },
    )
  }
  return figures
}

async function measureRegisters(subject: Subject): Promise<Cost> {
  const count = REGISTER_RATE * SECONDS
  const before = cpuMs(subject.pid)
  const outcome = await runSipp({
    scenario: 'register-auth',
    target: subject,
    rate: REGISTER_RATE,
    count,
    users: USERS,
    password: AUTH_PASSWORD,
    limitMs: LIMIT_MS,
  })
  const spent = cpuMs(subject.pid) - before
  return { cpuMsEach: spent / Math.max(1, outcome.successful), failed: count - outcome.successful }
}

async function measureCalls(subject: Subject): Promise<Cost> {
  const port = await freePort()
  const callees = await startSipp({ scenario: 'uas', target: subject, port, limitMs: LIMIT_MS + 10_000 })
  await runSipp({
    scenario: 'register-auth',
    target: subject,
    rate: 400,
    count: USERS.length,
    users: USERS,
    password: AUTH_PASSWORD,
    contactPort: port,
    limitMs: LIMIT_MS,
  })
  const count = CALL_RATE * SECONDS
  const before = cpuMs(subject.pid)
  const callers = await runSipp({
    scenario: 'uac-auth',
    target: subject,
    rate: CALL_RATE,
    count,
    users: USERS,
    limitMs: LIMIT_MS,
  })
  const spent = cpuMs(subject.pid) - before
  await callees.finish()
  return { cpuMsEach: spent / Math.max(1, callers.successful), failed: count - callers.successful }
}
