/**
 * G4 of the test plan: the outcome of each abuse message over UDP and TCP; a WebSocket frame is held to be like a
 * datagram. Where the plan's outcome needs a part that comes later, the entry says what holds without it.
 */
import { closes, type Expectation, expects, withAuthentication, withRelay } from '../expectation.ts'
import { CALLED, registrantOf } from './compose.ts'
import { QUOTE_USER } from './registrations.ts'

const BOB = [CALLED]
const FAST = { parsedWithinMs: 2 }

const fieldOutcomes: readonly Expectation[] = [
  expects('AM01', 400),
  expects('AM02', 400),
  expects('AM03', 'forward', { also: [489], registered: BOB }),
  expects('AM04', 'forward', { registered: BOB, later: withRelay(488) }),
  expects('AM05', 'forward', { registered: BOB, later: withRelay(488) }),
  expects('AM06', 'forward', {
    registered: BOB,
    checks: { say: 'The body, which lacks its final line end, goes on as it came.' },
  }),
  expects('AM07', 'forward', { also: [488], registered: BOB, later: withRelay('forward', [488]) }),
  expects('AM08', 'forward', {
    registered: BOB,
    later: withRelay(488),
    checks: { say: 'With the relay on, 32 m= lines is the limit.' },
  }),
  expects('AM09', 'forward', {
    registered: BOB,
    later: withRelay(488),
    checks: { neverReaches: ['broadcast'] },
  }),
  expects('AM10', 'forward', {
    registered: BOB,
    later: withRelay(488),
    checks: { neverReaches: ['multicast'] },
  }),
  expects('AM11', 'forward', { registered: BOB, later: withRelay(488) }),
  expects('AM12', 'forward', { registered: BOB, later: withRelay(488) }),
  expects('AM13', 200, { checks: { bindings: 1, bindingsOf: registrantOf('AM13') } }),
  expects('AM14', 400),
  expects('AM15', 'forward', { registered: BOB, checks: { mustNotContain: ['P-Asserted-Identity'] } }),
  expects('AM16', 400),
  expects('AM17', 400),
  expects('AM18', 400),
  expects('AM19', 200, { also: [400], later: withAuthentication(401, [400]) }),
  expects('AM20', 200, { also: [400], later: withAuthentication(401, [400]) }),
  expects('AM21', 400, { checks: { bindings: 0, bindingsOf: registrantOf('AM21') } }),
  expects('AM22', 400, { also: ['silent'], checks: { repliesTo: 'packet source' } }),
  expects('AM23', 400),
  expects('AM24', 400),
  expects('AM25', 400),
  expects('AM26', 400),
  expects('AM27', 400),
  expects('AM28', 400),
  expects('AM29', 'forward', { registered: BOB, checks: { maxForwardsAdded: 70 } }),
  expects('AM30', 400),
  expects('AM31', 'forward', { registered: BOB, checks: { mustKeep: ['CSeq: 4294967295 INVITE\r\n'] } }),
]

const registrationOutcomes: readonly Expectation[] = [
  expects('AM32', 200, { also: [400], checks: { say: 'A 200 gives the default expiry.' } }),
  expects('AM33', 400, { checks: { bindings: 0, bindingsOf: registrantOf('AM33') } }),
  expects('AM34', 400, { checks: { bindings: 0, bindingsOf: registrantOf('AM34') } }),
  expects('AM35', 403, { checks: { bindings: 0, bindingsOf: registrantOf('AM35') } }),
  expects('AM36', 403, { checks: { bindings: 0, bindingsOf: registrantOf('AM36') } }),
  expects('AM37', 200, {
    checks: {
      bindings: 1,
      bindingsOf: registrantOf('AM37'),
      neverReaches: ['203.0.113.9'],
      say: 'The binding is flagged; a call to it goes to the address the REGISTER came from.',
    },
  }),
]

const trafficOutcomes: readonly Expectation[] = [
  expects('AM38', 400, { also: [483], registered: BOB }),
  expects('AM39', 403, { checks: { neverReaches: ['gw.example.net'], leaves: { INVITE: 0 } } }),
  expects('AM40', 400, { registered: BOB }),
  expects('AM41', 513, { also: [413], registered: BOB }),
  expects('AM42', 'silent'),
  expects('AM43', 'silent', { tcp: { kind: 'pong' } }),
  expects('AM44', 'silent'),
  expects('AM45', 'silent', { also: ['stun success'], checks: { answerLacks: ['SIP/2.0'] } }),
  expects('AM46', 'silent', {
    tcp: closes(undefined),
    checks: { bindings: 0, bindingsOf: registrantOf('AM46') },
  }),
  expects('AM47', 'silent', { checks: { say: 'Nothing reaches the sink, which the second Via names.' } }),
  expects('AM48', 481, { registered: BOB, checks: { leaves: { CANCEL: 0 } } }),
  expects('AM49', 'silent', { registered: BOB, checks: { leaves: { ACK: 0 } } }),
  expects('AM50', 'forward', { also: [481], registered: BOB }),
  expects('AM51', 'forward', { registered: BOB }),
  expects('AM52', 400, { registered: BOB }),
  expects('AM53', 400, { registered: BOB }),
  expects('AM54', 'forward', { registered: BOB }),
  expects('AM55', 'forward', { registered: BOB, checks: FAST }),
  expects('AM56', 400, { also: ['forward'], registered: BOB, checks: FAST }),
  expects('AM57', 'forward', { registered: BOB, checks: FAST }),
]

const textOutcomes: readonly Expectation[] = [
  expects('AM58', 200, {
    also: [403],
    checks: { fetchShows: ['<sip:am58@'], bindingsOf: QUOTE_USER, say: 'The tables are intact afterwards.' },
  }),
  expects('AM59', 200, {
    checks: { bindings: 1, bindingsOf: registrantOf('AM59'), say: 'A screen shows the User-Agent as text.' },
  }),
  expects('AM60', 200, {
    checks: {
      bindings: 1,
      bindingsOf: registrantOf('AM60'),
      say: 'An export to CSV puts an apostrophe before the values that begin with =.',
    },
  }),
]

export const abuseExpectations: readonly Expectation[] = [
  ...fieldOutcomes,
  ...registrationOutcomes,
  ...trafficOutcomes,
  ...textOutcomes,
]
