import { describe, expect, test } from 'vitest'
import { instant } from '../lib/instant.ts'
import type { ClientState, ClientTransactionInput, ClientTransactionOutput } from './client-transaction.ts'
import { ClientTransaction } from './client-transaction.ts'
import type { EndTimer, ResendTimer } from './transaction-timers.ts'
import { rfcTimers } from './transaction-timers.ts'

type Event =
  'start' | '1xx' | '2xx' | '3xx-6xx' | 'A' | 'B' | 'D' | 'E' | 'F' | 'K' | 'M' | 'transport-failed'
type Cell = readonly [state: ClientState, event: Event, next: ClientState, outputs: readonly string[]]

// RFC 3261 figure 5 as RFC 6026 §7.2 draws it anew. The arrow into the figure, `start`, leads in once only.
const inviteCells: readonly Cell[] = [
  ['Calling', 'start', 'Calling', []],
  ['Calling', '1xx', 'Proceeding', ['response']],
  ['Calling', '2xx', 'Accepted', ['response']],
  ['Calling', '3xx-6xx', 'Completed', ['send-ack', 'response']],
  ['Calling', 'A', 'Calling', ['send the request']],
  ['Calling', 'B', 'Terminated', ['timeout', 'terminated']],
  ['Calling', 'D', 'Calling', []],
  ['Calling', 'M', 'Calling', []],
  ['Calling', 'transport-failed', 'Terminated', ['failed', 'terminated']],

  ['Proceeding', 'start', 'Proceeding', []],
  ['Proceeding', '1xx', 'Proceeding', ['response']],
  ['Proceeding', '2xx', 'Accepted', ['response']],
  ['Proceeding', '3xx-6xx', 'Completed', ['send-ack', 'response']],
  ['Proceeding', 'A', 'Proceeding', []],
  ['Proceeding', 'B', 'Proceeding', []],
  ['Proceeding', 'D', 'Proceeding', []],
  ['Proceeding', 'M', 'Proceeding', []],
  ['Proceeding', 'transport-failed', 'Proceeding', []],

  ['Completed', 'start', 'Completed', []],
  ['Completed', '1xx', 'Completed', []],
  ['Completed', '2xx', 'Completed', []],
  ['Completed', '3xx-6xx', 'Completed', ['send-ack']],
  ['Completed', 'A', 'Completed', []],
  ['Completed', 'B', 'Completed', []],
  ['Completed', 'D', 'Terminated', ['terminated']],
  ['Completed', 'M', 'Completed', []],
  ['Completed', 'transport-failed', 'Terminated', ['failed', 'terminated']],

  ['Accepted', 'start', 'Accepted', []],
  ['Accepted', '1xx', 'Accepted', []],
  ['Accepted', '2xx', 'Accepted', ['response']],
  ['Accepted', '3xx-6xx', 'Accepted', []],
  ['Accepted', 'A', 'Accepted', []],
  ['Accepted', 'B', 'Accepted', []],
  ['Accepted', 'D', 'Accepted', []],
  ['Accepted', 'M', 'Terminated', ['terminated']],
  ['Accepted', 'transport-failed', 'Accepted', []],

  ['Terminated', 'start', 'Terminated', []],
  ['Terminated', '1xx', 'Terminated', []],
  ['Terminated', '2xx', 'Terminated', []],
  ['Terminated', '3xx-6xx', 'Terminated', []],
  ['Terminated', 'A', 'Terminated', []],
  ['Terminated', 'B', 'Terminated', []],
  ['Terminated', 'D', 'Terminated', []],
  ['Terminated', 'M', 'Terminated', []],
  ['Terminated', 'transport-failed', 'Terminated', []],
]

// RFC 3261 figure 6; all final answers are one event there.
const nonInviteCells: readonly Cell[] = [
  ['Trying', '1xx', 'Proceeding', ['response']],
  ['Trying', '2xx', 'Completed', ['response']],
  ['Trying', 'E', 'Trying', ['send the request']],
  ['Trying', 'F', 'Terminated', ['timeout', 'terminated']],
  ['Trying', 'K', 'Trying', []],
  ['Trying', 'transport-failed', 'Terminated', ['failed', 'terminated']],

  ['Proceeding', '1xx', 'Proceeding', ['response']],
  ['Proceeding', '2xx', 'Completed', ['response']],
  ['Proceeding', 'E', 'Proceeding', ['send the request']],
  ['Proceeding', 'F', 'Terminated', ['timeout', 'terminated']],
  ['Proceeding', 'K', 'Proceeding', []],
  ['Proceeding', 'transport-failed', 'Terminated', ['failed', 'terminated']],

  ['Completed', '1xx', 'Completed', []],
  ['Completed', '2xx', 'Completed', []],
  ['Completed', 'E', 'Completed', []],
  ['Completed', 'F', 'Completed', []],
  ['Completed', 'K', 'Terminated', ['terminated']],
  ['Completed', 'transport-failed', 'Completed', []],

  ['Terminated', '1xx', 'Terminated', []],
  ['Terminated', '2xx', 'Terminated', []],
  ['Terminated', 'E', 'Terminated', []],
  ['Terminated', 'F', 'Terminated', []],
  ['Terminated', 'K', 'Terminated', []],
  ['Terminated', 'transport-failed', 'Terminated', []],
]

describe('INVITE client transaction, 5 states by 9 events', () => {
  test.each(inviteCells)('%s, %s: then %s', (state, event, next, outputs) => {
    expect(happen(true, state, event)).toEqual({ next, outputs })
  })
})

describe('non-INVITE client transaction, 4 states by 6 events', () => {
  test.each(nonInviteCells)('%s, %s: then %s', (state, event, next, outputs) => {
    expect(happen(false, state, event)).toEqual({ next, outputs })
  })
})

describe('beyond the figures', () => {
  test('a final non-INVITE answer of another class ends it without an ACK', () => {
    const transaction = new ClientTransaction(false, false, rfcTimers, 'the request')
    transaction.start(instant(0))
    expect(shown(transaction.handle(instant(9), { kind: 'response', status: 404 }))).toEqual(['response'])
    expect(transaction.state).toBe('Completed')
  })

  test('nothing happens before the start', () => {
    const transaction = new ClientTransaction(true, false, rfcTimers, 'the request')
    expect(transaction.handle(instant(0), { kind: 'response', status: 200 })).toEqual([])
    expect(transaction.deadline).toBe(undefined)
    expect(shown(transaction.start(instant(7)))).toEqual(['send the request'])
    expect(transaction.deadline).toBe(507)
  })
})

type Step = readonly [ms: number, input: ClientTransactionInput]

const ways: Record<ClientState, (isInvite: boolean) => readonly Step[]> = {
  Calling: () => [],
  Trying: () => [],
  Proceeding: () => [[50, { kind: 'response', status: 180 }]],
  Completed: (isInvite) => [[50, { kind: 'response', status: isInvite ? 486 : 200 }]],
  Accepted: () => [[50, { kind: 'response', status: 200 }]],
  Terminated: () => [[50, { kind: 'transport-failed' }]],
}

/**
 * Brings a transaction over UDP into the state, lets the event happen, tells what came of it. For a timer,
 * that one is set to 100 ms and ticks come each millisecond: it fires if the state, or a forgotten earlier one, runs it.
 */
function happen(isInvite: boolean, state: ClientState, event: Event) {
  const timers = isTimer(event) ? shortened(event) : rfcTimers
  const transaction = new ClientTransaction(isInvite, false, timers, 'the request')
  transaction.start(instant(0))
  let ms = 0
  for (const [at, input] of ways[state](isInvite)) {
    ms = at
    transaction.handle(instant(ms), input)
  }
  expect(transaction.state).toBe(state)
  const outputs: string[] = []
  if (event === 'start') outputs.push(...shown(transaction.start(instant(ms + 1))))
  else if (!isTimer(event)) outputs.push(...shown(transaction.handle(instant(ms + 1), inputs[event])))
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
    timer === 'A' || timer === 'E'
      ? { resendMs: { ...resendMs, [timer]: [100] }, endMs }
      : { resendMs, endMs: { ...endMs, [timer]: 100 } }
  return { ...rfcTimers, unreliable }
}

const tick: ClientTransactionInput = { kind: 'tick' }

const inputs: Record<Exclude<Event, Timer | 'start'>, ClientTransactionInput> = {
  '1xx': { kind: 'response', status: 183 },
  '2xx': { kind: 'response', status: 200 },
  '3xx-6xx': { kind: 'response', status: 603 },
  'transport-failed': { kind: 'transport-failed' },
}

function shown(outputs: readonly ClientTransactionOutput[]): string[] {
  return outputs.map((output) => (output.kind === 'send' ? `send ${output.octets}` : output.kind))
}
