import type { Command, CommandResult, Event, Input, Output } from '../exchange/index.ts'
import { lostLogLines, type Clock, type Log, type Resolver } from '../io/index.ts'
import type { Listener } from '../lib/flow.ts'
import type { Machine } from '../lib/machine.ts'
import type { Opening } from './listen.ts'
import { Publisher } from './publish.ts'
import { Rim } from './rim.ts'
import { Runtime } from './runtime.ts'

export interface HostParts<Brain extends Machine<Input, Output>> {
  readonly openings: readonly Opening[]
  /** Called once, when all sockets are open. */
  readonly makeMachine: (listeners: readonly Listener[]) => Brain
  readonly log: Log
  readonly clock: Clock
  readonly resolver: Pick<Resolver, 'resolve'>
}

export interface Host<Brain extends Machine<Input, Output>> {
  readonly machine: Brain
  readonly listeners: readonly Listener[]
  ask(command: Command): Promise<CommandResult>
  /** The rim's own counters. */
  counters(): Readonly<Record<string, unknown>>
  /** Tells every event, after it was published, to one more who wants to know. */
  watch(watcher: (event: Event) => void): void
  stop(): Promise<void>
}

/** What may come in while the rest of the sockets is being opened; it is handled when the machine is there. */
const MOST_EARLY_INPUTS = 1_000

/** Puts a machine into the world: sockets open, loop running. Rejects with a `Failure`; then nothing is left open. */
export async function startHost<Brain extends Machine<Input, Output>>(
  parts: HostParts<Brain>,
): Promise<Host<Brain>> {
  const publisher = new Publisher(parts.log, parts.clock)
  const questions = new Questions()
  const watchers: ((event: Event) => void)[] = []
  const early: Input[] = []
  let deliver = (input: Input): void => {
    if (early.length < MOST_EARLY_INPUTS) early.push(input)
  }
  const rim = new Rim({
    deliver: (input) => {
      deliver(input)
    },
    publish: (event) => {
      publisher.publish(event)
      for (const watcher of watchers) watcher(event)
    },
    trouble: (listener, why) => {
      publisher.trouble(listener, why)
    },
    reply: (id, result) => {
      questions.answer(id, result)
    },
    resolver: parts.resolver,
  })
  await rim.open(parts.openings)
  const machine = parts.makeMachine(rim.listeners)
  const runtime = new Runtime<Input, Output>({
    machine,
    clock: parts.clock,
    tick: { kind: 'tick' },
    perform: (output) => {
      rim.perform(output)
    },
    reportBug: (where, what) => {
      publisher.bug(where, what)
    },
  })
  deliver = (input) => {
    runtime.handle(input)
  }
  for (const input of early) runtime.handle(input)
  return {
    machine,
    listeners: rim.listeners,
    ask: (command) => questions.ask(command, deliver),
    watch: (watcher) => {
      watchers.push(watcher)
    },
    counters: () => ({ ...publisher.counters, ...rim.counters, logLinesLost: lostLogLines() }),
    stop: async () => {
      runtime.stop()
      await rim.stop()
      publisher.flush()
    },
  }
}

/** Commands on their way through the machine. */
class Questions {
  readonly #open = new Map<number, (result: CommandResult) => void>()
  #lastId = 0

  ask(command: Command, deliver: (input: Input) => void): Promise<CommandResult> {
    return new Promise((resolve) => {
      const id = ++this.#lastId
      this.#open.set(id, resolve)
      deliver({ kind: 'command', id, command })
      // The machine answers at once or not at all: whoever asked must not wait for ever after a bug.
      if (this.#open.delete(id)) {
        resolve({ ok: false, code: 'bug', message: 'The command failed; the log says why.' })
      }
    })
  }

  answer(id: number, result: CommandResult): void {
    this.#open.get(id)?.(result)
    this.#open.delete(id)
  }
}
