/** CPU of the server for a complete call: INVITE 100 180 200 ACK BYE 200 through location and Record-Route. */
import { cpuMs, freePort } from '../interop/processes.ts'
import { registerUsers } from '../interop/registrations.ts'
import { runSipp, startSipp, type RunningSipp, type SippOutcome } from '../interop/sipp.ts'
import type { Subject } from '../interop/subject.ts'
import { median, type Figure, type Side } from './figures.ts'
import { inTurn, ROUNDS } from './sides.ts'

const RATES = [500, 1500, 3000]
const SECONDS = 3
const LIMIT_MS = 30_000
const WARM_UP = { rate: 1_500, count: 6_000 }
const USERS = Array.from({ length: 200 }, (_, index) => `bench${index}`)

interface CallCost {
  readonly cpuMsPerCall: number
  readonly failed: number
  readonly retransmissions: number
}

export async function benchCalls(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const rate of RATES) {
    const callees: RunningSipp[] = []
    const { ours, peer } = await inTurn(
      async (subject) => {
        callees.push(await answerAll(subject))
        await call(subject, WARM_UP)
      },
      (subject) => measure(subject, rate),
    ).finally(() => Promise.all(callees.map((callee) => callee.finish())))
    const at = `calls at ${rate}/s`
    const of = (name: keyof CallCost, rounds: readonly CallCost[]): number[] =>
      rounds.map((cost) => cost[name])
    const pair = (name: keyof CallCost, join: (values: number[]) => number): Side<number> => ({
      ours: join(of(name, ours)),
      peer: join(of(name, peer)),
    })
    figures.push(
      { bench: `${at}: CPU per call`, ...pair('cpuMsPerCall', median), unit: 'ms' },
      { bench: `${at}: failed of ${rate * SECONDS * ROUNDS}`, ...pair('failed', sum), unit: 'calls' },
      { bench: `${at}: retransmissions of the callers`, ...pair('retransmissions', sum), unit: 'datagrams' },
    )
  }
  return figures
}

async function answerAll(subject: Subject): Promise<RunningSipp> {
  const port = await freePort()
  const callees = await startSipp({ scenario: 'uas', target: subject, port, limitMs: 10 * LIMIT_MS })
  await registerUsers(USERS, { host: '127.0.0.1', port }, subject)
  return callees
}

async function measure(subject: Subject, rate: number): Promise<CallCost> {
  const count = rate * SECONDS
  const before = cpuMs(subject.pid)
  const callers = await call(subject, { rate, count })
  return {
    cpuMsPerCall: (cpuMs(subject.pid) - before) / Math.max(1, callers.successful),
    failed: count - callers.successful,
    retransmissions: callers.retransmissions,
  }
}

function call(subject: Subject, load: { rate: number; count: number }): Promise<SippOutcome> {
  return runSipp({ scenario: 'uac', target: subject, ...load, users: USERS, limitMs: LIMIT_MS })
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
