import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** What the shell remembers of itself; the office's own settings are in the store. */
export interface ShellSettings {
  readonly window?: unknown
  /** What the closing cross does; absent: not asked yet. */
  readonly closing?: 'keep-running' | 'quit'
  readonly isAwakeForPhones?: boolean
  readonly isUpdateWanted?: boolean
}

/** One small file, read once and written whole. What can't be read counts as absent: nobody is kept out by it. */
export class SettingsFile {
  readonly #path: string
  readonly #told: (why: string) => void
  #settings: ShellSettings

  constructor(path: string, told: (why: string) => void) {
    this.#path = path
    this.#told = told
    this.#settings = readSettings(path)
  }

  get now(): ShellSettings {
    return this.#settings
  }

  change(part: ShellSettings): void {
    this.#settings = { ...this.#settings, ...part }
    try {
      mkdirSync(dirname(this.#path), { recursive: true })
      writeFileSync(`${this.#path}.new`, JSON.stringify(this.#settings), { mode: 0o600 })
      renameSync(`${this.#path}.new`, this.#path)
    } catch (error) {
      this.#told(`the window's own settings can't be written to ${this.#path}: ${String(error)}`)
    }
  }
}

function readSettings(path: string): ShellSettings {
  try {
    const stored: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof stored !== 'object' || stored === null) return {}
    const { window, closing, isAwakeForPhones, isUpdateWanted } = stored as Record<string, unknown>
    return {
      window,
      ...(closing === 'keep-running' || closing === 'quit' ? { closing } : {}),
      ...(typeof isAwakeForPhones === 'boolean' ? { isAwakeForPhones } : {}),
      ...(typeof isUpdateWanted === 'boolean' ? { isUpdateWanted } : {}),
    }
  } catch {
    return {}
  }
}
