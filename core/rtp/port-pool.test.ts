import { expect, test } from 'vitest'
import { instant } from '../lib/instant.ts'
import { PortPool } from './port-pool.ts'

const at = instant
const poolOf = (lowPort: number, highPort: number): PortPool =>
  new PortPool({ address: '192.0.2.1', lowPort, highPort })
const taken = (pool: PortPool, count: number, now = 0): (number | undefined)[] =>
  Array.from({ length: count }, () => pool.take(at(now)))

test('even ports go out in turn, and none twice', () => {
  expect(taken(poolOf(40_001, 40_007), 4)).toEqual([40_002, 40_004, 40_006, undefined])
})

test('a pair never leaves the range with its RTCP port', () => {
  expect(taken(poolOf(40_000, 40_002), 2)).toEqual([40_000, undefined])
  expect(taken(poolOf(40_001, 40_001), 1)).toEqual([undefined])
})

test('reserved ports are skipped, above and below', () => {
  const pool = poolOf(5_058, 5_065)
  expect(taken(pool, 3)).toEqual([5_058, 5_062, 5_064])
  expect(pool.size).toBe(3)
  expect(taken(poolOf(3_478, 3_479), 1)).toEqual([undefined])
})

test('a port rests for five seconds before its next call', () => {
  const pool = poolOf(40_000, 40_001)
  pool.take(at(0))
  pool.rest(at(1_000), 40_000)
  expect(pool.take(at(5_999))).toBeUndefined()
  expect(pool.take(at(6_000))).toBe(40_000)
})

test('a busy port is tried again after half a minute', () => {
  const pool = poolOf(40_000, 40_003)
  pool.take(at(0))
  pool.busy(at(0), 40_000)
  expect(taken(pool, 2, 29_999)).toEqual([40_002, undefined])
  expect(pool.take(at(30_000))).toBe(40_000)
})

test('the pool goes round: the port used last comes last', () => {
  const pool = poolOf(40_000, 40_005)
  pool.take(at(0))
  pool.rest(at(0), 40_000)
  expect(taken(pool, 3, 60_000)).toEqual([40_002, 40_004, 40_000])
})

test('a certain port is had even while it rests, but not while it is in use', () => {
  const pool = poolOf(40_000, 40_005)
  pool.take(at(0))
  expect(pool.takeThis(40_000)).toBe(false)
  pool.rest(at(0), 40_000)
  expect(pool.takeThis(40_000)).toBe(true)
  expect(pool.takeThis(39_998)).toBe(false)
  expect(pool.takeThis(40_001)).toBe(false)
  expect(pool.inUse).toBe(1)
})

test('a port that was given back can be had at once', () => {
  const pool = poolOf(40_000, 40_001)
  pool.take(at(0))
  pool.giveBack(40_000)
  expect(pool.take(at(0))).toBe(40_000)
})

test('it may begin anywhere in its range', () => {
  const pool = new PortPool({ address: '192.0.2.1', lowPort: 40_000, highPort: 40_007 }, 0.5)
  expect(taken(pool, 5)).toEqual([40_004, 40_006, 40_000, 40_002, undefined])
})
