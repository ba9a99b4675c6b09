import { adviseOnForm } from './advise-form.ts'
import { adviseOnReach } from './advise-reach.ts'
import { Knowledge, States } from './flow-state.ts'
import type { State } from './flow-state.ts'
import type { Circumstances, Effect, FlowVocabulary, Trap } from './flow-vocabulary.ts'
import { either, listsOf, Walk } from './flow-walk.ts'
import type { Command } from './flow-walk.ts'
import { readGlobals } from './globals.ts'
import { parse } from './parse.ts'
import { Findings } from './problem.ts'
import type { Place, Problem } from './problem.ts'
import { resolveModules } from './resolve-modules.ts'
import type { Action, Block, Script } from './syntax.ts'
import { everyCommand } from './walk-syntax.ts'
import type { Settings, Vocabulary } from './vocabulary.ts'

/**
 * What a script without errors does that its writer will hardly want: for each trap its place, what comes of it and
 * what to write. Follows messages through the script on paper; its work is bounded. Never throws, whatever the text.
 */
export function adviseScript<Context>(text: string, vocabulary: Vocabulary<Context>): readonly Problem[] {
  const { flow } = vocabulary
  if (flow === undefined) return []
  const ignored = new Findings()
  const script = parse(text, ignored)
  if (ignored.problems.length > 0) return []
  const modules = resolveModules(script, vocabulary, ignored)
  const settings = new Map(modules.map((module) => [module.spec.name, module.settings]))
  const owners = new Map(
    modules.flatMap((module) => module.spec.commands.map(({ name }) => [name, module.settings] as const)),
  )
  const adviser = new Adviser(script, flow, (command) => owners.get(command) ?? new Map(), {
    globals: readGlobals(script, ignored),
    settings: (module) => settings.get(module),
  })
  return adviser.advise(modules.map(({ spec }) => spec.name))
}

const mainOnly: readonly Block['block'][] = ['route']

class Adviser {
  readonly #script: Script
  readonly #blocks: readonly Block[]
  readonly #flow: FlowVocabulary
  readonly #knowledge: Knowledge
  readonly #walk: Walk
  readonly #circumstances: Circumstances
  readonly #findings = new Findings()
  readonly #told = new Set<string>()
  readonly #traps = new Map<string, Trap[]>()
  #block: Block['block'] = 'route'

  constructor(
    script: Script,
    flow: FlowVocabulary,
    settingsOf: (command: string) => Settings,
    known: Omit<Circumstances, 'uses'>,
  ) {
    this.#script = script
    this.#blocks = script.items.filter((item) => item.kind === 'block')
    this.#flow = flow
    this.#knowledge = new Knowledge(flow)
    this.#walk = new Walk(flow, this.#knowledge, this.#blocks, settingsOf, {
      command: (command, effect, state, before) => this.#atCommand(command, effect, state, before),
      loop: (call) => this.#atLoop(call),
    })
    const used = new Set<string>()
    for (const command of everyCommand(this.#blocks))
      for (const trait of this.#walk.effectOf(command).traits ?? []) used.add(trait)
    this.#circumstances = { ...known, uses: (trait) => used.has(trait) }
    for (const trap of flow.traps) {
      if (trap.where?.(this.#circumstances) === false) continue
      this.#traps.set(trap.at, [...(this.#traps.get(trap.at) ?? []), trap])
    }
  }

  advise(modules: readonly string[]): readonly Problem[] {
    this.#walkMain()
    this.#walkArmed()
    if (!this.#walk.isExhausted) adviseOnReach(this.#blocks, this.#walk, this.#findings)
    adviseOnForm(this.#script, this.#blocks, this.#flow, this.#walk, modules, this.#findings)
    this.#findings.sort()
    return this.#findings.warnings
  }

  #walkMain(): void {
    const main = listsOf(this.#blocks, 'route').get(0)
    const last = main?.at(-1)
    if (main === undefined || last === undefined) return
    const begin = this.#knowledge.beginning(this.#knowledge.allMethods, this.#flow.beginnings.route, true)
    const ways = this.#walk.list(main, States.of(begin))
    for (const state of either(ways)) this.#spring('end', state, last.at, '', undefined)
    for (const state of ways.stop) this.#spring('end', state, state.stoppedAt ?? last.at, '', undefined)
  }

  #walkArmed(): void {
    for (const kind of ['failure_route', 'onreply_route'] as const) {
      this.#block = kind
      for (const [number, list] of listsOf(this.#blocks, kind)) {
        const methods = this.#walk.armed.get(`${kind} ${number}`)
        if (methods === undefined) continue
        this.#walk.list(
          list,
          States.of(this.#knowledge.beginning(methods, this.#flow.beginnings[kind], false)),
        )
      }
    }
  }

  #atCommand(command: Command, effect: Effect, state: State, before: Action | undefined): void {
    for (const trait of effect.traits ?? []) this.#spring(trait, state, command.at, command.name, before)
  }

  #atLoop(call: Command): void {
    this.#tell(call.at, {
      code: 'route-loop',
      message: 'This route comes back here with nothing changed.',
      consequence: 'The message goes round a hundred times and is then given up.',
      remedy: 'Call another route, or put the call behind an if that can end.',
    })
  }

  #spring(trait: string, state: State, at: Place, command: string, before: Action | undefined): void {
    for (const trap of this.#traps.get(trait) ?? []) {
      if (!(trap.blocks ?? mainOnly).includes(this.#block) || !this.#isCaught(trap, state)) continue
      const methods =
        trap.methods === undefined ? state.methods : state.methods & this.#knowledge.methodBits(trap.methods)
      this.#tell(
        placeOf(trap, state, at, before),
        filled(trap, command, this.#knowledge.methodNames(methods)),
      )
    }
  }

  #isCaught({ methods, holds = [], lacks = [], spares = [] }: Trap, state: State): boolean {
    const knowledge = this.#knowledge
    if (methods !== undefined && (state.methods & knowledge.methodBits(methods)) === 0) return false
    const isSo = state.known & state.truth
    const isNotSo = state.known & ~state.truth
    const held = knowledge.bits(holds)
    return (
      (isSo & held) === held &&
      (isSo & knowledge.bits(lacks)) === 0 &&
      (isNotSo & knowledge.bits(spares)) === 0
    )
  }

  /** Each mistake once for each place, however many ways lead there. */
  #tell(at: Place, warning: Pick<Trap, 'code' | 'message' | 'consequence' | 'remedy'>): void {
    const key = `${warning.code} ${at.line} ${at.column}`
    if (this.#told.has(key)) return
    this.#told.add(key)
    this.#findings.advice(at, warning)
  }
}

function placeOf({ shownAt }: Trap, state: State, at: Place, before: Action | undefined): Place {
  if (shownAt === undefined) return at
  return (shownAt === 'statement before' ? before?.at : state.origins.get(shownAt.fact)) ?? at
}

function filled(trap: Trap, command: string, methods: readonly string[]): Trap {
  const shownMethods =
    methods.length > 4
      ? `${methods.slice(0, 3).join(', ')} and others`
      : methods.join(', ').replace(/, ([^,]*)$/, ' and $1')
  const fill = (text: string): string =>
    text.replaceAll('{command}', command).replaceAll('{methods}', shownMethods)
  return {
    ...trap,
    message: fill(trap.message),
    consequence: fill(trap.consequence),
    remedy: fill(trap.remedy),
  }
}
