import { expect, test } from 'vitest'
import type { PhoneRow } from '../../../core/api/index.ts'
import { placeOf, whereOf } from './phone-words.ts'

const row: PhoneRow = {
  id: '1',
  number: '101',
  device: '',
  contact: 'sip:101@192.168.1.44:5062;transport=tcp',
  seenAs: null,
  transport: 'tcp',
  sinceMs: 0,
  renewsByMs: null,
  state: 'registered',
}

test.each([
  ['sip:101@192.168.1.44:5062;transport=tcp', null, '192.168.1.44:5062'],
  ['sip:101@[2001:db8::1]:5060', null, '[2001:db8::1]:5060'],
  ['sip:192.0.2.7', null, '192.0.2.7'],
  ['sip:101@10.0.0.9', 'udp:203.0.113.5:4711', '203.0.113.5:4711'],
])('a phone at %s, seen as %s, is at %s', (contact, seenAs, place) => {
  expect(placeOf({ ...row, contact, seenAs })).toBe(place)
})

test.each([
  ['127.0.0.1:5060', 'phones.here'],
  ['[::1]:5060', 'phones.here'],
  ['192.168.1.44:5060', 'phones.network'],
  ['172.31.0.1', 'phones.network'],
  ['172.32.0.1', 'phones.outside'],
  ['[fd12:3456::1]:5060', 'phones.network'],
  ['203.0.113.5:4711', 'phones.outside'],
  ['10.evil.example:5060', 'phones.outside'],
])('%s is %s', (place, where) => {
  expect(whereOf(place)).toBe(where)
})
