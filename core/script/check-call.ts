import type { Checking } from './checking.ts'
import { recogniseForeign } from './dialect.ts'
import { shown } from './problem.ts'
import type { Place } from './problem.ts'
import type { LoadedModule } from './resolve-modules.ts'
import type { Block, CallAction } from './syntax.ts'
import type { CommandSpec } from './vocabulary.ts'

interface Candidate<Context> {
  readonly module: LoadedModule<Context>
  readonly command: CommandSpec<Context>
}

/** Finds the command among the loaded modules, by name, number of arguments and block, and prepares it. */
export function checkCall<Context>(
  call: CallAction,
  block: Block,
  blockBit: number,
  checking: Checking<Context>,
): void {
  const named = checking.modules.flatMap((module) =>
    module.spec.commands.filter(({ name }) => name === call.name).map((command) => ({ module, command })),
  )
  const counted = named.filter(({ command }) => command.takes.length === call.args.length)
  const found = counted.find(({ command }) => (command.blocks & blockBit) !== 0)
  if (named.length === 0) refuseName(call, checking)
  else if (counted.length === 0) refuseCount(call, named, checking)
  else if (found === undefined) refuseBlock(call, block, counted, checking)
  else if (isAfter(found.module.at, call.at)) refuseOrder(call, found.module, checking)
  else prepare(call, found, checking)
}

function refuseName<Context>(
  call: CallAction,
  { vocabulary, commandNames, findings }: Checking<Context>,
): void {
  if (findings.isFull) return
  const owner = vocabulary.modules.find((module) => module.commands.some(({ name }) => name === call.name))
  if (owner !== undefined) {
    const message = `The command ${call.name} belongs to the module ${owner.name}, which is not loaded.`
    findings.problem(
      'meaning',
      call.at,
      'module-not-loaded',
      message,
      `Write loadmodule "${owner.name}.so" at the top.`,
    )
    return
  }
  const foreign = recogniseForeign(call.name)
  if (foreign !== undefined) {
    const message = `The command ${call.name} belongs to ${foreign.dialect}; SER 0.9 does not have it.`
    findings.problem('meaning', call.at, 'other-dialect', message, foreign.remedy)
    return
  }
  const near = commandNames.find(call.name)
  const remedy = near === '' ? 'Look up the command in the list of modules.' : `Perhaps it is ${near}.`
  findings.problem('meaning', call.at, 'unknown-command', `There is no command ${shown(call.name)}.`, remedy)
}

function refuseCount<Context>(
  call: CallAction,
  named: readonly Candidate<Context>[],
  { findings }: Checking<Context>,
): void {
  const given = call.args.length === 1 ? '1 argument' : `${String(call.args.length)} arguments`
  const forms = [...new Set(named.map(({ command }) => formOf(command)))].join(' or ')
  findings.problem(
    'meaning',
    call.at,
    'wrong-argument-count',
    `${call.name} does not take ${given}.`,
    `Write ${forms}.`,
  )
}

function formOf<Context>(command: CommandSpec<Context>): string {
  return `${command.name}(${command.takes.map((name) => `"${name}"`).join(', ')})`
}

function refuseBlock<Context>(
  call: CallAction,
  block: Block,
  counted: readonly Candidate<Context>[],
  { findings }: Checking<Context>,
): void {
  const allowed = counted.reduce((bits, { command }) => bits | command.blocks, 0)
  const names = ['route', 'failure_route', 'onreply_route'].filter((_, bit) => (allowed & (1 << bit)) !== 0)
  const message = `The command ${call.name} cannot be used in ${block.block}.`
  const remedy = names.length === 0 ? 'Remove it.' : `It may stand in ${names.join(' and ')}.`
  findings.problem('meaning', call.at, 'wrong-block', message, remedy)
}

function refuseOrder<Context>(
  call: CallAction,
  module: LoadedModule<Context>,
  { findings }: Checking<Context>,
): void {
  const message = `The module ${module.spec.name} is loaded only after this use of ${call.name}.`
  const remedy = `Move the loadmodule of line ${String(module.at.line)} to the top.`
  findings.problem('meaning', call.at, 'module-loaded-later', message, remedy)
}

function prepare<Context>(
  call: CallAction,
  { module, command }: Candidate<Context>,
  { findings, steps, files }: Checking<Context>,
): void {
  if (command.prepare === undefined) {
    const message = `The command ${call.name} of the module ${module.spec.name} is not built yet.`
    findings.problem('meaning', call.at, 'not-built', message, 'Remove it for now.')
    return
  }
  const args = call.args.map(({ text }) => text)
  const step = command.prepare(args, module.settings)
  for (const file of command.reads?.(args, module.settings) ?? []) files.add(file)
  if (typeof step === 'function') steps.set(call, step)
  else findings.problem('meaning', call.at, 'argument-refused', `${call.name}: ${step.refused}`, step.remedy)
}

function isAfter(a: Place, b: Place): boolean {
  return a.line > b.line || (a.line === b.line && a.column > b.column)
}
