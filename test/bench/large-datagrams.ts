import type { Octets } from '../../core/lib/octets.ts'
import { flows } from '../vectors/index.ts'

/** What UDP over IPv4 can carry. */
const LARGEST = 65_507

const ordinary = flows.invite(flows.flow())
const lineEnd = ordinary.indexOf('\r\n') + 2
const registration = flows.register(flows.flow()).slice(0, -2)
const head = ordinary.slice(0, ordinary.indexOf('\r\n\r\n') + 2)
const fields = head.slice(lineEnd)

/** Datagrams as large as they come, each made to lead another part of a parser into much work. */
export const largeDatagrams: readonly (readonly [string, Octets])[] = [
  ['a long body', filled(head.replace(/Content-Length: .*\r\n/, ''), '\r\n', 'a=x\r\n', '')],
  ['1,000 header fields', many((at) => `X-${at}: ${'y'.repeat(55)}\r\n`, 960)],
  ['16,000 header fields', filled(head, '', 'a:\r\n', '\r\n')],
  ['one long header field', filled(`${head}Subject: `, '', 'x', '\r\n\r\n')],
  ['a header field in 16,000 folds', filled(`${head}Subject: `, '', 'x\r\n ', 'x\r\n\r\n')],
  ['4,000 Vias', withLine('Via: SIP/2.0/UDP 127.0.0.2;branch=z9hG4bKx', ', SIP/2.0/UDP a', '')],
  ['a Via of 16,000 parameters', withLine('Via: SIP/2.0/UDP 127.0.0.2;branch=z9hG4bKx', ';a=b', '')],
  ['a To of 16,000 parameters', withLine('To: <sip:bob@example.com>', ';a=b', '')],
  ['a quoted name of backslashes', withLine('To: "', '\\"', '" <sip:bob@example.com>')],
  ['a quoted name without its end', withLine('To: "', 'x ', '')],
  ['8,000 Contacts', filled(`${registration}Contact: <sip:a@b>`, '', ',<sip:a>', '\r\n\r\n')],
  ['8,000 Routes', filled(`${head}Route: <sip:127.0.0.1;lr>`, '', ',<sip:a>', '\r\n\r\n')],
  ['a Request-URI of escapes', filled('INVITE sip:', '', '%61', `@example.com SIP/2.0\r\n${fields}\r\n`)],
  [
    'a Request-URI of parameters',
    filled('INVITE sip:bob@example.com', '', ';a=b', ` SIP/2.0\r\n${fields}\r\n`),
  ],
  ['only line ends', '\r\n'.repeat(LARGEST / 2)],
  ['no line end', 'x'.repeat(LARGEST)],
  ['only colons', `${ordinary.slice(0, lineEnd)}${':'.repeat(60_000)}`],
  ['NULs in quoted pairs', filled(`${head}Subject: `, '', '\\\0', '\r\n\r\n')],
]

function filled(before: Octets, middle: Octets, piece: Octets, after: Octets): Octets {
  const room = LARGEST - before.length - middle.length - after.length
  return before + middle + piece.repeat(Math.floor(room / piece.length)) + after
}

function many(line: (at: number) => Octets, count: number): Octets {
  return `${head}${Array.from({ length: count }, (_, at) => line(at)).join('')}\r\n`.slice(0, LARGEST)
}

/** In the place of the field of that name. */
function withLine(begin: Octets, piece: Octets, end: Octets): Octets {
  const name = begin.slice(0, begin.indexOf(':') + 1)
  const at = head.indexOf(`\r\n${name}`) + 2
  const rest = head.slice(head.indexOf('\r\n', at))
  return filled(head.slice(0, at) + begin, '', piece, `${end}${rest}\r\n`)
}
