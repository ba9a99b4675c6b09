import { describe, expect, test } from 'vitest'
import { loadScript } from './load.ts'
import { toyVocabulary } from './toy-vocabulary.ts'

const toy = 'loadmodule "toy.so" '

describe('refused', () => {
  test.each([
    ['an unknown command', `${toy} route{ god(); }`, 'unknown-command', 'good'],
    [
      'a command of a module that is not loaded',
      'route{ good(); }',
      'module-not-loaded',
      'loadmodule "toy.so"',
    ],
    [
      'a module that is loaded too late',
      'route{ good(); } loadmodule "toy.so"',
      'module-loaded-later',
      'line 1',
    ],
    ['a wrong number of arguments', `${toy} route{ say("a","b"); }`, 'wrong-argument-count', 'say("text")'],
    ['one argument too many', `${toy} route{ good("a"); }`, 'wrong-argument-count', 'good()'],
    ['a wrong block', `${toy} route{ only_failure(); }`, 'wrong-block', 'failure_route'],
    [
      'a wrong block inside a condition',
      `${toy} route{ if (!(1 && only_failure())) drop; }`,
      'wrong-block',
      'failure_route',
    ],
    ['a command that is not built', `${toy} route{ later(); }`, 'not-built', 'Remove it'],
    ['an argument that the command refuses', `${toy} route{ level("x"); }`, 'argument-refused', 'Write "1".'],
    [
      'settings that the module refuses',
      `${toy} modparam("toy","level",99)`,
      'settings-refused',
      'Write 98.',
    ],
    ['an unknown module', 'loadmodule "/usr/lib/ser/modules/usrlock.so"', 'unknown-module', 'usrloc'],
    ['a module like no other', 'loadmodule "zzzzzzzzzz.so"', 'unknown-module', 'Remove the line'],
    ['a parameter without its module', 'modparam("toy","level",1)', 'module-not-loaded', 'toy.so'],
    [
      'a parameter before its module',
      'modparam("toy","level",1)\nloadmodule "toy.so"',
      'module-loaded-later',
      'line 2',
    ],
    ['an unknown parameter', `${toy} modparam("toy","levle",1)`, 'unknown-parameter', 'level'],
    [
      'a parameter like no other',
      `${toy} modparam("toy","colour",1)`,
      'unknown-parameter',
      'Remove the line',
    ],
    [
      'a text for a number',
      `${toy} modparam("toy","level","1")`,
      'wrong-parameter-type',
      'without quotation marks',
    ],
    ['a number for a text', `${toy} modparam("toy","greeting",1)`, 'wrong-parameter-type', '"1"'],
    ['a bad regular expression for modules', `${toy} modparam("to(y","level",1)`, 'bad-regex', ')'],
    ['a bad regular expression', 'route{ if (uri=~"a[") drop; }', 'bad-regex', '['],
    ['a flag above 31', 'route{ setflag(32); }', 'flag-out-of-range', '31'],
    [
      'a flag above 31 in a condition',
      'route{ if (isflagset(40)) drop; else resetflag(50); }',
      'flag-out-of-range',
      '31',
    ],
    ['a call of route(20)', 'route{ route(20); }', 'bad-block-number', '19'],
    ['a port above 65535', 'route{ forward("a",70000); }', 'bad-port', '65535'],
    ['an advertised port of 0', 'route{ set_advertised_port(0); }', 'bad-port', '65535'],
    ['a command of another dialect', `${toy} route{ is_method("INVITE"); }`, 'other-dialect', 'method=='],
    [
      'a parameter that one of the matched modules lacks',
      'loadmodule "auth.so" loadmodule "auth_db.so" modparam("auth|auth_db","db_url","x")',
      'unknown-parameter',
      'Remove the line',
    ],
  ])('%s', (_, text, code, remedy) => {
    const { problems, program } = loadScript(text, toyVocabulary)
    expect(program).toBeUndefined()
    expect(problems.map((problem) => [problem.stage, problem.code])).toContainEqual(['meaning', code])
    expect(problems.map((problem) => problem.remedy).join()).toContain(remedy)
  })
})

describe('warned of', () => {
  test.each([
    ['a call of an undefined route', 'route{ route(3); }', 'undefined-route'],
    ['globals without effect', 'children=4 route{;}', 'ignored-global'],
    ['TLS in the script', 'tls_certificate="x" route{;}', 'ignored-global'],
    ['a module that is loaded twice', `${toy}${toy}`, 'module-loaded-twice'],
    ['\\d in a regular expression', 'route{ if (uri=~"^\\d+") drop; }', 'regex-backslash-d'],
    ['names in address tests', 'route{ if (src_ip==gw.example.com) drop; }', 'name-in-address-test'],
    ['a missing ; that 0.9.3 allows', 'route{ if (1) drop }', 'missing-semicolon'],
    ['a comment without an end', 'route{;} /* ', 'unclosed-comment'],
  ])('%s', (_, text, code) => {
    const { problems, warnings } = loadScript(text, toyVocabulary)
    expect([problems, warnings.map((warning) => warning.code)]).toEqual([[], [code]])
  })

  test('msg:len>max_len is fine', () => {
    expect(loadScript('route{ if (msg:len>max_len) drop; }', toyVocabulary).warnings).toEqual([])
  })
})

test('settings are defaults with every modparam after them', () => {
  const text = `${toy} modparam("toy","level",3) modparam("t.y","level",4) route{ level("1"); }`
  const program = loadScript(text, toyVocabulary).program
  expect([...(program?.settings('toy') ?? [])]).toEqual([
    ['level', 4],
    ['greeting', undefined],
  ])
  expect([program?.modules, program?.settings('tm')]).toEqual([['toy'], undefined])
})

test('a modparam after the route counts for its commands', () => {
  const trace: string[] = []
  const { program } = loadScript(`${toy} route{ level("1"); } modparam("toy","level",5)`, toyVocabulary)
  program?.main?.({ flags: new Set(), trace })
  expect(trace).toEqual(['level 1 of 5'])
})

test('in modparam a|b the anchors bind to the outer sides, as in SER', () => {
  const text =
    'loadmodule "auth.so" loadmodule "auth_db.so" loadmodule "usrloc.so" modparam("auth_|rloc","db_url","x")'
  const program = loadScript(text, toyVocabulary).program
  expect(['auth_db', 'usrloc'].map((name) => program?.settings(name)?.get('db_url'))).toEqual(['x', 'x'])
})

test('globals are typed, have defaults, and lists grow', () => {
  const text = 'debug=yes listen=udp:192.0.2.1:5060 listen=[::1] alias="a.b" port=5070 advertised_address=x.y'
  const globals = loadScript(text, toyVocabulary).program?.globals
  expect(globals?.listen).toEqual([
    { transport: 'udp', host: '192.0.2.1', port: 5060 },
    { transport: undefined, host: '::1', port: undefined },
  ])
  expect(globals?.alias.map(({ host }) => host)).toEqual(['a.b'])
  expect(['debug', 'port', 'maxbuffer', 'fifo', 'tcp_children'].map((name) => globals?.number(name))).toEqual(
    [1, 5070, 262144, undefined, undefined],
  )
  expect([globals?.text('advertised_address'), globals?.text('debug'), globals?.isSer09]).toEqual([
    'x.y',
    undefined,
    false,
  ])
  expect([
    globals?.isOn('fork'),
    globals?.isOn('fifo'),
    globals?.isSet('fork'),
    globals?.isSet('listen'),
  ]).toEqual([true, false, false, true])
})
