import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Change, Command, CommandResult, Event, Input, Output } from '../exchange/index.ts'
import { lostLogLines, type Clock, type Log, type Resolver } from '../io/index.ts'
import type { Listener } from '../lib/flow.ts'
import type { Machine } from '../lib/machine.ts'
import { usualConsole } from './console-listen.ts'
import { isLoopbackAddress, type Opening } from './listen.ts'
import type { MediaParts, MediaPorts } from './media.ts'
import { Publisher } from './publish.ts'
import { Rim, type RimParts } from './rim.ts'
import { Runtime } from './runtime.ts'

export interface HostParts<Brain extends Machine<Input, Output>> {
  readonly openings: readonly Opening[]
  /** Whether the console brings a window that telephones. */
  readonly hasWindow?: boolean
  /** Called once, when all sockets are open. */
  readonly makeMachine: (listeners: readonly Listener[]) => Brain
  /** Makes the media relay, once the listeners are known. */
  readonly openMedia?: (listeners: readonly Listener[], parts: Omit<MediaParts, 'ranges'>) => MediaPorts
  readonly log: Log
  readonly clock: Clock
  readonly resolver: Pick<Resolver, 'resolve'>
  /** Calls back once where `saved` is given, at any time; `why` undefined: it is on disk. */
  readonly save: (changes: readonly Change[], saved: ((why: string | undefined) => void) | undefined) => void
  /** What the machine has to know before anything else. */
  readonly first?: Input | undefined
}

export interface Host<Brain extends Machine<Input, Output>> {
  readonly machine: Brain
  readonly listeners: readonly Listener[]
  /** Takes over an upgrade of our own window, which the console has admitted. */
  admitWindow(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Pages of that origin may register over WebSocket. */
  allowOrigin(origin: string): void
  ask(command: Command): Promise<CommandResult>
  /** The relay's sockets, if there are any. */
  readonly media: MediaPorts | undefined
  /** Binds media ports, if there is a relay. */
  startMedia(): Promise<void>
  /** Something that has happened outside the sockets. */
  tell(input: Input): void
  /** Opens all sockets anew; resolves when all are open. */
  rebind(): Promise<void>
  /** The clock has jumped ahead by a sleep. */
  slept(ms: number): void
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
  const watchers = new Set<(event: Event) => void>()
  const early: Input[] = []
  let deliver = (input: Input): void => {
    if (early.length < MOST_EARLY_INPUTS) early.push(input)
  }
  const rim = rimOf(parts, publisher, questions, {
    deliver: (input) => {
      deliver(input)
    },
    relay: (order) => {
      media?.order(order)
    },
    watchers,
  })
  await rim.open(parts.openings)
  const media = makeMedia(parts, rim.listeners, publisher, (input) => {
    deliver(input)
  })
  const own = windowListener(parts, rim.listeners)
  const machine = parts.makeMachine(own === undefined ? rim.listeners : [...rim.listeners, own])
  const runtime = loopOf(machine, parts.clock, rim, publisher, questions)
  deliver = (input) => {
    runtime.handle(input)
  }
  for (const input of parts.first === undefined ? early : [parts.first, ...early]) runtime.handle(input)
  return {
    machine,
    listeners: rim.listeners,
    media,
    admitWindow: (request, socket, head) => {
      if (own === undefined) socket.destroy()
      else rim.webSockets.admit(own, request, socket, head)
    },
    allowOrigin: (origin) => {
      rim.webSockets.allowOrigin(origin)
    },
    ask: (command) => questions.ask(command, deliver),
    watch: (watcher) => void watchers.add(watcher),
    startMedia: () => media?.start() ?? Promise.resolve(),
    tell: (input) => {
      deliver(input)
    },
    rebind: () => rim.rebind(),
    slept: (ms) => {
      media?.slept(ms)
      runtime.jumped()
    },
    counters: () => ({ ...publisher.counters, ...rim.counters, logLinesLost: lostLogLines() }),
    stop: async () => {
      runtime.stop()
      await Promise.all([rim.stop(), media?.close()])
      publisher.flush()
    },
  }
}

/**
 * Where the window comes in. Nobody can connect to it by its port: that is the console's business. It stands in
 * Record-Route, and its address is one at which media runs.
 */
function windowListener(
  { hasWindow }: Pick<HostParts<never>, 'hasWindow'>,
  listeners: readonly Listener[],
): Listener | undefined {
  if (hasWindow !== true) return undefined
  const near = listeners.find(({ address }) => isLoopbackAddress(address)) ?? listeners[0]
  if (near === undefined) return undefined
  return { transport: 'ws', address: near.address, port: usualConsole.port, isOwnWindow: true }
}

function loopOf(
  machine: Machine<Input, Output>,
  clock: Clock,
  rim: Rim,
  publisher: Publisher,
  questions: Questions,
): Runtime<Input, Output> {
  return new Runtime<Input, Output>({
    machine,
    clock,
    tick: { kind: 'tick' },
    perform: (output) => {
      rim.perform(output)
    },
    reportBug: (where, what) => {
      publisher.bug(where, what)
      if (where === 'handling command') questions.failed()
    },
  })
}

function makeMedia(
  parts: Pick<HostParts<Machine<Input, Output>>, 'openMedia'>,
  listeners: readonly Listener[],
  publisher: Publisher,
  deliver: (input: Input) => void,
): MediaPorts | undefined {
  return parts.openMedia?.(listeners, {
    report: (report) => {
      deliver({ kind: 'relayed', report })
    },
    trouble: (why) => {
      publisher.publish({ kind: 'media-trouble', what: why })
    },
  })
}

function rimOf(
  parts: Pick<HostParts<never>, 'save' | 'resolver'>,
  publisher: Publisher,
  questions: Questions,
  ways: Pick<RimParts, 'deliver' | 'relay'> & { readonly watchers: ReadonlySet<(event: Event) => void> },
): Rim {
  return new Rim({
    ...ways,
    publish: (event) => {
      publisher.publish(event)
      for (const watcher of ways.watchers) watcher(event)
    },
    trouble: (listener, why) => {
      publisher.trouble(listener, why)
    },
    reply: (id, result) => {
      questions.answer(id, result)
    },
    save: (id, changes) => {
      if (id === undefined) parts.save(changes, undefined)
      else
        parts.save(changes, (why) => {
          ways.deliver({ kind: 'saved', id, ok: why === undefined, why: why ?? '' })
        })
    },
    resolver: parts.resolver,
  })
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
    })
  }

  /** The last one ended in a bug: whoever asked must not wait for ever. */
  failed(): void {
    this.answer(this.#lastId, { ok: false, code: 'bug', message: 'The command failed; the log says why.' })
  }

  answer(id: number, result: CommandResult): void {
    this.#open.get(id)?.(result)
    this.#open.delete(id)
  }
}
