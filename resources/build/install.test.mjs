import { expect, test } from 'vitest'
import { satisfies } from './install.mjs'

test.each([
  ['the same versions', { 'node_modules/ws': { version: '8.1.0' } }, true],
  ['another version', { 'node_modules/ws': { version: '8.0.0' } }, false],
  ['a package missing', {}, false],
  [
    'a package too many',
    { 'node_modules/ws': { version: '8.1.0' }, 'node_modules/x': { version: '1.0.0' } },
    true,
  ],
])('with %s installed', (_, installed, expected) => {
  const wanted = {
    '': { version: '0.1.0' },
    'node_modules/ws': { version: '8.1.0' },
    'node_modules/only-on-darwin': { version: '1.0.0', optional: true },
  }
  expect(satisfies(installed, wanted)).toBe(expected)
})
