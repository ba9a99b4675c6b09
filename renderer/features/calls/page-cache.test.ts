import { expect, test } from 'vitest'
import { PageCache } from './page-cache.ts'

test('a row is found by its place in the whole list', () => {
  const cache = new PageCache<string>(2, 3)
  cache.keep(1, ['c', 'd'])
  expect([cache.row(1), cache.row(2), cache.row(3), cache.row(4)]).toEqual([undefined, 'c', 'd', undefined])
})

test('what was kept longest ago gives way', () => {
  const cache = new PageCache<string>(1, 2)
  cache.keep(0, ['a'])
  cache.keep(1, ['b'])
  cache.keep(0, ['a'])
  cache.keep(2, ['c'])
  expect(cache.pages).toEqual([0, 2])
  cache.clear()
  expect(cache.pages).toEqual([])
})
