import { expect, test } from 'vitest'
import { instant } from '../lib/instant.ts'
import type { Call } from './calls.ts'
import { CallFacts } from './call-facts.ts'
import { callOfRecord, endingOf, recordOfCall } from './call-record.ts'
import { readFacts } from './call-list.ts'

const wallMs = 1_000_000
const toUnixMs = (at: number): number => wallMs + at

test('the facts of a call are written when it has ended, and can be read again', () => {
  const call = made()
  call.facts.happened(instant(1), 'INVITE')
  expect(recordOfCall(call, toUnixMs).facts).toBe('{}')
  call.ending = 'answered'
  expect(readFacts(recordOfCall(call, toUnixMs).facts)).toMatchObject({
    beganAtUnixMs: 1_000_000,
    status: 200,
    moments: [{ atUnixMs: 1_000_001, what: 'INVITE', times: 1 }],
    descriptions: [],
  })
})

test('facts beyond all measure are kept in part', () => {
  const call = made()
  call.ending = 'answered'
  const long = 'x'.repeat(4_096)
  for (let at = 0; at < 12; at++)
    call.facts.descriptions.push({
      at: instant(at),
      from: 'caller',
      message: 'INVITE',
      bytes: 1,
      source: '',
      local: '',
      transport: 'udp',
      via: '',
      contact: undefined,
      userAgent: undefined,
      received: long,
      sentOn: long,
      times: 1,
    })
  const { facts } = recordOfCall(call, toUnixMs)
  expect(facts.length).toBeLessThan(65_536)
  expect(readFacts(facts)).toMatchObject({ descriptions: [{ received: long }, { received: long }] })
})

test('what is no record of facts is none', () => {
  expect([readFacts(''), readFacts('{"isInPath":false}'), readFacts('{"descriptions":[1]}')]).toEqual([
    {},
    { isInPath: false },
    { descriptions: [1] },
  ])
})

test('a call of an earlier run goes on with its times', () => {
  const record = recordOfCall(made(), toUnixMs)
  const call = callOfRecord({ ...record, answeredAtUnixMs: wallMs - 500 }, instant(2_000), wallMs)
  expect([call.answeredAt, call.leftRingingAt, call.isRecordRouted]).toEqual([1_500, undefined, true])
  const ringing = callOfRecord({ ...record, facts: '{"isInPath":false}' }, instant(2_000), wallMs)
  expect([ringing.answeredAt, ringing.leftRingingAt, ringing.isRecordRouted]).toEqual([
    undefined,
    2_000,
    false,
  ])
})

test.each([
  [486, 'busy'],
  [600, 'busy'],
  [603, 'busy'],
  [487, 'cancelled'],
  [408, 'no-answer'],
  [480, 'no-answer'],
  [404, 'failed'],
  [503, 'failed'],
] as const)('%i is %s', (status, ending) => {
  expect(endingOf(status)).toBe(ending)
})

function made(): Call {
  return {
    callId: 'c',
    fromTag: 'f',
    from: 'sip:a@h',
    to: 'sip:b@h',
    beganAt: instant(0),
    beganAtUnixMs: wallMs,
    answeredAt: undefined,
    answeredAtUnixMs: undefined,
    endedAt: undefined,
    endedAtUnixMs: undefined,
    ending: undefined,
    status: 200,
    isRecordRouted: true,
    facts: new CallFacts('f'),
    parties: new Set(),
    hungUp: undefined,
    leftRingingAt: undefined,
  }
}
