import { describe, expect, test } from 'vitest'
import { loadScript } from '../script/index.ts'
import { vocabulary } from './index.ts'
import { sampleRun } from './sample-run.ts'

const preferences = [
  {
    uuid: 'u1',
    username: 'bob',
    domain: 'example.com',
    attribute: 'callfwd',
    value: 'sip:carol@example.com',
    type: '0',
  },
  {
    uuid: 'u1',
    username: 'bob',
    domain: 'other.example',
    attribute: 'callfwd',
    value: 'sip:far@example.com',
    type: '0',
  },
  { uuid: 'u2', username: 'alice', domain: 'example.com', attribute: '7', value: '42', type: '3' },
  { uuid: 'u2', username: 'alice', domain: 'example.com', attribute: 'greeting', value: 'hello', type: '0' },
]
const tables = {
  usr_preferences: preferences,
  forwards: [{ who: 'bob', name: 'busy', is: 'sip:mail@example.com', type: '0' }],
}

describe('avpops', () => {
  test.each([
    ['a text', 'avp_write("s:yes", "s:a");', 'a', 'yes'],
    ['a plain text', 'avp_write("yes", "a");', 'a', 'yes'],
    ['a number under a number', 'avp_write("i:5", "i:7");', 7, 5],
    ['another name', 'avp_write("x", "$fwd");', 'callfwd', 'x'],
    ['the sender', 'avp_write("$src_ip", "a");', 'a', '192.0.2.7'],
    ['From', 'avp_write("$from", "a");', 'a', 'sip:alice@example.com'],
    ['the user of To', 'avp_write("$to/username", "a");', 'a', 'bob'],
    ['the domain of the Request-URI', 'avp_write("$ruri/domain", "a");', 'a', 'example.com'],
    ['the newest of two', 'avp_write("old", "a"); avp_write("new", "a");', 'a', 'new'],
    ['nothing once it is deleted', 'avp_write("old", "a"); avp_delete("a");', 'a', undefined],
    [
      'the older where the newest is deleted',
      'avp_write("old", "a"); avp_write("new", "a"); avp_delete("a");',
      'a',
      'old',
    ],
    [
      'nothing where all are deleted',
      'avp_write("old", "a"); avp_write("new", "a"); avp_delete("a/g");',
      'a',
      undefined,
    ],
    [
      'what is loaded for a user',
      'avp_db_load("$ruri/username", "s:callfwd");',
      'callfwd',
      'sip:far@example.com',
    ],
    ['what is loaded by an identifier', 'avp_db_load("u2", "");', 'greeting', 'hello'],
    ['a number from the table', 'avp_db_load("$from", "i:");', 7, 42],
    ['what an attribute identifies', 'avp_write("u2", "id"); avp_db_load("$id", "s:");', 'greeting', 'hello'],
    [
      'a row of another table',
      'avp_db_load("$ruri/username", "s:busy/$fwds");',
      'busy',
      'sip:mail@example.com',
    ],
  ])('keeps %s', (_, statements, name, value) => {
    const settings =
      'modparam("avpops", "avp_aliases", "fwd=s:callfwd;id=s:id") modparam("avpops", "db_scheme", "fwds:table=forwards;username_column=who;attribute_column=name;value_column=is")'
    const { run, call } = sampleRun({ tables, settings })
    expect(call(statements)).toBe(1)
    expect(run.attributes.first(name)).toBe(value)
  })

  test.each([
    ['avp_check("a", "eq/s:Yes")', -1],
    ['avp_check("a", "eq/s:Yes/i")', 1],
    ['avp_check("a", "eq/s:older")', -1],
    ['avp_check("a", "eq/s:older/g")', 1],
    ['avp_check("a", "re/^y.s$")', 1],
    ['avp_check("a", "re/^Y.S$")', -1],
    ['avp_check("a", "re/^Y.S$/i")', 1],
    ['avp_check("n", "lt/i:6")', 1],
    ['avp_check("n", "gt/i:5")', -1],
    ['avp_check("n", "gt/i:4")', 1],
    ['avp_check("n", "eq/s:5")', -1],
    ['avp_check("u", "eq/$from/username")', 1],
    ['avp_check("none", "eq/s:x")', -1],
    ['avp_delete("none")', -1],
    ['avp_pushto("$ruri", "none")', -1],
    ['avp_db_load("$from", "s:none")', -1],
  ])('%s gives %i', (command, result) => {
    const { call } = sampleRun({ tables })
    call('avp_write("older", "a"); avp_write("yes", "a"); avp_write("i:5", "n"); avp_write("alice", "u");')
    expect(call(`${command};`)).toBe(result)
  })

  test('a value becomes the Request-URI, and with /g each further one saves the one before as a branch', () => {
    const { run, call } = sampleRun()
    call('avp_write("sip:x@example.com", "a"); avp_write("sip:y@example.com", "a");')
    expect(call('avp_pushto("$ruri", "a/g");')).toBe(1)
    expect([run.uri, ...run.branches.map(({ uri }) => uri)]).toEqual([
      'sip:x@example.com',
      'sip:y@example.com',
    ])
  })

  test.each([
    ['$ruri/username', 'carol', 'sip:carol@example.com'],
    ['$ruri/domain', 'far.example', 'sip:bob@far.example'],
  ])('%s takes a part', (target, value, uri) => {
    const { run, call } = sampleRun()
    expect(call(`avp_write("${value}", "a"); avp_pushto("${target}", "a");`)).toBe(1)
    expect(run.uri).toBe(uri)
  })

  test.each(['x y', 'sip:a@b\\r\\nX: y', 'nobody', 'sip:a@b> <c'])(
    'a value that is no URI changes nothing: %s',
    (value) => {
      const { run, call } = sampleRun()
      expect(call(`avp_write("${value}", "a"); avp_pushto("$ruri", "a");`)).toBe(-1)
      expect(run.uri).toBe('sip:bob@example.com')
    },
  )

  test('headers of the request and of our reply', () => {
    const { run, call } = sampleRun()
    call('avp_write("one", "a"); avp_pushto("X-A", "a"); avp_pushto("X-B/reply", "a");')
    expect([run.lines, run.state.replyLines]).toEqual(['X-A: one\r\n', 'X-B: one\r\n'])
  })

  test('avp_print writes the newest first', () => {
    const { call, told } = sampleRun()
    call('avp_write("old", "a"); avp_write("i:2", "i:3"); avp_print();')
    expect(told()).toEqual(['attribute i:3 = i:2', 'attribute s:a = s:old'])
  })
})

test.each([
  ['set_iattr("a", "5"); avp_exists("a", "5");', 1],
  ['set_sattr("a", "x"); is_sattr_set("a");', 1],
  ['is_sattr_set("a");', -1],
  ['print_sattr("a");', -1],
  ['avp_exists("a", "5");', -1],
  ['attr2uri("a");', -1],
  ['set_sattr("a", "no uri"); attr2uri("a");', -1],
  ['setflag(3); flags2attr(); avp_exists("flags", "8");', 1],
])('avp: %s gives %i', (statements, result) => {
  expect(sampleRun().call(statements)).toBe(result)
})

test('uri2attr and attr2uri keep a Request-URI and bring it back', () => {
  const { run, call } = sampleRun()
  expect(call('uri2attr("was"); rewriteuri("sip:x@y"); attr2uri("was");')).toBe(1)
  expect(run.uri).toBe('sip:bob@example.com')
})

test.each([
  ['callee', '', 'callee_callfwd', 'sip:far@example.com'],
  ['callee', 'modparam("avp_db", "use_domain", 1)', 'callee_callfwd', 'sip:carol@example.com'],
  ['caller', '', 'caller_greeting', 'hello'],
])('avp_load("%s") with %s', (who, settings, name, value) => {
  const { run, call } = sampleRun({ tables, settings })
  expect(call(`avp_load("${who}");`)).toBe(1)
  expect(run.attributes.first(name)).toBe(value)
})

test.each([
  ['avp_write("i:x", "a")', 'no number'],
  ['avp_write("$nobody", "a")', 'no source'],
  ['avp_write("x", "$none")', 'no other name'],
  ['avp_check("a", "is/x")', 'no comparison'],
  ['avp_pushto("$ruri/port", "a")', 'no part'],
  ['avp_pushto("Via", "a")', 'has its Via already'],
  ['avp_pushto("X-A/both", "a")', 'no message'],
  ['avp_db_load("$from", "a/$none")', 'no scheme'],
  ['avp_load("everybody")', 'neither caller nor callee'],
  ['set_iattr("a", "x")', 'whole number'],
])('%s is refused at load', (command, why) => {
  const script = `loadmodule "avp.so" loadmodule "avp_db.so" loadmodule "avpops.so" route { ${command}; }`
  expect(
    loadScript(script, vocabulary)
      .problems.map(({ message }) => message)
      .join(),
  ).toContain(why)
})

test.each([
  ['is_method("invite|ACK");', 1],
  ['is_method("BYE");', -1],
  ['has_body();', 1],
  ['has_body("application/sdp");', 1],
  ['has_body("text/plain");', -1],
])('of OpenSER: %s gives %i', (command, result) => {
  expect(sampleRun({ lines: 'c: Application/SDP;x=y\r\n', body: 'v=0\r\n' }).call(command)).toBe(result)
})

test('a request without a body has none', () => {
  expect(sampleRun().call('has_body();')).toBe(-1)
})
