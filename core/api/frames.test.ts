import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readClientFrame } from './frames.ts'
import { isErrorCode } from './errors.ts'

const call = (command: string, takes: unknown): unknown => ({ kind: 'call', id: 7, command, takes })

test.each([
  [call('read-script', {})],
  [call('call-history', { from: 0, count: 50, search: '' })],
  [call('forget-phone', { id: '101 sip:101@192.0.2.1' })],
  [{ kind: 'watch', id: 0, topic: 'phones' }],
  [{ kind: 'unwatch', id: 3 }],
])('%j is taken as it stands', (frame) => {
  expect(readClientFrame(frame)).toEqual({ frame })
})

test.each([
  ['nothing', undefined, 'malformed-message', 0],
  ['a text', 'call', 'malformed-message', 0],
  ['a list', [], 'malformed-message', 0],
  ['an unknown kind', { kind: 'shout', id: 4 }, 'malformed-message', 4],
  ['no id', { kind: 'watch', topic: 'phones' }, 'malformed-message', 0],
  ['a broken id', { kind: 'watch', id: 1.5, topic: 'phones' }, 'malformed-message', 0],
  ['a field too many', { kind: 'unwatch', id: 1, extra: 1 }, 'malformed-message', 1],
  ['an unknown command', call('launch', {}), 'unknown-command', 7],
  ['an inherited command', call('constructor', {}), 'unknown-command', 7],
  ['a prototype as command', call('__proto__', {}), 'unknown-command', 7],
  ['an inherited topic', { kind: 'watch', id: 2, topic: 'toString' }, 'unknown-command', 2],
  ['an input too many', call('read-script', { path: '/etc/passwd' }), 'bad-input', 7],
  ['too many rows', call('call-history', { from: 0, count: 201, search: '' }), 'bad-input', 7],
  ['a negative place', call('call-history', { from: -1, count: 1, search: '' }), 'bad-input', 7],
  ['no text', call('check-script', {}), 'bad-input', 7],
  ['a script beyond the limit', call('check-script', { text: 'x'.repeat(48_001) }), 'bad-input', 7],
])('%s is refused with its code and its id', (_what, value, code, id) => {
  expect(readClientFrame(value)).toEqual({ refusal: { code, id, detail: expect.any(String) } })
})

test('a refusal names the field and never its content', () => {
  const read = readClientFrame(call('apply-script', { text: 'secret', revision: 7 }))
  expect(read).toEqual({ refusal: { code: 'bad-input', id: 7, detail: 'revision' } })
})

test('whatever a window sends is either a frame or a refusal with a code of the table', () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true }), (value) => {
      const read = readClientFrame(value)
      return 'frame' in read || isErrorCode(read.refusal.code)
    }),
    { numRuns: 2_000 },
  )
})
