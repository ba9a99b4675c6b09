/** G2 of the test plan: the outcome of each message of RFC 5118, the same on UDP, TCP and WebSocket. */
import { type Expectation, expects } from '../expectation.ts'

const USER = 'sip:user@example.com'
const LITERAL_USER = 'sip:user@[2001:db8::10]'

export const rfc5118Expectations: readonly Expectation[] = [
  expects('ipv6-good', 200, {
    checks: {
      bindings: 1,
      bindingsOf: USER,
      requestUriHost: '2001:db8::10',
      fetchShows: ['<sip:caller@[2001:db8::1]>'],
      answerLacks: ['received=['],
      say: 'received and rport are added to the Via of the answer, an IPv6 address without brackets.',
    },
  }),
  expects('ipv6-bad', 400, { checks: { bindings: 0, bindingsOf: USER } }),
  expects('port-ambiguous', 200, {
    also: [404, 'forward'],
    checks: { requestUriHost: '2001:db8::10:5070', requestUriPort: 5060 },
  }),
  expects('port-unambiguous', 200, { checks: { requestUriHost: '2001:db8::10', requestUriPort: 5070 } }),
  expects('via-received-param-with-delim', 'forward', {
    also: [481],
    checks: {
      say: 'A BYE inside a dialog, to our own address: relayed, or 481 where nothing is known of it.',
    },
  }),
  expects('via-received-param-no-delim', 'forward', {
    also: [200],
    checks: { say: 'An OPTIONS for the server itself, which may answer it.' },
  }),
  expects('ipv6-in-sdp', 'forward', {
    registered: [LITERAL_USER],
    checks: {
      bodyBytes: 251,
      say: 'With the media relay on, o= and c= are rewritten with an IPv6 address without brackets.',
    },
  }),
  expects('mult-ip-in-header', 'forward', {
    also: [481],
    checks: {
      nextHop: 'host.example.net',
      mustKeep: [
        'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKjhja8781hjuaij65144\r\n',
        'Via: SIP/2.0/TCP [2001:db8::9:255];branch=z9hG4bK451jj;received=192.0.2.200\r\n',
      ],
    },
  }),
  expects('mult-ip-in-sdp', 'forward', {
    registered: [LITERAL_USER],
    checks: {
      bodyBytes: 189,
      say: 'With the media relay on, each m= line is relayed on the address family of its own c= line.',
    },
  }),
  expects('ipv4-mapped-ipv6', 'forward', {
    registered: [USER],
    checks: {
      bodyBytes: 245,
      say: 'For access lists and for sending, ::ffff:192.0.2.x is the IPv4 address 192.0.2.x.',
    },
  }),
  expects('ipv6-bug-abnf-3-colons', 'forward', {
    also: [200],
    checks: {
      nextHop: '2001:db8::192.0.2.1',
      requestUriHost: '2001:db8::192.0.2.1',
      mustNotContain: ['OPTIONS sip:user@[2001:db8:::192.0.2.1]'],
    },
  }),
  expects('ipv6-correct-abnf-2-colons', 'forward', {
    also: [200],
    checks: {
      nextHop: '2001:db8::192.0.2.1',
      mustKeep: ['OPTIONS sip:user@[2001:db8::192.0.2.1] SIP/2.0\r\n'],
    },
  }),
]
