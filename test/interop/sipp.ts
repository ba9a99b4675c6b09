/** Runs a SIPp scenario of sipp/ within bounds and reads its own statistics; it can't hang and never reads a terminal. */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  discard,
  findProgram,
  freePort,
  startProgram,
  temporaryFolder,
  type RunningProgram,
} from './processes.ts'
import type { Place } from './phone/text.ts'

export interface SippRun {
  /** A file of sipp/ without its ending. */
  readonly scenario: string
  /** The server, named in the URIs. */
  readonly target: Place
  /** Where the requests go, when that is not the server itself. */
  readonly outbound?: Place
  readonly host?: string
  readonly port?: number
  /** New calls a second; a callee needs none. */
  readonly rate?: number
  /** How many calls in all; undefined: until stopped. */
  readonly count?: number
  /** The users called, in turn. */
  readonly users?: readonly string[]
  /** Of all these users, where the scenario logs in as each (`[field1]`): SIPp fills no field into its own words. */
  readonly password?: string
  /** The port that a callee's Contact names, when something stands in front of it. */
  readonly contactPort?: number
  readonly limitMs: number
}

export interface SippOutcome {
  readonly created: number
  readonly successful: number
  readonly failed: number
  readonly retransmissions: number
  readonly unexpected: number
  readonly elapsedMs: number
  readonly exitCode: number | null
  /** What SIPp complained of, its end only. */
  readonly complaints: string
}

export interface RunningSipp extends Place {
  readonly program: RunningProgram
  /** Ends when all calls are done, or at the time limit with what was reached. */
  readonly outcome: Promise<SippOutcome>
  /** Lets current calls end, then stops; for callees. */
  readonly finish: () => Promise<SippOutcome>
}

const SCENARIOS = join(dirname(fileURLToPath(import.meta.url)), 'sipp')
const FINISH_GRACE_MS = 5_000
/** SIPp's own default throttles at 3 × rate; more than this wants more open files than some shells allow. */
const MOST_OPEN_CALLS = 9_000

export async function startSipp(run: SippRun): Promise<RunningSipp> {
  const command = findProgram('sipp')
  if (command === undefined) throw new Error('sipp is not installed: apt-get install sip-tester')
  const folder = temporaryFolder('sipp')
  const host = run.host ?? '127.0.0.1'
  const port = run.port ?? (await freePort(host))
  const statistics = join(folder, 'statistics.csv')
  const users = join(folder, 'users.csv')
  const rows = (run.users ?? ['callee']).map((user) => `${user};${loginField(user, run.password)}\n`)
  writeFileSync(users, `SEQUENTIAL\n${rows.join('')}`)
  const startedAt = performance.now()
  const program = startProgram(
    command,
    [
      `${run.target.host}:${run.target.port}`,
      ...['-sf', join(SCENARIOS, `${run.scenario}.xml`), '-inf', users],
      ...['-i', host, '-p', String(port), '-mi', host, '-l', String(MOST_OPEN_CALLS)],
      ...(run.rate === undefined ? [] : ['-r', String(run.rate)]),
      ...(run.outbound === undefined ? [] : ['-rsa', `${run.outbound.host}:${run.outbound.port}`]),
      ...(run.count === undefined ? [] : ['-m', String(run.count)]),
      ...['-key', 'contact_port', String(run.contactPort ?? port)],
      ...['-trace_stat', '-stf', statistics, '-fd', '1'],
      ...['-trace_err', '-error_file', join(folder, 'errors.log')],
      ...['-timeout', `${Math.ceil(run.limitMs / 1000)}s`, '-buff_size', '4194304', '-nostdin'],
    ],
    { cwd: folder, limitMs: run.limitMs + FINISH_GRACE_MS },
  )
  const outcome = program.exited.then((exit) => {
    const reached = {
      ...readStatistics(readOr(statistics)),
      elapsedMs: performance.now() - startedAt,
      exitCode: exit.code,
      complaints: (readOr(join(folder, 'errors.log')) + program.stderr()).slice(-1_500),
    }
    discard(folder)
    return reached
  })
  return {
    host,
    port,
    program,
    outcome,
    finish: async () => {
      // SIGUSR1 is SIPp's `q`: no new calls, then the end.
      program.signal('SIGUSR1')
      const insist = setTimeout(() => program.signal('SIGKILL'), FINISH_GRACE_MS)
      const result = await outcome
      clearTimeout(insist)
      return result
    },
  }
}

function loginField(user: string, password: string | undefined): string {
  return password === undefined ? '' : `[authentication username=${user} password=${password}];`
}

export async function runSipp(run: SippRun): Promise<SippOutcome> {
  return (await startSipp(run)).outcome
}

function readStatistics(text: string): Omit<SippOutcome, 'elapsedMs' | 'exitCode' | 'complaints'> {
  const lines = text.trim().split('\n')
  const names = (lines[0] ?? '').split(';')
  const last = (lines.at(-1) ?? '').split(';')
  const total = (name: string): number => Number(last[names.indexOf(`${name}(C)`)] ?? 0) || 0
  return {
    created: total('OutgoingCall') + total('IncomingCall'),
    successful: total('SuccessfulCall'),
    failed: total('FailedCall'),
    retransmissions: total('Retransmissions'),
    unexpected: total('FailedUnexpectedMessage'),
  }
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
