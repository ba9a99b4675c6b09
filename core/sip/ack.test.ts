import { expect, test } from 'vitest'
import { buildAck } from './ack.ts'
import type { Header } from './message.ts'
import { makeHeader } from './message.ts'

const request = {
  uri: 'sip:bob@192.0.2.7:5070;transport=udp',
  headers: [
    makeHeader('via', 'Via', 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKours.0'),
    makeHeader('via', 'v', 'SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKtheirs'),
    makeHeader('max-forwards', 'Max-Forwards', '69'),
    makeHeader('record-route', 'Record-Route', '<sip:192.0.2.1;lr>'),
    makeHeader('route', 'Route', '<sip:one.example;lr>, <sip:two.example;lr>'),
    { name: 'from', line: 'f:"Ann, \xe9" <sip:ann@example>\r\n ;tag=a1\r\n', valueAt: 2 },
    makeHeader('to', 'To', '<sip:bob@example>'),
    makeHeader('call-id', 'i', 'one@192.0.2.9'),
    makeHeader('require', 'Require', 'timer'),
    makeHeader('cseq', 'CSeq', '00042  INVITE'),
    makeHeader('route', 'ROUTE', '<sip:three.example;lr>'),
    makeHeader('content-length', 'l', '4'),
  ],
}

const response = {
  headers: [
    makeHeader('via', 'Via', 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKours.0;received=192.0.2.1'),
    makeHeader('from', 'From', '<sip:ann@example>;tag=a1'),
    makeHeader('to', 't', '<sip:bob@example>;tag=b2'),
    makeHeader('cseq', 'CSeq', '42 INVITE'),
  ],
}

test('the ACK of a 486 goes the way of the INVITE, with the tag of the answer', () => {
  expect(buildAck(request, response)).toBe(
    [
      'ACK sip:bob@192.0.2.7:5070;transport=udp SIP/2.0',
      'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKours.0',
      'Route: <sip:one.example;lr>, <sip:two.example;lr>',
      'ROUTE: <sip:three.example;lr>',
      'Max-Forwards: 69',
      'f:"Ann, \xe9" <sip:ann@example>',
      ' ;tag=a1',
      't: <sip:bob@example>;tag=b2',
      'i: one@192.0.2.9',
      'CSeq: 00042 ACK',
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n'),
  )
})

test.each([
  ['SIP/2.0/UDP a;branch=z9hG4bK1 , SIP/2.0/UDP b;branch=z9hG4bK2', 'SIP/2.0/UDP a;branch=z9hG4bK1'],
  ['SIP/2.0/UDP a;x="1,\\",2";branch=z9hG4bK1,SIP/2.0/UDP b', 'SIP/2.0/UDP a;x="1,\\",2";branch=z9hG4bK1'],
  ['SIP/2.0/UDP a;x="1,2', 'SIP/2.0/UDP a;x="1,2'],
  ['SIP/2.0/UDP a;branch=z9hG4bK1', 'SIP/2.0/UDP a;branch=z9hG4bK1'],
])('of the Vias %s the first one is taken', (vias, top) => {
  expect(viaOf([makeHeader('via', 'Via', vias)])).toBe(top)
})

test('what request and answer lack is left out', () => {
  expect(buildAck({ uri: 'sip:b', headers: [] }, { headers: [] })).toBe(
    'ACK sip:b SIP/2.0\r\nVia: \r\nMax-Forwards: 70\r\nCSeq:  ACK\r\nContent-Length: 0\r\n\r\n',
  )
})

function viaOf(headers: readonly Header[]): string | undefined {
  const line = buildAck({ uri: 'sip:b', headers }, { headers: [] }).split('\r\n')[1]
  return line?.slice('Via: '.length)
}
