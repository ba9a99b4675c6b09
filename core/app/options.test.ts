import { expect, test } from 'vitest'
import { defaultDataFolder } from './data-folder.ts'
import { readCheckOptions, readCtlOptions, readExplainOptions, readServeOptions } from './options.ts'

test('serve without words has its defaults', () => {
  expect(readServeOptions([])).toEqual({
    folder: defaultDataFolder(),
    script: undefined,
    listen: [],
    media: undefined,
    stun: { places: undefined, isDiscovery: false },
    console: undefined,
    isReadyJson: false,
    logLevel: 'info',
  })
})

test('serve takes every option', () => {
  const args =
    '--data d --script s.cfg --listen udp:127.0.0.1:5060 --listen tcp:[::1]:0 --media [::1]:30000-30999'
  const more = '--stun 127.0.0.1:3478 --stun-discovery --console 127.0.0.1:8060 --ready-json --log debug'
  expect(readServeOptions([...args.split(' '), ...more.split(' ')])).toEqual({
    folder: 'd',
    script: 's.cfg',
    listen: [
      { transport: 'udp', host: '127.0.0.1', port: 5060 },
      { transport: 'tcp', host: '::1', port: 0 },
    ],
    media: { host: '::1', lowPort: 30_000, highPort: 30_999 },
    stun: { places: [{ host: '127.0.0.1', port: 3478 }], isDiscovery: true },
    console: { host: '127.0.0.1', port: 8060 },
    isReadyJson: true,
    logLevel: 'debug',
  })
})

test('the console may be off', () => {
  expect(readServeOptions(['--console', 'off']).console).toBe('off')
})

test.each([
  ['--colour'],
  ['stray'],
  ['--listen 5060'],
  ['--listen'],
  ['--media 127.0.0.1:40000-30000'],
  ['--media host:1-2'],
  ['--media 127.0.0.1:1-70000'],
  ['--console nowhere'],
  ['--console 127.0.0.1:70000'],
  ['--log loud'],
  ['--ready-json=yes'],
])('serve %s is a usage error', (words) => {
  expect(() => readServeOptions(words.split(' '))).toThrow(expect.objectContaining({ exitCode: 2 }))
})

test('check takes files, explain takes one', () => {
  expect(readCheckOptions(['a.cfg', '--json', 'b.cfg'])).toEqual({ files: ['a.cfg', 'b.cfg'], isJson: true })
  expect(readExplainOptions(['a.cfg'])).toEqual({ file: 'a.cfg', isJson: false })
  expect(() => readCheckOptions(['--json'])).toThrow(expect.objectContaining({ exitCode: 2 }))
  expect(() => readExplainOptions([])).toThrow(expect.objectContaining({ exitCode: 2 }))
  expect(() => readExplainOptions(['a', 'b'])).toThrow(expect.objectContaining({ exitCode: 2 }))
})

test('ctl keeps the words of its command', () => {
  const options = readCtlOptions(['--data', 'd', 'ul', 'show', '101', '--json'])
  expect(options).toEqual({ folder: 'd', words: ['ul', 'show', '101'], isJson: true })
})
