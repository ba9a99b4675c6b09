import type { Run } from '../exchange/index.ts'
import type { CommandSpec, ModuleSpec } from '../script/index.ts'
import { laterModules } from './later.ts'

/** Tests of URIs and of who sends them; of its commands only those without people and passwords are built so far. */
const planned = laterModules.find(({ name }) => name === 'uri')

export const uri: ModuleSpec<Run> = {
  name: 'uri',
  summary: planned?.summary ?? '',
  parameters: planned?.parameters ?? [],
  commands: (planned?.commands ?? []).map((command): CommandSpec<Run> => {
    return command.name === 'has_totag'
      ? { ...command, prepare: () => (run) => (run.request.toTag === undefined ? -1 : 1) }
      : command
  }),
}
