import type { StartDtls } from './dtls-guard.ts'

/** By then the first ports are bound and the office is open. */
const LOAD_AFTER_MS = 3_000

/**
 * The library of DTLS is large, and reading it keeps the thread busy for a fifth of a second: it is done when nobody
 * waits, or when the first browser comes, whose handshake begins anew a moment later.
 */
export class LateDtls {
  #startDtls: StartDtls | undefined
  #loading: Promise<void> | undefined

  loadSoon(): void {
    setTimeout(() => {
      this.#load()
    }, LOAD_AFTER_MS).unref()
  }

  readonly start: StartDtls = (certificate, fingerprints, events) => {
    if (this.#startDtls === undefined) this.#load()
    return this.#startDtls?.(certificate, fingerprints, events)
  }

  #load(): void {
    this.#loading ??= import('./dtls.ts').then(({ startDtls }) => {
      this.#startDtls = startDtls
    })
  }
}
