import { expect, test } from 'vitest'
import { instant } from '../lib/instant.ts'
import type { ClientTransactionInput } from './client-transaction.ts'
import { ClientTransaction } from './client-transaction.ts'
import { makeTransactionTimers, rfcTimers } from './transaction-timers.ts'

test('an INVITE without an answer is sent 7 times and given up at 32 s', () => {
  const life = live(new ClientTransaction(true, false, rfcTimers, 'INVITE'), [])
  expect(life).toEqual([
    '0 send',
    '500 send',
    '1500 send',
    '3500 send',
    '7500 send',
    '15500 send',
    '31500 send',
    '32000 timeout',
    '32000 terminated',
  ])
})

test('another request without an answer is sent 11 times and given up at 32 s', () => {
  const life = live(new ClientTransaction(false, false, rfcTimers, 'BYE'), [])
  expect(life).toEqual([
    '0 send',
    '500 send',
    '1500 send',
    '3500 send',
    '7500 send',
    '11500 send',
    '15500 send',
    '19500 send',
    '23500 send',
    '27500 send',
    '31500 send',
    '32000 timeout',
    '32000 terminated',
  ])
})

test('a 1xx ends the repetition of an INVITE, and no timer is left', () => {
  const transaction = new ClientTransaction(true, false, rfcTimers, 'INVITE')
  expect(live(transaction, [[600, answer(100)]])).toEqual(['0 send', '500 send', '600 response'])
  expect(transaction.deadline).toBe(undefined)
})

test('a 1xx slows the repetition of another request to 4 s', () => {
  const life = live(new ClientTransaction(false, false, rfcTimers, 'BYE'), [[600, answer(100)]])
  expect(life).toEqual([
    '0 send',
    '500 send',
    '600 response',
    '1500 send',
    '5500 send',
    '9500 send',
    '13500 send',
    '17500 send',
    '21500 send',
    '25500 send',
    '29500 send',
    '32000 timeout',
    '32000 terminated',
  ])
})

test.each([true, false])('over TCP a request is sent once and given up at 32 s, INVITE: %s', (isInvite) => {
  const life = live(new ClientTransaction(isInvite, true, rfcTimers, 'X'), [])
  expect(life).toEqual(['0 send', '32000 timeout', '32000 terminated'])
})

test('each copy of a 486 is acknowledged for 32 s, and only the first one passed', () => {
  const life = live(new ClientTransaction(true, false, rfcTimers, 'INVITE'), [
    [100, answer(486)],
    [600, answer(486)],
    [32_099, answer(486)],
  ])
  expect(life).toEqual([
    '0 send',
    '100 send-ack',
    '100 response',
    '600 send-ack',
    '32099 send-ack',
    '32100 terminated',
  ])
})

test('over TCP a 486 ends it at once, acknowledged', () => {
  const life = live(new ClientTransaction(true, true, rfcTimers, 'INVITE'), [[100, answer(486)]])
  expect(life).toEqual(['0 send', '100 send-ack', '100 response', '100 terminated'])
})

test.each([true, false])('each copy of a 2xx passes for 32 s, reliable: %s', (isReliable) => {
  const life = live(new ClientTransaction(true, isReliable, rfcTimers, 'INVITE'), [
    [100, answer(200)],
    [600, answer(200)],
    [32_099, answer(200)],
  ])
  expect(life).toEqual(['0 send', '100 response', '600 response', '32099 response', '32100 terminated'])
})

test('copies of the answer to another request are absorbed for 5 s', () => {
  const life = live(new ClientTransaction(false, false, rfcTimers, 'BYE'), [
    [100, answer(200)],
    [600, answer(200)],
  ])
  expect(life).toEqual(['0 send', '100 response', '5100 terminated'])
})

test('over TCP the answer to another request ends it at once', () => {
  const life = live(new ClientTransaction(false, true, rfcTimers, 'BYE'), [[100, answer(200)]])
  expect(life).toEqual(['0 send', '100 response', '100 terminated'])
})

test('a script sets the waits', () => {
  const timers = makeTransactionTimers({ timeoutMs: 9000, retransmissionsMs: [1000, 2000, 4000, 3000] })
  const silence = ['0 send', '1000 send', '3000 send', '7000 send', '9000 timeout', '9000 terminated']
  expect(live(new ClientTransaction(true, false, timers, 'INVITE'), [])).toEqual(silence)
  expect(live(new ClientTransaction(false, false, timers, 'BYE'), [])).toEqual(silence)
  expect(live(new ClientTransaction(false, false, timers, 'BYE'), [[500, answer(100)]])).toEqual([
    '0 send',
    '500 response',
    '1000 send',
    '4000 send',
    '7000 send',
    '9000 timeout',
    '9000 terminated',
  ])
})

type Step = readonly [ms: number, input: ClientTransactionInput]

function answer(status: number): ClientTransactionInput {
  return { kind: 'response', status }
}

/** Everything it does until no deadline is left, with ticks exactly when they are asked for. */
function live(transaction: ClientTransaction, steps: readonly Step[]): string[] {
  const life = transaction.start(instant(0)).map((output) => `0 ${output.kind}`)
  const act = (ms: number, input: ClientTransactionInput) => {
    for (const output of transaction.handle(instant(ms), input)) life.push(`${ms} ${output.kind}`)
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
