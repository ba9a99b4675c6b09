/** `sidetone serve` with one of the scripts that are shipped and its media relay, as people run it. */
import { readdirSync, readlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { discard, startProgram, temporaryFolder } from '../processes.ts'
import { sidetoneCommand } from '../subject.ts'

export interface ServeOptions {
  readonly host: string
  readonly port: number
  /** Name of a script in resources/scripts. */
  readonly script: string
  readonly lowMediaPort: number
  readonly highMediaPort: number
  readonly limitMs: number
  /** Puts the command where it is to run, such as a network namespace. */
  readonly wrap?: (command: readonly string[]) => [string, string[]]
}

export interface Served {
  readonly host: string
  readonly port: number
  readonly pid: number
  /** The end of its log. */
  readonly words: () => string
  /** What `sidetone ctl … --json` gives. */
  readonly ask: (...words: string[]) => Promise<unknown>
  readonly stop: () => Promise<void>
}

const SCRIPTS = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'resources', 'scripts')
const START_LIMIT_MS = 15_000
const CTL_LIMIT_MS = 20_000

export async function startServe(options: ServeOptions): Promise<Served> {
  const { host, port, lowMediaPort, highMediaPort, limitMs } = options
  const folder = temporaryFolder('serve')
  const data = join(folder, 'appliance')
  const [node, bundle] = sidetoneCommand()
  const command = [
    ...[node, ...bundle, 'serve', '--data', data, '--script', join(SCRIPTS, options.script)],
    ...['--listen', `udp:${host}:${port}`, '--media', `${host}:${lowMediaPort}-${highMediaPort}`],
    ...['--console', 'off', '--ready-json'],
  ]
  const [program, args] = options.wrap?.(command) ?? [node, command.slice(1)]
  const running = startProgram(program, args, { limitMs })
  const stop = async (): Promise<void> => {
    await running.stop()
    discard(folder)
  }
  try {
    await running.firstLine((line) => (line.startsWith('{') ? line : undefined), START_LIMIT_MS)
  } catch (failure) {
    await stop()
    throw failure
  }
  return {
    host,
    port,
    pid: running.pid,
    words: () => running.stderr().slice(-4_000),
    ask: async (...words) => {
      const ctl = startProgram(node, [...bundle, 'ctl', '--data', data, '--json', ...words], {
        limitMs: CTL_LIMIT_MS,
      })
      const exit = await ctl.exited
      if (exit.code !== 0) throw new Error(`ctl ${words.join(' ')} ended with ${exit.code}: ${ctl.stderr()}`)
      return JSON.parse(ctl.stdout()) as unknown
    },
    stop,
  }
}

/** How many sockets the process holds open. */
export function openSockets(pid: number): number {
  const folder = `/proc/${pid}/fd`
  return readdirSync(folder).filter((name) => isSocket(join(folder, name))).length
}

function isSocket(path: string): boolean {
  try {
    return readlinkSync(path).startsWith('socket:')
  } catch {
    // Closed between the listing and the look.
    return false
  }
}
