import { describe, expect, test } from 'vitest'
import type { Octets } from '../../core/lib/octets.ts'
import { abuse, bcastThroughUs, bodyOf, headOf, lab, rfc4475, rfc5118, type Vector } from './index.ts'

const all = [...rfc4475, ...rfc5118, ...abuse]

/** Vectors whose Content-Length is wrong, absent or doubled on purpose, or which carry no head at all. */
const WITHOUT_TRUE_LENGTH = [
  ...['dblreq', 'clerr', 'ncl', 'mcl01', 'inv2543'],
  ...['AM42', 'AM43', 'AM44', 'AM45'],
]

describe('the sets are whole', () => {
  test.each([
    ['RFC 4475', rfc4475, 49],
    ['RFC 5118', rfc5118, 12],
    ['abuse', abuse, 60],
  ])('%s', (_, set, count) => {
    expect(set).toHaveLength(count)
    expect(new Set(set.map((vector) => vector.name)).size).toBe(count)
    expect(new Set(set.map((vector) => vector.octets)).size).toBe(count)
  })

  test('the abuse messages are numbered AM01 to AM60 without a gap', () => {
    const numbers = Array.from({ length: 60 }, (_, at) => `AM${String(at + 1).padStart(2, '0')}`)
    expect(abuse.map((vector) => vector.name)).toEqual(numbers)
  })

  test('RFC 4475 stands in the order of its sections', () => {
    const sections = rfc4475.map((vector) => vector.section.split('.').map(Number))
    const sorted = sections.toSorted((one, other) => rank(one) - rank(other))
    expect(sections).toEqual(sorted)
  })
})

describe('every vector can travel', () => {
  test.each(all.map((vector) => [vector.name, vector] as const))('%s', (_, { octets }) => {
    expect(octets).toBe(Buffer.from(octets, 'latin1').toString('latin1'))
    expect(octets.length).toBeLessThanOrEqual(65_507)
  })

  test.each(honestLengths())('%s tells the true length of its body', (_, vector) => {
    expect(contentLengths(vector.octets)).toEqual([String(bodyOf(vector.octets).length)])
  })

  test.each(rfc4475.concat(rfc5118).map((vector) => [vector.name, vector] as const))(
    '%s has no bare CR or LF in its head',
    (_, vector) => {
      expect(bareLineEnds(headOf(vector.octets))).toBe(0)
    },
  )
})

/** Octets each RFC message must contain for its trap to be one. */
const traps: readonly (readonly [name: string, ...needles: Octets[]])[] = [
  ['wsinv', '\r\n /UDP\r\n', 'TO :\r\n sip:', '"J Rosenberg \\\\\\""', 'MaX-fOrWaRdS: 0068', '\r\ns :\r\n'],
  [
    'intmeth',
    'BEL:\\\x07 NUL:\\\x00 DEL:\\\x7f"',
    '\xd1\x80\xd0\xb0',
    ':\xef\xbb\xbf\xe5\xa4\xa7',
    '(><:\\/"][?}{',
  ],
  ['esc01', 'sip:sips%3Auser%40example.com@example.net', 'v%61lue%25%34%31'],
  ['escnull', '<sip:%00@', '<sip:%00%00@', 'null-%00-null'],
  ['esc02', 'RE%47IST%45R sip:', 'C%6Fntact:', 'branch=z9hG4bK209%fzsnel234'],
  ['lwsdisp', 'From: caller<sip:'],
  ['longreq', '\r\nV :  SIP', '\r\nVia  : SIP', 'sip33.example.com', 'sip1.example.com\r\n'],
  ['semiuri', 'sip:user;par=u%40example.net@example.com', ',\r\n        multipart/mixed'],
  ['transports', 'SIP/2.0/UNKNOWN', 'SIP/2.0/SCTP'],
  ['unreason', 'SIP/2.0 200 = 2**3 * 5**2 \xd0\xbd\xd0\xbe '],
  ['noreason', 'SIP/2.0 100 \r\n'],
  ['badinv01', '192.0.2.15;;,;,,\r\n', '>;;;;\r\n'],
  ['ncl', 'Content-Length: -999\r\n'],
  ['scalar02', 'CSeq: 36893488147419103232 ', 'Max-Forwards: 300\r\n', ';expires=280297596632815'],
  ['scalarlg', 'CSeq: 9292394834772304023312 ', 'Retry-After: 949302838503028349304023988', 'Warning: 1812 '],
  ['quotbal', 'To: "Mr. J. User <sip:'],
  ['ltgtruri', 'INVITE <sip:user@example.com> SIP/2.0'],
  ['lwsruri', 'sip:user@example.com; lr SIP/2.0'],
  ['lwsstart', 'INVITE  sip:user@example.com  SIP/2.0'],
  ['trws', 'SIP/2.0  \r\n'],
  ['escruri', '?Route=%3Csip:example.com%3E SIP/2.0'],
  ['baddate', '16:00:00 EST\r\n'],
  ['regbadct', 'Contact: sip:user@example.com?Route='],
  ['badaspec', '< sip:t.watson@example.org >'],
  ['baddn', 'From:    Bell, Alexander <'],
  ['badvers', 'SIP/7.0\r\nVia:     SIP/7.0/UDP'],
  ['mismatch01', 'OPTIONS sip:', 'CSeq: 8 INVITE'],
  ['mismatch02', 'NEWMETHOD sip:', 'CSeq: 8 INVITE'],
  ['bigcode', 'SIP/2.0 4294967301 '],
  ['badbranch', ';branch=z9hG4bK\r\n'],
  ['unkscm', 'OPTIONS nobodyKnowsThisScheme:totally'],
  ['novelsc', 'OPTIONS soap.beep://'],
  ['unksm2', 'To: isbn:', 'From: <http://', 'Contact: <name:'],
  ['bext01', 'Proxy-Require: noProxiesSupportThis, norDoAnyProxiesSupportThis\r\n'],
  ['invut', 'application/unknownformat'],
  ['regaut01', 'Authorization: NoOneKnowsThisScheme '],
  ['bcast', 'Via: SIP/2.0/UDP 255.255.255.255;'],
  ['zeromf', 'Max-Forwards: 0\r\n'],
  ['cparam01', 'Contact: sip:+19725552222@gw1.example.net;unknownparam\r\n'],
  ['cparam02', 'Contact: <sip:+19725552222@gw1.example.net;unknownparam>\r\n'],
  ['regescrt', 'M: <sip:user@example.com?Route=%3Csip:sip.example.com%3E>'],
  ['sdp01', 'Accept: text/nobodyKnowsThis'],
  ['ipv6-good', 'REGISTER sip:[2001:db8::10] '],
  ['ipv6-bad', 'REGISTER sip:2001:db8::10 '],
  ['port-ambiguous', 'sip:[2001:db8::10:5070] '],
  ['port-unambiguous', 'sip:[2001:db8::10]:5070 '],
  ['via-received-param-with-delim', 'received=[2001:db8::9:255];'],
  ['via-received-param-no-delim', 'received=2001:db8::9:255;'],
  ['ipv6-in-sdp', '\r\nc=IN IP6 2001:db8::20\r\n'],
  ['mult-ip-in-header', '[2001:db8::9:1]:6050', 'received=192.0.2.200'],
  ['mult-ip-in-sdp', '\r\nc=IN IP4 192.0.2.1\r\n', '\r\nc=IN IP6 2001:db8::1\r\n'],
  ['ipv4-mapped-ipv6', '[::ffff:192.0.2.10]:19823'],
  ['ipv6-bug-abnf-3-colons', 'OPTIONS sip:user@[2001:db8:::192.0.2.1] '],
  ['ipv6-correct-abnf-2-colons', 'OPTIONS sip:user@[2001:db8::192.0.2.1] '],
]

/** Traps that are a count, a length or an absence, and have their own test below. */
const COUNTED = ['dblreq', 'mpart01', 'clerr', 'insuf', 'multi01', 'mcl01', 'inv2543']

describe('every RFC message carries its trap', () => {
  test.each(traps)('%s', (name, ...needles) => {
    const { octets } = vector(name)
    expect(needles.filter((needle) => !octets.includes(needle))).toEqual([])
  })

  test('no message is left without one', () => {
    const named = traps.map(([name]) => name).concat(COUNTED)
    const names = rfc4475.concat(rfc5118).map(({ name }) => name)
    expect(named.toSorted()).toEqual(names.toSorted())
  })
})

describe('every RFC message whose trap is in its body carries it', () => {
  test('dblreq is two requests in one packet, the first complete', () => {
    const second = bodyOf(vector('dblreq').octets)
    expect(contentLengths(headOf(vector('dblreq').octets))).toEqual(['0'])
    expect(second.startsWith('INVITE sip:joe@example.com SIP/2.0\r\n')).toBe(true)
    expect(bodyOf(second).slice(150)).toBe('C\r\n\r\n')
  })

  test('the body of mpart01 is 553 octets, among them NULs and lone CR or LF', () => {
    const body = bodyOf(vector('mpart01').octets)
    expect(body).toHaveLength(553)
    expect(count(body, '\0')).toBeGreaterThan(0)
    expect(bareLineEnds(body)).toBeGreaterThan(0)
    expect(body.endsWith('--7a9cbec02ceef655--\r\n')).toBe(true)
  })

  test('the DER in mpart01 is as long as its own first length says', () => {
    const body = bodyOf(vector('mpart01').octets)
    const start = body.indexOf('\x30\x82')
    const length = body.charCodeAt(start + 2) * 256 + body.charCodeAt(start + 3)
    expect(body.slice(start + 4 + length)).toBe('\r\n--7a9cbec02ceef655--\r\n')
  })

  test('clerr promises more than it brings', () => {
    const { octets } = vector('clerr')
    expect(Number(contentLengths(octets)[0])).toBeGreaterThan(bodyOf(octets).length)
  })
})

describe('every RFC message whose trap is in the sum of its fields carries it', () => {
  test('insuf has no To, From, Call-ID or Max-Forwards', () => {
    const names = fieldNames(vector('insuf').octets)
    expect(names).toEqual(['cseq', 'via', 'content-type', 'l'])
  })

  test('multi01 has two of each field that may stand once', () => {
    const names = fieldNames(vector('multi01').octets)
    const doubled = ['cseq', 'call-id', 'from', 'to', 'max-forwards', 'contact']
    const counts = doubled.map((name) => names.filter((other) => other === name).length)
    expect(counts).toEqual([2, 2, 2, 2, 2, 2])
  })

  test('mcl01 gives two lengths, and neither is that of its body', () => {
    const { octets } = vector('mcl01')
    expect(contentLengths(octets)).toEqual(['13', '5'])
    expect(bodyOf(octets)).toHaveLength(67)
  })

  test('inv2543 has no Content-Length, Max-Forwards, branch or From tag', () => {
    const { octets } = vector('inv2543')
    expect(contentLengths(octets)).toEqual([])
    expect(
      ['max-forwards:', 'branch=', 'tag='].filter((part) => octets.toLowerCase().includes(part)),
    ).toEqual([])
    expect(bodyOf(octets)).toHaveLength(105)
  })

  test('baddn stops after its last header field, all others but it close their head', () => {
    const open = rfc4475.concat(rfc5118).filter(({ octets }) => !octets.includes('\r\n\r\n'))
    expect(open.map(({ name }) => name)).toEqual(['baddn'])
    expect(vector('baddn').octets.endsWith('l: 0\r\n')).toBe(true)
  })

  test('longreq has 34 Via values and lines of several hundred octets', () => {
    const names = fieldNames(vector('longreq').octets)
    expect(names.filter((name) => name === 'via' || name === 'v')).toHaveLength(34)
    const longest = Math.max(
      ...vector('longreq')
        .octets.split('\r\n')
        .map((line) => line.length),
    )
    expect(longest).toBe(590)
  })

  test('the two messages of RFC 5118 §4.10 differ by two colons only', () => {
    const bug = vector('ipv6-bug-abnf-3-colons').octets
    expect(bug.replaceAll(':::', '::')).toBe(vector('ipv6-correct-abnf-2-colons').octets)
  })

  test('bcast through us has our Via first and the broadcast address below it', () => {
    const { octets } = bcastThroughUs('SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKours')
    const vias = octets.split('\r\n').filter((line) => line.startsWith('Via:'))
    expect(vias).toEqual([
      'Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKours',
      'Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23',
    ])
    expect(bodyOf(octets)).toHaveLength(154)
  })
})

/** What makes each abuse message abusive. */
const abuses: readonly (readonly [name: string, is: (octets: Octets) => boolean])[] = [
  ['AM01', (octets) => octets.includes(`CSeq: 1 ${'A'.repeat(2000)}\r\n`)],
  ['AM02', (octets) => bareLineEnds(headOf(octets)) === 1 && !bodyOf(octets).includes('\r')],
  ['AM03', (octets) => count(octets, '\r\nAccept: ') === 50],
  ['AM04', (octets) => octets.endsWith('\r\na=fmtp:\0\r\n')],
  ['AM05', (octets) => octets.includes('RTP/AVP 4294967296\r\n')],
  ['AM06', (octets) => octets.endsWith('PCMU/8000')],
  ['AM07', (octets) => octets.includes('\r\nb=AS64\r\n')],
  ['AM08', (octets) => count(octets, '\r\nm=audio ') === 1000],
  ['AM09', (octets) => octets.includes('c=IN IP4 255.255.255.255')],
  ['AM10', (octets) => octets.includes('c=IN IP4 224.')],
  ['AM11', (octets) => octets.includes('m=audio 70000 ')],
  ['AM12', (octets) => octets.includes('m=audio -1 ')],
  ['AM13', (octets) => octets.includes(`;tag=${'t'.repeat(400)}\r\n`)],
  [
    'AM14',
    (octets) => count(octets, '\r\nFrom:') === 2 && count(octets, '\r\nTo:') === 2 && octets.length > 8000,
  ],
  ['AM15', (octets) => octets.includes('\r\nP-Asserted-Identity : <')],
  ['AM16', (octets) => octets.includes('X-Contr\x01ol:')],
  ['AM17', (octets) => octets.includes('X-Nu\0l:')],
  ['AM18', (octets) => octets.includes('From: "Mal\x01\x7flory"')],
  ['AM19', (octets) => octets.includes('\r\nAuthorization: Digest \r\n')],
  ['AM20', (octets) => octets.includes('\r\nAuthorization: Digest username\r\n')],
  ['AM21', (octets) => count(octets, 'a=1') === 10_000 && octets.length < lab.messageLimitBytes],
  ['AM22', (octets) => octets.includes('127.0.0.2\x01:5060')],
  ['AM23', (octets) => octets.includes(';note="never closed\r\n')],
  ['AM24', (octets) => octets.includes(':4294972356 SIP/2.0')],
  ['AM25', (octets) => octets.includes(':50x60 SIP/2.0')],
  ['AM26', (octets) => octets.includes('@[2001:db8::1 SIP/2.0')],
  ['AM27', (octets) => octets.includes('Max-Forwards: -1\r\n')],
  ['AM28', (octets) => octets.includes('Max-Forwards: seventy\r\n')],
  ['AM29', (octets) => !octets.includes('Max-Forwards')],
  ['AM30', (octets) => octets.includes(`CSeq: ${2 ** 32} INVITE`)],
  ['AM31', (octets) => octets.includes(`CSeq: ${2 ** 32 - 1} INVITE`)],
  ['AM32', (octets) => octets.includes('Expires: soon\r\n')],
  ['AM33', (octets) => octets.includes('Contact: *\r\n') && octets.includes('Expires: 3600\r\n')],
  ['AM34', (octets) => octets.includes('Contact: *\r\nContact: <') && octets.includes('Expires: 0\r\n')],
  ['AM35', (octets) => count(octets, '\r\nContact: <') === 500],
  ['AM36', (octets) => octets.includes(`@${lab.proxy.host}:${lab.proxy.port}>`)],
  ['AM37', (octets) => octets.includes('Contact: <sip:am37@203.0.113.9:5060>')],
  ['AM38', (octets) => count(octets, '\r\nVia: ') === 200],
  [
    'AM39',
    (octets) => octets.includes('Route: <sip:gw.example.net;lr>') && octets.startsWith('INVITE sip:+'),
  ],
  ['AM40', (octets) => count(octets, '\r\nRoute: ') === 100],
  ['AM41', (octets) => octets.length > 60_000],
  ['AM42', (octets) => octets === ''],
  ['AM43', (octets) => octets === '\r\n\r\n'],
  ['AM44', (octets) => octets === '\0\0\0\0'],
  ['AM45', (octets) => octets.length === 20 && octets.startsWith('\0\x01\0\0\x21\x12\xa4\x42')],
  ['AM46', (octets) => octets.startsWith('POST ') && bodyOf(octets).startsWith('REGISTER sip:')],
  [
    'AM47',
    (octets) => octets.startsWith('SIP/2.0 200 ') && octets.includes('\r\nVia: SIP/2.0/UDP 127.0.0.1:5060'),
  ],
  ['AM48', (octets) => octets.startsWith('CANCEL ')],
  ['AM49', (octets) => octets.startsWith('ACK ') && octets.includes(';tag=am49far')],
  ['AM50', (octets) => octets.startsWith('BYE ') && octets.includes(';tag=am50far')],
  ['AM51', (octets) => octets.includes(' sip/2.0\r\n')],
  ['AM52', (octets) => octets.includes(';branch=\r\n')],
  ['AM53', (octets) => octets.includes(';tag=one;tag=two')],
  ['AM54', (octets) => octets.includes(`Call-ID: ${'c'.repeat(4096)}\r\n`)],
  ['AM55', (octets) => count(octets, '\\"') === 10_000],
  ['AM56', (octets) => octets.includes(';'.repeat(20_000))],
  ['AM57', (octets) => octets.includes(' '.repeat(20_000))],
  ['AM58', (octets) => octets.includes("'%20OR%20'1'='1@")],
  ['AM59', (octets) => octets.includes('User-Agent: <script>')],
  ['AM60', (octets) => octets.includes('From: "=') && octets.includes('User-Agent: =cmd')],
]

test.each(abuses)('%s is what its title says', (name, is) => {
  expect(is(vector(name).octets)).toBe(true)
})

function vector(name: string): Vector {
  const found = all.find((candidate) => candidate.name === name)
  if (found === undefined) throw new Error(`no vector ${name}`)
  return found
}

function rank(section: readonly number[]): number {
  return section.reduce((sum, part) => sum * 100 + part, 0) * 100 ** (4 - section.length)
}

function honestLengths(): (readonly [string, Vector])[] {
  return all
    .filter(({ name }) => !WITHOUT_TRUE_LENGTH.includes(name))
    .map((candidate) => [candidate.name, candidate] as const)
}

/** The field lines of a head, folded lines left out. */
function fieldLines(octets: Octets): readonly string[] {
  const lines = headOf(octets).split('\r\n').slice(1)
  return lines.filter((line) => line !== '' && !line.startsWith(' '))
}

function fieldNames(octets: Octets): readonly string[] {
  return fieldLines(octets).map((line) => line.slice(0, line.indexOf(':')).trim().toLowerCase())
}

function contentLengths(octets: Octets): readonly string[] {
  const names = fieldNames(octets)
  return fieldLines(octets)
    .filter((_, at) => names[at] === 'content-length' || names[at] === 'l')
    .map((line) => line.slice(line.indexOf(':') + 1).trim())
}

function count(octets: Octets, needle: Octets): number {
  return octets.split(needle).length - 1
}

function bareLineEnds(octets: Octets): number {
  const rest = octets.replaceAll('\r\n', '')
  return count(rest, '\r') + count(rest, '\n')
}
