import { expect, test } from 'vitest'
import { instant } from '../lib/instant.ts'
import { StunRequest } from './request.ts'

function told(until: number, answeredAt = Infinity): string[] {
  const request = new StunRequest(instant(0))
  const lines: string[] = []
  for (let now = request.deadline; now !== undefined && now <= until; now = request.deadline) {
    if (answeredAt < now) request.handle(instant(answeredAt), { kind: 'answered' })
    else for (const { kind } of request.handle(now, { kind: 'tick' })) lines.push(`${kind} ${now}`)
  }
  return lines
}

test('copies go out as RFC 8489 §6.2.1 has it, and hope ends at 39.5 s', () => {
  expect(told(100_000)).toEqual([
    ...[0, 500, 1500, 3500, 7500, 15_500, 31_500].map((at) => `send ${at}`),
    'gave-up 39500',
  ])
})

test('an answer ends it', () => {
  expect(told(100_000, 1600)).toEqual(['send 0', 'send 500', 'send 1500'])
})

test('a tick before its time does nothing', () => {
  const request = new StunRequest(instant(10))
  expect(request.handle(instant(9), { kind: 'tick' })).toEqual([])
  expect(request.deadline).toBe(10)
})
