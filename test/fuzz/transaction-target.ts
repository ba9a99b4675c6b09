import type { Instant } from '../../core/lib/instant.ts'
import { instant, later } from '../../core/lib/instant.ts'
import type { ClientTransactionOutput } from '../../core/sip/index.ts'
import { ClientTransaction, rfcTimers, ServerTransaction } from '../../core/sip/index.ts'
import type { Chance } from './mutations.ts'
import { below } from './mutations.ts'
import type { Target } from './target.ts'
import { mustHold } from './target.ts'

const mostEvents = 30
/** Timers B, D, F, H, L and M are 32 s each; no transaction goes through more than two of them. */
const longestLifeMs = 70_000

/** Events in any order: messages, ticks early and late, failures. Every transaction ends, and a final answer stays final. */
export const transactionTarget: Target = {
  name: 'transactions',
  weight: 20,
  run(chance, shown) {
    const isInvite = chance() < 0.5
    const isReliable = chance() < 0.3
    if (chance() < 0.5) walkClient(isInvite, isReliable, chance, shown)
    else walkServer(isInvite, isReliable, chance, shown)
  },
  finish: () => undefined,
}

function walkClient(
  isInvite: boolean,
  isReliable: boolean,
  chance: Chance,
  shown: (text: string) => void,
): void {
  const machine = new ClientTransaction(isInvite, isReliable, rfcTimers, 'REQUEST')
  let now = instant(0)
  let log = `client ${isInvite ? 'INVITE' : 'other'} ${isReliable ? 'reliable' : 'unreliable'}`
  let finals = 0
  const take = (outputs: readonly ClientTransactionOutput[], status: number): void => {
    // A failure to send the ACK is told besides (RFC 3261 §17.1.4).
    for (const { kind } of outputs) if (kind === 'timeout' || (kind === 'response' && status >= 300)) finals++
  }
  take(machine.start(now), 0)
  for (let events = below(chance, mostEvents); events > 0; events--) {
    now = later(now, below(chance, 3000))
    const status = 100 + below(chance, 600)
    const choice = below(chance, 10)
    log += ` +${now}:${choice === 0 ? 'failed' : choice < 5 ? 'tick' : status}`
    shown(log)
    if (choice === 0) take(machine.handle(now, { kind: 'transport-failed' }), 0)
    else if (choice < 5) take(machine.handle(now, { kind: 'tick' }), 0)
    else take(machine.handle(now, { kind: 'response', status }), status)
  }
  mustHold(finals <= 1, 'a client transaction ends once')
  waitForEnd(
    now,
    machine.deadline,
    () => machine.deadline,
    (at) => take(machine.handle(at, { kind: 'tick' }), 0),
  )
}

function walkServer(
  isInvite: boolean,
  isReliable: boolean,
  chance: Chance,
  shown: (text: string) => void,
): void {
  const machine = new ServerTransaction(isInvite, isReliable, rfcTimers)
  let now = instant(0)
  let log = `server ${isInvite ? 'INVITE' : 'other'} ${isReliable ? 'reliable' : 'unreliable'}`
  let isFinal = false
  for (let events = below(chance, mostEvents); events > 0; events--) {
    now = later(now, below(chance, 3000))
    const status = 100 + below(chance, 600)
    const choice = below(chance, 5)
    log += ` +${now}:${choice === 4 ? status : (['request', 'ack', 'tick', 'failed'][choice] ?? '')}`
    shown(log)
    if (choice === 0) machine.handle(now, { kind: 'request' })
    else if (choice === 1) machine.handle(now, { kind: 'ack' })
    else if (choice === 2) machine.handle(now, { kind: 'tick' })
    else if (choice === 3) machine.handle(now, { kind: 'transport-failed' })
    else {
      machine.handle(now, { kind: 'respond', status, octets: `ANSWER ${status}` })
      isFinal ||= status >= 200
    }
  }
  if (!isFinal) machine.handle(now, { kind: 'respond', status: 500, octets: 'ANSWER 500' })
  waitForEnd(
    now,
    machine.deadline,
    () => machine.deadline,
    (at) => machine.handle(at, { kind: 'tick' }),
  )
}

function waitForEnd(
  now: Instant,
  first: Instant | undefined,
  deadline: () => Instant | undefined,
  tick: (at: Instant) => void,
): void {
  const end = later(now, longestLifeMs)
  for (let at = first; at !== undefined; at = deadline()) {
    mustHold(at <= end, 'a transaction ends within 70 s')
    tick(at)
    const next = deadline()
    mustHold(next === undefined || next > at, 'a tick at its deadline moves a transaction on')
  }
}
