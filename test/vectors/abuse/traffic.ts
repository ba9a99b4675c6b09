/** AM38 to AM57: too many hops, what is no request at all, requests that belong to nothing, and slow-parser bait. */
import { lab } from '../lab.ts'
import { fromHex, head, type Vector } from '../vector.ts'
import { CALLED, compose, offer } from './compose.ts'

const CALLER = 'sip:mallory@example.net'
const SESSION = { method: 'INVITE', body: offer() }
const SOURCE = `${lab.source.host}:${lab.source.port}`
const SLOW_PARSER = 'slow-parser probe'

export const routeAbuse: readonly Vector[] = [
  {
    name: 'AM38',
    title: 'via-x200',
    section: 'resource bound',
    octets: compose('AM38', {
      ...SESSION,
      extra: Array.from({ length: 199 }, (_, at) => `Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKam38-${at}`),
    }),
  },
  {
    name: 'AM39',
    title: 'route-preloaded-gateway',
    section: 'preset Route bypass',
    octets: compose('AM39', {
      ...SESSION,
      requestUri: 'sip:+19005550100@example.com',
      extra: ['Route: <sip:gw.example.net;lr>'],
    }),
  },
  {
    name: 'AM40',
    title: 'route-x100',
    section: 'resource bound',
    octets: compose('AM40', {
      ...SESSION,
      extra: Array.from({ length: 100 }, (_, at) => `Route: <sip:192.0.2.${at + 1};lr>`),
    }),
  },
  {
    name: 'AM41',
    title: 'header-60k',
    section: 'ser.cfg msg:len check',
    octets: compose('AM41', { ...SESSION, extra: [`X-Long: ${'x'.repeat(60_000)}`] }),
  },
]

export const strayOctets: readonly Vector[] = [
  { name: 'AM42', title: 'empty-datagram', section: 'keepalive', octets: '' },
  { name: 'AM43', title: 'crlf-keepalive', section: 'RFC 5626', octets: '\r\n\r\n' },
  { name: 'AM44', title: 'nul-4', section: 'nathelper ping', octets: '\0\0\0\0' },
  {
    name: 'AM45',
    title: 'stun-on-sip-port',
    section: 'port sharing',
    octets: fromHex('000100002112a442616d34352d7472616e736163'),
    transportNote: 'A binding request without attributes: 20 octets.',
  },
  {
    name: 'AM46',
    title: 'http-on-sip-port',
    section: 'cross-protocol from a browser',
    octets: httpPost(),
    transportNote: 'The body of the POST is an honest REGISTER for am46@example.com.',
  },
  {
    name: 'AM47',
    title: 'stray-200',
    section: 'RFC 6026',
    octets: head(
      'SIP/2.0 200 OK',
      `Via: SIP/2.0/UDP ${lab.proxy.host}:${lab.proxy.port};branch=z9hG4bKnobodyknowsthis`,
      `Via: SIP/2.0/UDP ${lab.sink.host}:${lab.sink.port};branch=z9hG4bKam47`,
      `From: <${CALLER}>;tag=am47tag`,
      `To: <${CALLED}>;tag=am47far`,
      `Call-ID: am47@${lab.source.host}`,
      'CSeq: 1 INVITE',
      `Contact: <sip:bob@${SOURCE}>`,
      'Content-Length: 0',
    ),
  },
]

export const orphanRequests: readonly Vector[] = [
  {
    name: 'AM48',
    title: 'cancel-no-invite',
    section: 'RFC 3261 16.10, 9.2',
    octets: compose('AM48', { method: 'CANCEL', lines: { Contact: '' } }),
  },
  {
    name: 'AM49',
    title: 'ack-no-invite',
    section: 'RFC 3261 17',
    octets: compose('AM49', { method: 'ACK', lines: { To: `To: <${CALLED}>;tag=am49far`, Contact: '' } }),
  },
  {
    name: 'AM50',
    title: 'bye-no-dialog',
    section: 'RFC 3261 12.2.2',
    octets: compose('AM50', { method: 'BYE', lines: { To: `To: <${CALLED}>;tag=am50far`, Contact: '' } }),
  },
]

export const spellings: readonly Vector[] = [
  {
    name: 'AM51',
    title: 'version-lowercase',
    section: 'RFC 3261 7.1',
    octets: compose('AM51', { ...SESSION, startLine: `INVITE ${CALLED} sip/2.0` }),
  },
  {
    name: 'AM52',
    title: 'branch-empty',
    section: 'grammar gap',
    octets: compose('AM52', { ...SESSION, lines: { Via: `Via: SIP/2.0/UDP ${SOURCE};branch=` } }),
  },
  {
    name: 'AM53',
    title: 'from-two-tags',
    section: 'grammar gap',
    octets: compose('AM53', { ...SESSION, lines: { From: `From: <${CALLER}>;tag=one;tag=two` } }),
  },
  {
    name: 'AM54',
    title: 'call-id-4k',
    section: 'length',
    octets: compose('AM54', { ...SESSION, lines: { 'Call-ID': `Call-ID: ${'c'.repeat(4096)}` } }),
  },
  {
    name: 'AM55',
    title: 'quoted-pair-bomb',
    section: SLOW_PARSER,
    octets: compose('AM55', {
      ...SESSION,
      lines: { From: `From: "${'\\"'.repeat(10_000)}" <${CALLER}>;tag=am55tag` },
    }),
  },
  {
    name: 'AM56',
    title: 'semicolon-bomb',
    section: SLOW_PARSER,
    octets: compose('AM56', {
      ...SESSION,
      lines: { From: `From: <${CALLER}>;tag=am56tag${';'.repeat(20_000)}` },
    }),
  },
  {
    name: 'AM57',
    title: 'lws-bomb',
    section: SLOW_PARSER,
    octets: compose('AM57', {
      ...SESSION,
      lines: { From: `From: Mallory${' '.repeat(20_000)}<${CALLER}>;tag=am57tag` },
    }),
  },
]

function httpPost(): string {
  const register = compose('AM46', { method: 'REGISTER' })
  return (
    head(
      'POST /register HTTP/1.1',
      `Host: ${lab.proxy.host}:${lab.proxy.port}`,
      'Origin: http://attacker.example',
      'Content-Type: text/plain;charset=UTF-8',
      `Content-Length: ${register.length}`,
    ) + register
  )
}
