import type { Instant } from '../lib/instant.ts'
import { later } from '../lib/instant.ts'
import type { Notice } from './changes.ts'
import type { Core } from './core.ts'

/** Every code that a notice may have, to search by. */
export const noticeCodes = [
  'login-unknown',
  'login-wrong',
  'login-old-password',
  'login-wrong-realm',
  'login-stale',
  'login-downgrade',
  'banned',
  'unbanned',
  'account-added',
  'account-changed',
  'account-removed',
  'outside-limit',
] as const

export type NoticeCode = (typeof noticeCodes)[number]

/** What is shown without asking the store. */
const mostKept = 1000
/** The same about the same is told once in this time, with the count of what was kept back. */
const quietMs = 60_000
const mostQuiet = 1000

interface Quiet {
  readonly since: Instant
  keptBack: number
}

/** The event log: one plain sentence for each thing that somebody may have to know or mend. */
export class Notices {
  readonly #core: Core
  #kept: Notice[] = []
  readonly #quiet = new Map<string, Quiet>()

  constructor(core: Core) {
    this.#core = core
  }

  /** Those of earlier runs, oldest first. */
  load(notices: readonly Notice[]): void {
    this.#kept = [...notices, ...this.#kept].slice(-mostKept)
  }

  /** @param subject whom or what it concerns; @param about where the same may come often, what makes it the same */
  tell(level: Notice['level'], code: NoticeCode, subject: string, text: string, about?: string): void {
    const keptBack = about === undefined ? 0 : this.#keptBack(`${code} ${about}`)
    if (keptBack === undefined) return
    const more = keptBack === 0 ? '' : ` (${keptBack} more like it since the last such line)`
    const notice: Notice = {
      atUnixMs: this.#core.options.wallClock(),
      level,
      code,
      text: `${text}${more}`,
      subject,
    }
    this.#kept.push(notice)
    if (this.#kept.length > mostKept * 1.2) this.#kept = this.#kept.slice(-mostKept)
    this.#core.save([{ kind: 'add-notice', notice }])
    this.#core.emit({ kind: 'notice', notice })
  }

  /** Newest first; those in which every word occurs. */
  find(words: readonly string[]): Notice[] {
    const wanted = words.map((word) => word.toLowerCase())
    return this.#kept
      .filter(({ code, subject, text }) => {
        const all = `${code} ${subject} ${text}`.toLowerCase()
        return wanted.every((word) => all.includes(word))
      })
      .reverse()
  }

  /** How many were kept back since the last one that was told; undefined where this one is to be kept back too. */
  #keptBack(key: string): number | undefined {
    const { now } = this.#core
    const quiet = this.#quiet.get(key)
    if (quiet !== undefined && later(quiet.since, quietMs) > now) {
      quiet.keptBack++
      return undefined
    }
    this.#quiet.delete(key)
    this.#quiet.set(key, { since: now, keptBack: 0 })
    if (this.#quiet.size > mostQuiet)
      for (const oldest of this.#quiet.keys()) return this.#drop(oldest, quiet)
    return quiet?.keptBack ?? 0
  }

  #drop(oldest: string, quiet: Quiet | undefined): number {
    this.#quiet.delete(oldest)
    return quiet?.keptBack ?? 0
  }
}

/** What the network sent, fit for a sentence: printable, short, and without quotation marks. */
export function quoted(text: string): string {
  const plain = text.replace(/[^\x20-\x7e]|"/g, '?')
  return plain.length > 64 ? `${plain.slice(0, 64)}…` : plain
}
