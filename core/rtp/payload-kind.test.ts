import { expect, test } from 'vitest'
import { rtp, type RtpFields } from '../../test/sim/media/packets.ts'
import { instant } from '../lib/instant.ts'
import type { EndFacts, PayloadFormat } from './orders.ts'
import { StreamStats } from './stream-stats.ts'

const formats: readonly PayloadFormat[] = [
  { type: 0, encoding: 'pcmu', clockHz: 8000 },
  { type: 8, encoding: 'pcma', clockHz: 8000 },
  { type: 9, encoding: 'g722', clockHz: 8000 },
  { type: 111, encoding: 'opus', clockHz: 48_000 },
  { type: 101, encoding: 'telephone-event', clockHz: 8000 },
]

function judged(
  fields: RtpFields,
  count = 50,
  agreed = formats,
): Pick<EndFacts['received'], 'payloadKind' | 'levelDbov'> {
  const stats = new StreamStats(instant(0), agreed)
  for (let i = 0; i < count; i++) stats.take(instant(i * 20), rtp({ ...fields, sequence: i }), 172)
  stats.meter.tick(instant(1_000))
  return { payloadKind: stats.meter.kind, levelDbov: stats.meter.levelDbov }
}

test.each([
  { what: 'mu-law zero', fields: { fill: 0xff }, kind: 'digital-silence' },
  { what: 'mu-law minus zero', fields: { fill: 0x7f }, kind: 'digital-silence' },
  { what: 'A-law zero', fields: { payloadType: 8, fill: 0xd5 }, kind: 'digital-silence' },
  { what: 'A-law minus zero', fields: { payloadType: 8, fill: 0x55 }, kind: 'digital-silence' },
  { what: 'the least that is not zero', fields: { fill: 0xfe }, kind: 'near-silent' },
  { what: 'mu-law voice', fields: { fill: 0x2a }, kind: 'speech' },
  { what: 'A-law voice', fields: { payloadType: 8, fill: 0x2a }, kind: 'speech' },
  { what: 'G.722 whose step falls', fields: { payloadType: 9, fill: 0xfc }, kind: 'near-silent' },
  { what: 'G.722 whose step grows', fields: { payloadType: 9, fill: 0x44 }, kind: 'speech' },
  { what: 'comfort noise', fields: { payloadType: 13 }, kind: 'comfort-noise' },
  { what: 'keys', fields: { payloadType: 101 }, kind: 'dtmf' },
  { what: 'Opus', fields: { payloadType: 111 }, kind: 'unknown' },
  { what: 'a type that nobody agreed on', fields: { payloadType: 18 }, kind: 'undecodable' },
])('$what is $kind', ({ fields, kind }) => {
  expect(judged(fields).payloadKind).toBe(kind)
})

test('while nothing is agreed the types of RFC 3551 hold, and no other is called wrong', () => {
  expect(judged({ fill: 0xff }, 50, []).payloadKind).toBe('digital-silence')
  expect(judged({ payloadType: 18 }, 50, []).payloadKind).toBe('unknown')
})

test('without packets there is nothing', () => {
  expect(judged({}, 0)).toEqual({ payloadKind: 'none', levelDbov: undefined })
})

test.each([
  { what: 'the greatest of mu-law', fields: { fill: 0x80 }, level: -0.17 },
  { what: 'the greatest of A-law', fields: { payloadType: 8, fill: 0xaa }, level: -0.14 },
  { what: 'silence', fields: { fill: 0xff }, level: -127 },
])('the level of $what is $level dBov', ({ fields, level }) => {
  expect(judged(fields).levelDbov).toBeCloseTo(level, 1)
})

test('a second is judged when it is over, not before', () => {
  const stats = new StreamStats(instant(0), formats)
  stats.take(instant(10), rtp(), 172)
  stats.meter.tick(instant(999))
  expect(stats.meter.kind).toBe('none')
  stats.meter.tick(instant(1_000))
  expect(stats.meter.kind).toBe('speech')
})
