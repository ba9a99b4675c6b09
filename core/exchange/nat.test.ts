import { expect, test } from 'vitest'
import { loadProgram } from '../../test/sim/exchange-host.ts'
import { scriptWith } from '../../test/flows/office.ts'
import type { Flow, Transport } from '../lib/flow.ts'
import { parseMessage } from '../sip/index.ts'
import { Exchange } from './exchange.ts'
import { addReceivedParameter, fixContact, fixDescription } from './nat-fixes.ts'
import { natTestsShowing } from './nat-tests.ts'
import { applyEdits } from './relay.ts'
import { newRunState, Run } from './run.ts'

interface Sight {
  readonly via: string
  readonly contact: string
  readonly sdp: string
  readonly source: string
  readonly port: number
  readonly transport: Transport
}

const plain: Sight = {
  via: '192.168.1.20:5060',
  contact: 'sip:a@192.168.1.20:5060',
  sdp: '192.168.1.20',
  source: '192.168.1.20',
  port: 5060,
  transport: 'udp',
}

test.each<[string, Partial<Sight>, literal: number, lanAware: number]>([
  ['a phone of the office', {}, 1 + 4 + 8 + 32, 32],
  ['a phone in another network of the office', all('10.20.0.5'), 1 + 4 + 8 + 32, 32],
  ['a phone of the office that names its second address there', { contact: 'sip:a@192.168.1.21' }, 45, 32],
  ['a phone of the office that names its container network', { contact: 'sip:a@172.17.0.1' }, 45, 1 + 32],
  ['a phone at home with the same addresses', { source: '198.51.100.7', port: 61_000 }, 415, 415],
  ['one that found its outside address by STUN', { ...all('198.51.100.7'), port: 61_000 }, 144, 144],
  ['one on the internet', all('198.51.100.7'), 0, 0],
  [
    'one behind carrier-grade NAT',
    { ...all('100.64.0.9'), source: '198.51.100.7' },
    2 + 256,
    1 + 2 + 4 + 8 + 256,
  ],
  ['the old way of hold', { ...all('198.51.100.7'), sdp: '0.0.0.0' }, 0, 0],
  ['a phone of the office on TCP', { transport: 'tcp', port: 40_123 }, 32 + 1 + 4 + 8 + 16 + 128, 32 + 128],
  [
    'a browser',
    { ...all('198.51.100.7'), via: 'x7.invalid', contact: 'sip:a@x7.invalid', transport: 'wss', port: 9 },
    2 + 16 + 64 + 128,
    2 + 64 + 128,
  ],
])('%s', (_name, parts, literal, lanAware) => {
  const run = runOf(parts)

  expect(natTestsShowing(run, 511, { isLanAware: false })).toBe(literal)
  expect(natTestsShowing(run, 511, { isLanAware: true })).toBe(lanAware)
})

test('only what is asked for is looked at', () => {
  const run = runOf({ source: '198.51.100.7', port: 61_000 })

  expect([19, 2, 8, 32].map((wanted) => natTestsShowing(run, wanted, { isLanAware: true }))).toEqual([
    19, 2, 8, 0,
  ])
})

test.each<[string, Partial<Sight>, { keepsPort?: boolean; sparesRightHost?: boolean }, string]>([
  ['the source takes its place', { source: '198.51.100.7', port: 61_000 }, {}, 'sip:a@198.51.100.7:61000'],
  [
    'parameters stay',
    { contact: 'sip:a@10.0.0.1;line=x', source: '198.51.100.7' },
    {},
    'sip:a@198.51.100.7:5060;line=x',
  ],
  ['IPv6', { source: '2001:db8::7' }, {}, 'sip:a@[2001:db8::7]:5060'],
  [
    'an asymmetric phone keeps its port',
    { contact: 'sip:a@10.0.0.1:5088', source: '198.51.100.7', port: 61_000 },
    { keepsPort: true },
    'sip:a@198.51.100.7:5088',
  ],
  [
    'a right one is spared',
    { contact: 'sip:a@192.168.1.20:5099' },
    { sparesRightHost: true },
    'sip:a@192.168.1.20:5099',
  ],
  ['a connection is named', { transport: 'tcp', port: 40_123 }, {}, 'sip:a@192.168.1.20:40123;transport=tcp'],
  [
    'a transport that it did not come by goes',
    { contact: 'sip:a@10.0.0.1;transport=tcp', source: '198.51.100.7' },
    {},
    'sip:a@198.51.100.7:5060',
  ],
])('fix_contact: %s', (_name, parts, fix, expected) => {
  const run = runOf(parts)

  expect(fixContact(run, { keepsPort: false, sparesRightHost: false, ...fix })).toBe(1)
  expect(editedText(run)).toContain(`Contact: "sip:a@x" <${expected}>;q=0.5\r\n`)
})

test('a Contact is not changed twice, and 0.9 touches none of a stream', () => {
  const run = runOf({})
  const old = runOf({ contact: 'sip:a@10.0.0.1;transport=tcp' }, 'compatibility=ser09\n')
  const fix = { keepsPort: false, sparesRightHost: false }

  expect([fixContact(run, fix), fixContact(run, fix), fixContact(old, fix)]).toEqual([1, -1, -1])
  expect(run.edits).toHaveLength(1)
})

test('add_rcv_param marks each Contact behind its parameters', () => {
  const run = runOf({ contact: 'sip:a@10.0.0.1>;x=1, <sip:b@10.0.0.2', source: '198.51.100.7', port: 61_000 })

  expect(addReceivedParameter(run)).toBe(1)
  const mark = ';received="sip:198.51.100.7:61000"'
  expect(editedText(run)).toContain(`<sip:a@10.0.0.1>;x=1${mark}, <sip:b@10.0.0.2>;q=0.5${mark}\r\n`)
})

test.each([
  [1, 'c=IN IP4 192.168.1.20\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\na=direction:active\r\n'],
  [2, 'c=IN IP4 198.51.100.7\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\na=oldmediaip:192.168.1.20\r\n'],
  [
    3,
    'c=IN IP4 198.51.100.7\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\na=direction:active\r\na=oldmediaip:192.168.1.20\r\n',
  ],
  [4, 'c=IN IP4 192.168.1.20\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\na=nortpproxy:yes\r\n'],
])('fix_nated_sdp %i', (fixes, expected) => {
  const run = runOf({ source: '198.51.100.7' })

  expect(fixDescription(run, fixes)).toBe(1)
  const text = editedText(run)
  expect(text.slice(text.indexOf('c=IN'))).toBe(expected)
  const parsed = parseMessage(text)
  expect(parsed.kind === 'request' && text.endsWith(parsed.body)).toBe(true)
})

test('fix_nated_sdp 8 writes the origin; a held stream stays held; no description is -1', () => {
  const origin = runOf({ source: '198.51.100.7' })
  const held = runOf({ source: '198.51.100.7', sdp: '0.0.0.0' })
  const empty = runOf({ sdp: '' })

  expect([fixDescription(origin, 8), fixDescription(held, 2), fixDescription(empty, 2)]).toEqual([1, 1, -1])
  expect(editedText(origin)).toContain('o=a 1 1 IN IP4 198.51.100.7\r\n')
  expect(held.edits).toEqual([])
})

function all(address: string): Partial<Sight> {
  return { via: `${address}:5060`, contact: `sip:a@${address}`, sdp: address, source: address }
}

function runOf(parts: Partial<Sight>, globals = ''): Run {
  const sight = { ...plain, ...parts }
  const listener = { transport: sight.transport, address: '192.168.1.1', port: 5060 }
  const exchange = new Exchange({
    listeners: [listener],
    program: loadProgram(globals + scriptWith('route { drop; }')),
    random: () => 0.5,
    hash: (text) => text,
    sha256: (text) => text,
    hmac: (_, text) => text,
    wallClock: () => 0,
    version: 'test',
    subnets: [{ address: '192.168.1.1', prefixBits: 24 }],
  })
  const body =
    sight.sdp === ''
      ? ''
      : `v=0\r\no=a 1 1 IN IP4 ${sight.sdp}\r\ns=-\r\nc=IN IP4 ${sight.sdp}\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n`
  const request = parseMessage(
    `INVITE sip:b@x SIP/2.0\r\nVia: SIP/2.0/${sight.transport.toUpperCase()} ${sight.via};branch=z9hG4bK1\r\n` +
      `From: <sip:a@x>;tag=1\r\nTo: <sip:b@x>\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n` +
      `Contact: "sip:a@x" <${sight.contact}>;q=0.5\r\nContent-Type: application/sdp\r\n` +
      `Content-Length: ${body.length}\r\n\r\n${body}`,
  )
  if (request.kind !== 'request') throw new Error(JSON.stringify(request))
  const source: Flow = { listener, address: sight.source, port: sight.port, connection: undefined }
  return new Run(exchange, 'request', request, undefined, source, newRunState())
}

function editedText(run: Run): string {
  return applyEdits(run.request.octets, run)
}
