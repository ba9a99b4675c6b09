import { expect, test } from 'vitest'
import { loadProgram } from '../../test/sim/exchange-host.ts'
import { scriptWith } from '../../test/flows/office.ts'
import { instant } from '../lib/instant.ts'
import { printBencode } from './bencode.ts'
import { Core } from './core.ts'
import { parseOutsideAddress } from './outside-address.ts'
import { OutsideRelay } from './outside-relay.ts'
import type { OutsideDescription, OutsideFlags, OutsideResult } from './outside-session.ts'
import { describeCommands, readPlace } from './outside-rtpproxy.ts'
import { Wakes } from './wakes.ts'

const sdp =
  'v=0\r\no=a 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\n' +
  'm=audio 4000 RTP/AVP 0\r\na=rtcp:4101\r\nm=image 0 udptl t38\r\nm=video 4002 RTP/AVP 99\r\nc=IN IP4 10.0.0.8\r\n'

test.each([
  [
    'unix:/var/run/rtpproxy.sock',
    { protocol: 'rtpproxy', place: { kind: 'unix', path: '/var/run/rtpproxy.sock' } },
  ],
  [
    '/var/run/rtpproxy.sock',
    { protocol: 'rtpproxy', place: { kind: 'unix', path: '/var/run/rtpproxy.sock' } },
  ],
  [
    'udp:10.0.0.5:7722',
    { protocol: 'rtpproxy', place: { kind: 'udp', family: 4, host: '10.0.0.5', port: 7722 } },
  ],
  [
    'udp:relay.example',
    { protocol: 'rtpproxy', place: { kind: 'udp', family: 4, host: 'relay.example', port: 22_222 } },
  ],
  ['udp6:[::1]:7722', { protocol: 'rtpproxy', place: { kind: 'udp', family: 6, host: '::1', port: 7722 } }],
  [
    'rtpengine:udp:127.0.0.1:2223',
    { protocol: 'ng', place: { kind: 'udp', family: 4, host: '127.0.0.1', port: 2223 } },
  ],
  ['udp:host:99999', /port/],
  ['rtpengine:unix:/x', /no udp/],
  ['tcp:host:1', /no place/],
])('rtpproxy_sock %s', (text, expected) => {
  const read = parseOutsideAddress(text)
  if (expected instanceof RegExp) expect(read).toMatch(expected)
  else expect(read).toEqual(expected)
})

test.each<[string, Partial<OutsideDescription>, Partial<OutsideFlags>, string[]]>([
  ['an offer', {}, {}, ['U c1 198.51.100.7 4000 f;1', 'U c1 198.51.100.7 4002 f;2']],
  [
    'its answer',
    { kind: 'answer', session: { callId: 'c1', fromTag: 't', toTag: 'f' } },
    {},
    ['L c1 198.51.100.7 4000 f;1 t;1', 'L c1 198.51.100.7 4002 f;2 t;2'],
  ],
  [
    'flags',
    {},
    { isAsymmetric: true, directions: 'ie', trustsDescription: true },
    ['UARIE c1 10.0.0.9 4000 f;1', 'UARIE c1 10.0.0.8 4002 f;2'],
  ],
  [
    'a call id with a blank',
    { session: { callId: 'c 1', fromTag: 'f', toTag: undefined } },
    {},
    ['U c_1 198.51.100.7 4000 f;1', 'U c_1 198.51.100.7 4002 f;2'],
  ],
])('rtpproxy: %s', (_name, parts, flags, commands) => {
  expect(describeCommands(described(parts, flags))).toEqual(commands)
})

test.each([
  ['35000', { port: 35_000, address: undefined }],
  ['35000 192.0.2.9\n', { port: 35_000, address: '192.0.2.9' }],
  ['35000 2001:db8::9 6\n', { port: 35_000, address: '2001:db8::9' }],
  ['35000 192.0.2.9 4\n', { port: 35_000, address: '192.0.2.9' }],
  ['0', 'has no such session'],
  ['E8', 'answered "E8"'],
  ['35000 evil.example', 'answered with something that is no address'],
  ['99999', 'answered "99999"'],
])('rtpproxy answers %s', (answer, expected) => {
  expect(readPlace(answer)).toEqual(expected)
})

test('a description leaves with the places of the relay in it, and says so', () => {
  const desk = new Desk('udp:127.0.0.1:7722')
  desk.describe()
  desk.answer('35000 192.0.2.9', 1)
  desk.answer('35002 192.0.2.9', 2)

  expect(desk.results).toEqual([
    {
      text:
        'v=0\r\no=a 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 35000 RTP/AVP 0\r\n' +
        'm=image 0 udptl t38\r\nm=video 35002 RTP/AVP 99\r\nc=IN IP4 192.0.2.9\r\na=nortpproxy:yes\r\n',
    },
  ])
})

test('a command is repeated, then the relay is left alone, asked again, and used again', () => {
  const desk = new Desk('udp:127.0.0.1:7722')
  desk.describe()

  desk.pass(5_000)
  expect(desk.asked.filter(({ octets }) => octets.includes('f;1'))).toHaveLength(5)
  expect(desk.results).toEqual([{ why: 'is silent' }])
  expect(desk.relay.isUsable).toBe(false)

  desk.pass(60_000)
  expect(desk.lastAsked).toMatch(/ V$/)
  desk.answer('20040107')
  expect(desk.relay.isUsable).toBe(true)
  expect(desk.warnings).toEqual([
    expect.stringMatching(/^the relay at udp:127\.0\.0\.1:7722 is silent: it is tried again in 60 s/),
    'the relay at udp:127.0.0.1:7722 answers again',
  ])
})

test('somebody who speaks something else is not used', () => {
  const desk = new Desk('udp:127.0.0.1:7722')
  desk.relay.start()
  desk.pass(0)

  desk.answer('20990101')

  expect(desk.relay.isUsable).toBe(false)
})

test('a foreign cookie, a late copy and a broken hand-over change nothing', () => {
  const desk = new Desk('udp:127.0.0.1:7722')
  desk.describe()
  desk.relay.said(undefined, 'zzz_1 35000')
  desk.relay.said(undefined, 'nonsense')
  desk.relay.said(undefined, '')
  desk.answer('35000', 1)
  desk.answer('35002', 2)
  desk.answer('35008', 2)
  desk.relay.failed(99)

  expect(desk.results).toMatchObject([{ text: expect.stringContaining('m=audio 35000') }])
})

test('over a path a command has a connection of its own and no cookie', () => {
  const desk = new Desk('unix:/run/rtpproxy.sock')
  desk.relay.end({ callId: 'c1', fromTag: 'f', toTag: 't' })

  expect(desk.asked).toEqual([
    { kind: 'ask-outside', place: { kind: 'unix', path: '/run/rtpproxy.sock' }, id: 1, octets: 'D c1 f t\n' },
  ])
})

test('ng: the answer is the description, and an error is told', () => {
  const desk = new Desk('rtpengine:udp:127.0.0.1:2223')
  desk.describe()
  expect(desk.lastAsked).toContain('7:command5:offer7:call-id2:c18:from-tag1:f3:sdp')
  desk.answer(printBencode({ result: 'ok', sdp: 'v=0\r\n' }))
  desk.describe()
  desk.answer(printBencode({ result: 'error', 'error-reason': 'No' }), 2)
  desk.describe()
  desk.answer('d4:', 3)

  expect(desk.results).toEqual([
    { text: 'v=0\r\na=nortpproxy:yes\r\n' },
    { why: 'answered No' },
    { why: 'answered what is no ng answer' },
  ])
})

test('nothing is left when all is answered', () => {
  const desk = new Desk('udp:127.0.0.1:7722')
  desk.describe()
  desk.answer('35000', 1)
  desk.answer('35002', 2)

  expect(desk.wakes.soonest).toBeUndefined()
})

class Desk {
  readonly relay: OutsideRelay
  readonly results: OutsideResult[] = []
  readonly wakes = new Wakes()
  readonly #core: Core

  constructor(text: string) {
    const address = parseOutsideAddress(text)
    if (typeof address === 'string') throw new Error(address)
    this.#core = new Core({
      listeners: [],
      program: loadProgram(scriptWith('route { drop; }')),
      random: () => 0.5,
      hash: (octets) => octets,
      sha256: (text) => text,
      hmac: (_, text) => text,
      wallClock: () => 0,
      version: 'test',
    })
    this.relay = new OutsideRelay(this.#core, this.wakes, {
      address,
      sendings: 5,
      answerMs: 1_000,
      disabledMs: 60_000,
    })
  }

  describe(): void {
    this.relay.describe(described({}, {}), '192.168.1.1', (result) => this.results.push(result))
  }

  get asked() {
    return this.#core.out.filter((output) => output.kind === 'ask-outside')
  }

  get lastAsked(): string {
    return this.asked.at(-1)?.octets ?? ''
  }

  get warnings(): string[] {
    return this.#core.out.flatMap((output) =>
      output.kind === 'event' && output.event.kind === 'script-log' ? [output.event.text] : [],
    )
  }

  /** To the command of that number, else to the last. */
  answer(text: string, id = this.asked.at(-1)?.id): void {
    const cookie = this.asked.find((asked) => asked.id === id)?.octets.split(' ')[0] ?? ''
    this.relay.said(undefined, `${cookie} ${text}`)
  }

  pass(ms: number): void {
    const end = this.#core.now + ms
    for (let next = this.wakes.soonest; next !== undefined && next <= end; next = this.wakes.soonest) {
      this.#core.now = next
      this.wakes.wakeDue(next)
    }
    this.#core.now = instant(end)
  }
}

function described(parts: Partial<OutsideDescription>, flags: Partial<OutsideFlags>): OutsideDescription {
  return {
    kind: 'offer',
    session: { callId: 'c1', fromTag: 'f', toTag: undefined },
    text: sdp,
    source: '198.51.100.7',
    flags: {
      isAsymmetric: false,
      trustsDescription: false,
      onlyLooksUp: false,
      directions: '',
      advertised: undefined,
      ...flags,
    },
    ...parts,
  }
}
