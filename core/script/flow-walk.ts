import { Narrowing } from './flow-conditions.ts'
import { keyOf, States } from './flow-state.ts'
import type { Knowledge, State } from './flow-state.ts'
import type { Effect, FlowVocabulary, Outcome } from './flow-vocabulary.ts'
import type { Place } from './problem.ts'
import type { Action, Block, CallAction, Condition, CoreAction, IfAction } from './syntax.ts'
import type { Settings } from './vocabulary.ts'

/** Where a message can be behind a statement, by what it came to. */
export interface Ways {
  readonly yes: States
  readonly no: States
  readonly stop: States
}

export type Command = CallAction | CoreAction

/** Told of everything that the walk comes by. */
export interface Watcher {
  command(command: Command, effect: Effect, state: State, before: Action | undefined): void
  loop(call: CoreAction): void
}

/** Bounds the work, whatever the script; the longest scripts of the time need some thousand. */
const mostVisits = 50_000
/** As deep as a run may go (compile.ts): what calls deeper than that is given up there too. */
const deepestRoutes = 100
const mayGoEitherWay: Effect = {}
const unchanged: Outcome = {}

/** Follows what can be known of messages through lists, conditions and called routes. */
export class Walk {
  readonly visited = new Set<Action>()
  readonly calledRoutes = new Set<number>()
  /** `failure_route 1` and the like, with the methods for which it can be armed. */
  readonly armed = new Map<string, number>()
  readonly #flow: FlowVocabulary
  readonly #knowledge: Knowledge
  readonly #narrowing: Narrowing
  readonly #routes: ReadonlyMap<number, readonly Action[]>
  readonly #settingsOf: (command: string) => Settings
  readonly #watcher: Watcher
  readonly #done = new Map<string, Ways | 'under way'>()
  #visits = 0
  #depth = 0

  constructor(
    flow: FlowVocabulary,
    knowledge: Knowledge,
    blocks: readonly Block[],
    settingsOf: (command: string) => Settings,
    watcher: Watcher,
  ) {
    this.#flow = flow
    this.#knowledge = knowledge
    this.#narrowing = new Narrowing(flow, knowledge)
    this.#routes = listsOf(blocks, 'route')
    this.#settingsOf = settingsOf
    this.#watcher = watcher
  }

  /** Whether the walk gave up before its end; then nothing may be concluded from what it did not see. */
  get isExhausted(): boolean {
    return this.#visits > mostVisits
  }

  list(actions: readonly Action[], from: States): Ways {
    const stop = new States()
    let ways: Ways = { yes: from, no: new States(), stop }
    let before: Action | undefined
    for (const action of actions) {
      const here = either(ways)
      if (here.isEmpty || this.isExhausted) break
      ways = this.#action(action, here, before)
      stop.addAll(ways.stop)
      before = action
    }
    return { yes: ways.yes, no: ways.no, stop }
  }

  effectOf(command: Command): Effect {
    const effect = this.#flow.effects.get(command.name)
    if (typeof effect !== 'function') return effect ?? mayGoEitherWay
    return effect(textsOf(command), this.#settingsOf(command.name))
  }

  #action(action: Action, from: States, before: Action | undefined): Ways {
    this.visited.add(action)
    if (action.kind === 'if') return this.#if(action, from)
    const ways = noWays()
    for (const state of from) {
      if (++this.#visits > mostVisits) break
      this.#command(action, state, before, ways)
    }
    return ways
  }

  #if({ arms, otherwise }: IfAction, from: States): Ways {
    const ways = noWays()
    let open = new States()
    for (const state of from) open.add(this.#knowledge.fade(state))
    for (const { condition, body } of arms) {
      const test = this.#test(condition, open)
      ways.stop.addAll(test.stop)
      addWays(ways, this.list(body, test.yes))
      open = test.no
    }
    addWays(ways, this.list(otherwise ?? [], open))
    return ways
  }

  #test(condition: Condition, from: States): Ways {
    switch (condition.kind) {
      case 'not': {
        const { yes, no, stop } = this.#test(condition.of, from)
        return { yes: no, no: yes, stop }
      }
      case 'and':
      case 'or':
        return this.#chain(condition.parts, condition.kind, from)
      case 'constant':
        return condition.number === 0
          ? { yes: new States(), no: from, stop: new States() }
          : { yes: from, no: new States(), stop: new States() }
      case 'actions':
        return this.list(condition.actions, from)
      default: {
        const ways = noWays()
        for (const state of from) {
          if (++this.#visits > mostVisits) break
          const { yes, no } = this.#narrowing.narrow(state, condition)
          if (yes !== undefined) ways.yes.add(yes)
          if (no !== undefined) ways.no.add(no)
        }
        return ways
      }
    }
  }

  #chain(parts: readonly Condition[], kind: 'and' | 'or', from: States): Ways {
    const settled = new States()
    const stop = new States()
    let open = from
    for (const part of parts) {
      const test = this.#test(part, open)
      stop.addAll(test.stop)
      settled.addAll(kind === 'and' ? test.no : test.yes)
      open = kind === 'and' ? test.yes : test.no
    }
    return kind === 'and' ? { yes: open, no: settled, stop } : { yes: settled, no: open, stop }
  }

  #command(command: Command, state: State, before: Action | undefined, ways: Ways): void {
    if (command.kind === 'core') {
      if (command.name === 'route') return this.#route(command, state, ways)
      if (command.name === 'drop') return ways.stop.add({ ...state, stoppedAt: command.at })
    }
    const effect = this.effectOf(command)
    this.#watcher.command(command, effect, state, before)
    const faded = this.#knowledge.fade(state)
    if (command.kind === 'core' && command.name.endsWith('flag')) return flag(command, faded, ways)
    if (command.name === 'isflagset') return flagTest(command, faded, ways)
    if (effect.arms !== undefined) this.#arm(effect.arms, command, state)
    this.#outcomes(command.at, effect, faded, ways)
  }

  #outcomes(at: Place, effect: Effect, state: State, ways: Ways): void {
    const isOpen = effect.yes === undefined && effect.no === undefined && effect.stop === undefined
    const { yes, no, stop } = isOpen ? { yes: unchanged, no: unchanged, stop: undefined } : effect
    const behind = (outcome: Outcome | undefined): State | undefined =>
      outcome && this.#knowledge.after(state, outcome, at)
    const [whenTrue, whenFalse, whenStopped] = [behind(yes), behind(no), behind(stop)]
    if (whenTrue !== undefined) ways.yes.add(whenTrue)
    if (whenFalse !== undefined) ways.no.add(whenFalse)
    if (whenStopped !== undefined) ways.stop.add({ ...whenStopped, stoppedAt: at })
  }

  #arm(block: 'failure_route' | 'onreply_route', command: Command, state: State): void {
    const key = `${block} ${textsOf(command)[0] ?? ''}`
    this.armed.set(key, (this.armed.get(key) ?? 0) | state.methods)
  }

  /** A route that ends with `break` has only ended itself (ser-language §4). */
  #route(call: CoreAction, state: State, ways: Ways): void {
    const { number } = call.args[0] as { number: number }
    this.calledRoutes.add(number)
    const list = this.#routes.get(number)
    if (list === undefined) return ways.yes.add(state)
    const key = `${number} ${state.methods} ${keyOf(state)}`
    const known = this.#done.get(key)
    if (known === 'under way' || this.#depth >= deepestRoutes) return this.#watcher.loop(call)
    if (known === undefined) this.#done.set(key, 'under way')
    this.#depth++
    const inner = known ?? this.list(list, States.of(state))
    this.#depth--
    this.#done.set(key, inner)
    ways.yes.addAll(inner.yes)
    ways.no.addAll(inner.no)
    for (const stopped of inner.stop) ways.yes.add({ ...stopped, stoppedAt: undefined })
  }
}

/** The lists of one kind of block by number; blocks with the same number are joined. */
export function listsOf(blocks: readonly Block[], kind: Block['block']): Map<number, readonly Action[]> {
  const lists = new Map<number, readonly Action[]>()
  for (const { block, number, actions } of blocks) {
    if (block === kind) lists.set(number, [...(lists.get(number) ?? []), ...actions])
  }
  return lists
}

/** Where a message goes on, whatever the last statement came to. */
export function either({ yes, no }: Ways): States {
  if (no.isEmpty) return yes
  const all = States.of(...yes)
  all.addAll(no)
  return all
}

function noWays(): Ways {
  return { yes: new States(), no: new States(), stop: new States() }
}

function addWays(to: Ways, more: Ways): void {
  to.yes.addAll(more.yes)
  to.no.addAll(more.no)
  to.stop.addAll(more.stop)
}

function textsOf(command: Command): string[] {
  if (command.kind === 'call') return command.args.map(({ text }) => text)
  return command.args.map((argument) => {
    if (argument.kind === 'number') return String(argument.number)
    return argument.kind === 'string' || argument.kind === 'host' ? argument.text : argument.kind
  })
}

function flag(command: CoreAction, state: State, ways: Ways): void {
  const bit = flagBit(command)
  const flags = command.name === 'setflag' ? state.flags | bit : state.flags & ~bit
  ways.yes.add({ ...state, flagsKnown: state.flagsKnown | bit, flags })
}

function flagTest(command: Command, state: State, ways: Ways): void {
  const bit = flagBit(command as CoreAction)
  const isKnown = (state.flagsKnown & bit) !== 0
  const flagsKnown = state.flagsKnown | bit
  if (!isKnown || (state.flags & bit) !== 0) ways.yes.add({ ...state, flagsKnown, flags: state.flags | bit })
  if (!isKnown || (state.flags & bit) === 0) ways.no.add({ ...state, flagsKnown, flags: state.flags & ~bit })
}

function flagBit(command: CoreAction): number {
  const [argument] = command.args
  return argument?.kind === 'number' ? 1 << argument.number : 0
}
