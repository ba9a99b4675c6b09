import { describe, expect, test } from 'vitest'
import { instant } from '../lib/instant.ts'
import { Exchange, newRunState, Run } from '../exchange/index.ts'
import type { Refused, Step } from '../script/index.ts'
import { loadScript } from '../script/index.ts'
import { parseMessage } from '../sip/index.ts'
import { applyEdits } from '../exchange/relay.ts'
import { vocabulary } from './index.ts'
import { textops } from './textops.ts'

const listener = { transport: 'udp', address: '192.0.2.1', port: 5060 } as const

const lines = [
  'INVITE sip:bob@example.com;user=phone SIP/2.0',
  'Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1',
  'f: <sip:alice@example.com>;tag=a',
  'To: <sip:bob@example.com>',
  'i: call-1',
  'CSeq: 7 INVITE',
  's: lunch and',
  ' dinner',
  'User-Agent: Phone/1.0',
  'X-Note: one',
  'x-note: two',
  'a: *;mobility="fixed"',
  'Content-Type: application/sdp',
]
const body = 'v=0\r\na=sendonly\r\nm=audio 4000 RTP/AVP 0\r\n'
const invite = `${lines.join('\r\n')}\r\nContent-Length: ${body.length}\r\n\r\n${body}`

describe('search', () => {
  test.each([
    ['the first line', '^INVITE sip:bob', 1],
    ['the body', 'a=sendonly', 1],
    ['letters of either case', 'USER-AGENT: phone', 1],
    ['^ at each line', '^User-Agent', 1],
    ['^ only at lines', '^Agent', -1],
    ['$ before a line feed', 'dinner.$', 1],
    ['. does not match a line feed', 'Phone/1.0..X-Note', -1],
    ['nothing like it', 'sendrecv', -1],
  ])('finds %s', (_what, pattern, result) => {
    expect(step('search', pattern)(runOf())).toBe(result)
  })

  test('an earlier change cannot be seen', () => {
    const run = runOf()
    step('replace', 'Phone/1.0', 'Other')(run)
    expect([step('search', 'Phone/1.0')(run), step('search', 'Other')(run)]).toEqual([1, -1])
  })
})

describe('changes of the text', () => {
  test.each([
    ['replace changes the first match', 'replace', ['note', 'Remark'], 'X-Note: one', 'X-Remark: one'],
    [
      'replace_all changes every match',
      'replace_all',
      ['x-note', 'X-R'],
      'X-Note: one\r\nx-note: two',
      'X-R: one\r\nX-R: two',
    ],
    ['replace works on the body', 'replace', ['sendonly', 'recvonly'], 'a=sendonly', 'a=recvonly'],
    [
      'replace keeps the CR of a line',
      'replace',
      ['^User-Agent:.*', 'User-Agent: x'],
      'User-Agent: Phone/1.0\r\n',
      'User-Agent: x\r\n',
    ],
    [
      'a header emptied by replace vanishes',
      'replace',
      ['^User-Agent:.*$', ''],
      'User-Agent: Phone/1.0\r\n',
      '',
    ],
    [
      'the last header can be removed with its line end',
      'replace',
      ['^Content-Length: [0-9]+.\n', ''],
      `Content-Length: ${body.length}\r\n`,
      '',
    ],
    ['an emptied line of the body stays', 'replace', ['^a=.*$', ''], 'a=sendonly', ''],
    ['search_append adds behind the match', 'search_append', ['Phone/1', '.5'], 'Phone/1.0', 'Phone/1.5.0'],
    [
      'subst fills in groups',
      'subst',
      ['/^X-Note: (o)(n)e/X-Note: \\2\\1 \\0/'],
      'X-Note: one',
      'X-Note: no X-Note: one',
    ],
    [
      'subst tells letters apart',
      'subst',
      ['/x-note: (.*)/x-note: !\\1/'],
      'x-note: two\r\n',
      'x-note: !two\r\n',
    ],
    ['subst with i and g', 'subst', ['/x-note/N/ig'], 'X-Note: one\r\nx-note: two', 'N: one\r\nN: two'],
    ['subst without g', 'subst', ['/x-note/N/i'], 'X-Note: one\r\nx-note: two', 'N: one\r\nx-note: two'],
    [
      'subst with s goes over lines',
      'subst',
      ['/lunch.*dinner/tea/s'],
      's: lunch and\r\n dinner\r\n',
      's: tea\r\n',
    ],
    [
      'subst writes the Request-URI',
      'subst',
      ['/Phone\\/1.0/\\u/'],
      'Phone/1.0',
      'sip:bob@example.com;user=phone',
    ],
    [
      'subst writes control characters',
      'subst',
      ['/Phone/a\\tb\\r\\nX: c\\\\d/'],
      'Phone/1.0',
      'a\tb\r\nX: c\\d/1.0',
    ],
    ['another character may part the expression', 'subst', ['#Phone/1#Tel/2#'], 'Phone/1.0', 'Tel/2.0'],
    ['the parting character can be escaped', 'subst', ['/Phone\\/1/Tel\\/2/'], 'Phone/1.0', 'Tel/2.0'],
  ])('%s', (_what, name, args, before, after) => {
    const run = runOf()
    expect(step(name, ...args)(run)).toBe(1)
    expect(edited(run)).toBe(withLengthOf(invite.replace(before, () => after)))
  })

  test.each([
    ['replace', ['nowhere', 'x']],
    ['replace', ['^INVITE', 'BYE']],
    ['replace', ['j*', 'y']],
    ['replace_all', ['nowhere', 'x']],
    ['search_append', ['nowhere', 'x']],
    ['subst', ['/user-agent/x/']],
    ['subst', ['/^INVITE sip/x/']],
  ])('%s(%j) finds nothing behind the first line', (name, args) => {
    const run = runOf()
    expect([step(name, ...args)(run), run.edits]).toEqual([-1, []])
  })

  test('of two changes that overlap, the later place gives way', () => {
    const run = runOf()
    step('replace', 'Phone/1.0', 'A')(run)
    step('replace', 'one/1.0', 'B')(run)
    expect(edited(run)).toContain('User-Agent: A\r\n')
  })
})

describe('the Request-URI', () => {
  test.each([
    ['subst_uri', '/bob@(.*);user=phone/carol@\\1/', 'sip:carol@example.com'],
    ['subst_uri', '/BOB/carol/i', 'sip:carol@example.com;user=phone'],
    ['subst_uri', '/o/0/g', 'sip:b0b@example.c0m;user=ph0ne'],
    ['subst_user', '/^b(.*)$/9\\1/', 'sip:9ob@example.com;user=phone'],
    ['subst_user', '/b/x/g', 'sip:xox@example.com;user=phone'],
    ['subst_user', '/.*//', 'sip:example.com;user=phone'],
  ])('%s %s gives %s', (name, expression, uri) => {
    const run = runOf()
    expect([step(name, expression)(run), run.uri]).toEqual([1, uri])
  })

  test.each([
    ['subst_uri', '/nobody/x/'],
    ['subst_user', '/example/x/'],
    ['subst_uri', '/bob/b b/'],
    ['subst_uri', '/bob/b\\r\\nX: y/'],
    ['subst_uri', '/$/?Subject=x/'],
    ['subst_uri', '/;user/?user/'],
    ['subst_user', '/bob/b@b/'],
  ])('%s %s leaves it alone', (name, expression) => {
    const run = runOf()
    expect([step(name, expression)(run), run.uri]).toEqual([-1, 'sip:bob@example.com;user=phone'])
  })

  test('subst_user leaves a URI without a user alone', () => {
    const run = runOf()
    run.uri = 'sip:example.com'
    expect([step('subst_user', '/.*/x/')(run), run.uri]).toEqual([-1, 'sip:example.com'])
  })
})

describe('headers', () => {
  test.each([
    ['Subject', 's: lunch and\r\n dinner\r\n'],
    ['sUBJECT', 's: lunch and\r\n dinner\r\n'],
    ['S', 's: lunch and\r\n dinner\r\n'],
    ['Accept-Contact', 'a: *;mobility="fixed"\r\n'],
    ['uSER-aGENT', 'User-Agent: Phone/1.0\r\n'],
    ['X-NOTE', 'X-Note: one\r\nx-note: two\r\n'],
  ])('remove_hf("%s") takes the whole line away', (name, removed) => {
    const run = runOf()
    expect([step('is_present_hf', name)(run), step('remove_hf', name)(run)]).toEqual([1, 1])
    expect(edited(run)).toBe(invite.replace(removed, ''))
  })

  test('a header that is not there is not removed', () => {
    const run = runOf()
    expect([step('is_present_hf', 'Date')(run), step('remove_hf', 'Date')(run), run.edits]).toEqual([
      -1,
      -1,
      [],
    ])
  })

  test('the last header of a message without an empty line is removed to its end', () => {
    const run = runOf(lines.slice(0, 6).join('\r\n') + '\r\nX-Last: x')
    expect(step('remove_hf', 'x-last')(run)).toBe(1)
    expect(applyEdits(run.message.octets, run)).toBe(lines.slice(0, 6).join('\r\n') + '\r\n')
  })

  test('header lines are collected in their order', () => {
    const run = runOf()
    step('append_hf', 'P-One: 1\r\n')(run)
    step('append_hf', 'P-Two: 2,\r\n 3\r\nP-Three:\r\n')(run)
    run.uri = 'sip:carol@example.com'
    step('append_urihf', 'P-Uri: <', '>\r\n')(run)
    expect(run.lines).toBe('P-One: 1\r\nP-Two: 2,\r\n 3\r\nP-Three:\r\nP-Uri: <sip:carol@example.com>\r\n')
  })

  test('lines for replies and their date are kept with the transaction', () => {
    const run = runOf(invite, Date.UTC(2026, 10, 3, 4, 5, 6, 789))
    step('append_to_reply', 'P-One: 1\r\n')(run)
    step('append_time')(run)
    expect(run.state.replyLines).toBe('P-One: 1\r\nDate: Tue, 03 Nov 2026 04:05:06 GMT\r\n')
  })
})

describe('refused at load', () => {
  test.each([
    ['search', ['(']],
    ['replace', ['a**(', 'x']],
    ['subst', ['']],
    ['subst', ['/a/b']],
    ['subst', ['/a']],
    ['subst', ['\\a\\b\\']],
    ['subst', ['/a/b/x']],
    ['subst', ['/(a/b/']],
    ['subst_uri', ['/(a)/\\2/']],
    ['append_hf', ['P-One: 1']],
    ['append_hf', ['P-One: 1\n']],
    ['append_hf', ['\r\n']],
    ['append_hf', [' P-One: 1\r\n']],
    ['append_hf', ['P-One: 1\r\nrubbish\r\n']],
    ['append_hf', ['P-One: 1\r\n\r\n']],
    ['append_hf', ['P-One: 1\nP-Two: 2\r\n']],
    ['append_hf', ['P-One: \u0001\r\n']],
    ['append_hf', ['P-One: 1\r\n \u0001\r\n']],
    ['append_hf', ['l: 0\r\n']],
    ['search_append', ['(', 'x']],
    ['replace_all', ['[', 'x']],
    ['subst_user', ['/(a*)*/x/']],
    ['append_urihf', ['P-Uri: ', '']],
    ['append_to_reply', ['P-One']],
    ['remove_hf', ['User-Agent:']],
    ['remove_hf', ['v']],
    ['is_present_hf', ['']],
  ])('%s(%j)', (name, args) => {
    const refused = prepared(name, args)
    expect(refused).toEqual({ refused: expect.stringMatching(/\.$/), remedy: expect.stringMatching(/\.$/) })
  })
})

test('the request that goes on has all the changes', () => {
  const exchange = exchangeOf(`
    loadmodule "textops.so"
    route {
      remove_hf("Subject");
      replace("sendonly", "inactive");
      subst('/^(User-Agent: ).*$/\\1none/');
      append_hf("P-One: 1\\r\\n");
      subst_user('/bob/carol/');
      forward(192.0.2.9, 5060);
    }`)
  const flow = { listener, address: '192.0.2.7', port: 5060, connection: undefined }
  const sent = exchange
    .handle(instant(0), { kind: 'datagram', flow, octets: invite })
    .flatMap((output) => (output.kind === 'send' ? [output.octets] : []))
  expect(sent).toHaveLength(1)
  const forwarded = parseMessage(sent[0]!)
  expect(forwarded).toMatchObject({
    kind: 'request',
    uri: 'sip:carol@example.com;user=phone',
    body: body.replace('sendonly', 'inactive'),
  })
  expect(sent[0]).toContain(
    'CSeq: 7 INVITE\r\nUser-Agent: none\r\nX-Note: one\r\nx-note: two\r\na: *;mobility="fixed"\r\n',
  )
  expect(sent[0]).toContain('P-One: 1\r\n')
})

function prepared(name: string, args: readonly string[]): Step<Run> | Refused {
  const command = textops.commands.find((known) => known.name === name && known.takes.length === args.length)
  return command!.prepare!(args, new Map())
}

function step(name: string, ...args: string[]): Step<Run> {
  const result = prepared(name, args)
  if (typeof result !== 'function') throw new Error(result.refused)
  return result
}

function exchangeOf(script: string, wallClock = 0): Exchange {
  const { program, problems } = loadScript(script, vocabulary)
  if (program === undefined) throw new Error(JSON.stringify(problems))
  return new Exchange({
    listeners: [listener],
    program,
    random: () => 0.5,
    hash: (text) => text,
    sha256: (text) => text,
    hmac: (key, text) => key + text,
    wallClock: () => wallClock,
    version: '0',
  })
}

function runOf(octets = invite, wallClock = 0): Run {
  const request = parseMessage(octets)
  if (request.kind !== 'request') throw new Error(JSON.stringify(request))
  const source = { listener, address: '192.0.2.7', port: 5060, connection: undefined }
  const exchange = exchangeOf('route { drop; }', wallClock)
  return new Run(exchange, 'request', request, undefined, source, newRunState())
}

function edited(run: Run): string {
  return applyEdits(run.message.octets, run)
}

function withLengthOf(text: string): string {
  return text.replace(/Content-Length: \d+/, `Content-Length: ${text.length - text.indexOf('\r\n\r\n') - 4}`)
}
