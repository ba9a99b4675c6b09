/**
 * Programs that a test starts, watches and ends: by process id only, with their output kept and a hard
 * time limit, so that no test can hang on one of them. Linux figures come from /proc.
 */
import { execFileSync, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { accessSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** The tail of a program's output that is kept; the rest is dropped. */
const KEPT_OUTPUT_BYTES = 1_000_000
const STOP_GRACE_MS = 4_000

export interface ProgramExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface RunningProgram {
  readonly pid: number
  readonly exited: Promise<ProgramExit>
  readonly stdout: () => string
  readonly stderr: () => string
  readonly signal: (name: NodeJS.Signals) => void
  /** Asks politely (SIGTERM), then insists (SIGKILL). */
  readonly stop: () => Promise<ProgramExit>
  /** The first stdout line for which `pick` gives something; rejects when the program ends or time is up. */
  readonly firstLine: <T>(pick: (line: string) => T | undefined, limitMs: number) => Promise<T>
}

export interface ProgramOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** The program is killed when it still runs after so long. */
  readonly limitMs: number
}

const living = new Set<number>()
process.once('exit', () => {
  for (const pid of living) endNow(pid, 'SIGKILL')
})

/** Starts a program with closed standard input. Throws (by rejection of `exited`) when it can't be started. */
export function startProgram(
  command: string,
  args: readonly string[],
  options: ProgramOptions,
): RunningProgram {
  const child = spawn(command, [...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const pid = child.pid
  if (pid === undefined) throw new Error(`${command} could not be started`)
  living.add(pid)
  let stdout = ''
  let stderr = ''
  const watchers = new Set<() => void>()
  child.stdout.setEncoding('latin1').on('data', (text: string) => {
    stdout = (stdout + text).slice(-KEPT_OUTPUT_BYTES)
    for (const look of watchers) look()
  })
  child.stderr.setEncoding('latin1').on('data', (text: string) => {
    stderr = (stderr + text).slice(-KEPT_OUTPUT_BYTES)
  })
  const limit = setTimeout(() => endNow(pid, 'SIGKILL'), options.limitMs)
  const exited = new Promise<ProgramExit>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      living.delete(pid)
      clearTimeout(limit)
      resolve({ code, signal })
      for (const look of watchers) look()
    })
  })
  exited.catch(() => living.delete(pid))

  return {
    pid,
    exited,
    stdout: () => stdout,
    stderr: () => stderr,
    signal: (name) => living.has(pid) && endNow(pid, name),
    stop: async () => {
      if (!living.has(pid)) return exited
      endNow(pid, 'SIGTERM')
      const insist = setTimeout(() => living.has(pid) && endNow(pid, 'SIGKILL'), STOP_GRACE_MS)
      const exit = await exited
      clearTimeout(insist)
      return exit
    },
    firstLine: (pick, limitMs) =>
      new Promise((resolve, reject) => {
        const done = (settle: () => void): void => {
          clearTimeout(timer)
          watchers.delete(look)
          settle()
        }
        const fail = (why: string): void =>
          done(() => reject(new Error(`${command} ${why}; it said: ${stderr.slice(-2_000)}`)))
        const timer = setTimeout(() => fail(`printed nothing expected within ${limitMs} ms`), limitMs)
        const look = (): void => {
          for (const line of stdout.split('\n')) {
            const picked = pick(line)
            if (picked !== undefined) return done(() => resolve(picked))
          }
          if (!living.has(pid)) fail('ended early')
        }
        watchers.add(look)
        look()
      }),
  }
}

function endNow(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // ESRCH: it has ended meanwhile, which is what was wanted.
  }
}

/** The process and all its descendants. */
export function familyOf(pid: number): number[] {
  const childrenOf = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    const child = Number(name)
    if (!Number.isInteger(child)) continue
    const parent = Number(statFields(child)?.[1])
    const siblings = childrenOf.get(parent)
    if (siblings) siblings.push(child)
    else childrenOf.set(parent, [child])
  }
  const family = [pid]
  for (const member of family) family.push(...(childrenOf.get(member) ?? []))
  return family
}

/** User + system CPU time of the process and its descendants so far. */
export function cpuMs(pid: number): number {
  let ticks = 0
  for (const member of familyOf(pid)) {
    const fields = statFields(member)
    if (fields) ticks += Number(fields[11]) + Number(fields[12])
  }
  return (ticks * 1000) / ticksPerSecond()
}

/**
 * Resident bytes of the process and its descendants; a page that several of them share is counted once in
 * all (PSS), since Kamailio keeps its registrations in memory shared by all its workers.
 */
export function residentBytes(pid: number): number {
  let kilobytes = 0
  for (const member of familyOf(pid)) {
    const rollup = readText(`/proc/${member}/smaps_rollup`)
    const line = rollup?.split('\n').find((text) => text.startsWith('Pss:'))
    if (line) kilobytes += Number.parseInt(line.slice(4), 10)
  }
  return kilobytes * 1024
}

/** The fields of /proc/PID/stat after the command's name: state, parent, … (utime and stime are 11 and 12). */
function statFields(pid: number): string[] | undefined {
  const text = readText(`/proc/${pid}/stat`)
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}

let knownTicks = 0
function ticksPerSecond(): number {
  knownTicks ||= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'latin1' }))
  return knownTicks
}

/** A port of `host` that is free for UDP and for TCP at this moment. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const port = await freeUdpPort(host)
    if (await tcpPortIsFree(host, port)) return port
  }
  throw new Error(`no port of ${host} is free for both UDP and TCP`)
}

function freeUdpPort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    socket.once('error', reject)
    socket.bind(0, host, () => {
      const { port } = socket.address()
      socket.close(() => resolve(port))
    })
  })
}

function tcpPortIsFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
}

const folders = new Set<string>()
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A new folder for the caller to `discard`; what is left goes when this process ends by itself. */
export function temporaryFolder(label: string): string {
  const folder = mkdtempSync(join(tmpdir(), `sidetone-${label}-`))
  folders.add(folder)
  return folder
}

export function discard(folder: string): void {
  folders.delete(folder)
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}

/** The full path of a program, also where ordinary users' PATH leaves the sbin folders out. */
export function findProgram(name: string): string | undefined {
  const places = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  for (const place of places) {
    const path = join(place, name)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      continue
    }
  }
  return undefined
}

/** Whether a test must be skipped because programs are missing, and the words for its title. */
export function needs(...programs: string[]): { readonly skip: boolean; readonly because: string } {
  const missing = programs.filter((name) => findProgram(name) === undefined)
  if (process.platform !== 'linux') missing.push('Linux')
  return {
    skip: missing.length > 0,
    because: missing.length > 0 ? ` (skipped: ${missing.join(', ')} not here)` : '',
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
