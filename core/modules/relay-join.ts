import type { Run } from '../exchange/index.ts'
import type { CommandSpec } from '../script/index.ts'
import { relayModules } from './later-nat.ts'

/** The commands of a NAT module that lead media; they stand in a table of their own. */
export function relayCommandsOf(module: string): readonly CommandSpec<Run>[] {
  return relayModules.find(({ name }) => name === module)?.commands ?? []
}
