/** The built desktop program over the stand-in for Electron, as a process of its own. */
import { execFileSync, fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { discard, freePort, pause, temporaryFolder } from '../interop/processes.ts'
import { sidetoneCommand } from '../interop/subject.ts'
import type { Inside } from './stand-in/electron.ts'

export interface DesktopWishes {
  readonly words?: readonly string[]
  /** A data folder that another one has used. */
  readonly folder?: string
  readonly port?: number
  readonly isPackaged?: boolean
  readonly locale?: string
  readonly program?: string
}

export interface Desktop {
  readonly pid: number
  readonly folder: string
  readonly sip: { readonly host: string; readonly port: number }
  readonly exited: Promise<number | null>
  readonly stderr: () => string
  /** Runs a function in the program's process: it must not use what stands around it in the test. */
  run<Value, Argument = undefined>(
    what: (inside: Inside, argument: Argument) => Value | Promise<Value>,
    argument?: Argument,
  ): Promise<Value>
  /** Waits until the function gives something that is neither undefined nor false. */
  until<Value, Argument = undefined>(
    what: (inside: Inside, argument: Argument) => Value | Promise<Value>,
    argument?: Argument,
  ): Promise<Value>
  /** Ends it as the system would, and forgets its folder unless that was given. */
  stop(): Promise<number | null>
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const register = fileURLToPath(new URL('./stand-in/register.ts', import.meta.url))
const LIMIT_MS = 15_000

export async function startDesktop(wishes: DesktopWishes = {}): Promise<Desktop> {
  const folder = wishes.folder ?? temporaryFolder('desktop')
  const port = wishes.port ?? (await freePort())
  const child = fork(wishes.program ?? join(root, 'dist', 'desktop.mjs'), [...(wishes.words ?? [])], {
    execArgv: ['--import', register],
    silent: true,
    env: {
      ...process.env,
      SIDETONE_DATA: folder,
      SIDETONE_LISTEN: `udp:127.0.0.1:${port} tcp:127.0.0.1:${port}`,
      STAND_IN_HOME: join(folder, 'home'),
      STAND_IN_PACKAGED: wishes.isPackaged === true ? '1' : '0',
      STAND_IN_LOCALE: wishes.locale ?? 'en-GB',
    },
  })
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
    stderr = (stderr + piece).slice(-20_000)
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const ask = asker(child, () => stderr)
  const run: Desktop['run'] = (what, argument) => ask(what.toString(), argument) as never
  return {
    pid: child.pid ?? 0,
    folder,
    sip: { host: '127.0.0.1', port },
    exited,
    stderr: () => stderr,
    run,
    until: async (what, argument) => {
      const giveUpAt = performance.now() + LIMIT_MS
      const isOver = (): boolean => child.exitCode !== null || performance.now() > giveUpAt
      for (;;) {
        const value = await run(what, argument).catch((error: unknown) => {
          if (isOver()) throw error
          return undefined
        })
        if (value !== undefined && value !== false) return value
        if (isOver()) throw new Error(`never: ${what.toString()}\n${stderr.slice(-2_000)}`)
        await pause(50)
      }
    },
    stop: async () => {
      if (child.exitCode === null) child.kill('SIGTERM')
      const insist = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS)
      const code = await exited
      clearTimeout(insist)
      if (wishes.folder === undefined) discard(folder)
      return code
    },
  }
}

function asker(
  child: ChildProcess,
  stderr: () => string,
): (code: string, argument: unknown) => Promise<unknown> {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let lastId = 0
  child.on('message', (message) => {
    const { id, value, error } = message as { id: number; value?: unknown; error?: string }
    const one = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) one?.resolve(value)
    else one?.reject(new Error(error))
  })
  child.once('exit', () => {
    for (const { reject } of waiting.values())
      reject(new Error(`the program has ended; it said: ${stderr()}`))
  })
  return (code, argument) =>
    new Promise((resolve, reject) => {
      lastId += 1
      waiting.set(lastId, { resolve, reject })
      child.send({ id: lastId, code, argument }, (error) => {
        if (error !== null) reject(error)
      })
    })
}

/** The window has its port and shows what the office knows. */
export function isWorking(desktop: Desktop, heading = /^Working/): Promise<unknown> {
  return desktop.until(
    async ({ page }, source) =>
      (await page()
        .getByRole('heading', { name: new RegExp(source) })
        .count()) > 0,
    heading.source,
  )
}

/** By the command line, which reaches the office of the desktop as it does one of `serve`. */
export function forget(desktop: Desktop, user: string): void {
  const [command, args] = sidetoneCommand()
  execFileSync(command, [...args, 'ctl', '--data', desktop.folder, 'ul', 'rm', user])
}
