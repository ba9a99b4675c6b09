import { explainComparison, explainCore, fill } from './explain-words.ts'
import type { Words } from './explain-words.ts'
import { findGlobal } from './globals-table.ts'
import { parse } from './parse.ts'
import { Findings } from './problem.ts'
import type { Place } from './problem.ts'
import { moduleName } from './resolve-modules.ts'
import type {
  Action,
  Assignment,
  Block,
  CallAction,
  Condition,
  IfAction,
  Item,
  ModuleParameter,
} from './syntax.ts'
import type { Endpoint, ModuleSpec, Vocabulary } from './vocabulary.ts'

/** One statement in plain words. `depth` counts the blocks round it. */
export interface ExplainedLine extends Place {
  readonly depth: number
  readonly text: string
  /** The RFC section, module or part of SER that it rests on. */
  readonly rests: string
}

/** Every statement of a script in plain words; of a faulty script, as far as it can be read. Never throws. */
export function explainScript<Context>(
  text: string,
  vocabulary: Vocabulary<Context>,
): readonly ExplainedLine[] {
  const explainer = new Explainer(vocabulary)
  for (const item of parse(text, new Findings()).items) explainer.addItem(item)
  return explainer.lines
}

const blockWords = {
  route: 'runs when it is called by its number',
  failure_route: 'runs when every target of a call has failed, if it was armed with t_on_failure',
  onreply_route: 'runs for each reply, if it was armed with t_on_reply',
} as const

const blockRests = {
  route: 'SER core, route blocks',
  failure_route: 'SER tm; RFC 3261 §16.7',
  onreply_route: 'SER tm; RFC 3261 §16.7',
} as const

class Explainer<Context> {
  readonly lines: ExplainedLine[] = []
  readonly #modules: ReadonlyMap<string, ModuleSpec<Context>>

  constructor(vocabulary: Vocabulary<Context>) {
    this.#modules = new Map(vocabulary.modules.map((module) => [module.name, module]))
  }

  addItem(item: Item): void {
    switch (item.kind) {
      case 'assignment':
        this.#add(item.at, 0, explainAssignment(item))
        return
      case 'loadmodule':
        this.#add(item.at, 0, this.#explainModule(moduleName(item.path)))
        return
      case 'modparam':
        this.#add(item.at, 0, this.#explainParameter(item))
        return
      case 'block':
        this.#add(item.at, 0, { text: blockHeading(item), rests: blockRests[item.block] })
        this.#addActions(item.actions, 1)
    }
  }

  #add(at: Place, depth: number, { text, rests }: Words): void {
    this.lines.push({ line: at.line, column: at.column, depth, text, rests })
  }

  #explainModule(name: string): Words {
    const summary = this.#modules.get(name)?.summary
    return {
      text: `Load the module ${name}${summary === undefined ? '' : `: ${summary}`}`,
      rests: `module ${name}`,
    }
  }

  #explainParameter({ modules, name, value }: ModuleParameter): Words {
    const names = modules.split('|')
    const parameter = names
      .flatMap((module) => this.#modules.get(module)?.parameters ?? [])
      .find((known) => known.name === name)
    const meaning = parameter === undefined ? '' : `: ${parameter.meaning}`
    const text = `Set ${name} of ${names.join(' and ')} to ${JSON.stringify(value)}${meaning}`
    return { text, rests: `module ${names.join(', ')}` }
  }

  #addActions(actions: readonly Action[], depth: number): void {
    for (const action of actions) {
      if (action.kind === 'if') this.#addIf(action, depth)
      else
        this.#add(action.at, depth, action.kind === 'core' ? explainCore(action) : this.#explainCall(action))
    }
  }

  #addIf({ arms, otherwise, at }: IfAction, depth: number): void {
    for (const [index, arm] of arms.entries()) {
      const { text, rests } = this.#explainCondition(arm.condition)
      this.#add(arm.at, depth, { text: `${index === 0 ? 'If' : 'Otherwise, if'} ${text}:`, rests })
      this.#addActions(arm.body, depth + 1)
    }
    if (otherwise === undefined) return
    const place = otherwise[0]?.at ?? at
    this.#add(place, depth, { text: 'Otherwise:', rests: 'SER core, if' })
    this.#addActions(otherwise, depth + 1)
  }

  #explainCall({ name, args }: CallAction): Words {
    for (const module of this.#modules.values()) {
      const command = module.commands.find(
        (known) => known.name === name && known.takes.length === args.length,
      )
      if (command === undefined) continue
      return {
        text: fill(
          command.explanation,
          args.map(({ text }) => visible(text)),
        ),
        rests: command.rests,
      }
    }
    return { text: `Run the command ${name}, which is not known here.`, rests: 'unknown' }
  }

  #explainCondition(condition: Condition): Words {
    switch (condition.kind) {
      case 'not': {
        const { text, rests } = this.#explainCondition(condition.of)
        return { text: `it is not so that ${text}`, rests }
      }
      case 'and':
      case 'or':
        return joinWords(
          condition.parts.map((part) => this.#explainCondition(part)),
          condition.kind,
        )
      case 'constant':
        return { text: condition.number === 0 ? 'never' : 'always', rests: 'SER core, if' }
      case 'actions':
        return this.#explainTest(condition.actions)
      default:
        return explainComparison(condition)
    }
  }

  #explainTest(actions: readonly Action[]): Words {
    const parts = actions.map((action) => {
      if (action.kind === 'if')
        return { text: 'the statements in the condition succeed', rests: 'SER core, if' }
      return action.kind === 'core' ? explainCore(action) : this.#explainCall(action)
    })
    const text = `this succeeds: ${parts.map((part) => part.text.replace(/\.$/, '')).join('; ')}`
    return { text, rests: sources(parts) }
  }
}

function joinWords(parts: readonly Words[], kind: 'and' | 'or'): Words {
  return { text: parts.map(({ text }) => text).join(`, ${kind} `), rests: sources(parts) }
}

function sources(parts: readonly Words[]): string {
  return [...new Set(parts.map(({ rests }) => rests))].join('; ')
}

function blockHeading({ block, number }: Block): string {
  if (block === 'route' && number === 0) return 'The main route runs for every request:'
  return `${block}[${String(number)}] ${blockWords[block]}:`
}

function explainAssignment({ name, value }: Assignment): Words {
  const spec = findGlobal(name)
  const shownValue = typeof value === 'object' ? value.map(endpointText).join(', ') : String(value)
  const effect = spec?.ignored === undefined ? '' : ` It has no effect here: ${spec.ignored}.`
  return {
    text: `Set ${name} to ${shownValue}: ${spec?.meaning ?? ''}.${effect}`,
    rests: 'SER core, global parameters',
  }
}

function endpointText({ transport, host, port }: Endpoint): string {
  const name = host.includes(':') ? `[${host}]` : host
  return `${transport === undefined ? '' : `${transport}:`}${name}${port === undefined ? '' : `:${String(port)}`}`
}

/** Line breaks in an argument as the escapes that stand for them in a script. */
function visible(text: string): string {
  return text.replaceAll('\r', '\\r').replaceAll('\n', '\\n').replaceAll('\t', '\\t')
}
