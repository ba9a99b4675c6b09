import { EventEmitter } from 'node:events'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { handlers } from './browser.ts'
import { note, StandInEvent } from './record.ts'

export const ipcMain = new EventEmitter()

/** Electron's `app`, with a lock that two processes really share. */
class App extends EventEmitter {
  readonly isPackaged = process.env['STAND_IN_PACKAGED'] === '1'
  readonly commandLine = {
    hasSwitch: (name: string) => process.argv.includes(`--${name}`),
    removeSwitch: (name: string) => note('removeSwitch', name),
  }
  readonly #paths = new Map<string, string>()
  /** Set by what knows the windows. */
  closeAll: () => boolean = () => true
  end: () => Promise<void> = () => Promise.resolve()

  setName(name: string): void {
    note('setName', name)
  }

  setAppUserModelId(id: string): void {
    note('setAppUserModelId', id)
  }

  enableSandbox(): void {
    note('enableSandbox')
  }

  getLocale(): string {
    return process.env['STAND_IN_LOCALE'] ?? 'en-GB'
  }

  setPath(name: string, path: string): void {
    this.#paths.set(name, path)
  }

  getPath(name: string): string {
    return this.#paths.get(name) ?? join(process.env['STAND_IN_HOME'] ?? '/nonexistent', name)
  }

  whenReady(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve))
  }

  setAsDefaultProtocolClient(scheme: string): boolean {
    note('setAsDefaultProtocolClient', scheme)
    return true
  }

  getLoginItemSettings(): { openAtLogin: boolean } {
    return { openAtLogin: false }
  }

  setLoginItemSettings(settings: object): void {
    note('setLoginItemSettings', settings)
  }

  /** A dead process's lock counts for nothing. */
  requestSingleInstanceLock(): boolean {
    const folder = this.getPath('userData')
    mkdirSync(folder, { recursive: true })
    const lock = join(folder, 'stand-in.lock')
    if (existsSync(lock) && isAlive(Number(readFileSync(lock, 'utf8')))) {
      writeFileSync(join(folder, `second-${process.pid}.json`), JSON.stringify(process.argv))
      return false
    }
    writeFileSync(lock, String(process.pid))
    watch(folder, () => {
      this.#lookForSecond(folder)
    })
    return true
  }

  quit(): void {
    setImmediate(() => {
      const before = new StandInEvent()
      this.emit('before-quit', before)
      if (before.isPrevented || !this.closeAll()) return
      const will = new StandInEvent()
      this.emit('will-quit', will)
      if (!will.isPrevented) this.exit(0)
    })
  }

  exit(code: number): void {
    void this.end().then(() => process.exit(code))
  }

  #lookForSecond(folder: string): void {
    for (const name of readdirSync(folder).filter((file) => /^second-\d+\.json$/.test(file))) {
      const path = join(folder, name)
      const text = readFileSync(path, 'utf8')
      if (!text.endsWith(']')) continue
      rmSync(path)
      this.emit('second-instance', new StandInEvent(), JSON.parse(text))
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

export const app = new App()

class PowerMonitor extends EventEmitter {
  isBattery = false

  isOnBatteryPower(): boolean {
    return this.isBattery
  }
}

export const powerMonitor = new PowerMonitor()

const blockers = new Set<number>()
let lastBlocker = 0

export const powerSaveBlocker = {
  start: (kind: string): number => {
    note('powerSaveBlocker.start', kind)
    blockers.add(++lastBlocker)
    return lastBlocker
  },
  stop: (id: number): void => {
    note('powerSaveBlocker.stop')
    blockers.delete(id)
  },
  /** Of the stand-in alone. */
  count: (): number => blockers.size,
}

/** The handlers of the one session, for tests to ask. */
export const rights: Record<string, (...args: never[]) => unknown> = {}

class Session extends EventEmitter {
  readonly protocol = {
    handle: (scheme: string, handler: (request: Request) => Response): void => {
      handlers.set(scheme, handler)
    },
  }

  setPermissionRequestHandler(handler: () => void): void {
    rights['request'] = handler
  }

  setPermissionCheckHandler(handler: () => boolean): void {
    rights['check'] = handler
  }

  setDevicePermissionHandler(handler: () => boolean): void {
    rights['device'] = handler
  }

  setBluetoothPairingHandler(handler: () => void): void {
    rights['bluetooth'] = handler
  }

  setDisplayMediaRequestHandler(handler: () => void): void {
    rights['display'] = handler
  }
}

export const session = { defaultSession: new Session() }

export const protocol = {
  registerSchemesAsPrivileged: (schemes: unknown): void => note('registerSchemesAsPrivileged', schemes),
}

export const screen = {
  displays: [{ workArea: { x: 0, y: 0, width: 1920, height: 1040 } }],
  getAllDisplays: (): unknown[] => screen.displays,
}

export const nativeTheme = { shouldUseDarkColors: false }

export const shell = {
  openExternal: (url: string): Promise<void> => {
    note('openExternal', url)
    return Promise.resolve()
  },
  openPath: (path: string): Promise<string> => {
    note('openPath', path)
    return Promise.resolve('')
  },
}
