import type { Octets } from '../../../core/lib/octets.ts'
import { head } from '../vector.ts'
import { mhandleySession } from './session.ts'

const CALLER = 'amazinglylongcallername'.repeat(5)
const LONG = 'long'.repeat(20)

/** Every spelling of Via that the message uses, top first; the proxies count down from sip33. */
const VIA_NAMES = [
  ...['Via:', 'v:', 'V:', 'Via:', 'ViA:', 'VIa:', 'VIA:', 'via:', 'viA:', 'vIa:', 'vIA:'],
  ...['V : ', 'v : ', 'V  :', 'v  :', 'Via :', 'Via  :'],
  ...Array.from({ length: 16 }, () => 'Via:'),
]

/** RFC 4475 §3.1.1.7: 34 Via values and names, values and parameters of hundreds of octets. */
export function longreq(): Octets {
  return (
    head(
      'INVITE sip:user@example.com SIP/2.0',
      `To: "I have a user name of ${'extreme'.repeat(10)} proportion"<sip:user@example.com:6000` +
        `;unknownparam1=very${LONG}value` +
        `;longparam${'name'.repeat(25)}=shortvalue` +
        `;very${'long'.repeat(25)}ParameterNameWithNoValue>`,
      `F: sip:${CALLER}@example.net;tag=1${'298'.repeat(49)}2424` +
        `;unknownheaderparam${'name'.repeat(20)}=unknowheaderparam${'value'.repeat(15)}` +
        `;unknownValueless${'paramname'.repeat(10)}`,
      `Call-ID: longreq.one${'really'.repeat(20)}longcallid`,
      'CSeq: 3882340 INVITE',
      `Unknown-${'Long'.repeat(20)}-Name: unknown-${LONG}-value` +
        `; unknown-${LONG}-parameter-name = unknown-${LONG}-parameter-value`,
      ...VIA_NAMES.map((name, at) => `${name} SIP/2.0/TCP sip${33 - at}.example.com`),
      `Via: SIP/2.0/TCP host.example.com;received=192.0.2.5;branch=very${'long'.repeat(50)}branchvalue`,
      'Max-Forwards: 70',
      `Contact: <sip:${CALLER}@host5.example.net>`,
      'Content-Type: application/sdp',
      'l: 150',
    ) + mhandleySession('192.0.2.1')
  )
}
