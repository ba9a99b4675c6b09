import { expect, test } from 'vitest'
import { findCallLink, readCallLink } from './links.ts'

test.each([
  ['tel:101', '101'],
  ['tel:+49-30-123456', '+4930123456'],
  ['tel:+49%2030%20123456', '+4930123456'],
  ['callto:101', '101'],
  ['callto://101/', '101'],
  ['sip:101', '101'],
  ['SIP:anna@example.org', 'anna@example.org'],
  ['sips:anna@example.org:5061', 'anna@example.org:5061'],
  ['sip:anna@[2001:db8::1]', 'anna@[2001:db8::1]'],
  ['tel:*21*101%23', '*21*101#'],
  // Headers and parameters would steer the call.
  ['sip:1900premium@gw.example?Route=%3Csip:evil.example%3E', '1900premium@gw.example'],
  ['sip:101;transport=tcp;maddr=192.0.2.66', '101'],
])('%s asks to call %s', (link, target) => {
  expect(readCallLink(link)).toBe(target)
})

test.each([
  'https://example.org/',
  'javascript:alert(1)',
  'tel:',
  'tel:anna',
  'callto:anna@example.org',
  'sip:a b@example.org',
  'sip:%00@example.org',
  'sip:101%0d%0aRoute:x@example.org',
  'sip:%ff%fe@example.org',
  'sip:<img src=x>@example.org',
  `tel:${'1'.repeat(33)}`,
  `sip:${'1'.repeat(1_000_000)}`,
  '--remote-debugging-port=9222',
])('%.40s is no link to call', (link) => {
  expect(readCallLink(link)).toBeUndefined()
})

test('a command line is searched for a link, and its flags are left alone', () => {
  expect(findCallLink(['--tel:999', '-sip:999', 'tel:101', 'tel:102'])).toBe('101')
  expect(findCallLink(['--hidden'])).toBeUndefined()
})
