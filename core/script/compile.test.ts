import { describe, expect, test } from 'vitest'
import { loadScript } from './load.ts'
import type { Program } from './compile.ts'
import { toyMessage, toyVocabulary } from './toy-vocabulary.ts'
import type { ToyMessage } from './toy-vocabulary.ts'

const noIf = 'loadmodule "toy.so" '

describe('a condition', () => {
  test.each([
    ['1', 'then after'],
    ['0', 'else after'],
    ['good()', 'then after'],
    ['bad()', 'else after'],
    ['zero()', ''],
    ['!good()', 'else after'],
    ['!bad()', 'then after'],
    ['!zero()', ''],
    ['!!zero()', ''],
    ['good() && good()', 'then after'],
    ['good() && bad()', 'else after'],
    ['good() && zero()', ''],
    ['bad() && zero()', 'else after'],
    ['zero() && good()', ''],
    ['good() || zero()', 'then after'],
    ['bad() || good()', 'then after'],
    ['bad() || bad()', 'else after'],
    ['bad() || zero()', ''],
    ['zero() || good()', ''],
    ['good() && good() && bad() && zero()', 'else after'],
    ['good() && good() && zero() && bad()', ''],
    ['bad() || bad() || good() || zero()', 'then after'],
    ['bad() || bad() || zero() || good()', ''],
    ['!(bad() || zero()) && good()', ''],
    ['bad() || good() && bad()', 'else after'],
    ['!bad() && bad()', 'else after'],
    ['from_uri=="sip:a@b"', 'else after'],
    ['!(from_uri=="sip:a@b")', 'else after'],
    ['from_uri!="sip:a@b"', 'else after'],
    ['from_uri=~"a"', 'else after'],
    ['uri==myself', 'else after'],
    ['drop', ''],
    ['{ good(); bad(); }', 'else after'],
    ['{ good(); zero(); good(); }', ''],
    ['(if (good()) { bad(); })', 'else after'],
    ['route(5)', 'then after'],
    ['route(6)', 'else after'],
    ['route(7)', 'then after'],
  ])('%s leads to "%s"', (condition, expected) => {
    const text = `${noIf} route{ if (${condition}) { log(1,"then"); } else { log(1,"else"); } log(1,"after"); }
      route[5]{ zero(); } route[6]{ bad(); } route[7]{ bad(); good(); }`
    expect(logged(text)).toBe(expected)
  })
})

describe('lists', () => {
  test.each([
    ['0 in the taken branch leaves the whole block', 'if (1) { break; } log(1,"after");', ''],
    ['a negative result goes on', 'bad(); log(1,"after");', 'after'],
    ['a module command that gives 0 ends the list', 'zero(); log(1,"after");', ''],
    ['break in a route goes back to its caller', 'route(1); log(1,"after");', 'one after'],
    [
      'an undefined route is logged and passed over',
      'route(9); log(1,"after");',
      'route(9): there is no such route after',
    ],
    ['blocks of one number are joined', 'route(2);', 'first second'],
    ['an else belongs to the nearest if', 'if (1) if (0) log(1,"a"); else log(1,"b");', 'b'],
    [
      'else if stops at the first that holds',
      'if (0) log(1,"a"); else if (1) log(1,"b"); else log(1,"c");',
      'b',
    ],
    ['else if falls to else', 'if (0) log(1,"a"); else if (0) log(1,"b"); else log(1,"c");', 'c'],
    [
      'else if stops at 0',
      'if (0) log(1,"a"); else if (zero()) log(1,"b"); else log(1,"c"); log(1,"d");',
      '',
    ],
    ['no else', 'if (0) log(1,"a"); else if (0) log(1,"b"); log(1,"d");', 'd'],
    ['log lines above debug are left out', 'log(3,"a"); log(2,"b"); log("c");', 'b'],
    ['the 0.9.3 form', 'if (0) break else log(1,"x"); log(1,"y");', 'x y'],
    ['an empty body', 'if (1) ; else log(1,"x"); log(1,"y");', 'y'],
  ])('%s', (_, body, expected) => {
    const text = `${noIf} route{ ${body} } route[1]{ log(1,"one"); break; log(1,"not"); }
      route[2]{ log(1,"first"); } route[2]{ log(1,"second"); }`
    expect(logged(text)).toBe(expected)
  })

  test('a route that calls itself ends at a depth of 100', () => {
    const message = toyMessage()
    load(`${noIf} route{ good(); route(0); }`).main?.(message)
    expect(message.trace.filter((line) => line === 'good').length).toBe(100)
    expect(message.trace.at(-1)).toContain('too many nested')
  })

  test('nested blocks count towards that depth', () => {
    const message = toyMessage()
    load(`${noIf} route{ good(); if (1) { route(0); } }`).main?.(message)
    expect(message.trace.filter((line) => line === 'good').length).toBe(50)
    const odd = toyMessage()
    load(`${noIf} route{ good(); if (1) { if (1) { route(0); } } }`).main?.(odd)
    expect(odd.trace.filter((line) => line === 'good').length).toBe(34)
  })

  test('a route that calls itself twice ends soon', () => {
    const message = toyMessage()
    expect(load(`${noIf} route{ route(0); route(0); }`).main?.(message)).toBeLessThan(0)
    expect(message.trace.length).toBeLessThan(10_001)
  })

  test('failure and reply routes run by their number', () => {
    const program = load(`${noIf} route{;} failure_route[2]{ say("f"); } onreply_route[3]{ say("r"); }`)
    const message = toyMessage()
    program.failureRoute(2)?.(message)
    program.replyRoute(3)?.(message)
    expect(message.trace).toEqual(['say f', 'say r'])
    expect([program.failureRoute(3), program.replyRoute(2), program.failureRoute(99)]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  test('a script without a route has no main step', () => {
    expect(load('debug=3').main).toBeUndefined()
  })
})

describe('a comparison', () => {
  const message = {
    method: 'INVITE',
    uri: 'sip:Alice@Example.com',
    source: '192.0.2.7',
    destination: '2001:db8::1',
    isMine: true,
  }
  test.each([
    ['method=="INVITE"', true],
    ['method=="invite"', true],
    ['method==INVITE', true],
    ['method=="INVITED"', false],
    ['method!="BYE"', true],
    ['method!="INVITE"', false],
    ['method=~"^inv"', true],
    ['method=~"^nv"', false],
    ['uri=="sip:alice@example.com"', true],
    ['uri=~"@EXAMPLE\\.com$"', true],
    ['to_uri=="sip:bob@example.com"', true],
    ['uri==myself', true],
    ['uri!=myself', false],
    ['myself==dst_ip', true],
    ['msg:len>max_len', false],
    ['msg:len==400', true],
    ['msg:len!=400', false],
    ['msg:len<400', false],
    ['msg:len<=400', true],
    ['msg:len>=400', true],
    ['src_port==5062', true],
    ['dst_port==5060', true],
    ['proto==UDP', true],
    ['proto!=udp', false],
    ['proto==1', true],
    ['proto==tcp', false],
    ['af==INET', true],
    ['af!=INET6', true],
    ['src_ip==192.0.2.7', true],
    ['src_ip!=192.0.2.7', false],
    ['src_ip=="192.0.2.7"', true],
    ['src_ip==192.0.2.0/24', true],
    ['src_ip==192.0.2.0/29', true],
    ['src_ip==192.0.2.0/30', false],
    ['src_ip==192.0.2.0/255.255.255.0', true],
    ['src_ip==0.0.0.0/0', true],
    ['src_ip==::ffff:192.0.2.7', true],
    ['src_ip==::1', false],
    ['src_ip=~"^192[.]"', true],
    ['src_ip==gw.example.com', false],
    ['src_ip!="gw.example.com"', false],
    ['dst_ip==2001:0DB8:0::1', true],
    ['dst_ip==2001:db8::/32', true],
    ['dst_ip==2001:db8::/ffff:ffff::', true],
    ['dst_ip==2001:db9::/32', false],
  ])('%s is %s', (condition, expected) => {
    const run = toyMessage(message)
    load(`route{ if (${condition}) log(1,"x"); }`).main?.(run)
    expect(run.trace.length === 1).toBe(expected)
  })

  test.each([
    ['INV', false, true],
    ['inv', false, true],
    ['INVITE', true, true],
    ['INVITES', false, false],
    ['BYE', false, false],
  ])('the method %s equals "INVITE": %s, and with compatibility=ser09: %s', (method, full, quirk) => {
    const body = 'route{ if (method=="INVITE") log(1,"x"); }'
    expect(logged(body, { method }) === 'x').toBe(full)
    expect(logged(`compatibility=ser09 ${body}`, { method }) === 'x').toBe(quirk)
  })

  test('a source that is no address makes the comparison unknown', () => {
    expect(logged('route{ if (src_ip!=10.0.0.1) log(1,"x"); }', { source: 'unix' })).toBe('')
  })

  test('names are asked of the operands where they can tell', () => {
    const operands = {
      ...toyVocabulary.operands,
      isAddressOf: (_: ToyMessage, __: string, name: string) => name === 'gw',
    }
    const text = 'route{ if (src_ip=="gw") log(1,"a"); if (src_ip!="gw") log(1,"b"); }'
    const { program, warnings } = loadScript(text, { ...toyVocabulary, operands })
    const message = toyMessage()
    program?.main?.(message)
    expect([message.trace, warnings]).toEqual([['log 1 "a"'], []])
  })
})

test.each([
  ['log(1,"a")', 'log 1 "a"'],
  ['forward(192.0.2.1)', 'forward - {"host":"192.0.2.1"} -'],
  ['forward("[::1]",5070)', 'forward - {"host":"::1","port":5070} 5070'],
  ['forward_tcp(a.b)', 'forward "tcp" {"transport":"tcp","host":"a.b"} -'],
  ['forward(uri:host,uri:port)', 'forward - "uri" "uri"'],
  ['forward(uri:host,5)', 'forward - "uri" 5'],
  ['forward(uri:host)', 'forward - "uri" -'],
  ['send(a)', 'send "udp" {"transport":"udp","host":"a"}'],
  ['send_tcp(a,5)', 'send "tcp" {"transport":"tcp","host":"a","port":5}'],
  ['error("a","b")', 'error "a" "b"'],
  ['exec("ls")', 'exec "ls"'],
  ['sethost("a")', 'rewriteHost "a"'],
  ['sethostport("a:1")', 'rewriteHostPort "a:1"'],
  ['setuser("a")', 'rewriteUser "a"'],
  ['setuserpass("a:b")', 'rewriteUserPass "a:b"'],
  ['setport("1")', 'rewritePort "1"'],
  ['seturi("sip:a")', 'rewriteUri "sip:a"'],
  ['prefix("0")', 'prefix "0"'],
  ['strip(2)', 'strip 2'],
  ['strip_tail(2)', 'stripTail 2'],
  ['revert_uri()', 'revertUri'],
  ['append_branch', 'appendBranch - -'],
  ['append_branch("a")', 'appendBranch "a" -'],
  ['append_branch("a","1")', 'appendBranch "a" "1"'],
  ['add_rport()', 'forceRport'],
  ['add_tcp_alias(5)', 'forceTcpAlias 5'],
  ['force_tcp_alias', 'forceTcpAlias -'],
  ['set_advertised_address("a")', 'setAdvertisedAddress "a"'],
  ['set_advertised_port(5)', 'setAdvertisedPort 5'],
  ['force_send_socket(udp:a:5)', 'forceSendSocket {"transport":"udp","host":"a","port":5}'],
])('%s reaches the core as %s', (command, expected) => {
  const message = toyMessage()
  load(`route{ ${command}; }`).main?.(message)
  expect(message.trace).toEqual([expected])
})

test('flags are set, asked and cleared', () => {
  const text = `route{ setflag(3); if (isflagset(3)) log(1,"set"); resetflag(3); if (!isflagset(3)) log(1,"clear"); }`
  expect(logged(text)).toBe('set clear')
})

function load(text: string): Program<ToyMessage> {
  const { program, problems } = loadScript(text, toyVocabulary)
  expect(problems).toEqual([])
  return program as Program<ToyMessage>
}

/** The texts of all log lines of a run, joined by spaces. */
function logged(text: string, fields: Partial<ToyMessage> = {}): string {
  const message = toyMessage(fields)
  load(text).main?.(message)
  const lines = message.trace.map((line) => /^log -?[0-9]+ "(.*)"$/.exec(line)?.[1])
  return lines.filter((line) => line !== undefined).join(' ')
}
