/**
 * G1 of the test plan: the outcome of each message of RFC 4475 over UDP, TCP and WebSocket. On a stream a good request
 * sent before any of them is answered first. On a WebSocket one frame is one message, and a binary frame means what
 * the text frame means.
 */
import { closes, closesAtDeadline, type Expectation, expects } from '../expectation.ts'
import { longreq } from './longreq.ts'
import { valid } from './valid.ts'

const USER = 'sip:user@example.com'
const ODD_USER = "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*@example.com"

const validExpectations: readonly Expectation[] = [
  expects('wsinv', 'forward', {
    registered: ['sip:vivekg@chair-dnrc.example.com'],
    checks: {
      nextHop: 'services.example.com',
      mustKeep: [
        'INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0\r\n',
        'cseq: 0009\r\n  INVITE\r\n',
        'Via  : SIP  /   2.0\r\n /UDP\r\n    192.0.2.2;branch=390skdjuw',
        'NewFangledHeader:   newfangled value\r\n continued newfangled value\r\n',
        'UnknownHeaderWithUnusualValue: ;;,,;;,;\r\n',
        'from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>\r\n  ;\r\n  tag = 98asjd8\r\n',
      ],
      bodyBytes: 150,
      say: 'The top Route is followed though it is foreign: the lab allows services.example.com, a real office does not.',
    },
  }),
  expects('intmeth', 'forward', {
    also: [501, 405],
    registered: [ODD_USER],
    checks: { mustKeep: linesOf('intmeth', ['To:', 'From:', 'Call-ID:', 'CSeq:', 'extensionHeader']) },
  }),
  expects('esc01', 'forward', {
    registered: ['sip:sips%3Auser%40example.com@example.net'],
    checks: {
      mustKeep: ['n%61me=v%61lue%25%34%31>', 'To: sip:%75se%72@example.com\r\n'],
      looksUpUser: 'sips:user@example.com',
      say: 'The Request-URI of the request is read as sent; the value of n%61me is "value%41" after one unescaping, not "valueA".',
    },
  }),
  expects('escnull', 200, {
    checks: {
      bindings: 2,
      bindingsOf: 'sip:null-%00-null@example.com',
      fetchShows: ['sip:%00@host5.example.com', 'sip:%00%00@host5.example.com'],
    },
  }),
  expects('esc02', 501, {
    also: ['forward', 404, 405, 403],
    checks: { bindings: 0, bindingsOf: 'sip:resource@example.com', answerHas: ['Allow'] },
  }),
  expects('lwsdisp', 'forward', {
    registered: [USER],
    checks: { mustKeep: ['From: caller<sip:caller@example.com>;tag=323\r\n'] },
  }),
  expects('longreq', 'forward', {
    registered: [USER],
    checks: {
      mustKeep: longreq()
        .split('\r\n')
        .filter((line) => line.length > 100),
      say: 'Above 1300 octets it goes by TCP when the target has TCP, else by UDP (RFC 3261 §18.1.1).',
    },
  }),
  expects('dblreq', 200, {
    tcp: { kind: 'several', each: [[200], [404, 403]] },
    ws: 400,
    checks: { leaves: { INVITE: 0 }, counted: 'trailing octets' },
  }),
  expects('semiuri', 'forward', {
    registered: ['sip:user;par=u%40example.net@example.com'],
    checks: { looksUpUser: 'user;par=u@example.net' },
  }),
  expects('transports', 'forward', {
    registered: [USER],
    checks: { mustKeep: ['Via: SIP/2.0/UNKNOWN t4.example.com;branch=z9hG4bKasd0f3en\r\n'] },
  }),
  expects('mpart01', 'forward', {
    registered: ['sip:kumiko@example.org'],
    checks: { bodyBytes: 553, nextHop: '127.0.0.1:5080' },
  }),
  expects('unreason', 'drop', {
    checks: { say: 'Parsed, not a parse error; no transaction matches, so it goes nowhere (RFC 6026).' },
  }),
  expects('noreason', 'drop', {
    checks: { say: 'Parsed, not a parse error; no transaction matches, so it goes nowhere (RFC 6026).' },
  }),
]

const invalidExpectations: readonly Expectation[] = [
  expects('badinv01', 400, {
    checks: { repliesTo: 'packet source', answerKeeps: ['Via: SIP/2.0/UDP 192.0.2.15;;,;,,'] },
  }),
  expects('clerr', 400, { tcp: closesAtDeadline(400) }),
  expects('ncl', 400, { tcp: closes(400) }),
  expects('scalar02', 400, { checks: { finalAnswers: 1, bindings: 0, bindingsOf: USER } }),
  expects('scalarlg', 'drop', { checks: { counted: 'overlarge scalar' } }),
  expects('quotbal', 400, { also: ['forward'], registered: [USER] }),
  expects('ltgtruri', 400, { tcp: closes(400) }),
  expects('lwsruri', 400, { tcp: closes(400) }),
  expects('lwsstart', 400, { tcp: closes(400), also: ['forward'], registered: [USER] }),
  expects('trws', 400, {
    tcp: closes(400),
    also: ['forward cleaned'],
    registered: ['sip:remote-target@example.com'],
    checks: { mustNotContain: ['SIP/2.0 '] },
  }),
  expects('escruri', 400, {
    also: ['forward cleaned'],
    registered: [USER],
    checks: { mustNotContain: ['?Route='] },
  }),
  expects('baddate', 'forward', {
    also: [400],
    registered: [USER],
    checks: { mustKeep: ['Date: Fri, 01 Jan 2010 16:00:00 EST\r\n'] },
  }),
  expects('regbadct', 400, { also: [200], checks: { bindings: 0, bindingsOf: USER } }),
  expects('badaspec', 400, { also: ['forward'], registered: ['sip:user@example.org'] }),
  expects('baddn', 400, {
    tcp: closesAtDeadline(400),
    checks: { say: 'The end of the datagram or frame ends the head.' },
  }),
  expects('badvers', 505, { tcp: closes(505), checks: { repliesTo: 'packet source' } }),
  expects('mismatch01', 400),
  expects('mismatch02', 501, { also: [400] }),
  expects('bigcode', 'drop'),
]

const meaningExpectations: readonly Expectation[] = [
  expects('badbranch', 400, {
    also: ['forward'],
    registered: [USER],
    checks: {
      say: 'Answered without a transaction; if matched as RFC 2543, two copies make one downstream.',
    },
  }),
  expects('insuf', 400, { checks: { answerLacksHeaders: ['Call-ID'] } }),
  expects('unkscm', 416, { registered: [USER], checks: { leaves: { OPTIONS: 0 } } }),
  expects('novelsc', 416, { also: [404], checks: { leaves: { OPTIONS: 0 } } }),
  expects('unksm2', 400, { checks: { bindings: 0, bindingsOf: 'isbn:2983792873' } }),
  expects('bext01', 420, { checks: { unsupported: ['noProxiesSupportThis', 'norDoAnyProxiesSupportThis'] } }),
  expects('invut', 'forward', { registered: [USER], checks: { bodyBytes: 40 } }),
  expects('regaut01', 200, {
    also: [401],
    later: { needs: 'authentication', outcome: 401, also: [] },
    checks: { say: 'With authentication on: a fresh challenge that names only schemes we know.' },
  }),
  expects('multi01', 400),
  expects('mcl01', 400, { tcp: closes(400) }),
  expects('bcast', 'drop', { checks: { neverReaches: ['broadcast', 'multicast'] } }),
  expects('zeromf', 483, { registered: [USER] }),
  expects('cparam01', 200, {
    checks: {
      bindings: 1,
      bindingsOf: 'sip:watson@example.com',
      fetchShows: ['<sip:+19725552222@gw1.example.net>'],
      fetchLacks: ['gw1.example.net;unknownparam>'],
      say: 'If the fetch shows unknownparam at all, it stands outside the angle brackets.',
    },
  }),
  expects('cparam02', 200, {
    checks: {
      bindings: 1,
      bindingsOf: 'sip:watson@example.com',
      fetchShows: ['<sip:+19725552222@gw1.example.net;unknownparam>'],
    },
  }),
  expects('regescrt', 200, {
    checks: {
      bindings: 1,
      bindingsOf: USER,
      fetchShows: ['<sip:user@example.com?Route=%3Csip:sip.example.com%3E>'],
      say: 'A call to this binding carries no Route that came from it.',
    },
  }),
  expects('sdp01', 'forward', { registered: [USER], checks: { bodyBytes: 150 } }),
  expects('inv2543', 'forward', {
    tcp: closes(400),
    registered: ['sip:UserB@example.com'],
    checks: {
      maxForwardsAdded: 70,
      bodyBytes: 105,
      mustKeep: ['Record-Route: <sip:UserB@example.com;maddr=ss1.example.com>\r\n'],
      say: 'A second copy is absorbed by RFC 2543 matching (RFC 3261 §17.2.3).',
    },
  }),
]

export const rfc4475Expectations: readonly Expectation[] = [
  ...validExpectations,
  ...invalidExpectations,
  ...meaningExpectations,
]

function linesOf(name: string, starts: readonly string[]): readonly string[] {
  const octets = valid.find((vector) => vector.name === name)?.octets ?? ''
  return octets.split('\r\n').filter((line) => starts.some((start) => line.startsWith(start)))
}
