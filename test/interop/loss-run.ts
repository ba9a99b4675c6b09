/** Many calls, registrations or messages between RFC-true phones with every hop impaired, both ways. */
import { openPhone, type Phone } from './phone/phone.ts'
import type { PhoneMessage } from './phone/text.ts'
import { freePort, pause } from './processes.ts'
import { registerUsers } from './registrations.ts'
import { runSipp, startSipp } from './sipp.ts'
import type { Subject } from './subject.ts'
import { startRelay, type ImpairRelay } from '../sim/impair/relay.ts'

export interface LossRun {
  readonly kind: 'call' | 'REGISTER' | 'MESSAGE'
  readonly lossShare: number
  readonly duplicateShare?: number
  readonly reorderShare?: number
  readonly count: number
  readonly ratePerSecond: number
  readonly seed: number
}

export interface LossOutcome {
  readonly ok: number
  readonly failures: readonly string[]
  /** From the INVITE's first sending to its 180, 95th percentile; NaN without calls. */
  readonly ringingP95Ms: number
  /** Requests that reached the callee as a second transaction of the same call: must be none. */
  readonly forwardedTwice: number
  readonly violations: readonly string[]
  readonly datagrams: number
  readonly datagramsLost: number
}

interface Stage {
  readonly caller: Phone
  readonly callee: Phone
  readonly ringingMs: number[]
}

const RING_MS = 100
const SIPP_LIMIT_MS = 90_000

/** caller ⇄ relay ⇄ server ⇄ relay ⇄ callee; the callee's contact is its relay, so ACK and BYE pass there too. */
export async function runLoss(subject: Subject, run: LossRun): Promise<LossOutcome> {
  const impairment = {
    lossShare: run.lossShare,
    duplicateShare: run.duplicateShare ?? 0,
    reorderShare: run.reorderShare ?? 0,
  }
  const nearCaller = await startRelay({
    ...{ host: '127.0.0.1', port: 0, target: subject },
    forward: { seed: run.seed, ...impairment },
  })
  const user = `far-${run.seed}-${Math.round(performance.now())}`
  const callee = await openPhone({
    user,
    outbound: subject,
    domain: subject,
    onCall: (call) => {
      call.ring()
      setTimeout(call.answer, RING_MS)
    },
  })
  const nearCallee = await startRelay({
    ...{ host: '127.0.0.1', port: 0, target: callee.wire },
    forward: { seed: run.seed + 100, ...impairment },
  })
  const caller = await openPhone({ user: 'near', outbound: nearCaller, domain: subject })
  try {
    await registerAt(callee, user, subject, nearCallee)
    const stage: Stage = { caller, callee, ringingMs: [] }
    const results: Promise<string>[] = []
    const startedAt = performance.now()
    for (let index = 0; index < run.count; index += 1) {
      const dueMs = (index * 1000) / run.ratePerSecond - (performance.now() - startedAt)
      if (dueMs > 0) await pause(dueMs)
      results.push(attempt(run.kind, stage, user))
    }
    const outcomes = await Promise.all(results)
    return summarize(outcomes, stage, [nearCaller, nearCallee])
  } finally {
    await Promise.all([caller.close(), callee.close()])
    await Promise.all([nearCaller.close(), nearCallee.close()])
  }
}

/** The same path between SIPp's callers and callees; gives the number of calls that ended well at the caller. */
export async function runSippLoss(subject: Subject, run: Omit<LossRun, 'kind'>): Promise<number> {
  const calleePort = await freePort()
  const path = { host: '127.0.0.1', port: 0 }
  const shares = { lossShare: run.lossShare }
  const nearCaller = await startRelay({ ...path, target: subject, forward: { seed: run.seed, ...shares } })
  const nearCallee = await startRelay({
    ...path,
    target: { host: path.host, port: calleePort },
    forward: { seed: run.seed + 100, ...shares },
  })
  try {
    const limitMs = SIPP_LIMIT_MS
    const callees = await startSipp({
      ...{ scenario: 'uas', target: subject, port: calleePort },
      ...{ contactPort: nearCallee.port, limitMs },
    })
    await registerUsers(['lossy'], nearCallee, subject)
    const { count, ratePerSecond: rate } = run
    const load = { rate, count, users: ['lossy'], limitMs }
    const outcome = await runSipp({ scenario: 'uac', target: subject, outbound: nearCaller, ...load })
    await callees.finish()
    return outcome.successful
  } finally {
    await Promise.all([nearCaller.close(), nearCallee.close()])
  }
}

async function registerAt(callee: Phone, user: string, subject: Subject, at: ImpairRelay): Promise<void> {
  const registrar = await openPhone({ user, outbound: subject, domain: subject, reachedAt: at })
  const status = await registrar.register()
  await registrar.close()
  if (status !== 200) throw new Error(`the registration of ${callee.user} got ${status}`)
}

/** '' when all went well, else what did not. */
async function attempt(kind: LossRun['kind'], stage: Stage, user: string): Promise<string> {
  if (kind === 'REGISTER') {
    const status = await stage.caller.register()
    return status === 200 ? '' : `REGISTER got ${status}`
  }
  if (kind === 'MESSAGE') return ending('MESSAGE', await stage.caller.request('MESSAGE', user))
  const call = stage.caller.call(user)
  void call.ringing.then((ringing) => {
    if (ringing) stage.ringingMs.push(performance.now() - call.transaction.sentAtMs)
  })
  const final = await call.final
  if (final?.status !== 200) return ending('INVITE', final)
  if (!(await stage.callee.incoming.get(call.callId)?.acknowledged)) return 'the ACK never came'
  return ending('BYE', await call.hangUp())
}

function ending(method: string, final: PhoneMessage | undefined): string {
  if (final?.status === 200) return ''
  return `${method} got ${final ? final.status : 'no final answer'}`
}

function summarize(outcomes: readonly string[], stage: Stage, relays: readonly ImpairRelay[]): LossOutcome {
  const ringing = stage.ringingMs.toSorted((one, other) => one - other)
  const counts = relays.map((relay) => relay.counts())
  const sum = (pick: (count: (typeof counts)[number]) => number): number =>
    counts.reduce((total, count) => total + pick(count), 0)
  return {
    ok: outcomes.filter((outcome) => outcome === '').length,
    failures: outcomes.filter((outcome) => outcome !== ''),
    ringingP95Ms: ringing[Math.floor(ringing.length * 0.95)] ?? Number.NaN,
    forwardedTwice: forwardedTwice(stage.callee),
    violations: [...stage.caller.violations, ...stage.callee.violations],
    datagrams: sum((count) => count.taken),
    datagramsLost: sum((count) => count.lost),
  }
}

function forwardedTwice(callee: Phone): number {
  const branches = new Map<string, Set<string>>()
  for (const { message } of callee.wire.arrivals) {
    if (message.method === '' || message.method === 'ACK') continue
    const key = `${message.callId} ${message.cseqNumber} ${message.method}`
    const known = branches.get(key) ?? new Set()
    branches.set(key, known.add(message.branch))
  }
  return [...branches.values()].reduce((total, known) => total + known.size - 1, 0)
}
