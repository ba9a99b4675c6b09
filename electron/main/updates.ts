import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createRequire } from 'node:module'
import type { AppUpdater } from 'electron-updater'
import type { Activity } from '../../core/app/start.ts'

/** A phone system is left alone while somebody talks, and for so long afterwards: they may call back. */
const QUIET_AFTER_CALL_MS = 120_000

interface UpdateParts {
  readonly ready: (version: string) => void
  readonly none: () => void
  readonly failed: (why: string) => void
}

/** Looks for a new version when the user asks; what was fetched is installed at the end, unless a call forbids it. */
export class Updates {
  readonly #updater: AppUpdater
  #hasCalls = false
  #quietFromMs = -Infinity
  #isFetched = false

  constructor(updater: AppUpdater, parts: UpdateParts) {
    this.#updater = updater
    updater.autoDownload = true
    updater.autoInstallOnAppQuit = false
    updater.allowDowngrade = false
    updater.allowPrerelease = false
    updater.logger = null
    updater.on('update-downloaded', ({ version }) => {
      this.#isFetched = true
      parts.ready(version)
    })
    updater.on('update-not-available', parts.none)
    updater.on('error', (error) => {
      parts.failed(error.message)
    })
  }

  take({ calls }: Activity, nowMs: number): void {
    if (this.#hasCalls && calls === 0) this.#quietFromMs = nowMs + QUIET_AFTER_CALL_MS
    this.#hasCalls = calls > 0
  }

  look(): void {
    // What goes wrong comes as an event as well.
    void this.#updater.checkForUpdates().catch(() => undefined)
  }

  /** At the end of the program, when the office has stopped: true when the installer goes on from here. */
  install(nowMs: number): boolean {
    if (!this.#isFetched || this.#hasCalls || nowMs < this.#quietFromMs) return false
    this.#updater.quitAndInstall(true, false)
    return true
  }
}

/** Undefined where this copy was packed without an address to ask. */
export function openUpdates(resourcesPath: string, parts: UpdateParts): Updates | undefined {
  if (!existsSync(join(resourcesPath, 'app-update.yml'))) return undefined
  // It is a CommonJS package that looks for Electron when it is loaded, so only a packed copy does that.
  const require = createRequire(import.meta.url)
  const { autoUpdater } = require('electron-updater') as typeof import('electron-updater')
  return new Updates(autoUpdater, parts)
}
