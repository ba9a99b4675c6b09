import { EventEmitter } from 'node:events'
import type { AppUpdater } from 'electron-updater'
import { beforeEach, expect, test } from 'vitest'
import { Updates } from './updates.ts'

/** As `electron-updater` behaves towards its user; what it fetches is its own business. */
class Updater extends EventEmitter {
  autoDownload = false
  autoInstallOnAppQuit = true
  allowDowngrade = true
  allowPrerelease = true
  logger: unknown = 'console'
  installs: unknown[][] = []

  checkForUpdates(): Promise<never> {
    return Promise.reject(new Error('no network'))
  }

  quitAndInstall(...how: unknown[]): void {
    this.installs.push(how)
  }
}

let updater: Updater
let updates: Updates
let told: string[]

beforeEach(() => {
  updater = new Updater()
  told = []
  updates = new Updates(updater as unknown as AppUpdater, {
    ready: (version) => told.push(`ready ${version}`),
    none: () => told.push('none'),
    failed: (why) => told.push(`failed ${why}`),
  })
})

const talking = { phones: 2, calls: 1 }
const quiet = { phones: 2, calls: 0 }

test('it never goes back to an older version, and installs nothing by itself', () => {
  expect(updater).toMatchObject({
    allowDowngrade: false,
    allowPrerelease: false,
    autoInstallOnAppQuit: false,
  })
})

test.each([
  ['nothing was fetched', [], false, 0, false],
  ['nobody has talked', [], true, 0, true],
  ['somebody talks', [[talking, 0]], true, 10, false],
  [
    'a call ended two minutes ago but a moment',
    [
      [talking, 0],
      [quiet, 1_000],
    ],
    true,
    120_999,
    false,
  ],
  [
    'a call ended two minutes ago',
    [
      [talking, 0],
      [quiet, 1_000],
    ],
    true,
    121_000,
    true,
  ],
  [
    'a phone registered after a call',
    [
      [talking, 0],
      [quiet, 1_000],
      [{ phones: 3, calls: 0 }, 100_000],
    ],
    true,
    121_000,
    true,
  ],
  [
    'they call back',
    [
      [talking, 0],
      [quiet, 1_000],
      [talking, 2_000],
    ],
    true,
    500_000,
    false,
  ],
] as const)('at the end, when %s', (_, days, isFetched, nowMs, isInstalled) => {
  for (const [activity, atMs] of days) updates.take(activity, atMs)
  if (isFetched) updater.emit('update-downloaded', { version: '9.9.9' })
  expect(updates.install(nowMs)).toBe(isInstalled)
  expect(updater.installs).toHaveLength(isInstalled ? 1 : 0)
})

test('who can not be asked is told by the event alone', async () => {
  updates.look()
  updater.emit('error', new Error('no network'))
  await Promise.resolve()
  expect(told).toEqual(['failed no network'])
})
