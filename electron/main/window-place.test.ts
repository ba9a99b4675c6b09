import { expect, test } from 'vitest'
import { placeWindow } from './window-place.ts'

const left = { x: 0, y: 0, width: 1920, height: 1040 }
const right = { x: 1920, y: 0, width: 1280, height: 984 }
const small = { x: 0, y: 0, width: 1024, height: 700 }
const kept = { bounds: { x: 2000, y: 50, width: 1100, height: 800 }, isMaximized: true, zoomLevel: 1 }

test.each([
  ['nothing was kept', undefined, [left], { width: 1180, height: 820 }],
  ['nothing was kept and the screen is small', undefined, [small], { width: 1024, height: 700 }],
  ['its screen is there', kept, [left, right], kept.bounds],
  ['its screen is gone', kept, [left], { width: 1180, height: 820 }],
  [
    'its screen has shrunk',
    kept,
    [left, { ...right, width: 800, height: 600 }],
    { ...kept.bounds, width: 800, height: 600 },
  ],
  [
    'its top is above the screen',
    { ...kept, bounds: { ...kept.bounds, y: -200 } },
    [left, right],
    { width: 1180, height: 820 },
  ],
  [
    'a sliver of it is on the screen',
    { ...kept, bounds: { ...kept.bounds, x: 3190 } },
    [left, right],
    { width: 1180, height: 820 },
  ],
  ['there is no screen', kept, [], { width: 1180, height: 820 }],
  ['the file holds words', { bounds: 'big' }, [left], { width: 1180, height: 820 }],
  [
    'the file holds no numbers',
    { bounds: { x: 1e99, y: null, width: 'a', height: 5 } },
    [left],
    { width: 1180, height: 820 },
  ],
  ['the file holds a list', [1, 2], [left], { width: 1180, height: 820 }],
])('%s', (_, stored, screens, bounds) => {
  expect(placeWindow(stored, screens).bounds).toEqual(bounds)
})

test('a size below the smallest is raised to it', () => {
  const tiny = { ...kept, bounds: { x: 10, y: 10, width: 200, height: 1 } }
  expect(placeWindow(tiny, [left]).bounds).toEqual({ x: 10, y: 10, width: 360, height: 480 })
})

test.each([
  [1, 1],
  [99, 0],
  ['2', 0],
])('of a zoom of %s, %i is used', (zoomLevel, used) => {
  expect(placeWindow({ ...kept, zoomLevel }, [left]).zoomLevel).toBe(used)
})
