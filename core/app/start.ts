/**
 * The door for a shell: the whole appliance inside the shell's own process. A shell learns here what its window may
 * load, hands over ports for the contract, and tells what only it hears of: sleep and changes of the network.
 */
import { homedir, release } from 'node:os'
import { join } from 'node:path'
import { openLog, type LogFields, type LineLevel } from '../io/index.ts'
import type { Appliance } from './appliance.ts'
import { carryOverPort, type PortEnd } from './carrier-port.ts'
import { defaultDataFolder } from './data-folder.ts'
import { Failure } from './failure.ts'
import { parseListen, type ListenWish } from './listen.ts'
import { openLogFiles } from './log-files.ts'
import { openRelayPorts } from './media.ts'
import { startMovingAppliance } from './moving-appliance.ts'
import { OfficeActivity, type Activity } from './office-activity.ts'
import { openContract } from './open-console.ts'
import { writeSupportFile } from './support-file.ts'
import { findWindowFolder, pageHeaders, readWindowFiles, type WindowFile } from './window-files.ts'

export { Failure } from './failure.ts'
export type { Activity } from './office-activity.ts'
export type { PortEnd } from './carrier-port.ts'

export interface OfficeWishes {
  /** Absent: the platform's folder for what programs keep. */
  readonly folder?: string | undefined
  readonly script?: string | undefined
  /** As on the command line, `udp:127.0.0.1:5060`. */
  readonly listen?: readonly string[]
  /** Lines of the log go to stderr too. */
  readonly isLogShown?: boolean
}

export interface Office {
  readonly folder: string
  readonly logFolder: string
  log(level: LineLevel, message: string, fields?: LogFields): void
  /** The contract for one window; gives the way to end it. */
  carry(port: PortEnd): () => void
  activity(): Activity
  watchActivity(told: (activity: Activity) => void): void
  /** The computer has slept, as the system says; sockets are opened anew. */
  resumed(): Promise<void>
  /** Writes what helps to find a fault; no passwords, no names of people. */
  saveSupportFile(path: string): Promise<void>
  stop(): Promise<void>
}

/** Where the shell keeps its own small files; known before an office runs, for a shell that can't start one. */
export function officeFolder(wish?: string): string {
  return wish ?? defaultDataFolder()
}

/** The built window by path, and the headers of each answer. */
export function windowFiles(): ReadonlyMap<string, WindowFile> {
  return readWindowFiles(findWindowFolder())
}

export { pageHeaders, type WindowFile }

/** Rejects with a `Failure` when it can't start; then nothing is left open. */
export async function startOffice(wishes: OfficeWishes): Promise<Office> {
  const folder = officeFolder(wishes.folder)
  const files = openLogFiles(join(folder, 'logs'), wishes.isLogShown === true)
  const log = openLog({
    level: 'info',
    form: 'json',
    write: (line) => {
      files.write(line)
    },
  })
  const appliance = await startMovingAppliance({
    folder,
    script: wishes.script,
    listen: (wishes.listen ?? []).map(readListen),
    openMedia: openRelayPorts,
    log,
  })
  const contract = openContract(appliance, log)
  const activity = new OfficeActivity(() => countsOf(appliance))
  appliance.watch((event) => {
    contract.take(event)
    activity.take(event)
  })
  await activity.look()
  return {
    folder: appliance.folder,
    logFolder: files.folder,
    log: (level, message, fields) => {
      log.line(level, message, fields)
    },
    carry: (port) => carryOverPort(port, contract.door),
    activity: () => activity.last,
    watchActivity: (told) => {
      activity.watch(told)
    },
    resumed: () => appliance.resumed(),
    saveSupportFile: async (path) => {
      await writeSupportFile(path, {
        facts: await supportFacts(appliance),
        logs: files.paths(),
        home: homedir(),
      })
    },
    stop: async () => {
      activity.stop()
      contract.stop()
      await appliance.stop()
      log.line('info', 'ended')
    },
  }
}

function readListen(text: string): ListenWish {
  const wish = parseListen(text)
  if (typeof wish === 'string') throw new Failure(wish, 2)
  return wish
}

async function countsOf(appliance: Appliance): Promise<Activity> {
  const answer = await appliance.control(['stats'])
  if (!answer.ok) return { phones: 0, calls: 0 }
  const { exchange } = answer.value as { exchange: { users: number; calls: number } }
  return { phones: exchange.users, calls: exchange.calls }
}

async function supportFacts(appliance: Appliance): Promise<Record<string, unknown>> {
  const answers = await Promise.all([['ps'], ['uptime'], ['stats']].map((words) => appliance.control(words)))
  const [processes, uptime, stats] = answers.map((answer) => (answer.ok ? answer.value : answer.message))
  return {
    system: `${process.platform} ${release()} ${process.arch}`,
    node: process.versions.node,
    electron: process.versions['electron'],
    isHelloWorld: appliance.isHelloWorld,
    processes,
    uptime,
    stats,
  }
}
