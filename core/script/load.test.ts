import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explainScript } from './explain.ts'
import { loadScript } from './load.ts'
import { toyMessage, toyVocabulary } from './toy-vocabulary.ts'

/** The flow of the first script that a beginner of 2005 typed (ser-guide §2), in our own words. */
const helloWorld = `
debug=3
fork=no
log_stderror=yes
listen=192.0.2.13
port=5060
children=4
dns=no
rev_dns=no
fifo="/tmp/ser_fifo"

loadmodule "/usr/local/lib/ser/modules/sl.so"
loadmodule "/usr/local/lib/ser/modules/tm.so"
loadmodule "/usr/local/lib/ser/modules/rr.so"
loadmodule "/usr/local/lib/ser/modules/maxfwd.so"
loadmodule "/usr/local/lib/ser/modules/usrloc.so"
loadmodule "/usr/local/lib/ser/modules/registrar.so"

modparam("usrloc", "db_mode", 0)
modparam("rr", "enable_full_lr", 1)

route {
	# first of all: nothing may run in circles, nothing may be too long
	if (!mf_process_maxfwd_header("10")) {
		sl_send_reply("483", "Too Many Hops");
		break;
	};
	if (msg:len > max_len) {
		sl_send_reply("513", "Message Overflow");
		break;
	};
	if (method!="REGISTER") {
		record_route();
	};
	if (loose_route()) {
		route(1);
		break;
	};
	if (uri!=myself) {
		route(1);
		break;
	};
	if (method=="ACK") {
		route(1);
		break;
	} else if (method=="REGISTER") {
		route(2);
		break;
	};
	if (!lookup("location")) {
		sl_send_reply("404", "User Not Found");
		break;
	};
	route(1);
}

route[1] {
	if (!t_relay()) {
		sl_reply_error();
	};
}

route[2] {
	if (!save("location")) {
		sl_reply_error();
	};
}
`

test('the hello world of 2005 loads and says what has no effect', () => {
  const { problems, warnings, program } = loadScript(helloWorld, toyVocabulary)
  expect(problems).toEqual([])
  expect(warnings.map(({ line, message }) => `${line} ${message.split(' ')[0]}`)).toEqual([
    '3 fork',
    '4 log_stderror',
    '7 children',
    '10 fifo',
  ])
  expect(program?.modules).toEqual(['sl', 'tm', 'rr', 'maxfwd', 'usrloc', 'registrar'])
})

test.each([
  ['REGISTER', true, ['mf_process_maxfwd_header 10', 'loose_route', 'save location']],
  ['INVITE', false, ['mf_process_maxfwd_header 10', 'record_route', 'loose_route', 't_relay']],
  [
    'INVITE',
    true,
    [
      'mf_process_maxfwd_header 10',
      'record_route',
      'loose_route',
      'lookup location',
      'sl_send_reply 404 User Not Found',
    ],
  ],
  ['ACK', true, ['mf_process_maxfwd_header 10', 'record_route', 'loose_route', 't_relay']],
])('the hello world handles %s (ours: %s)', (method, isMine, trace) => {
  const message = toyMessage({ method, isMine })
  loadScript(helloWorld, toyVocabulary).program?.main?.(message)
  expect(message.trace).toEqual(trace)
})

const pieces = [
  'route',
  'failure_route',
  'onreply_route',
  '[1]',
  '{',
  '}',
  '(',
  ')',
  ';',
  ',',
  'if',
  'else',
  '!',
  '&&',
  '||',
  '==',
  '=~',
  '=',
  'method',
  'uri',
  'src_ip',
  '"a"',
  '"[a"',
  "'",
  '"',
  '/*',
  '*/',
  '#',
  '\n',
  '1',
  '40',
  'yes',
  '10.0.0.0/8',
  '::1',
  'log',
  'drop',
  'good',
  'loadmodule',
  '"toy.so"',
  'modparam',
  'listen',
  'debug',
  'udp:',
  '-',
  '$ru',
  'forward',
  'uri:host',
  'msg:len',
  'max_len',
  'myself',
  'and',
  'setflag(1);',
  'route{',
  'if (1) {',
  'if (good()) drop; else ',
]

test('no text makes loading or explaining throw, and a program comes exactly without problems', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((words) => words.join(' ')),
    fc
      .tuple(fc.nat(helloWorld.length), fc.nat(40), fc.constantFrom(...pieces))
      .map(([at, length, piece]) => helloWorld.slice(0, at) + piece + helloWorld.slice(at + length)),
  )
  fc.assert(
    fc.property(anyText, (text) => {
      const { program, problems } = loadScript(text, toyVocabulary)
      explainScript(text, toyVocabulary)
      program?.main?.(toyMessage({ method: 'INVITE', uri: 'sip:a@b' }))
      return (program === undefined) === problems.length > 0
    }),
    { numRuns: 3000, seed: 905 },
  )
})

test.each([
  ['many parentheses', '('],
  ['many braces', 'route{'],
  ['many ifs', 'if ('],
  ['many negations', '!'],
  ['many comments', '/*'],
  ['many else ifs', 'if (1) drop; else '],
  ['many alternatives', '1||'],
  ['many quotation marks', '"'],
  ['many unknown characters', '$'],
  ['many numbers', '1.'],
  ['many colons', ':'],
  ['many routes', 'route{drop;}'],
  ['many joined blocks', '} route{ drop;'],
  ['many parameters', '} modparam("toy|tm","x",1) loadmodule "q" route{ '],
  ['many calls', 'x();'],
  ['many assignments', 'debug=3 '],
])('%s load in bounded time', (_, piece) => {
  const began = performance.now()
  for (const before of ['', 'route{ ', 'route{ if (']) {
    loadScript(before + piece.repeat(Math.ceil(200_000 / piece.length)), toyVocabulary)
  }
  expect(performance.now() - began).toBeLessThan(5000)
})

test('a long chain of else if runs', () => {
  const text = `route{ ${'if (method=="BYE") drop; else '.repeat(20_000)} log(1,"end"); }`
  const message = toyMessage({ method: 'INVITE' })
  loadScript(text, toyVocabulary).program?.main?.(message)
  expect(message.trace).toEqual(['log 1 "end"'])
})
