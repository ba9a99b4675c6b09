import { expect, test } from 'vitest'
import { makeTransactionTimers, rfcTimers } from './transaction-timers.ts'

test('the values of RFC 3261 table 4 and RFC 6026 over UDP', () => {
  expect(rfcTimers.unreliable).toEqual({
    resendMs: {
      A: [500, 1000, 2000, 4000, 8000, 16_000, 32_000],
      E: [500, 1000, 2000, 4000],
      G: [500, 1000, 2000, 4000],
    },
    endMs: {
      B: 32_000,
      D: 32_000,
      F: 32_000,
      H: 32_000,
      I: 5000,
      J: 32_000,
      K: 5000,
      L: 32_000,
      M: 32_000,
    },
  })
})

test('a reliable transport repeats nothing and absorbs nothing', () => {
  expect(rfcTimers.reliable).toEqual({
    resendMs: { A: [], E: [], G: [] },
    endMs: { B: 32_000, D: 0, F: 32_000, H: 32_000, I: 0, J: 0, K: 0, L: 32_000, M: 32_000 },
  })
})

test('another T1 moves all but timer D, which never is below 32 s', () => {
  const { resendMs, endMs } = makeTransactionTimers({ t1Ms: 100, t2Ms: 300, t4Ms: 700 }).unreliable
  expect(resendMs).toEqual({
    A: [100, 200, 400, 800, 1600, 3200, 6400],
    E: [100, 200, 300],
    G: [100, 200, 300],
  })
  expect(endMs).toEqual({
    B: 6400,
    D: 32_000,
    F: 6400,
    H: 6400,
    I: 700,
    J: 6400,
    K: 700,
    L: 6400,
    M: 6400,
  })
})

test('the parameters of SER leave timers L and M alone', () => {
  const timers = makeTransactionTimers({
    timeoutMs: 30_000,
    absorptionMs: 5000,
    retransmissionsMs: [1000, 2000, 4000, 4000],
  })
  expect(timers.unreliable).toEqual({
    resendMs: { A: [1000, 2000, 4000, 4000], E: [1000, 2000, 4000, 4000], G: [1000, 2000, 4000, 4000] },
    endMs: {
      B: 30_000,
      D: 5000,
      F: 30_000,
      H: 30_000,
      I: 5000,
      J: 5000,
      K: 5000,
      L: 32_000,
      M: 32_000,
    },
  })
})

test('a wait that is no wait is left out', () => {
  const given = makeTransactionTimers({ retransmissionsMs: [0, 700, -1, Number.NaN] }).unreliable.resendMs
  expect(given).toEqual({ A: [700], E: [700], G: [700] })
  expect(makeTransactionTimers({ t1Ms: 0, t2Ms: 0 }).unreliable.resendMs).toEqual({ A: [], E: [], G: [] })
})
