import { describe, expect, test } from 'vitest'
import { lex } from './lex.ts'
import { parse } from './parse.ts'
import { Findings } from './problem.ts'

const legal: readonly (readonly [string, string])[] = [
  ['several assignments share one line', 'debug=3 fork=no port=5060'],
  ['assignments stand without any line end', 'debug=010\tfork=yes\r\nport=0x10'],
  ['comments nest', '/* a /* b */ still */ debug=3'],
  ['#!define is a comment', '#!define X\ndebug=3'],
  ['a comment that is never closed ends the file', 'debug=3 /* open'],
  ['booleans are numbers', 'debug=yes fork=disable dns=on rev_dns=false'],
  ['a file may have only globals', 'debug=3'],
  ['a quoted host name may contain anything', 'listen="3com.com" alias="port.com"'],
  ['host names are built of pieces', 'alias=a-b.example.com sip.example.org:5070'],
  ['listen takes a list of endpoints', 'listen=udp:192.0.2.1:5060 tcp:[::1]:5061 eth0 *:5060 "x.y":* *:eth1'],
  ['IPv6 stands with and without brackets', 'listen=2001:db8::1 [2001:db8::2]:5060'],
  ['an address may be advertised', 'advertised_address=192.0.2.1 advertised_port=5060'],
  ['users are words or texts', 'user=ser group="ser" uid=a gid=b'],
  ['log_facility is a bare word', 'log_facility=LOG_LOCAL0'],
  ['octal file modes', 'sock_mode=0600 fifo_mode=0600'],
  ['TLS names in any case', 'tls_method=sslv23 tls_method=TLSv1 tls_log=3'],
  ['compatibility is ours', 'compatibility=ser09 compatibility="rfc3261"'],
  ['a lone ; makes a block legal', 'route{;}'],
  ['null statements', 'route{ if (1) { drop; };; ; break; }'],
  ['block numbers reach 19', 'route[0]{;} route[19]{;} failure_route[1]{;} onreply_route[19]{;}'],
  ['the same number may come twice', 'route[1]{drop;} route[1]{drop;}'],
  ['conditions need no parentheses', 'route{ if method=="INVITE" { drop; } }'],
  ['the 0.9.3 form of if and else', 'route{ if (1) break else drop; if (1) break; }'],
  ['the 0.9.6 form of if and else', 'route{ if (1) break; else drop; if (1) break; }'],
  ['else if chains', 'route{ if (1) {drop;} else if (0) {drop;} else {drop;} if (1) ; else ; }'],
  ['a dangling else', 'route{ if (1) if (0) drop; else break; }'],
  ['a block is a legal condition', 'route{ if ({drop;}) {drop;} }'],
  [
    'an if in parentheses is a legal condition',
    'route{ if ((if (1) break)) {drop;} if ((if (1) {break;})) drop; }',
  ],
  ['method may be compared with a bare word', 'route{ if (method==INVITE || method!=BYE) drop; }'],
  ['uri is compared with hosts and myself', 'route{ if (uri==example.com && from_uri!=myself) drop; }'],
  ['myself may come first', 'route{ if (myself==uri || myself!=src_ip) drop; }'],
  ['status is text', 'route{ if (status=="200" || status=~"2[0-9][0-9]") drop; }'],
  ['numbers are ordered', 'route{ if (msg:len>=max_len || src_port<1024 || dst_port!=5060) drop; }'],
  ['proto and af', 'route{ if (proto==UDP && af!=INET6 && proto!=* && af==2) drop; }'],
  [
    'source networks',
    'route{ if (src_ip==10.0.0.0/8 || dst_ip!=10.0.0.0/255.0.0.0 || src_ip==::1/128) drop; }',
  ],
  [
    'source names and patterns',
    'route{ if (src_ip=="gw" || src_ip==gw.example.com || src_ip=~"^10[.]") drop; }',
  ],
  ['operators as words and single signs', 'route{ if (not 1 and 1 or 0 & 1 | 1) drop; }'],
  [
    'parentheses are optional for some commands',
    'route{ force_rport; revert_uri; append_branch; force_tcp_alias; }',
  ],
  [
    'synonyms',
    'route{ sethost("a"); seth("a"); sethp("a:1"); setu("u"); setup("u:p"); setp("1"); seturi("sip:a"); add_rport(); }',
  ],
  [
    'forward in all forms',
    'route{ forward(a.b); forward("a",5060); forward_tcp(1.2.3.4,1); forward(uri:host); forward(uri:host,uri:port); forward_udp(uri:host,5); }',
  ],
  ['send', 'route{ send(::1); send_tcp("a", 5060); }'],
  ['log', 'route{ log("a"); log(1,"a"); error("a","b"); exec("ls"); }'],
  ['branches', 'route{ append_branch(); append_branch("sip:a@b"); append_branch("sip:a@b","0.5"); }'],
  [
    'sockets',
    'route{ force_send_socket(udp:192.0.2.1:5060); set_advertised_address(a.b); set_advertised_port(5060); force_tcp_alias(5); }',
  ],
  ['strings in single quotes hold double quotes', `route{ log('say "x"\n'); }`],
  ['module commands take up to two texts', 'route{ a(); a("x"); a("x", "y"); }'],
  ['modparam takes text and number', 'modparam("a", "b", "c") modparam("a", "b", 1) modparam("a", "b", yes)'],
  ['setflag(40) passes the grammar', 'route{ setflag(40); }'],
]

const illegal: readonly (readonly [string, string, string])[] = [
  ['an empty file', '', 'empty-script'],
  ['a file of comments', '# nothing', 'empty-script'],
  ['slashes begin no comment', '// hello', 'slash-comment'],
  ['an unclosed string', 'route{ log("abc); }', 'unclosed-string'],
  ['an unclosed raw string', "route{ log('abc); }", 'unclosed-string'],
  ['upper case keywords', 'ROUTE{ drop; }', 'wrong-case'],
  ['negative globals', 'debug=-1', 'negative-number'],
  ['negative log levels', 'route{ log(-1,"x"); }', 'negative-number'],
  ['negative parameters', 'modparam("m","p",-1)', 'negative-number'],
  ['octets above 255', 'listen=192.0.2.256', 'bad-address'],
  ['three octets', 'listen=192.0.2', 'bad-address'],
  ['a label that begins with a digit', 'alias=3com.com', 'unexpected-token'],
  ['a later label that begins with a digit', 'alias=sip.3com.com', 'unexpected-token'],
  ['a label that is a keyword', 'alias=sip.port.com', 'reserved-word'],
  ['a host that is a keyword', 'alias=port.com', 'reserved-word'],
  ['; after an assignment', 'debug=3;', 'unexpected-semicolon'],
  ['; after loadmodule', 'loadmodule "tm.so";', 'unexpected-semicolon'],
  ['; after modparam', 'modparam("a","b",1);', 'unexpected-semicolon'],
  ['a quoted log facility', 'log_facility="LOG_LOCAL0"', 'wrong-global-value'],
  ['a numeric user', 'user=65534', 'wrong-global-value'],
  ['a text for a number', 'debug="3"', 'wrong-global-value'],
  ['an unquoted path', 'fifo=/tmp/ser_fifo', 'wrong-global-value'],
  ['a TLS method of today', 'tls_method=TLSv12', 'wrong-global-value'],
  ['an unknown compatibility', 'compatibility=ser20', 'wrong-global-value'],
  ['commas in a list', 'listen=eth0, eth1', 'comma-in-list'],
  ['a port out of range', 'listen=eth0:70000', 'bad-port'],
  ['a name as a port', 'listen=eth0:sip', 'missing-port'],
  ['unknown globals', 'wibble=3', 'unknown-global'],
  ['globals of other versions', 'mpath="/usr/lib"', 'unknown-global'],
  ['loadmodule without quotes', 'loadmodule tm', 'wrong-loadmodule'],
  ['modparam without quotes', 'modparam(tm, "a", 1)', 'wrong-modparam'],
  ['modparam with a word', 'modparam("tm", "a", b)', 'wrong-modparam'],
  ['a number that is too great', 'debug=99999999999', 'bad-number'],
  ['an octal 8', 'debug=08', 'bad-number'],
  ['an empty block', 'route{}', 'empty-block'],
  ['an empty if', 'route{ if (1) {} }', 'empty-block'],
  ['onreply_route without a number', 'onreply_route{ drop; }', 'missing-block-number'],
  ['failure_route without a number', 'failure_route{ drop; }', 'missing-block-number'],
  ['failure_route[0]', 'failure_route[0]{ drop; }', 'bad-block-number'],
  ['route[20]', 'route[20]{ drop; }', 'bad-block-number'],
  ['a route with a name', 'route[RELAY]{ drop; }', 'named-block'],
  ['brackets with nothing in them', 'route[]{ drop; }', 'missing-block-number'],
  ['a missing brace', 'route{ if (1) { drop; \nroute[1]{ drop; }', 'missing-brace'],
  ['an extra brace', 'route{ drop; } }', 'extra-brace'],
  ['a missing ;', 'route{ drop route(1); }', 'missing-semicolon'],
  ['else after ;', 'route{ if (1) { drop; }; else { drop; } }', 'else-without-if'],
  ['a bare block', 'route{ { drop; } }', 'bare-block'],
  ['a command without parentheses', 'route{ t_relay; }', 'missing-parentheses'],
  ['a number as an argument', 'route{ t_on_failure(1); }', 'unquoted-argument'],
  ['a number as second argument', 'route{ x("a",1); }', 'unquoted-argument'],
  ['three arguments', 'route{ x("a","b","c"); }', 'too-many-arguments'],
  ['setport with a number', 'route{ setport(5060); }', 'wrong-core-arguments'],
  ['forward without arguments', 'route{ forward(); }', 'wrong-core-arguments'],
  ['forward with a port in quotes', 'route{ forward("a", "5060"); }', 'wrong-core-arguments'],
  ['uri:port without uri:host', 'route{ forward("a", uri:port); }', 'wrong-core-arguments'],
  ['a log level by name', 'route{ log(L_ERR, "x"); }', 'wrong-core-arguments'],
  ['status as a number', 'route{ if (status==200) drop; }', 'wrong-operand-value'],
  ['status in an order', 'route{ if (status>="200") drop; }', 'wrong-operator'],
  ['a single =', 'route{ if (method="INVITE") drop; }', 'assignment-in-condition'],
  ['!~', 'route{ if (uri!~"x") drop; }', 'wrong-operator'],
  ['too many network bits', 'route{ if (src_ip==10.0.0.0/33) drop; }', 'bad-netmask'],
  ['a mask of the other family', 'route{ if (src_ip==10.0.0.0/::1) drop; }', 'bad-netmask'],
  ['af with a name', 'route{ if (af==udp) drop; }', 'wrong-operand-value'],
  ['proto with a text', 'route{ if (proto=="udp") drop; }', 'wrong-operand-value'],
  ['ports with a text', 'route{ if (src_port=="5060") drop; }', 'wrong-operand-value'],
  ['myself with a text', 'route{ if (myself=="a") drop; }', 'wrong-operand-value'],
  [
    'a pattern without quotes',
    'route{ if (uri=~abc) drop; if (src_ip=~abc) drop; if (method=~abc) drop; }',
    'wrong-operand-value',
  ],
  ['text in place of conditions', 'route{ if ("x") drop; }', 'unexpected-token'],
  ['nesting without end', `route{ if ${'('.repeat(300)}`, 'nested-too-deeply'],
  ['negation without end', `route{ if ${'!'.repeat(300)}1 drop; }`, 'nested-too-deeply'],
]

const dialects: readonly (readonly [string, string])[] = [
  ['route{ if (len_gt(max_len)) drop; }', 'SER 0.8'],
  ['reply_route{ drop; }', 'SER 0.8'],
  ['request_route{ drop; }', 'Kamailio'],
  ['event_route[x]{ drop; }', 'Kamailio'],
  ['branch_route[1]{ drop; }', 'OpenSER'],
  ['route{ exit; }', 'OpenSER'],
  ['route{ return(1); }', 'OpenSER'],
  ['route{ $avp(s:x) = 1; }', 'OpenSER'],
  ['route{ if ($ru =~ "x") drop; }', 'OpenSER'],
  ['route{ if (@to.uri == "x") drop; }', 'SER 2.0'],
  ['route[RELAY]{ drop; }', 'SER 2.0'],
  ['route{ t_on_failure(1); }', 'Kamailio'],
  ['route{ while (1) { drop; } }', 'Kamailio'],
  ['debug=3;', 'Kamailio'],
  ['mpath="/usr/lib"', 'OpenSER'],
]

function problemsOf(text: string) {
  const findings = new Findings()
  parse(text, findings)
  findings.sort()
  return findings.problems
}

describe('the grammar takes', () => {
  test.each(legal)('%s', (_, text) => {
    expect(problemsOf(text)).toEqual([])
  })
})

describe('the grammar refuses', () => {
  test.each(illegal)('%s', (_, text, code) => {
    expect(problemsOf(text).map((problem) => problem.code)).toContain(code)
  })
})

describe('another dialect is called by its name', () => {
  test.each(dialects)('%s', (text, dialect) => {
    expect(problemsOf(text)[0]?.message).toContain(dialect)
  })
})

test('every problem of a file is reported in its place, and none of what is right', () => {
  const text = [
    'debug=-1',
    'wibble=3 port=5060',
    'loadmodule tm',
    'route{',
    '  if (method=INVITE) { setport(5060); break; }',
    '  log(1 "x"); t_relay();',
    '}',
    'onreply_route { x(1); drop; }',
    'route[1]{ drop; }',
  ].join('\n')

  expect(problemsOf(text).map(({ line, column, code }) => `${line}:${column} ${code}`)).toEqual([
    '1:7 negative-number',
    '2:1 unknown-global',
    '3:12 wrong-loadmodule',
    '5:13 assignment-in-condition',
    '5:24 wrong-core-arguments',
    '6:9 missing-sign',
    '8:1 missing-block-number',
    '8:19 unquoted-argument',
  ])
})

test.each([
  ['"a\\n\\r\\a\\t\\"\\\\b"', 'a\n\r\x07\t"\\b'],
  ['"\\x4\\x41g"', '\x04Ag'],
  ['"\\101\\60"', 'A0'],
  ['"\\1\\.\\*\\+\\q"', '\\1\\.\\*\\+\\q'],
  ['"a\\\nb"', 'ab'],
  ['"a\nb"', 'a\nb'],
  [`'a\\n"b'`, 'a\\n"b'],
  ['"\\x"', '\\x'],
])('the string %s is read as SER does', (text, content) => {
  expect(lex(text, new Findings()).tokens[0]).toMatchObject({ kind: 'string', name: content })
})

test.each([
  ['0x1F', 31],
  ['010', 8],
  ['0', 0],
  ['enable', 1],
  ['off', 0],
])('the number %s is %i', (text, value) => {
  expect(lex(text, new Findings()).tokens[0]).toMatchObject({ kind: 'number', value })
})

test('places count lines through strings, comments and escaped line ends', () => {
  const { tokens } = lex('"a\nb" /* \n */ x "\\\n" y\n\tz \'\n\' w', new Findings())

  const words = tokens.filter(({ kind }) => kind === 'word')
  expect(words.map(({ written, line, column }) => [written, line, column])).toEqual([
    ['x', 3, 5],
    ['y', 4, 3],
    ['z', 5, 2],
    ['w', 6, 3],
  ])
})

test('orders to another dialect are warned of', () => {
  const findings = new Findings()
  parse('#!KAMAILIO\n#!define X\n#!/usr/sbin/ser\n#!OPENSER\n#!ALL\ndebug=3', findings)
  expect(findings.warnings.map(({ line, code }) => `${line} ${code}`)).toEqual([
    '1 other-dialect',
    '2 other-dialect',
    '4 other-dialect',
    '5 other-dialect',
  ])
})
