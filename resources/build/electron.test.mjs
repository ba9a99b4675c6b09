import { expect, test } from 'vitest'
import { obstacle } from './electron.mjs'

test.each([
  ['a Linux desktop', { platform: 'linux', environment: { DISPLAY: ':0' } }, undefined],
  ['Wayland', { platform: 'linux', environment: { WAYLAND_DISPLAY: 'wayland-0' } }, undefined],
  ['Windows', { platform: 'win32', environment: {} }, undefined],
  ['macOS', { platform: 'darwin', environment: {} }, undefined],
  ['a server', { platform: 'linux', environment: {} }, 'There is no display here'],
  [
    'a Mac over ssh',
    { platform: 'darwin', environment: { SSH_CONNECTION: 'x' } },
    'There is no display here',
  ],
  [
    'a build server',
    { platform: 'linux', environment: { CI: 'true', DISPLAY: ':99' } },
    'On a build server nobody looks at a window',
  ],
  [
    'root',
    { platform: 'linux', environment: { DISPLAY: ':0' }, isRoot: true },
    'Electron does not run as root',
  ],
])('%s', (_, around, expected) => {
  expect(obstacle({ isRoot: false, ...around })).toBe(expected)
})
