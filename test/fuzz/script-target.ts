import { vocabulary } from '../../core/modules/index.ts'
import { loadScript } from '../../core/script/index.ts'
import type { Chance } from './mutations.ts'
import { below, mutate, noise, pick } from './mutations.ts'
import { scriptSeeds } from './seeds.ts'
import type { Target } from './target.ts'
import { mustHold } from './target.ts'

const pieces = [
  'if',
  'else',
  '{',
  '}',
  '(',
  ')',
  ';',
  '"',
  "'",
  '/*',
  '*/',
  '#',
  '\\',
  '!',
  '&&',
  '||',
  '==',
  '!=',
  '=~',
  '>=',
  'uri',
  'method',
  'myself',
  'msg:len',
  'route[1]',
  'failure_route[2]',
  'onreply_route',
  'loadmodule "tm.so"',
  'modparam("tm", "fr_timer", 5)',
  'break',
  'forward(10.0.0.1, 5060)',
  'setflag(1)',
  'lookup("location")',
  'route(1)',
  '0x10',
  '99999999999',
  '[2001:db8::1]',
  '"^sip:(a|b)*@"',
  '"(a*)*b"',
  '"[[:alpha:]]+"',
  'alias=',
  'listen=udp:1.2.3.4:5',
  'append_branch',
  'log(1, "x")',
]

/** Routing scripts: whatever the text, problems with places, or a program. */
export const scriptTarget: Target = {
  name: 'scripts',
  weight: 2,
  run(chance, shown) {
    const text = someScript(chance)
    shown(text)
    const { program, problems } = loadScript(text, vocabulary)
    mustHold((program === undefined) === problems.length > 0, 'a script has problems or a program')
    for (const { line, column } of problems) mustHold(line >= 1 && column >= 1, 'a problem has a place')
  },
  finish: () => undefined,
}

function someScript(chance: Chance): string {
  if (chance() < 0.05) return noise(chance, 300)
  let text = mutate(pick(chance, scriptSeeds).replaceAll('\n', '\r\n'), chance, scriptSeeds).replaceAll(
    '\r\n',
    '\n',
  )
  for (let count = below(chance, 3); count > 0; count--) {
    const at = below(chance, text.length + 1)
    text = `${text.slice(0, at)} ${pick(chance, pieces)} ${text.slice(at)}`
  }
  return text.length > 20_000 ? text.slice(0, 20_000) : text
}
