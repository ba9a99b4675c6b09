import { describe, expect, test } from 'vitest'
import { instant } from '../lib/instant.ts'
import type { ServerState, ServerTransactionInput, ServerTransactionOutput } from './server-transaction.ts'
import { ServerTransaction } from './server-transaction.ts'
import type { EndTimer, ResendTimer } from './transaction-timers.ts'
import { rfcTimers } from './transaction-timers.ts'

type Event = 'request' | 'ack' | '1xx' | '2xx' | '3xx-6xx' | 'G' | 'H' | 'I' | 'J' | 'L' | 'transport-failed'
type Cell = readonly [state: ServerState, event: Event, next: ServerState, outputs: readonly string[]]

// RFC 3261 figure 7 as RFC 6026 §7.1 draws it anew. Each state was reached with responses called "first …",
// each event that is a response is called "next …".
const inviteCells: readonly Cell[] = [
  ['Proceeding', 'request', 'Proceeding', ['send first 180']],
  ['Proceeding', 'ack', 'Proceeding', []],
  ['Proceeding', '1xx', 'Proceeding', ['send next 183']],
  ['Proceeding', '2xx', 'Accepted', ['send next 200']],
  ['Proceeding', '3xx-6xx', 'Completed', ['send next 600']],
  ['Proceeding', 'G', 'Proceeding', []],
  ['Proceeding', 'H', 'Proceeding', []],
  ['Proceeding', 'I', 'Proceeding', []],
  ['Proceeding', 'L', 'Proceeding', []],
  ['Proceeding', 'transport-failed', 'Proceeding', ['failed transport']],

  ['Completed', 'request', 'Completed', ['send first 486']],
  ['Completed', 'ack', 'Confirmed', []],
  ['Completed', '1xx', 'Completed', []],
  ['Completed', '2xx', 'Completed', []],
  ['Completed', '3xx-6xx', 'Completed', []],
  ['Completed', 'G', 'Completed', ['send first 486']],
  ['Completed', 'H', 'Terminated', ['failed timeout', 'terminated']],
  ['Completed', 'I', 'Completed', []],
  ['Completed', 'L', 'Completed', []],
  ['Completed', 'transport-failed', 'Completed', ['failed transport']],

  ['Confirmed', 'request', 'Confirmed', []],
  ['Confirmed', 'ack', 'Confirmed', []],
  ['Confirmed', '1xx', 'Confirmed', []],
  ['Confirmed', '2xx', 'Confirmed', []],
  ['Confirmed', '3xx-6xx', 'Confirmed', []],
  ['Confirmed', 'G', 'Confirmed', []],
  ['Confirmed', 'H', 'Confirmed', []],
  ['Confirmed', 'I', 'Terminated', ['terminated']],
  ['Confirmed', 'L', 'Confirmed', []],
  ['Confirmed', 'transport-failed', 'Confirmed', []],

  ['Accepted', 'request', 'Accepted', []],
  ['Accepted', 'ack', 'Accepted', ['ack-received']],
  ['Accepted', '1xx', 'Accepted', []],
  ['Accepted', '2xx', 'Accepted', ['send next 200']],
  ['Accepted', '3xx-6xx', 'Accepted', []],
  ['Accepted', 'G', 'Accepted', []],
  ['Accepted', 'H', 'Accepted', []],
  ['Accepted', 'I', 'Accepted', []],
  ['Accepted', 'L', 'Terminated', ['terminated']],
  ['Accepted', 'transport-failed', 'Accepted', ['failed transport']],

  ['Terminated', 'request', 'Terminated', []],
  ['Terminated', 'ack', 'Terminated', []],
  ['Terminated', '1xx', 'Terminated', []],
  ['Terminated', '2xx', 'Terminated', []],
  ['Terminated', '3xx-6xx', 'Terminated', []],
  ['Terminated', 'G', 'Terminated', []],
  ['Terminated', 'H', 'Terminated', []],
  ['Terminated', 'I', 'Terminated', []],
  ['Terminated', 'L', 'Terminated', []],
  ['Terminated', 'transport-failed', 'Terminated', []],
]

// RFC 3261 figure 8.
const nonInviteCells: readonly Cell[] = [
  ['Trying', 'request', 'Trying', []],
  ['Trying', '1xx', 'Proceeding', ['send next 183']],
  ['Trying', '2xx', 'Completed', ['send next 200']],
  ['Trying', 'J', 'Trying', []],
  ['Trying', 'transport-failed', 'Trying', []],

  ['Proceeding', 'request', 'Proceeding', ['send first 180']],
  ['Proceeding', '1xx', 'Proceeding', ['send next 183']],
  ['Proceeding', '2xx', 'Completed', ['send next 200']],
  ['Proceeding', 'J', 'Proceeding', []],
  ['Proceeding', 'transport-failed', 'Terminated', ['failed transport', 'terminated']],

  ['Completed', 'request', 'Completed', ['send first 486']],
  ['Completed', '1xx', 'Completed', []],
  ['Completed', '2xx', 'Completed', []],
  ['Completed', 'J', 'Terminated', ['terminated']],
  ['Completed', 'transport-failed', 'Terminated', ['failed transport', 'terminated']],

  ['Terminated', 'request', 'Terminated', []],
  ['Terminated', '1xx', 'Terminated', []],
  ['Terminated', '2xx', 'Terminated', []],
  ['Terminated', 'J', 'Terminated', []],
  ['Terminated', 'transport-failed', 'Terminated', []],
]

describe('INVITE server transaction, 5 states by 10 events', () => {
  test.each(inviteCells)('%s, %s: then %s', (state, event, next, outputs) => {
    expect(happen(true, inviteWays[state], state, event)).toEqual({ next, outputs })
  })
})

describe('non-INVITE server transaction, 4 states by 5 events', () => {
  test.each(nonInviteCells)('%s, %s: then %s', (state, event, next, outputs) => {
    expect(happen(false, nonInviteWays[state], state, event)).toEqual({ next, outputs })
  })
})

describe('beyond the figures', () => {
  test('a retransmission before the first response is not answered', () => {
    const transaction = new ServerTransaction(true, false, rfcTimers)
    expect(transaction.handle(instant(0), { kind: 'request' })).toEqual([])
    expect(transaction.state).toBe('Proceeding')
  })

  test('the user may send 100 first', () => {
    const transaction = new ServerTransaction(true, false, rfcTimers)
    expect(shown(transaction.handle(instant(0), respond('first', 100)))).toEqual(['send first 100'])
    expect(shown(transaction.handle(instant(5), { kind: 'request' }))).toEqual(['send first 100'])
  })

  test('a final non-INVITE answer of another class is a final answer too', () => {
    const transaction = new ServerTransaction(false, false, rfcTimers)
    expect(shown(transaction.handle(instant(0), respond('first', 404)))).toEqual(['send first 404'])
    expect(transaction.state).toBe('Completed')
  })

  test('what has no effect gives one shared list that nobody can write to', () => {
    const transaction = new ServerTransaction(true, false, rfcTimers)
    const outputs = transaction.handle(instant(0), { kind: 'ack' })
    expect(outputs).toBe(new ServerTransaction(false, true, rfcTimers).handle(instant(9), { kind: 'tick' }))
    expect(Object.isFrozen(outputs)).toBe(true)
  })
})

type Step = readonly [ms: number, input: ServerTransactionInput]

const inviteWays: Partial<Record<ServerState, readonly Step[]>> = {
  Proceeding: [[50, respond('first', 180)]],
  Completed: [[50, respond('first', 486)]],
  Confirmed: [
    [50, respond('first', 486)],
    [60, { kind: 'ack' }],
  ],
  Accepted: [[50, respond('first', 200)]],
  Terminated: [
    [50, respond('first', 486)],
    [60, { kind: 'ack' }],
    [40_000, { kind: 'tick' }],
  ],
}

const nonInviteWays: Partial<Record<ServerState, readonly Step[]>> = {
  Trying: [],
  Proceeding: [[50, respond('first', 180)]],
  Completed: [[50, respond('first', 486)]],
  Terminated: [
    [50, respond('first', 486)],
    [40_000, { kind: 'tick' }],
  ],
}

/**
 * Brings a transaction over UDP into the state, lets the event happen, tells what came of it. For a timer,
 * that one is set to 100 ms and ticks come each millisecond: it fires if the state, or a forgotten earlier one, runs it.
 */
function happen(isInvite: boolean, way: readonly Step[] | undefined, state: ServerState, event: Event) {
  const transaction = new ServerTransaction(isInvite, false, isTimer(event) ? shortened(event) : rfcTimers)
  let ms = 0
  for (const [at, input] of way ?? []) {
    ms = at
    transaction.handle(instant(ms), input)
  }
  expect(transaction.state).toBe(state)
  const outputs: string[] = []
  if (!isTimer(event)) outputs.push(...shown(transaction.handle(instant(ms + 1), inputs[event])))
  else for (const last = ms + 100; ms++ < last;) outputs.push(...shown(transaction.handle(instant(ms), tick)))
  return { next: transaction.state, outputs }
}

type Timer = Extract<Event, EndTimer | ResendTimer>

function isTimer(event: Event): event is Timer {
  return event.length === 1
}

function shortened(timer: Timer) {
  const { resendMs, endMs } = rfcTimers.unreliable
  const unreliable =
    timer === 'G'
      ? { resendMs: { ...resendMs, G: [100] }, endMs }
      : { resendMs, endMs: { ...endMs, [timer]: 100 } }
  return { ...rfcTimers, unreliable }
}

const tick: ServerTransactionInput = { kind: 'tick' }

const inputs: Record<Exclude<Event, Timer>, ServerTransactionInput> = {
  request: { kind: 'request' },
  ack: { kind: 'ack' },
  '1xx': respond('next', 183),
  '2xx': respond('next', 200),
  '3xx-6xx': respond('next', 600),
  'transport-failed': { kind: 'transport-failed' },
}

function respond(name: string, status: number): ServerTransactionInput {
  return { kind: 'respond', status, octets: `${name} ${status}` }
}

function shown(outputs: readonly ServerTransactionOutput[]): string[] {
  return outputs.map((output) => {
    if (output.kind === 'send') return `send ${output.octets}`
    return output.kind === 'failed' ? `failed ${output.why}` : output.kind
  })
}
