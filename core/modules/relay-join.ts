import type { Run } from '../exchange/index.ts'
import type { CommandSpec } from '../script/index.ts'
import { mediaproxyRelayCommands, nathelperRelayCommands } from './relay-commands.ts'

const commandsOf: Readonly<Record<string, readonly CommandSpec<Run>[]>> = {
  nathelper: nathelperRelayCommands,
  mediaproxy: mediaproxyRelayCommands,
}

/** The commands of a NAT module that lead media. */
export function relayCommandsOf(module: string): readonly CommandSpec<Run>[] {
  return commandsOf[module] ?? []
}
