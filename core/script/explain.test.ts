import { expect, test } from 'vitest'
import { explainScript } from './explain.ts'
import { toyVocabulary } from './toy-vocabulary.ts'

test('every statement is told in plain words with what it rests on', () => {
  const text = `listen=udp:[::1]:5060 fork=no
loadmodule "/usr/lib/ser/modules/toy.so"
modparam("toy", "level", 3)
route{
  if (method=="INVITE" && !uri==myself || say("x")) { t_relay(); }
  else if (src_ip!=10.0.0.0/8) break;
  else { forward(uri:host, uri:port); }
}
failure_route[1]{ unknown(); append_branch(); log(1, "a"); }`

  expect(
    explainScript(text, toyVocabulary).map(
      ({ line, depth, text, rests }) => `${line} ${depth} ${text} [${rests}]`,
    ),
  ).toEqual([
    '1 0 Set listen to udp:[::1]:5060: the addresses to listen on. [SER core, global parameters]',
    '1 0 Set fork to 0: whether to run in the background with several processes. It has no effect here: one process does all the work. [SER core, global parameters]',
    '2 0 Load the module toy: the toy module [module toy]',
    '3 0 Set level of toy to 3: how loud [module toy]',
    '4 0 The main route runs for every request: [SER core, route blocks]',
    '5 1 If the method is "INVITE", and it is not so that the Request-URI points to this server, or this succeeds: Do say with x: [RFC 3261 §7.1; RFC 3261 §16.4; toy say]',
    '5 2 Do t_relay. [toy t_relay]',
    '6 1 Otherwise, if the source address is not in 10.0.0.0/8: [RFC 3261 §18.2.1]',
    '6 2 End this block here; a route that was called goes back to its caller. [SER core, action lists]',
    '7 1 Otherwise: [SER core, if]',
    '7 2 Forward the message statelessly to the host of the Request-URI, its port. [RFC 3261 §16.11]',
    '9 0 failure_route[1] runs when every target of a call has failed, if it was armed with t_on_failure: [SER tm; RFC 3261 §16.7]',
    '9 1 Run the command unknown, which is not known here. [unknown]',
    '9 1 Add one more target to call: the current Request-URI. [RFC 3261 §16.5, §16.7]',
    '9 1 Write a log line: 1, "a". [SER core]',
  ])
})

test.each([
  ['proto==tcp', 'the transport is TCP'],
  ['proto!=9', 'the transport is not 9'],
  ['af==INET', 'the message came over IPv4'],
  ['af!=INET6', 'the message did not come over IPv6'],
  ['af==7', 'the message came over 7'],
  ['msg:len>max_len', 'the length of the message in bytes is above 65535'],
  ['uri=~"^sip"', 'the Request-URI (in a reply: the status) matches the regular expression "^sip"'],
  ['to_uri!="a"', 'the URI of To is not "a"'],
  ['src_ip!=myself', 'the source address is not one of ours'],
  ['from_uri!=myself', 'the URI of From does not point to this server'],
  ['0', 'never'],
  ['1', 'always'],
  ['(if (1) drop)', 'this succeeds: the statements in the condition succeed'],
  ['isflagset(3)', 'this succeeds: Look whether flag 3 is set'],
])('%s is told as "%s"', (condition, words) => {
  expect(explainScript(`route{ if (${condition}) drop; }`, toyVocabulary)[1]?.text).toBe(`If ${words}:`)
})

test('sockets, addresses and parameters of unknown modules', () => {
  const text =
    'modparam("x|y","z",1) loadmodule "x.so" route{ force_send_socket(udp:a:5); force_send_socket(b); send(a.b); if (1) ; else ; }'
  expect(explainScript(text, toyVocabulary).map(({ text }) => text)).toEqual([
    'Set z of x and y to 1',
    'Load the module x',
    'The main route runs for every request:',
    'Send this message from our address udp:a:5.',
    'Send this message from our address b.',
    'Send a copy of the message as it came, over UDP, to a.b.',
    'If always:',
    'Otherwise:',
  ])
})
