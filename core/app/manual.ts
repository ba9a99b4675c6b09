import { vocabulary } from '../modules/index.ts'
import type {
  Caution,
  CommandSpec,
  Effect,
  FlowVocabulary,
  ModuleSpec,
  ParameterSpec,
  Trap,
} from '../script/index.ts'
import { coreTable, fill, globalTable, inFailure, inReply, inRequest } from '../script/index.ts'
import type { Run } from '../exchange/index.ts'
import { examples } from './manual-examples.ts'

/** The manual of language and modules by file name, printed from the tables that run them. */
export function manualPages(): ReadonlyMap<string, string> {
  return new Map([
    ['language.md', languagePage()],
    ['modules.md', modulesPage()],
    ['warnings.md', warningsPage()],
  ])
}

function languagePage(): string {
  const globals = globalTable.map(({ name, default: preset, meaning, ignored }) => [
    code(name),
    shown(preset),
    sentence(meaning) + (ignored === undefined ? '' : ` No effect here: ${ignored}.`),
  ])
  const commands = [...coreTable].map(([name, { text, rests }]) => [
    code(name === 'drop' ? 'break, drop' : name),
    fill(text, ['*its argument*']),
    rests,
  ])
  return page(
    'The language',
    'What stands in a routing script beside the commands of modules. `sidetone explain FILE` says the same of each line of yours.',
    [
      '## Blocks',
      table(
        ['block', 'runs'],
        [
          [code('route{ … }'), 'for every request; it ends with its last statement or with `break`'],
          [code('route[1]{ … }'), 'when `route(1);` calls it; a `break` in it goes back to the caller'],
          [code('failure_route[1]{ … }'), 'when all targets have failed, if `t_on_failure("1");` armed it'],
          [code('onreply_route[1]{ … }'), 'for every answer, if `t_on_reply("1");` armed it'],
        ],
      ),
      '## Results',
      'A command gives a number: above 0 is true, below 0 is false, and 0 ends the block at once, even inside a condition.',
      '## Global parameters',
      table(['parameter', 'default', 'meaning'], globals),
      '## Commands of the core',
      table(['command', 'what it does', 'rests on'], commands),
    ],
  )
}

function modulesPage(): string {
  return page(
    'The modules',
    'Every module of SER 0.9, its parameters and its commands. R: in a route, F: in a failure_route, O: in an onreply_route.',
    [...vocabulary.modules].sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap(moduleParts),
  )
}

function moduleParts(module: ModuleSpec<Run>): string[] {
  const parts = [`## ${module.name}`, sentence(module.summary)]
  if (module.parameters.length > 0)
    parts.push(table(['parameter', 'type', 'default', 'meaning'], module.parameters.map(parameterRow)))
  if (module.commands.length > 0)
    parts.push(
      table(['command', 'blocks', 'what it does', 'result', 'rests on'], module.commands.map(commandRow)),
    )
  for (const { title, script, trial, ends } of examples.filter((example) => example.module === module.name)) {
    parts.push(
      `**Example: ${title}.**`,
      `\`\`\`\n${script.trim()}\n\`\`\``,
      `${code(`sidetone trace FILE ${trial.join(' ')}`)} ends with: ${ends}`,
    )
  }
  return parts
}

function parameterRow({ name, type, default: preset, meaning }: ParameterSpec): string[] {
  return [code(name), type === 'number' ? 'number' : 'text', shown(preset), meaning]
}

function commandRow(command: CommandSpec<Run>): string[] {
  const { name, takes, blocks, explanation, rests, prepare } = command
  const form = `${name}(${takes.map((argument) => `"${argument}"`).join(', ')})`
  const text = fill(
    explanation,
    takes.map((argument) => `*${argument}*`),
  )
  return [code(form), blockLetters(blocks), text, resultOf(command, prepare !== undefined), rests]
}

function blockLetters(blocks: number): string {
  const letters = [
    [inRequest, 'R'],
    [inFailure, 'F'],
    [inReply, 'O'],
  ] as const
  return letters.flatMap(([bit, letter]) => ((blocks & bit) === 0 ? [] : [letter])).join(' ')
}

function resultOf({ name, takes }: CommandSpec<Run>, isBuilt: boolean): string {
  if (!isBuilt) return 'not built yet: refused at load'
  const effect = effectOf(name, takes.length)
  const ends = [
    ...(effect.yes === undefined ? [] : ['true']),
    ...(effect.no === undefined ? [] : ['false']),
    ...(effect.stop === undefined ? [] : ['0: the block ends']),
  ]
  return ends.length === 0 ? 'true, false' : ends.join(', ')
}

function effectOf(name: string, count: number): Effect {
  const effect = flowVocabulary().effects.get(name)
  if (typeof effect !== 'function') return effect ?? {}
  return effect(
    Array.from({ length: count }, () => '200'),
    new Map(),
  )
}

function warningsPage(): string {
  const { traps, cautions } = flowVocabulary()
  const unique = new Map<string, Trap | Caution>()
  for (const warning of [...traps, ...cautions])
    if (!unique.has(warning.code)) unique.set(warning.code, warning)
  const rows = [...unique.values()]
    .sort((a, b) => (a.code < b.code ? -1 : 1))
    .map(({ code: name, message, consequence, remedy }) => [
      code(name),
      plain(message),
      plain(consequence),
      plain(remedy),
    ])
  return page(
    'What check warns of',
    '`sidetone check FILE` follows messages through a script and names these traps with their lines.',
    [table(['code', 'what is wrong', 'what comes of it', 'what to write'], rows)],
  )
}

function plain(text: string): string {
  return sentence(text.replace(/\{command\}(\(\))?/g, 'the command').replaceAll('{methods}', 'the request'))
}

function flowVocabulary(): FlowVocabulary {
  if (vocabulary.flow === undefined) throw new Error('the vocabulary has no flow')
  return vocabulary.flow
}

function page(title: string, about: string, parts: readonly string[]): string {
  const note =
    'Printed by `npm run manual` from the tables that run the commands; changes made here are lost.'
  return `${[`# ${title}`, about, note, ...parts].join('\n\n')}\n`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

function code(text: string): string {
  return `\`${text}\``
}

/** Passwords of the old manuals are no defaults to print. */
function shown(preset: string | number | undefined): string {
  if (preset === undefined) return 'none'
  const text = typeof preset === 'string' ? `"${preset.replace(/:[^:@/]*@/, ':…@')}"` : String(preset)
  return code(text)
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(capital) ? capital : `${capital}.`
}
