import type { Checked } from './checking.ts'
import { compileCommand } from './compile-command.ts'
import { compileComparison } from './compile-comparison.ts'
import type { Globals } from './globals.ts'
import type { Action, Arm, Block, CallAction, Condition, CoreAction, IfAction, Script } from './syntax.ts'
import { tracedStep, tracedTest } from './trace.ts'
import type { Tracer } from './trace.ts'
import { all, any, negate, no, stop, truthOf, yes } from './truth.ts'
import type { Test } from './truth.ts'
import type { Settings, Step, Vocabulary } from './vocabulary.ts'

/** A script that is ready to run. Its steps are synchronous; a run may start another one inside it. */
export interface Program<Context> {
  readonly globals: Globals
  /** Names of the loaded modules, in their order. */
  readonly modules: readonly string[]
  /** Paths of the files whose texts its commands ask for. */
  readonly files: readonly string[]
  /** The final settings of a loaded module; undefined for others. */
  settings(module: string): Settings | undefined
  /** The main route; undefined when the script has none. */
  readonly main: Step<Context> | undefined
  failureRoute(number: number): Step<Context> | undefined
  replyRoute(number: number): Step<Context> | undefined
}

/** SER gives up at this depth, counting each nested list and each called route (ser-language §4). */
const deepestLists = 100
const levelOfErrors = -1
/** A route that calls itself twice would otherwise double its runs with each of the hundred levels. */
const mostRouteCalls = 10_000

/** Turns a checked script without problems into closures; with a tracer, into closures that tell it of each of them. */
export function compile<Context>(
  script: Script,
  globals: Globals,
  checked: Checked<Context>,
  vocabulary: Vocabulary<Context>,
  tracer?: Tracer,
): Program<Context> {
  const blocks = script.items.filter((item) => item.kind === 'block')
  const compiler = new Compiler(globals, checked, vocabulary, tracer)
  const routes = compiler.compileAll(blocks, 'route')
  const failure = compiler.compileAll(blocks, 'failure_route')
  const reply = compiler.compileAll(blocks, 'onreply_route')
  compiler.link(routes)
  const entries = (lists: readonly (Step<Context> | undefined)[]): readonly (Step<Context> | undefined)[] =>
    lists.map((list) => list && compiler.entry(list))
  const failureEntries = entries(failure)
  const replyEntries = entries(reply)
  const settings = new Map(checked.modules.map((module) => [module.spec.name, module.settings]))
  return {
    globals,
    modules: checked.modules.map((module) => module.spec.name),
    files: [...checked.files],
    settings: (module) => settings.get(module),
    main: entries(routes)[0],
    failureRoute: (number) => failureEntries[number],
    replyRoute: (number) => replyEntries[number],
  }
}

class Compiler<Context> {
  readonly #globals: Globals
  readonly #checked: Checked<Context>
  readonly #vocabulary: Vocabulary<Context>
  readonly #tracer: Tracer | undefined
  /** Lists round the one that runs now, in calling routes only; nesting inside a route is known beforehand. */
  #outer = 0
  #routeCalls = 0
  #routes: readonly (Step<Context> | undefined)[] = []

  constructor(
    globals: Globals,
    checked: Checked<Context>,
    vocabulary: Vocabulary<Context>,
    tracer: Tracer | undefined,
  ) {
    this.#globals = globals
    this.#checked = checked
    this.#vocabulary = vocabulary
    this.#tracer = tracer
  }

  /** The lists of one kind by number; blocks with the same number are joined. */
  compileAll(blocks: readonly Block[], kind: Block['block']): (Step<Context> | undefined)[] {
    const joined: (Action[] | undefined)[] = []
    for (const { block, number, actions } of blocks) {
      if (block !== kind) continue
      const list = (joined[number] ??= [])
      for (const action of actions) list.push(action)
    }
    return Array.from(joined, (actions) => actions && this.#list(actions, 1))
  }

  link(routes: readonly (Step<Context> | undefined)[]): void {
    this.#routes = routes
  }

  /** A run that begins from outside counts its depth anew, even when it begins in the middle of another. */
  entry(list: Step<Context>): Step<Context> {
    return (context) => {
      const outer = this.#outer
      const routeCalls = this.#routeCalls
      this.#outer = 0
      this.#routeCalls = 0
      try {
        return list(context)
      } finally {
        this.#outer = outer
        this.#routeCalls = routeCalls
      }
    }
  }

  #list(actions: readonly Action[], level: number): Step<Context> {
    const steps = actions.map((action) => this.#step(action, level))
    const [first, second] = steps
    if (first === undefined) return () => 1
    if (second === undefined) return first
    if (steps.length === 2) return (context) => (first(context) === 0 ? 0 : second(context))
    return (context) => {
      let result = 1
      for (let at = 0; at < steps.length && result !== 0; at++) result = (steps[at] as Step<Context>)(context)
      return result
    }
  }

  #step(action: Action, level: number): Step<Context> {
    if (action.kind === 'if') return this.#if(action, level)
    const step = action.kind === 'call' ? this.#call(action) : this.#core(action, level)
    return this.#tracer === undefined ? step : tracedStep(step, action, this.#tracer)
  }

  #core(action: CoreAction, level: number): Step<Context> {
    if (action.name === 'route') return this.#route(action, level)
    return compileCommand(action, this.#vocabulary.core, this.#globals.number('debug') as number)
  }

  #call(action: CallAction): Step<Context> {
    return this.#checked.steps.get(action) as Step<Context>
  }

  /** `route(N)` gives 1 unless the list of that route came out negative (ser-language §4). */
  #route(action: CoreAction, level: number): Step<Context> {
    const { number } = action.args[0] as { number: number }
    const undefinedText = `route(${String(number)}): there is no such route`
    return (context) => {
      const target = this.#routes[number]
      if (target === undefined) {
        this.#vocabulary.core.log(context, levelOfErrors, undefinedText)
        return 1
      }
      const outer = this.#outer
      if (outer + level >= deepestLists) return this.#tooDeep(context)
      if (++this.#routeCalls > mostRouteCalls) return -1
      this.#outer = outer + level
      const result = target(context)
      this.#outer = outer
      return result < 0 ? result : 1
    }
  }

  #tooDeep(context: Context): number {
    this.#vocabulary.core.log(context, levelOfErrors, 'too many nested blocks and routes, giving up')
    return -1
  }

  #if(action: IfAction, level: number): Step<Context> {
    const bodies = action.arms.map((arm) => this.#body(arm.body, level))
    const tests = action.arms.map((arm) => this.#armTest(arm, level))
    const otherwise = action.otherwise === undefined ? () => 1 : this.#body(action.otherwise, level)
    const [test, body] = [tests[0] as Test<Context>, bodies[0] as Step<Context>]
    if (tests.length === 1) {
      return (context) => {
        const truth = test(context)
        return truth === yes ? body(context) : truth === stop ? 0 : otherwise(context)
      }
    }
    return (context) => {
      for (let at = 0; at < tests.length; at++) {
        const truth = (tests[at] as Test<Context>)(context)
        if (truth === yes) return (bodies[at] as Step<Context>)(context)
        if (truth === stop) return 0
      }
      return otherwise(context)
    }
  }

  #armTest(arm: Arm, level: number): Test<Context> {
    const test = this.#test(arm.condition, level)
    return this.#tracer === undefined ? test : tracedTest(test, arm, this.#tracer)
  }

  /** A list inside of another one: it gives up where the lists of all calling routes come to the limit. */
  #body(actions: readonly Action[], level: number): Step<Context> {
    const list = this.#list(actions, level + 1)
    const most = deepestLists - level - 1
    return (context) => (this.#outer > most ? this.#tooDeep(context) : list(context))
  }

  #test(condition: Condition, level: number): Test<Context> {
    switch (condition.kind) {
      case 'not':
        return negate(this.#test(condition.of, level))
      case 'and':
        return all(condition.parts.map((part) => this.#test(part, level)))
      case 'or':
        return any(condition.parts.map((part) => this.#test(part, level)))
      case 'constant':
        return condition.number === 0 ? () => no : () => yes
      case 'actions':
        return this.#actionsTest(condition.actions, level)
      default:
        return compileComparison(
          condition,
          this.#vocabulary.operands,
          this.#checked.patterns,
          this.#globals.isSer09,
        )
    }
  }

  #actionsTest(actions: readonly Action[], level: number): Test<Context> {
    const list = actions.length === 1 ? this.#list(actions, level) : this.#body(actions, level)
    return (context) => truthOf(list(context))
  }
}
