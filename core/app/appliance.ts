import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { CallRow } from '../api/index.ts'
import { Exchange, type Event, type Run } from '../exchange/index.ts'
import {
  Resolver,
  interfaceAddresses,
  hmacSha256,
  md5,
  secureRandom,
  sha256,
  systemAddresses,
  systemClock,
  type Log,
} from '../io/index.ts'
import type { Listener } from '../lib/flow.ts'
import { vocabulary } from '../modules/index.ts'
import { loadScript, type Program } from '../script/index.ts'
import { CallCapture } from './call-capture.ts'
import { CallRecords } from './call-records.ts'
import type { ControlAnswer } from './control-protocol.ts'
import { openControlSocket, type ControlSocket } from './control-socket.ts'
import { readControlWords } from './control-words.ts'
import { isWritable, openDataFolder } from './data-folder.ts'
import { answerDiagnose, voiceOf } from './doctor-desk.ts'
import { Failure } from './failure.ts'
import { Keeper } from './keeper.ts'
import { startHost, type Host, type HostParts } from './host.ts'
import {
  anyIpv4,
  isLoopbackAddress,
  planListening,
  printListener,
  type ListenWish,
  type Opening,
} from './listen.ts'
import { readNamedFiles } from './named-files.ts'
import { leaveCalls, takeUpCalls } from './left-calls.ts'
import { mediaRanges, type OpenMedia } from './media.ts'
import type { MediaRange } from './options.ts'
import { PlatformWatch } from './platform-watch.ts'
import { rehearse } from './rehearsal.ts'
import { helloWorldPath, printProblem, readScript } from './script-file.ts'
import { answerStore } from './store-words.ts'
import { readTables } from './table-files.ts'
import { version } from './version.ts'

export interface ApplianceOptions {
  readonly folder: string
  /** Path of the routing script; absent: the shipped hello world, on loopback only. */
  readonly script?: string | undefined
  /** In place of what the script says. */
  readonly listen?: readonly ListenWish[]
  /** Where media runs, in place of the listening addresses and the usual ports. */
  readonly media?: MediaRange | undefined
  /** Opens the relay's sockets; absent: no call can be relayed. */
  readonly openMedia?: OpenMedia
  /** Whether there is a console whose window telephones. */
  readonly hasWindow?: boolean
  readonly log: Log
  /** The computer has other addresses than those that are listened on. */
  readonly readdressed?: () => void
  readonly resolver?: Pick<Resolver, 'resolve'>
  /** From 0 (included) to 1 (excluded). */
  readonly random?: () => number
}

export interface Appliance extends Pick<Host<Exchange>, 'admitWindow' | 'allowOrigin' | 'ask'> {
  readonly listeners: readonly Listener[]
  /** Empty where no relay was opened. */
  readonly media: readonly MediaRange[]
  /** Absolute path of the data folder. */
  readonly folder: string
  readonly isHelloWorld: boolean
  /** Of the script that runs. */
  readonly scriptPath: string
  /** The calls that have ended, those of earlier runs too. */
  readonly records: CallRecords
  /** Tells every event of the exchange to one more who wants to know. */
  watch(watcher: (event: Event) => void): void
  /** The four arrows of a call that goes on: who is heard, and who is not. */
  voice(callId: string): CallRow['voice'] | undefined
  /** What `sidetone ctl` asks, by the same words. */
  control(words: readonly string[]): Promise<ControlAnswer>
  /** Addresses that are listened on and that no interface has at this moment. */
  readonly missingAddresses: readonly string[]
  /** The system says that it has woken up: time that was slept counts, and sockets are opened anew. */
  resumed(): Promise<void>
  /** Whether a start at this moment would listen on addresses that are not listened on. */
  isOutOfPlace(): Promise<boolean>
  /** Reads the script again. False: it has problems, which are logged, and the old one stays. */
  reloadScript(): boolean
  stop(): Promise<void>
}

/** The whole appliance in this process. Rejects with a `Failure`; then nothing is left open. */
export async function startAppliance(options: ApplianceOptions): Promise<Appliance> {
  const folder = openDataFolder(options.folder)
  const path = options.script ?? helloWorldPath()
  const starting: ControlAnswer = { ok: false, code: 'starting', message: 'Sidetone is still starting.' }
  let control: Appliance['control'] = () => Promise.resolve(starting)
  const socket = isWritable(folder) ? await openControlSocket(folder, (words) => control(words)) : undefined
  if (socket === undefined) {
    options.log.line(
      'error',
      `The data folder ${folder} may only be read: nothing is kept and sidetone ctl can't be answered until it is made writable and Sidetone started again.`,
    )
  }
  try {
    const parts = await startExchange(folder, path, options)
    const { host } = parts
    await takeUpCalls(folder, (command) => host.ask(command), systemClock.wallMs(), options.log)
    await host.startMedia()
    const appliance = composed(folder, path, socket, parts, options)
    control = (words) => appliance.control(words)
    return appliance
  } catch (error) {
    await socket?.close()
    throw error
  }
}

type Script = Program<Run>

interface Parts {
  readonly host: Host<Exchange>
  readonly keeper: Keeper
}

interface StartedParts extends Parts {
  /** What would be listened on if it started at this moment. */
  readonly plan: () => Promise<readonly Opening[]>
}

type ControlParts = Parts & { readonly capture: CallCapture }

async function startExchange(folder: string, path: string, options: ApplianceOptions): Promise<StartedParts> {
  const program = loadProgram(path, options.log)
  const random = options.random ?? secureRandom()
  const plan = (): Promise<readonly Opening[]> =>
    planListening({
      wishes: wishesOf(program, options),
      defaultPort: program.globals.number('port') ?? 5060,
      isTcpOff: (options.listen ?? []).length === 0 && program.globals.isOn('disable_tcp'),
      interfaces: interfaceAddresses(),
      addressesOf: systemAddresses,
    })
  const interfaces = interfaceAddresses()
  const openings = await plan()
  if (options.script === undefined) refuseOpenHelloWorld(openings)
  // Before a socket is open: nobody hears of a phone that it is not there while it is being read from disk.
  const keeper = await Keeper.open({
    folder,
    log: options.log,
    wallMs: () => systemClock.wallMs(),
    loadedLate: (state) => host?.tell({ kind: 'loaded', state, isWhole: false }),
  })
  let host: Host<Exchange> | undefined
  try {
    host = await startHost({
      openings,
      hasWindow: options.hasWindow ?? false,
      save: (changes, saved) => {
        keeper.save(changes, saved)
      },
      first: { kind: 'loaded', state: await keeper.load(), isWhole: false },
      makeMachine: (listeners) => {
        rehearse(program, listeners, version)
        const exchange = new Exchange({
          listeners: [...listeners],
          program,
          random,
          hash: md5,
          sha256,
          hmac: hmacSha256,
          wallClock: () => systemClock.wallMs(),
          version,
          subnets: interfaces,
        })
        giveFiles(exchange, program, options)
        return exchange
      },
      ...(options.openMedia === undefined ? {} : { openMedia: opening(options.openMedia, options.media) }),
      log: options.log,
      clock: systemClock,
      resolver: options.resolver ?? new Resolver({ random }),
    })
    return { host, keeper, plan }
  } catch (error) {
    await keeper.close()
    throw error
  }
}

function opening(
  open: OpenMedia,
  wanted: MediaRange | undefined,
): NonNullable<HostParts<Exchange>['openMedia']> {
  return (listeners, parts) => open({ ...parts, ranges: mediaRanges(wanted, listeners) })
}

function composed(
  folder: string,
  path: string,
  socket: ControlSocket | undefined,
  { host, keeper, plan }: StartedParts,
  options: ApplianceOptions,
): Appliance {
  const startedAtMs = systemClock.wallMs()
  const startedAt = systemClock.now()
  const watch = platformWatch(host, options)
  const uptime = (): Record<string, unknown> => ({
    now: new Date(systemClock.wallMs()).toISOString(),
    since: new Date(startedAtMs).toISOString(),
    uptimeSeconds: Math.floor((systemClock.now() - startedAt) / 1000),
  })
  const capture = new CallCapture({
    ask: (command) => host.ask(command),
    media: host.media,
    clock: systemClock,
    program: `Sidetone ${version}`,
  })
  return {
    folder,
    listeners: host.listeners,
    media: options.openMedia === undefined ? [] : mediaRanges(options.media, host.listeners),
    isHelloWorld: options.script === undefined,
    scriptPath: path,
    records: recordsOf({ host, keeper }),
    admitWindow: (request, socket, head) => {
      host.admitWindow(request, socket, head)
    },
    ask: (command) => host.ask(command),
    allowOrigin: (origin) => {
      host.allowOrigin(origin)
    },
    watch: (watcher) => {
      host.watch(watcher)
    },
    voice: (callId) => voiceOf(host.machine, callId, systemClock.now()),
    control: (words) => answerControl(words, { host, keeper, capture }, uptime),
    get missingAddresses() {
      return watch.missing
    },
    resumed: () => watch.resumed(),
    isOutOfPlace: async () => {
      const bound = new Set(host.listeners.map(({ address }) => address))
      return (await plan().catch(noneIfFailure)).some(({ address }) => !bound.has(address))
    },
    reloadScript: () => reload(path, host, options),
    stop: async () => {
      watch.stop()
      await drain(host)
      await leaveCalls(folder, (command) => host.ask(command), systemClock.wallMs(), options.log)
      // What has changed while the rest was being answered.
      await host.ask({ name: 'drain' })
      await Promise.all([host.stop(), socket?.close()])
      await keeper.close()
    },
  }
}

function platformWatch(host: Host<Exchange>, { log, readdressed }: ApplianceOptions): PlatformWatch {
  return new PlatformWatch({
    listeners: host.listeners,
    log,
    slept: (ms) => {
      host.slept(ms)
    },
    rebind: () => host.rebind(),
    ...(readdressed === undefined ? {} : { readdressed }),
  })
}

/** Without a network there is no better place. */
function noneIfFailure(error: unknown): readonly Opening[] {
  if (error instanceof Failure) return []
  throw error
}

/** What is being answered may finish; nobody waits longer than this for it. */
const LONGEST_DRAIN_MS = 2_000
const DRAIN_STEP_MS = 50

async function drain(host: Host<Exchange>): Promise<void> {
  await host.ask({ name: 'drain' })
  for (
    let waitedMs = 0;
    host.machine.pendingCount > 0 && waitedMs < LONGEST_DRAIN_MS;
    waitedMs += DRAIN_STEP_MS
  ) {
    await pause(DRAIN_STEP_MS)
  }
}

async function answerControl(
  words: readonly string[],
  { host, keeper, capture }: ControlParts,
  uptime: () => Record<string, unknown>,
): Promise<ControlAnswer> {
  const request = readControlWords(words)
  switch (request.kind) {
    case 'usage':
      return { ok: false, code: 'usage', message: request.message }
    case 'uptime':
      return { ok: true, value: uptime() }
    case 'processes': {
      const listen = host.listeners.map(printListener)
      return { ok: true, value: [{ pid: process.pid, name: 'sidetone', version, listen: listen.join(' ') }] }
    }
    case 'stats':
      return answerStats(host, keeper)
    case 'capture':
      return capture.capture(request.callId, request.seconds)
    case 'record':
      capture.recordAll(request.isAll)
      return { ok: true, value: [{ isRecordingAll: capture.isRecordingAll }] }
    case 'diagnose':
      return answerDiagnose(host.machine, request.callId, systemClock.now())
    case 'store':
      return answerStore(request.request, keeper, host)
    case 'ended-calls':
      return recordsOf({ host, keeper }).newest(request.count)
    case 'one-call':
      return recordsOf({ host, keeper }).one(request.callId)
    case 'exchange':
      return host.ask(request.command)
  }
}

async function answerStats(host: Host<Exchange>, keeper: Keeper): Promise<ControlAnswer> {
  const exchange = await host.ask({ name: 'stats' })
  if (!exchange.ok) return exchange
  return {
    ok: true,
    value: {
      exchange: exchange.value,
      appliance: host.counters(),
      store: keeper.store.figures,
      process: processFigures(),
    },
  }
}

function recordsOf({ host, keeper }: Parts): CallRecords {
  return new CallRecords(keeper.store, (command) => host.ask(command))
}

function processFigures(): Record<string, number> {
  const { user, system } = process.cpuUsage()
  return { residentBytes: process.memoryUsage.rss(), cpuMs: Math.round((user + system) / 1000) }
}

function loadProgram(path: string, log: Log): Script {
  const { program, problems, warnings } = loadScript(readScript(path), vocabulary)
  if (program === undefined || problems.length > 0) {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`
    throw new Failure(
      `The script ${path} has ${count}: correct what is listed.`,
      1,
      problems.map((problem) => printProblem(path, problem)),
    )
  }
  for (const warning of warnings) {
    log.line(
      ['ignored-global', 'module-remark'].includes(warning.code) ? 'info' : 'warn',
      printProblem(path, warning),
    )
  }
  return program
}

/** What commands of the script read beside the message: lists that it names, and tables of the data folder. */
function giveFiles(exchange: Exchange, program: Script, { folder, log }: ApplianceOptions): void {
  exchange.core.texts = readNamedFiles(program, log)
  exchange.core.tables = readTables(join(folder, 'tables'), log)
}

function reload(path: string, host: Host<Exchange>, options: ApplianceOptions): boolean {
  const { log } = options
  try {
    const program = loadProgram(path, log)
    giveFiles(host.machine, program, options)
    host.machine.replaceProgram(program)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    log.line('error', `${error.message} The script that was running goes on.`)
    for (const line of error.lines) log.line('error', line)
    return false
  }
  log.line('info', `the script ${path} was read again; changes of listen and port need a restart`)
  return true
}

function wishesOf(program: Script, options: ApplianceOptions): readonly ListenWish[] {
  if (options.listen !== undefined && options.listen.length > 0) return options.listen
  if (options.script === undefined) return [{ transport: undefined, host: '127.0.0.1', port: undefined }]
  return program.globals.listen.length > 0 ? program.globals.listen : [anyIpv4]
}

/** It asks nobody for a password: whoever reached it from outside could call through it. */
function refuseOpenHelloWorld(openings: readonly Opening[]): void {
  const open = openings.find((opening) => !isLoopbackAddress(opening.address))
  if (open === undefined) return
  throw new Failure(
    `The hello world asks for no passwords and listens on loopback only, not on ${open.address}: give a script with --script FILE.`,
  )
}
