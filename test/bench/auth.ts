/** CPU of the server for a REGISTER and for a call with a password; the peer asks its own SQLite file. */
import { cpuMs, freePort } from '../interop/processes.ts'
import { runSipp, startSipp, type RunningSipp } from '../interop/sipp.ts'
import { AUTH_PASSWORD, type Subject } from '../interop/subject.ts'
import { median, type Figure, type Side } from './figures.ts'
import { inTurn, ROUNDS } from './sides.ts'

const USERS = Array.from({ length: 200 }, (_, index) => `bench${index}`)
const REGISTER_RATE = 1000
const CALL_RATE = 300
const SECONDS = 2
const LIMIT_MS = 80_000
/** So many that neither side still compiles or fills caches for the first time. */
const WARM_UP = { rate: 2_500, count: 15_000 }

interface Cost {
  readonly cpuMsEach: number
  readonly failed: number
}

export async function benchAuth(): Promise<Figure[]> {
  const options = { auth: true, users: USERS, algorithms: 'MD5' }
  const callees: RunningSipp[] = []
  const register = await inTurn(
    (subject) => registerUsers(subject, WARM_UP),
    (subject) => costOf(subject, 'register-auth', REGISTER_RATE),
    options,
  )
  const call = await inTurn(
    async (subject) => {
      const callee = await startSipp({
        scenario: 'uas',
        target: subject,
        port: await freePort(),
        limitMs: LIMIT_MS,
      })
      callees.push(callee)
      await registerUsers(subject, { rate: 400, count: USERS.length }, callee.port)
      await costOf(subject, 'uac-auth', 2 * CALL_RATE)
    },
    (subject) => costOf(subject, 'uac-auth', CALL_RATE),
    options,
  )
  await Promise.all(callees.map((callee) => callee.finish()))
  return [
    ...figuresOf(`REGISTER with 401 at ${REGISTER_RATE}/s`, register, REGISTER_RATE),
    ...figuresOf(`calls with 407 at ${CALL_RATE}/s`, call, CALL_RATE),
  ]
}

function figuresOf(what: string, { ours, peer }: Side<Cost[]>, rate: number): Figure[] {
  const each = (costs: readonly Cost[]): number => median(costs.map(({ cpuMsEach }) => cpuMsEach))
  const failed = (costs: readonly Cost[]): number => costs.reduce((sum, cost) => sum + cost.failed, 0)
  return [
    { bench: `${what}: CPU each`, ours: each(ours), peer: each(peer), unit: 'ms' },
    {
      bench: `${what}: failed of ${rate * SECONDS * ROUNDS}`,
      ours: failed(ours),
      peer: failed(peer),
      unit: 'requests',
    },
  ]
}

async function registerUsers(
  target: Subject,
  { rate, count }: { readonly rate: number; readonly count: number },
  contactPort?: number,
): Promise<void> {
  await runSipp({
    scenario: 'register-auth',
    target,
    rate,
    count,
    users: USERS,
    password: AUTH_PASSWORD,
    ...(contactPort === undefined ? {} : { contactPort }),
    limitMs: LIMIT_MS,
  })
}

async function costOf(subject: Subject, scenario: 'register-auth' | 'uac-auth', rate: number): Promise<Cost> {
  const count = rate * SECONDS
  const before = cpuMs(subject.pid)
  const outcome = await runSipp({
    scenario,
    target: subject,
    rate,
    count,
    users: USERS,
    password: AUTH_PASSWORD,
    limitMs: LIMIT_MS,
  })
  const spent = cpuMs(subject.pid) - before
  return { cpuMsEach: spent / Math.max(1, outcome.successful), failed: count - outcome.successful }
}
