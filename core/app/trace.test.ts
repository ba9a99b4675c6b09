import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readTraceOptions } from './options.ts'
import { runTrace } from './trace.ts'

const helloWorld = fileURLToPath(new URL('../../resources/scripts/hello-world.cfg', import.meta.url))

interface Report {
  readonly steps: readonly { line: number; name: string; kind: string; depth: number; result: unknown }[]
  readonly ends: readonly string[]
}

function trace(...args: string[]): Report {
  const { text, exitCode } = runTrace(readTraceOptions([helloWorld, '--json', ...args]))
  expect(exitCode).toBe(0)
  return JSON.parse(text) as Report
}

test('a call to nobody passes each test and ends with 404', () => {
  const { steps, ends } = trace('--method', 'INVITE', '--from', '101', '--to', '900')
  expect(ends).toEqual(['Answered to 203.0.113.1:5060: 404 User Not Found'])
  const named = steps.map(({ name, result }) => `${name} ${String(result)}`)
  expect(named.slice(0, 2)).toEqual(['if does not hold', 'mf_process_maxfwd_header 1'])
  expect(named.slice(-3)).toEqual(['lookup -3', 'sl_send_reply 1', 'break 0'])
  expect(steps.map(({ line }) => line)).toEqual([...steps.map(({ line }) => line)].sort((a, b) => a - b))
})

test.each([
  [['--to', '102', '--registered', '102'], /^Relayed to 203\.0\.113\.10:5060: INVITE sip:102@203/],
  [['--to', '102', '--registered', '102', '--answer', '486'], /^Answered to .*: 486 Busy Here$/],
  [['--method', 'REGISTER'], /^Answered to .*: 200 OK$/],
  [['--method', 'OPTIONS', '--to', 'sip:127.0.0.1'], /^Answered to .*: 200 OK$/],
  [['--header', 'Route: <sip:127.0.0.1;lr>, <sip:10.0.0.5;lr>'], /: 403 Preset Route Refused$/],
  [['--to', 'sip:x@far.example'], /^Relayed once far\.example is looked up/],
  [['--method', 'ACK', '--to', '900'], /482|Dropped/],
])('%j ends so', (args, end) => {
  const ends = trace(...args).ends
  expect(ends.at(-1)).toMatch(end)
})

test('called routes stand inside of their call', () => {
  const { steps } = trace('--to', '102', '--registered', '102')
  const call = steps.findIndex(({ name }) => name === 'route')
  expect(steps.slice(call).map(({ name, depth }) => [name, depth - (steps[call]?.depth ?? 0)])).toEqual([
    ['route', 0],
    ['if', 1],
    ['t_relay', 2],
  ])
})

test('people read the source line and what came of it', () => {
  const { text } = runTrace(readTraceOptions([helloWorld, '--to', '900']))
  expect(text).toMatch(/^ +\d+ {2}if \(!mf_process_maxfwd_header\("70"\)\) {2}→ does not hold$/m)
  expect(text).toMatch(/^ +\d+ {4}lookup\("location"\) {2}→ false \(-3\)$/m)
  expect(text).toMatch(/\nAnswered to 203\.0\.113\.1:5060: 404 User Not Found\n$/)
})

test.each([
  [['--method', 'in vite']],
  [['--to', '<x>']],
  [['--source', 'here:1']],
  [['--header', 'X: a\r\nY: b']],
  [['--answer', '99']],
])('%j is refused with what to write', (args) => {
  expect(() => readTraceOptions([helloWorld, ...args])).toThrow(/: write /)
})
