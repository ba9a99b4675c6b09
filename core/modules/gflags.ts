import type { Run } from '../exchange/index.ts'
import { perExchange } from '../exchange/index.ts'
import type { CommandSpec, ModuleSpec } from '../script/index.ts'
import { readCount } from './arguments.ts'
import { built, isRefused } from './built.ts'
import { blocksRFO } from './later-tables.ts'
import { number } from './tables.ts'

interface ServerFlags {
  /** Undefined until the parameter has been read. */
  bits: number | undefined
}

const flagsOf = perExchange<ServerFlags>(() => ({ bits: undefined }))

/** Flags of the server, which stay from message to message. */
export const gflags: ModuleSpec<Run> = {
  name: 'gflags',
  summary: 'keeps flags for the whole server, which can be set from outside',
  parameters: [number('initial', 0, 'The flags at the start, as one number.')],
  commands: [
    flagCommand('set_gflag', 'Sets the flag {0} of the server.', (flags, bit) => {
      flags.bits |= bit
      return 1
    }),
    flagCommand('reset_gflag', 'Clears the flag {0} of the server.', (flags, bit) => {
      flags.bits &= ~bit
      return 1
    }),
    flagCommand('is_gflag', 'True if the flag {0} of the server is set.', (flags, bit) =>
      (flags.bits & bit) === 0 ? -1 : 1,
    ),
  ],
}

function flagCommand(
  name: string,
  explanation: string,
  act: (flags: { bits: number }, bit: number) => number,
): CommandSpec<Run> {
  return built(`${name}(flag)`, blocksRFO, explanation, 'module gflags', ([text = ''], settings) => {
    const flag = readCount(text, 0, 31, 'The flag')
    if (isRefused(flag)) return flag
    return (run) => {
      const flags = flagsOf(run)
      flags.bits ??= Number(settings.get('initial') ?? 0) | 0
      return act(flags as { bits: number }, 1 << flag)
    }
  })
}
