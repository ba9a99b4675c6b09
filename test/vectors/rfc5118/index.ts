/**
 * The twelve messages of RFC 5118. Its archive ends lines in a bare LF, leaves the heads of §4.10 open, and prints
 * two Content-Lengths that fit no line ending. Here they stand as they would travel: CRLF, a closed head, and a
 * Content-Length counted from the body. Nothing else is changed.
 */
import type { Octets } from '../../../core/lib/octets.ts'
import { head, text, type Vector } from '../vector.ts'

const RECOUNTED = 'Content-Length is counted from the CRLF body; the RFC prints '

const registers: readonly Vector[] = [
  {
    name: 'ipv6-good',
    title: 'Valid SIP Message with an IPv6 Reference',
    section: '4.1',
    octets: registration('sip:[2001:db8::10]'),
  },
  {
    name: 'ipv6-bad',
    title: 'Invalid SIP Message with an IPv6 Reference',
    section: '4.2',
    octets: registration('sip:2001:db8::10'),
  },
  {
    name: 'port-ambiguous',
    title: 'Port Ambiguous in a SIP URI',
    section: '4.3',
    octets: registration('sip:[2001:db8::10:5070]', 'contact first'),
  },
  {
    name: 'port-unambiguous',
    title: 'Port Unambiguous in a SIP URI',
    section: '4.4',
    octets: registration('sip:[2001:db8::10]:5070', 'contact first'),
  },
]

const vias: readonly Vector[] = [
  {
    name: 'via-received-param-with-delim',
    title: 'IPv6 Reference Delimiters in Via Header (with [ ])',
    section: '4.5',
    octets: head(
      'BYE sip:[2001:db8::10] SIP/2.0',
      'To: sip:user@example.com;tag=bd76ya',
      'From: sip:user@example.com;tag=81x2',
      'Via: SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z9hG4bKas3-111',
      'Call-ID: SSG9559905523997077@hlau_4100',
      'Max-Forwards: 70',
      'CSeq: 321 BYE',
      'Content-Length: 0',
    ),
  },
  {
    name: 'via-received-param-no-delim',
    title: 'IPv6 Reference Delimiters in Via Header (without [ ])',
    section: '4.5',
    octets: head(
      'OPTIONS sip:[2001:db8::10] SIP/2.0',
      'To: sip:user@example.com',
      'From: sip:user@example.com;tag=81x2',
      'Via: SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bKas3',
      'Call-ID: SSG95523997077@hlau_4100',
      'Max-Forwards: 70',
      'Contact: "Caller" <sip:caller@[2001:db8::9:1]>',
      'CSeq: 921 OPTIONS',
      'Content-Length: 0',
    ),
  },
  {
    name: 'ipv6-in-sdp',
    title: 'SIP Request with IPv6 Addresses in SDP Body',
    section: '4.6',
    octets:
      head(
        'INVITE sip:user@[2001:db8::10] SIP/2.0',
        'To: sip:user@[2001:db8::10]',
        'From: sip:user@example.com;tag=81x2',
        'Via: SIP/2.0/UDP [2001:db8::20];branch=z9hG4bKas3-111',
        'Call-ID: SSG9559905523997077@hlau_4100',
        'Contact: "Caller" <sip:caller@[2001:db8::20]>',
        'CSeq: 8612 INVITE',
        'Max-Forwards: 70',
        'Content-Type: application/sdp',
        'Content-Length: 251',
      ) + audioAndVideo('2001:db8::20', "Live video feed for today's meeting"),
    transportNote: `${RECOUNTED}268.`,
  },
  {
    name: 'mult-ip-in-header',
    title: 'Multiple IP Addresses in SIP Headers',
    section: '4.7',
    octets: head(
      'BYE sip:user@host.example.net SIP/2.0',
      'Via: SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bKas3-111',
      'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKjhja8781hjuaij65144',
      'Via: SIP/2.0/TCP [2001:db8::9:255];branch=z9hG4bK451jj;received=192.0.2.200',
      'Call-ID: 997077@lau_4100',
      'Max-Forwards: 70',
      'CSeq: 89187 BYE',
      'To: sip:user@example.net;tag=9817--94',
      'From: sip:user@example.com;tag=81x2',
      'Content-Length: 0',
    ),
  },
  {
    name: 'mult-ip-in-sdp',
    title: 'Multiple IP Addresses in SDP',
    section: '4.8',
    octets:
      head(
        'INVITE sip:user@[2001:db8::10] SIP/2.0',
        'To: sip:user@[2001:db8::10]',
        'From: sip:user@example.com;tag=81x2',
        'Via: SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3-111',
        'Call-ID: SSG9559905523997077@hlau_4100',
        'Contact: "Caller" <sip:caller@[2001:db8::9:1]>',
        'Max-Forwards: 70',
        'CSeq: 8912 INVITE',
        'Content-Type: application/sdp',
        'Content-Length: 189',
      ) +
      text(
        'v=0',
        'o=bob 280744730 28977631 IN IP4 host.example.com',
        's=',
        't=0 0',
        'm=audio 22334 RTP/AVP 0',
        'c=IN IP4 192.0.2.1',
        'm=video 6024 RTP/AVP 107',
        'c=IN IP6 2001:db8::1',
        'a=rtpmap:107 H263-1998/90000',
      ),
    transportNote: `${RECOUNTED}181.`,
  },
]

const addresses: readonly Vector[] = [
  {
    name: 'ipv4-mapped-ipv6',
    title: 'IPv4-Mapped IPv6 Addresses',
    section: '4.9',
    octets:
      head(
        'INVITE sip:user@example.com SIP/2.0',
        'To: sip:user@example.com',
        'From: sip:user@east.example.com;tag=81x2',
        'Via: SIP/2.0/UDP [::ffff:192.0.2.10]:19823;branch=z9hG4bKbh19',
        'Via: SIP/2.0/UDP [::ffff:192.0.2.2];branch=z9hG4bKas3-111',
        'Call-ID: SSG9559905523997077@hlau_4100',
        'Contact: "T. desk phone" <sip:ted@[::ffff:192.0.2.2]>',
        'CSeq: 612 INVITE',
        'Max-Forwards: 70',
        'Content-Type: application/sdp',
        'Content-Length: 245',
      ) + audioAndVideo('::ffff:192.0.2.2', 'Call me soon, please!'),
    transportNote: `${RECOUNTED}236, which counts its LF form.`,
  },
  {
    name: 'ipv6-bug-abnf-3-colons',
    title: 'IPv6 Reference Bug in RFC 3261 ABNF (three colons)',
    section: '4.10',
    octets: options('[2001:db8:::192.0.2.1]'),
  },
  {
    name: 'ipv6-correct-abnf-2-colons',
    title: 'IPv6 Reference Bug in RFC 3261 ABNF (two colons)',
    section: '4.10',
    octets: options('[2001:db8::192.0.2.1]'),
  },
]

/** All twelve messages of RFC 5118 in the order of its sections. */
export const rfc5118: readonly Vector[] = [...registers, ...vias, ...addresses]

function registration(requestUri: string, order: 'contact first' | 'contact last' = 'contact last'): Octets {
  const contact = 'Contact: "Caller" <sip:caller@[2001:db8::1]>'
  const hops = 'Max-Forwards: 70'
  return head(
    `REGISTER ${requestUri} SIP/2.0`,
    'To: sip:user@example.com',
    'From: sip:user@example.com;tag=81x2',
    'Via: SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3-111',
    'Call-ID: SSG9559905523997077@hlau_4100',
    ...(order === 'contact first' ? [contact, hops] : [hops, contact]),
    'CSeq: 98176 REGISTER',
    'Content-Length: 0',
  )
}

function audioAndVideo(address: string, subject: string): Octets {
  return text(
    'v=0',
    `o=assistant 971731711378798081 0 IN IP6 ${address}`,
    `s=${subject}`,
    `c=IN IP6 ${address}`,
    't=3338481189 3370017201',
    'm=audio 6000 RTP/AVP 2',
    'a=rtpmap:2 G726-32/8000',
    'm=video 6024 RTP/AVP 107',
    'a=rtpmap:107 H263-1998/90000',
  )
}

function options(host: string): Octets {
  return head(
    `OPTIONS sip:user@${host} SIP/2.0`,
    `To: sip:user@${host}`,
    'From: sip:user@example.com;tag=810x2',
    'Via: SIP/2.0/UDP lab1.east.example.com;branch=z9hG4bKas3-111',
    'Call-ID: G9559905523997077@hlau_4100',
    'CSeq: 689 OPTIONS',
    'Max-Forwards: 70',
    'Content-Length: 0',
  )
}
