import { describe, expect, test } from 'vitest'
import { sampleRun } from './sample-run.ts'

const allow = '# who may call where\n"^sip:alice@" : "^sip:0[0-9]*@", ALL EXCEPT "^sip:bob@"\n'
const deny = 'ALL : ALL\n'

describe('allow_routing', () => {
  test.each([
    ['the first list names it', 'sip:0123@example.com', allow, deny, 1],
    ['EXCEPT takes it out again', 'sip:bob@example.com', allow, deny, -1],
    ['no list is there', 'sip:bob@example.com', undefined, undefined, 1],
    ['only the second list names it', 'sip:bob@example.com', undefined, deny, -1],
    ['no list names it', 'sip:bob@example.com', allow, '"^sip:carol@" : ALL\n', 1],
  ])('%s', (_, uri, allowText, denyText, result) => {
    const texts = {
      ...(allowText === undefined
        ? {}
        : { 'permissions.allow': allowText, 'base.allow': allowText, a: allowText }),
      ...(denyText === undefined ? {} : { 'permissions.deny': denyText, 'base.deny': denyText, d: denyText }),
    }
    const sample = sampleRun({ uri, texts })
    expect(sample.call('allow_routing();')).toBe(result)
    expect(sample.call('allow_routing("base");')).toBe(result)
    expect(sample.call('allow_routing("a", "d");')).toBe(result)
  })

  test('each branch must be allowed, unless only the Request-URI is asked for', () => {
    const texts = { 'permissions.allow': '"alice" : "^sip:bob@"', 'permissions.deny': deny }
    const statements = 'append_branch("sip:carol@example.com"); allow_routing();'
    expect(sampleRun({ texts }).call(statements)).toBe(-1)
    const settings = 'modparam("permissions", "check_all_branches", 0)'
    expect(sampleRun({ texts, settings }).call(statements)).toBe(1)
  })

  test('a line that cannot be understood is told of, and the rest counts', () => {
    const texts = { 'permissions.deny': 'nonsense\n"[" : ALL\nALL : "bob"\n' }
    const { call, told } = sampleRun({ texts })
    expect(call('allow_routing();')).toBe(-1)
    expect(told()).toEqual([
      'permissions: line 1: a rule is "from" : "to"',
      expect.stringMatching(/^permissions: line 2: "\[": /),
    ])
  })
})

test.each([
  ['"bob" : "^sip:alice@192\\.0\\.2\\."', 1],
  ['"bob" : "^sip:alice@10\\."', -1],
])('allow_register compares To with each Contact: %s', (rule, result) => {
  const texts = { 'r.allow': rule, 'r.deny': deny }
  const sample = sampleRun({ method: 'REGISTER', uri: 'sip:example.com', texts })
  expect([sample.call('allow_register("r");'), sample.call('allow_register("r.allow", "r.deny");')]).toEqual([
    result,
    result,
  ])
})

describe('allow_trusted', () => {
  test.each([
    ['the address alone', { src_ip: '192.0.2.7', proto: 'any', from_pattern: '' }, 1],
    ['the transport too', { src_ip: '192.0.2.7', proto: 'UDP', from_pattern: '' }, 1],
    ['another transport', { src_ip: '192.0.2.7', proto: 'tcp', from_pattern: '' }, -1],
    ['another address', { src_ip: '192.0.2.8', proto: 'any', from_pattern: '' }, -1],
    ['a pattern', { src_ip: '192.0.2.7', proto: 'any', from_pattern: '^sip:\\(alice\\|bob\\)@' }, 1],
    [
      'a basic pattern: + and | are letters',
      { src_ip: '192.0.2.7', proto: 'any', from_pattern: '^sip:alice|bob' },
      -1,
    ],
    [
      'a pattern tells capital letters',
      { src_ip: '192.0.2.7', proto: 'any', from_pattern: '^sip:Alice@' },
      -1,
    ],
    ['a pattern that cannot be understood', { src_ip: '192.0.2.7', proto: 'any', from_pattern: '[' }, -1],
  ])('%s', (_, row, result) => {
    expect(sampleRun({ tables: { trusted: [row] } }).call('allow_trusted();')).toBe(result)
  })
})
