import { expect, test } from 'vitest'
import { instant } from '../lib/instant.ts'
import type { ServerTransactionInput } from './server-transaction.ts'
import { ServerTransaction } from './server-transaction.ts'
import { makeTransactionTimers, rfcTimers } from './transaction-timers.ts'

const finalOverUdp = [0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]

test.each([302, 404, 503, 603])(
  'a %d to an INVITE is sent until the ACK that never comes, 32 s long',
  (status) => {
    const life = live(new ServerTransaction(true, false, rfcTimers), [[0, respond(status)]])
    expect(life).toEqual([
      ...finalOverUdp.map((ms) => `${ms} send`),
      '32000 failed timeout',
      '32000 terminated',
    ])
  },
)

test('the ACK stops the repetitions; 5 s later all is over', () => {
  const life = live(new ServerTransaction(true, false, rfcTimers), [
    [1000, respond(486)],
    [2600, { kind: 'ack' }],
  ])
  expect(life).toEqual(['1000 send', '1500 send', '2500 send', '7600 terminated'])
})

test('over TCP a final answer is sent once, and the ACK ends it at once', () => {
  const life = live(new ServerTransaction(true, true, rfcTimers), [
    [0, respond(486)],
    [20_000, { kind: 'ack' }],
  ])
  expect(life).toEqual(['0 send', '20000 terminated'])
})

test('over TCP the ACK is waited for 32 s too', () => {
  const life = live(new ServerTransaction(true, true, rfcTimers), [[0, respond(486)]])
  expect(life).toEqual(['0 send', '32000 failed timeout', '32000 terminated'])
})

test.each([true, false])(
  'after a 2xx nothing is repeated, copies of the ACK pass for 32 s, reliable: %s',
  (reliable) => {
    const life = live(new ServerTransaction(true, reliable, rfcTimers), [
      [0, respond(200)],
      [500, respond(200)],
      [700, { kind: 'request' }],
      [31_000, { kind: 'ack' }],
      [31_999, { kind: 'ack' }],
    ])
    expect(life).toEqual([
      '0 send',
      '500 send',
      '31000 ack-received',
      '31999 ack-received',
      '32000 terminated',
    ])
  },
)

test('a non-INVITE answer is kept 32 s over UDP', () => {
  const life = live(new ServerTransaction(false, false, rfcTimers), [
    [100, respond(200)],
    [32_099, { kind: 'request' }],
  ])
  expect(life).toEqual(['100 send', '32099 send', '32100 terminated'])
})

test('a non-INVITE answer over TCP ends it at once', () => {
  const life = live(new ServerTransaction(false, true, rfcTimers), [[100, respond(200)]])
  expect(life).toEqual(['100 send', '100 terminated'])
})

test('a script sets the waits', () => {
  const timers = makeTransactionTimers({
    timeoutMs: 10_000,
    absorptionMs: 2000,
    retransmissionsMs: [1000, 2000, 4000, 4000],
  })
  expect(live(new ServerTransaction(true, false, timers), [[0, respond(486)]])).toEqual([
    '0 send',
    '1000 send',
    '3000 send',
    '7000 send',
    '10000 failed timeout',
    '10000 terminated',
  ])
  expect(live(new ServerTransaction(false, false, timers), [[0, respond(200)]])).toEqual([
    '0 send',
    '2000 terminated',
  ])
})

test('after a long sleep a response is repeated once, not once for each wait that was missed', () => {
  const transaction = new ServerTransaction(true, false, rfcTimers)
  transaction.handle(instant(0), respond(486))
  expect(transaction.handle(instant(20_000), { kind: 'tick' })).toHaveLength(1)
  expect(transaction.handle(instant(20_000), { kind: 'tick' })).toEqual([])
  expect(transaction.deadline).toBe(21_000)
})

test('a tick that is 3 ms late does not move the later ones', () => {
  const transaction = new ServerTransaction(true, false, rfcTimers)
  transaction.handle(instant(0), respond(486))
  transaction.handle(instant(503), { kind: 'tick' })
  expect(transaction.deadline).toBe(1500)
})

type Step = readonly [ms: number, input: ServerTransactionInput]

function respond(status: number): ServerTransactionInput {
  return { kind: 'respond', status, octets: `SIP/2.0 ${status} x\r\n\r\n` }
}

/** Everything it does until no deadline is left, with ticks exactly when they are asked for. */
function live(transaction: ServerTransaction, steps: readonly Step[]): string[] {
  const life: string[] = []
  const act = (ms: number, input: ServerTransactionInput) => {
    for (const output of transaction.handle(instant(ms), input)) {
      life.push(output.kind === 'failed' ? `${ms} failed ${output.why}` : `${ms} ${output.kind}`)
    }
  }
  const tickUntil = (ms: number) => {
    while (transaction.deadline !== undefined && transaction.deadline < ms)
      act(transaction.deadline, { kind: 'tick' })
  }
  for (const [ms, input] of steps) {
    tickUntil(ms)
    act(ms, input)
  }
  tickUntil(Infinity)
  return life
}
