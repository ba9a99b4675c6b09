import { expect, test } from 'vitest'
import { MediaPool } from './media-pool.ts'

test('pairs whose ports are lost are given to no call, and are counted by address', () => {
  const pool = new MediaPool()
  const [one, two, three] = [
    { id: 1, address: '192.0.2.1', port: 4000 },
    { id: 2, address: '192.0.2.1', port: 4002 },
    { id: 3, address: '192.0.2.2', port: 4000 },
  ] as const
  pool.add([one, two, three])
  expect([...pool.remove([1, 3, 99])]).toEqual([
    ['192.0.2.1', 1],
    ['192.0.2.2', 1],
  ])
  expect(pool.take('192.0.2.1')).toBe(two)
  expect(pool.take('192.0.2.1')).toBeUndefined()
  expect(pool.isEmpty).toBe(true)
  expect([...pool.remove([1])]).toEqual([])
})
