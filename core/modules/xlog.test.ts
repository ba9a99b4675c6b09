import { describe, expect, test } from 'vitest'
import { Exchange, newRunState, Run } from '../exchange/index.ts'
import type { Refused, Step } from '../script/index.ts'
import { loadScript } from '../script/index.ts'
import { parseMessage } from '../sip/index.ts'
import { vocabulary } from './index.ts'
import { xlog } from './xlog.ts'

const invite = [
  'INVITE sip:bob@example.com SIP/2.0',
  'Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1',
  'v: SIP/2.0/UDP 192.0.2.8;branch=z9hG4bK2',
  'From: <sip:alice@example.com>;tag=a',
  'To: <sip:bob@example.com>',
  'Call-ID: call-1',
  'CSeq: 7 INVITE',
  'm: <sip:alice@192.0.2.7>',
  'User-Agent: Phone\u001b[2J\t1\u00c2\u0085\u00e9',
  'Subject: lunch and',
  ' dinner',
  '',
  '',
].join('\r\n')
const busy = invite
  .replace('INVITE sip:bob@example.com SIP/2.0', 'SIP/2.0 486 Busy Here')
  .replace('To: <sip:bob@example.com>', 'To: <sip:bob@example.com>;tag=b')

describe('specifiers', () => {
  test.each([
    ['%ci', 'call-1'],
    ['%cs', '7'],
    ['%ct', '<sip:alice@192.0.2.7>'],
    ['%fu %ft', 'sip:alice@example.com a'],
    ['%is', '192.0.2.7'],
    ['%mf', '2147483650'],
    ['%mi', '0'],
    ['%ml', String(invite.length)],
    ['%pp', '<null>'],
    ['%rm', 'INVITE'],
    ['%ru', 'sip:carol@example.com'],
    ['%rs %rr', '<null> <null>'],
    ['%tu %tt', 'sip:bob@example.com <null>'],
    ['%Ts', '1793678706'],
    ['%Tf', 'Tue Nov 03 04:05:06 2026'],
    ['%ua', 'Phone\\x1b[2J\\x091\u00c2\\x85\u00e9'],
    ['%br', 'sip:dave@example.com'],
    ['%ds', '<sip:carol@example.com>, <sip:dave@example.com>, <sip:erin@example.com>'],
    ['%{via}', 'SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1'],
    ['%{V[1]}', 'SIP/2.0/UDP 192.0.2.8;branch=z9hG4bK2'],
    ['%{Via[-2]}', 'SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1'],
    ['%{Via[2]} %{Date}', '<null> <null>'],
    ['%{s}', 'lunch and dinner'],
    ['100%% of %rm\n', '100% of INVITE'],
    ['a\tb', 'a\tb'],
  ])('%j gives %j', (format, text) => {
    const run = runOf()
    expect(step('xlog', 'L_INFO', format)(run)).toBe(1)
    expect(run.exchange.core.out).toEqual([{ kind: 'event', event: { kind: 'script-log', level: 3, text } }])
  })

  test('a reply has a status and no Request-URI', () => {
    const run = runOf(busy)
    step('xlog', 'L_INFO', '%rs %rr %rm %ru %tt')(run)
    expect(linesOf(run)).toEqual(['486 Busy Here INVITE <null> b'])
  })

  test('the whole message stays one line', () => {
    const run = runOf()
    step('xlog', 'L_INFO', '%mb')(run)
    expect(linesOf(run)[0]).toMatch(
      /^INVITE sip:bob@example.com SIP\/2.0\\r\\nVia: [ -~\u00a0-\u00ff]*\\r\\n\\r\\n$/,
    )
  })
})

describe('levels', () => {
  test.each([
    ['L_ALERT', -3],
    ['L_CRIT', -2],
    ['L_ERR', -1],
    ['L_ERROR', -1],
    ['L_WARN', 1],
    ['L_NOTICE', 2],
    ['L_INFO', 3],
    ['L_DBG', 4],
  ])('%s is %i', (name, level) => {
    const run = runOf(invite, 4)
    step('xlog', name, 'x')(run)
    expect(run.exchange.core.out).toMatchObject([{ event: { level } }])
  })

  test.each([
    [3, 'L_INFO', ['x']],
    [2, 'L_INFO', []],
    [0, 'L_WARN', []],
    [0, 'L_ERR', ['x']],
  ])('with debug=%i a line of %s gives %j', (debug, level, lines) => {
    const run = runOf(invite, debug)
    expect([step('xlog', level, 'x')(run), linesOf(run)]).toEqual([1, lines])
  })

  test('xdbg writes at the level of debugging', () => {
    const quiet = runOf(invite, 3)
    const loud = runOf(invite, 4)
    step('xdbg', '%rm')(quiet)
    step('xdbg', '%rm')(loud)
    expect([linesOf(quiet), linesOf(loud)]).toEqual([[], ['INVITE']])
  })
})

test('a line is cut off at buf_size', () => {
  const run = runOf()
  const result = prepared('xlog', ['L_INFO', 'abc%ruxyz'], 8)
  if (typeof result === 'function') result(run)
  expect(linesOf(run)).toEqual(['abcsip:c'])
})

test.each([
  ['xlog', ['INFO', 'x']],
  ['xlog', ['L_X', 'x']],
  ['xlog', ['L_INFO', '%zz']],
  ['xlog', ['L_INFO', '%']],
  ['xlog', ['L_INFO', '%r']],
  ['xlog', ['L_INFO', '%{}']],
  ['xlog', ['L_INFO', '%{Via']],
  ['xlog', ['L_INFO', '%{Via[x]}']],
  ['xlog', ['L_INFO', '%{a b}']],
  ['xdbg', ['%RU']],
])('%s(%j) is refused at load', (name, args) => {
  expect(prepared(name, args)).toEqual({ refused: expect.stringMatching(/\.$/), remedy: expect.any(String) })
})

test('a buffer of no size is refused', () => {
  expect(xlog.refuse?.(new Map([['buf_size', 0]]))).toBeDefined()
  expect(xlog.refuse?.(new Map([['buf_size', 4096]]))).toBeUndefined()
})

function prepared(name: string, args: readonly string[], octets = 4096): Step<Run> | Refused {
  const command = xlog.commands.find((known) => known.name === name)
  return command!.prepare!(args, new Map([['buf_size', octets]]))
}

function step(name: string, ...args: string[]): Step<Run> {
  const result = prepared(name, args)
  if (typeof result !== 'function') throw new Error(result.refused)
  return result
}

function linesOf(run: Run): string[] {
  return run.exchange.core.out.flatMap((output) =>
    output.kind === 'event' && output.event.kind === 'script-log' ? [output.event.text] : [],
  )
}

function runOf(octets = invite, debug = 3): Run {
  const listener = { transport: 'udp', address: '192.0.2.1', port: 5060 } as const
  const { program } = loadScript(`debug=${debug} route { drop; }`, vocabulary)
  const exchange = new Exchange({
    listeners: [listener],
    program: program!,
    random: () => 0.5,
    hash: (text) => text,
    sha256: (text) => text,
    hmac: (key, text) => key + text,
    wallClock: () => Date.UTC(2026, 10, 3, 4, 5, 6, 789),
    version: '0',
  })
  const request = parseMessage(invite)
  const message = parseMessage(octets)
  if (request.kind !== 'request' || message.kind === 'malformed') throw new Error(JSON.stringify(message))
  const response = message.kind === 'response' ? message : undefined
  const source = { listener, address: '192.0.2.7', port: 5060, connection: undefined }
  const run = new Run(exchange, response ? 'reply' : 'request', request, response, source, newRunState())
  run.uri = 'sip:carol@example.com'
  run.branches = ['dave', 'erin'].map((user) => ({
    uri: `sip:${user}@example.com`,
    destination: undefined,
    q: undefined,
  }))
  run.state.flags = (1 << 31) | 2
  return run
}
