/** CPU of the server for a complete call: INVITE 100 180 200 ACK BYE 200 through location and Record-Route. */
import { cpuMs, freePort } from '../interop/processes.ts'
import { registerUsers } from '../interop/registrations.ts'
import { runSipp, startSipp } from '../interop/sipp.ts'
import type { Subject } from '../interop/subject.ts'
import type { Figure } from './figures.ts'
import { onBothSides } from './sides.ts'

const RATES = [500, 1500, 3000]
const SECONDS = 6
const LIMIT_MS = 30_000

interface CallCost {
  readonly cpuMsPerCall: number
  readonly failed: number
  readonly retransmissions: number
}

export async function benchCalls(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const rate of RATES) {
    const { ours, peer } = await onBothSides((subject) => measure(subject, rate))
    const at = `calls at ${rate}/s`
    figures.push(
      { bench: `${at}: CPU per call`, ours: ours.cpuMsPerCall, peer: peer.cpuMsPerCall, unit: 'ms' },
      { bench: `${at}: failed of ${rate * SECONDS}`, ours: ours.failed, peer: peer.failed, unit: 'calls' },
      {
        bench: `${at}: retransmissions`,
        ours: ours.retransmissions,
        peer: peer.retransmissions,
        unit: 'datagrams',
      },
    )
  }
  return figures
}

async function measure(subject: Subject, rate: number): Promise<CallCost> {
  const port = await freePort()
  const users = Array.from({ length: 200 }, (_, index) => `bench${index}`)
  const callees = await startSipp({ scenario: 'uas', target: subject, port, limitMs: LIMIT_MS + 10_000 })
  await registerUsers(users, { host: '127.0.0.1', port }, subject)
  const count = rate * SECONDS
  const before = cpuMs(subject.pid)
  const callers = await runSipp({ scenario: 'uac', target: subject, rate, count, users, limitMs: LIMIT_MS })
  const spent = cpuMs(subject.pid) - before
  const answered = await callees.finish()
  const undone = count - callers.successful
  return {
    cpuMsPerCall: spent / Math.max(1, callers.successful),
    failed: undone,
    retransmissions: callers.retransmissions + answered.retransmissions,
  }
}
