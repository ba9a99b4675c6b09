import { expect, test } from 'vitest'
import { readControlWords } from './control-words.ts'
import { readControlAnswer, readControlCall } from './control-protocol.ts'

const table = 'location'

test.each([
  ['ul show', { name: 'bindings', table, user: undefined }],
  ['nat 101', { name: 'phone-nat', table, user: '101' }],
  ['ul show 101', { name: 'bindings', table, user: '101' }],
  ['ul add 101 sip:a@h', { name: 'bind', table, user: '101', uri: 'sip:a@h', expiresSeconds: 4_294_967_295 }],
  ['ul add 101 sip:a@h 60', { name: 'bind', table, user: '101', uri: 'sip:a@h', expiresSeconds: 60 }],
  ['ul rm 101', { name: 'unbind', table, user: '101', uri: undefined }],
  ['ul rm 101 sip:a@h', { name: 'unbind', table, user: '101', uri: 'sip:a@h' }],
  ['calls', { name: 'calls', which: 'going-on' }],
  ['alias show', { name: 'bindings', table: 'aliases', user: undefined }],
  [
    'alias add sales sip:a@h',
    {
      name: 'bind',
      table: 'aliases',
      user: 'sales',
      uri: 'sip:a@h',
      expiresSeconds: 4_294_967_295,
      isAnotherName: true,
    },
  ],
  ['alias rm sales', { name: 'unbind', table: 'aliases', user: 'sales', uri: undefined }],
  ['add 101', { name: 'add-account', user: '101', password: undefined, email: '' }],
  ['add 101 secret a@b', { name: 'add-account', user: '101', password: 'secret', email: 'a@b' }],
  ['passwd 101', { name: 'change-password', user: '101', password: undefined }],
  ['rm 101', { name: 'remove-account', user: '101' }],
  ['sha256 101 on', { name: 'require-sha256', user: '101', isRequired: true }],
  ['accounts', { name: 'accounts' }],
  ['online', { name: 'online', table }],
  ['events', { name: 'notices', words: [] }],
  ['events login 101', { name: 'notices', words: ['login', '101'] }],
  ['bans', { name: 'bans' }],
  ['unban 10.0.0.9', { name: 'unban', address: '10.0.0.9' }],
  ['fifo ul_dump', { name: 'bindings', table, user: undefined }],
  ['fifo ul_show_contact aliases 101', { name: 'bindings', table: 'aliases', user: '101' }],
  [
    'fifo ul_add aliases 1 sip:a@h 0',
    { name: 'bind', table: 'aliases', user: '1', uri: 'sip:a@h', expiresSeconds: 4_294_967_295 },
  ],
  ['fifo ul_rm location 101', { name: 'unbind', table, user: '101', uri: undefined }],
  ['fifo ul_rm_contact location 101 sip:a@h', { name: 'unbind', table, user: '101', uri: 'sip:a@h' }],
])('%s', (words, command) => {
  expect(readControlWords(words.split(' '))).toEqual({ kind: 'exchange', command })
})

test.each([
  ['backup /b', { what: 'backup', file: '/b' }],
  ['restore /b', { what: 'restore', file: '/b', isDryRun: false }],
  ['restore /b --dry-run', { what: 'restore', file: '/b', isDryRun: true }],
  ['showdb', { what: 'showdb', user: undefined }],
  ['showdb 101', { what: 'showdb', user: '101' }],
  ['settings', { what: 'settings' }],
  ['settings events-days 30', { what: 'set', name: 'events-days', value: '30' }],
])('%s asks the store', (words, request) => {
  expect(readControlWords(words.split(' '))).toEqual({ kind: 'store', request })
})

test.each([
  ['calls ended', { kind: 'ended-calls', count: 200 }],
  ['calls ended 3000', { kind: 'ended-calls', count: 3000 }],
  ['calls show a@b', { kind: 'one-call', callId: 'a@b' }],
  ['capture c@h /f', { kind: 'capture', callId: 'c@h', file: '/f', seconds: undefined }],
  ['capture c@h /f 20', { kind: 'capture', callId: 'c@h', file: '/f', seconds: 20 }],
  ['record on', { kind: 'record', isAll: true }],
  ['record off', { kind: 'record', isAll: false }],
  ['capture c@h', { kind: 'usage', message: 'write capture CALL-ID FILE [SECONDS]' }],
  ['capture c@h /f 21', { kind: 'usage', message: 'SECONDS is a whole number up to 20' }],
  ['capture c@h /f 1.5', { kind: 'usage', message: 'SECONDS is a whole number up to 20' }],
  ['record', { kind: 'usage', message: 'write record on or record off' }],
])('%s', (words, request) => {
  expect(readControlWords(words.split(' '))).toEqual(request)
})

test.each([
  ['ps', 'processes'],
  ['uptime', 'uptime'],
  ['stats', 'stats'],
  ['fifo ps', 'processes'],
  ['fifo sl_stats', 'stats'],
])('%s asks for %s', (words, kind) => {
  expect(readControlWords(words.split(' '))).toEqual({ kind })
})

test.each([
  '',
  'ul',
  'ul show a b',
  'ul add 101',
  'ul add 101 sip:a@h soon',
  'ul add 101 sip:a@h 4294967296',
  'ul add 101 sip:a@h -1',
  'ul rm',
  'calls now',
  'backup',
  'restore --dry-run',
  'restore a b',
  'showdb a b',
  'settings events-days',
  'settings events-days soon',
  'settings colour 1',
  'alias',
  'add',
  'rm 101 102',
  'sha256 101',
  'sha256 101 perhaps',
  'unban',
  'bans 1',
  'fifo',
  'fifo ul_rm location',
  'fifo exec ls',
  'passwd 101 secret more',
  'constructor',
])('%j is a usage error', (words) => {
  expect(readControlWords(words === '' ? [] : words.split(' '))).toMatchObject({ kind: 'usage' })
})

test.each([
  ['{"words":["ps"]}', { words: ['ps'] }],
  ['{"words":[]}', { words: [] }],
  ['{"words":["ps",1]}', undefined],
  ['{"words":"ps"}', undefined],
  ['{"word":["ps"]}', undefined],
  [`{"words":${JSON.stringify(Array(33).fill('x'))}}`, undefined],
  ['null', undefined],
  ['[]', undefined],
  ['"ps"', undefined],
  ['{"words":["ps"]', undefined],
  ['', undefined],
])('the call %s', (line, expected) => {
  expect(readControlCall(line)).toEqual(expected)
})

test.each([
  ['{"ok":true,"value":null}', { ok: true, value: null }],
  ['{"ok":false,"code":"c","message":"m"}', { ok: false, code: 'c', message: 'm' }],
  ['{"ok":false}', undefined],
  ['{"ok":1,"value":2}', undefined],
  ['hello', undefined],
])('the answer %s', (line, expected) => {
  expect(readControlAnswer(line)).toEqual(expected)
})
