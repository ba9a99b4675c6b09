import { expect, test } from 'vitest'
import { causes } from '../../../core/doctor/index.ts'
import type { Diagnosis } from '../../../core/api/index.ts'
import { masked, reportOf, sentencesOf } from './report.ts'

const flowing = { state: 'flows', packets: 500 } as const
const blocked: Diagnosis = {
  callId: 'a@b',
  from: 'sip:101@office.example',
  to: 'sip:+49301234567@office.example',
  isLive: true,
  seconds: 12,
  cause: 'C23',
  confidence: 'likely',
  weight: 'fault',
  deaf: [{ who: '101', other: '102' }],
  values: { who: '102', other: '101' },
  evidence: [{ code: 'signals-from', values: { who: '102', place: '203.0.113.7:5060' } }],
  ruledOut: [...causes],
  also: ['C46'],
  arrows: [flowing, flowing, { state: 'silent', packets: 0 }, { state: 'unknown', packets: null }],
}

test('the report has the verdict first, at most 40 lines, and nothing of the outside in full', () => {
  const report = reportOf(blocked, 'en')

  expect(report.split('\n').slice(0, 2)).toEqual([
    '101 cannot hear 102.',
    'Likely: The network lets the call messages of 102 through, but not its voice. [C23]',
  ])
  expect(report.split('\n').length).toBeLessThanOrEqual(40)
  expect(report).not.toMatch(/203\.0\.113\.7|1234567/)
})

test('what may be told of an office stays, what lies outside is cut', () => {
  expect(masked('102 at 192.168.1.12:41000, 203.0.113.7:5060, +49301234567')).toBe(
    '102 at 192.168.1.12:41000, 203.0.x.x:5060, +49301234…',
  )
})

test('both languages say each part', () => {
  for (const language of ['en', 'de'] as const) {
    const { verdict, fixes, saw, also } = sentencesOf(blocked, language)
    expect(
      [verdict, ...fixes.map(({ text }) => text), ...saw, ...also].filter((text) => text.includes('{')),
    ).toEqual([])
  }
})
