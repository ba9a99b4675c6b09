import type { Run } from '../exchange/index.ts'
import type { CommandSpec, ModuleSpec } from '../script/index.ts'
import { built, say } from './built.ts'
import { blocksRF } from './later-tables.ts'
import { number } from './tables.ts'

/** Programs at the wish of a packet: never run here, and said so whenever a message comes by. */
export const exec: ModuleSpec<Run> = {
  name: 'exec',
  summary: 'runs other programs; not allowed here',
  parameters: [
    number('setvars', 1, '1 gives the program parts of the message as environment variables.'),
    number('time_to_kill', 0, 'Seconds after which a program is ended; 0 lets it run.'),
  ],
  commands: [
    forbidden('exec_msg', 'Would run {0} with the message as its input; programs are not run here: false.'),
    forbidden(
      'exec_dset',
      'Would run {0} and call the URIs that it prints; programs are not run here: false.',
    ),
  ],
}

function forbidden(name: string, explanation: string): CommandSpec<Run> {
  return built(`${name}(command)`, blocksRF, explanation, 'module exec', ([program = '']) => (run) => {
    say(run, -1, `${name}("${program}") is not allowed here`)
    return -1
  })
}
