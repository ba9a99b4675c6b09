/** CPU of the server for a REGISTER, how many it takes a second, and the memory that registrations cost. */
import { cpuMs, pause, residentBytes } from '../interop/processes.ts'
import { registerAll } from '../interop/registrations.ts'
import { runSipp } from '../interop/sipp.ts'
import type { Subject } from '../interop/subject.ts'
import { median, type Figure, type Side } from './figures.ts'
import { inTurn, onBothSides, ROUNDS } from './sides.ts'

const RATES = [500, 1500, 3000]
const SECONDS = 3
const HELD = 100_000
const LIMIT_MS = 60_000

export async function benchRegisters(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const rate of RATES) {
    const { ours, peer } = await both(rate)
    const at = `REGISTER at ${rate}/s`
    figures.push(
      { bench: `${at}: CPU each`, ours: ours.cpuMsEach, peer: peer.cpuMsEach, unit: 'ms' },
      {
        bench: `${at}: failed of ${rate * SECONDS * ROUNDS}`,
        ours: ours.failed,
        peer: peer.failed,
        unit: 'requests',
      },
      { bench: `${at}: retransmissions`, ours: ours.repeated, peer: peer.repeated, unit: 'datagrams' },
    )
  }
  const { ours, peer } = await onBothSides(measureMemory)
  figures.push(
    {
      bench: 'memory for 10,000 registrations',
      ours: ours.bytesPerTenThousand / 1e6,
      peer: peer.bytesPerTenThousand / 1e6,
      unit: 'MB',
    },
    {
      bench: `memory with ${HELD} registrations`,
      ours: ours.bytes / 1e6,
      peer: peer.bytes / 1e6,
      unit: 'MB',
    },
    {
      bench: 'new registrations, one client, window 64',
      ours: ours.perSecond,
      peer: peer.perSecond,
      unit: 'per second',
    },
    { bench: `registrations lost of ${HELD}`, ours: ours.lost, peer: peer.lost, unit: 'requests' },
  )
  return figures
}

/** So many that neither side still compiles, allocates or fills caches for the first time. */
const WARM_UP = { rate: 4_000, count: 24_000 }

interface Cost {
  readonly cpuMsEach: number
  readonly failed: number
  readonly repeated: number
}

async function both(rate: number): Promise<Side<Cost>> {
  const { ours, peer } = await inTurn(
    (subject) => runSipp({ scenario: 'register', target: subject, ...WARM_UP, limitMs: LIMIT_MS }),
    (subject) => measureCost(subject, rate),
  )
  return { ours: ofAll(ours), peer: ofAll(peer) }
}

function ofAll(rounds: readonly Cost[]): Cost {
  const sum = (of: (cost: Cost) => number): number => rounds.reduce((total, cost) => total + of(cost), 0)
  return {
    cpuMsEach: median(rounds.map(({ cpuMsEach }) => cpuMsEach)),
    failed: sum(({ failed }) => failed),
    repeated: sum(({ repeated }) => repeated),
  }
}

async function measureCost(subject: Subject, rate: number): Promise<Cost> {
  const count = rate * SECONDS
  const before = cpuMs(subject.pid)
  const outcome = await runSipp({ scenario: 'register', target: subject, rate, count, limitMs: LIMIT_MS })
  const spent = cpuMs(subject.pid) - before
  return {
    cpuMsEach: spent / Math.max(1, outcome.successful),
    failed: count - outcome.successful,
    repeated: outcome.retransmissions,
  }
}

async function measureMemory(
  subject: Subject,
): Promise<{ bytesPerTenThousand: number; bytes: number; perSecond: number; lost: number }> {
  const before = residentBytes(subject.pid)
  const outcome = await registerAll(
    HELD,
    (index) => ({ user: `held${index}`, contact: `sip:held${index}@127.0.${index % 200}.9:5060` }),
    { target: subject, limitMs: LIMIT_MS },
  )
  await pause(1_000)
  const bytes = residentBytes(subject.pid)
  return {
    bytesPerTenThousand: ((bytes - before) * 10_000) / Math.max(1, outcome.accepted),
    bytes,
    perSecond: (outcome.accepted * 1000) / outcome.elapsedMs,
    lost: HELD - outcome.accepted,
  }
}
