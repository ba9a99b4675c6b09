import type { Run } from '../exchange/index.ts'
import type { CommandSpec, ModuleSpec } from '../script/index.ts'
import { inFailure, inReply, inRequest } from '../script/index.ts'

/** A module whose names are known, so that a script which uses it gets a precise answer; none of its commands runs. */
export type LaterModule = ModuleSpec<Run>

/** The blocks of a command, as ser-modules.md abbreviates them: R route, F failure_route, O onreply_route. */
export const blocksRF = inRequest | inFailure
export const blocksRO = inRequest | inReply
export const blocksRFO = inRequest | inFailure | inReply
export const blocksR = inRequest

/** A command that is known and not built. `form` is its name with the names of its arguments: `is_user(name)`. */
export function command(form: string, blocks: number, explanation: string, rests: string): CommandSpec<Run> {
  const open = form.indexOf('(')
  const inner = form.slice(open + 1, -1)
  const takes = inner === '' ? [] : inner.split(', ')
  return { name: form.slice(0, open), takes, blocks, explanation, rests }
}
