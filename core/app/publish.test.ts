import { expect, test } from 'vitest'
import type { Event } from '../exchange/index.ts'
import type { LineLevel, Log } from '../io/index.ts'
import { instant } from '../lib/instant.ts'
import { Publisher } from './publish.ts'

const flow = {
  listener: { transport: 'udp', address: '127.0.0.1', port: 5060 } as const,
  address: '192.0.2.9',
  port: 5062,
  connection: undefined,
}
const drop: Event = { kind: 'dropped', reason: 'noise', detail: 'x', flow }

test('a flood of drops is one line for each reason, and the counters know all', () => {
  const { publisher, lines, clock } = publishing('info')
  for (let count = 0; count < 10_000; count++) publisher.publish(drop)
  publisher.publish({ ...drop, reason: 'stray-ack' })
  expect(lines).toEqual(['info dropped: noise {"detail":"x"}', 'info dropped: stray-ack {"detail":"x"}'])
  clock.nowMs = 10_000
  publisher.publish(drop)
  expect(lines.slice(2)).toEqual([
    'info dropped noise: more of the same kept back {"count":9999,"seconds":10}',
    'info dropped: noise {"detail":"x"}',
  ])
  expect(publisher.counters['dropped']).toEqual({ noise: 10_001, 'stray-ack': 1 })
})

test('what was kept back is told at the end', () => {
  const { publisher, lines } = publishing('info')
  publisher.publish(drop)
  publisher.publish(drop)
  publisher.flush()
  expect(lines[1]).toBe('info dropped noise: more of the same kept back {"count":1,"seconds":0}')
})

test('addresses of people stand in the log only at debug', () => {
  const quiet = publishing('info')
  const loud = publishing('debug')
  const registered: Event = {
    kind: 'registered',
    user: '101',
    contact: 'sip:101@192.0.2.9',
    expiresSeconds: 60,
  }
  for (const { publisher } of [quiet, loud]) {
    publisher.publish(drop)
    publisher.publish(registered)
    publisher.publish({ kind: 'refused', status: 483, why: 'too many hops', flow })
  }
  expect(quiet.lines.join()).not.toMatch(/101|192\.0\.2/)
  expect(loud.lines.join()).toMatch(/udp:192\.0\.2\.9:5062/)
  expect(loud.lines.join()).toMatch(/sip:101@192\.0\.2\.9/)
})

test.each([
  [-3, 'error'],
  [-1, 'error'],
  [1, 'warn'],
  [2, 'info'],
  [3, 'info'],
  [4, 'debug'],
])('script log level %i is %s', (level, expected) => {
  const { publisher, lines } = publishing('debug')
  publisher.publish({ kind: 'script-log', level, text: 'hello' })
  expect(lines).toEqual([`${expected} script: hello `])
})

test('a bug is an error line and counts as a drop', () => {
  const { publisher, lines } = publishing('info')
  publisher.bug('handling datagram', 'stack')
  publisher.publish({ kind: 'bug', where: 'handling datagram', what: 'stack' })
  expect(lines).toEqual(['error a bug while handling datagram; please report it {"what":"stack"}'])
  expect(publisher.counters).toMatchObject({ bugs: 2, dropped: { bug: 2 } })
})

function publishing(level: LineLevel): { publisher: Publisher; lines: string[]; clock: { nowMs: number } } {
  const levels: LineLevel[] = ['error', 'warn', 'info', 'debug', 'trace']
  const lines: string[] = []
  const log: Log = {
    writes: (asked) => levels.indexOf(asked) <= levels.indexOf(level),
    line: (asked, message, fields) =>
      lines.push(`${asked} ${message} ${fields === undefined ? '' : JSON.stringify(fields)}`),
  }
  const clock = { nowMs: 0 }
  return { publisher: new Publisher(log, { now: () => instant(clock.nowMs), wallMs: () => 0 }), lines, clock }
}
