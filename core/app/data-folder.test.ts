import { expect, test } from 'vitest'
import { defaultDataFolder } from './data-folder.ts'

test.each<[NodeJS.Platform, Record<string, string>, string]>([
  ['linux', {}, '/home/ada/.local/share/sidetone'],
  ['linux', { XDG_DATA_HOME: '/var/ada' }, '/var/ada/sidetone'],
  ['linux', { XDG_DATA_HOME: 'relative' }, '/home/ada/.local/share/sidetone'],
  ['darwin', {}, '/home/ada/Library/Application Support/Sidetone'],
])('on %s with %o the data folder is %s', (platform, environment, expected) => {
  expect(defaultDataFolder({ platform, home: '/home/ada', environment })).toBe(expected)
})
