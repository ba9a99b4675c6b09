import { expect, test } from 'vitest'
import { buildCancel } from './cancel.ts'
import { makeHeader } from './message.ts'

test('a CANCEL goes the way of the INVITE, with the To of the INVITE and no Require', () => {
  const request = {
    uri: 'sip:bob@192.0.2.7:5070;transport=udp',
    headers: [
      makeHeader('via', 'Via', 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKours.0'),
      makeHeader('via', 'v', 'SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKtheirs'),
      makeHeader('max-forwards', 'Max-Forwards', '69'),
      makeHeader('route', 'Route', '<sip:one.example;lr>, <sip:two.example;lr>'),
      makeHeader('route', 'ROUTE', '<sip:three.example;lr>'),
      makeHeader('from', 'f', '<sip:ann@example>;tag=a1'),
      makeHeader('to', 'To', '<sip:bob@example>'),
      makeHeader('call-id', 'i', 'one@192.0.2.9'),
      makeHeader('require', 'Require', 'timer'),
      makeHeader('cseq', 'CSeq', '42 INVITE'),
      makeHeader('content-length', 'l', '4'),
    ],
  }
  expect(buildCancel(request)).toBe(
    [
      'CANCEL sip:bob@192.0.2.7:5070;transport=udp SIP/2.0',
      'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKours.0',
      'Route: <sip:one.example;lr>, <sip:two.example;lr>',
      'ROUTE: <sip:three.example;lr>',
      'Max-Forwards: 69',
      'f: <sip:ann@example>;tag=a1',
      'To: <sip:bob@example>',
      'i: one@192.0.2.9',
      'CSeq: 42 CANCEL',
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n'),
  )
})
