import type { DropReason, Event, Notice } from '../exchange/index.ts'
import type { Clock, LineLevel, Log, LogFields } from '../io/index.ts'
import type { Flow, Listener } from '../lib/flow.ts'
import type { Instant } from '../lib/instant.ts'
import { unreachable } from '../lib/unreachable.ts'
import { hostPort, printListener } from './listen.ts'

/** A reason is told once in this time, with the count of what was kept back. */
const QUIET_MS = 10_000
/** A script's own lines are wanted line by line, but not ten thousand in a second. */
const MOST_SCRIPT_LINES = 200

interface Quiet {
  since: Instant
  told: number
  keptBack: number
}

/** Turns events into log lines and counters. */
export class Publisher {
  readonly #log: Log
  readonly #clock: Clock
  readonly #dropped = new Map<DropReason, number>()
  readonly #quiet = new Map<string, Quiet>()
  readonly #counts = {
    registered: 0,
    unregistered: 0,
    calls: 0,
    callsAnswered: 0,
    refused: 0,
    bugs: 0,
    troubles: 0,
  }

  constructor(log: Log, clock: Clock) {
    this.#log = log
    this.#clock = clock
  }

  /** What has happened since the start, by kind; drops by reason, only those that occurred. */
  get counters(): Readonly<Record<string, unknown>> {
    return { ...this.#counts, dropped: Object.fromEntries(this.#dropped) }
  }

  publish(event: Event): void {
    switch (event.kind) {
      case 'dropped':
        this.#publishDrop(event.reason, event.detail, event.flow)
        return
      case 'refused':
        this.#counts.refused++
        this.#seldom('info', `refused ${event.status}`, 1, `request refused with ${event.status}`, () => ({
          why: event.why,
          ...(this.#log.writes('debug') ? { from: printPeer(event.flow) } : {}),
        }))
        return
      case 'registered':
      case 'unregistered':
        this.#publishRegistration(event)
        return
      case 'call-began':
      case 'call-answered':
      case 'call-ended':
        this.#publishCall(event)
        return
      default:
        this.#publishSaid(event)
    }
  }

  #publishSaid(
    event: Extract<Event, { readonly kind: 'media-trouble' | 'script-log' | 'notice' | 'accounted' | 'bug' }>,
  ): void {
    switch (event.kind) {
      case 'media-trouble':
        this.#counts.troubles++
        this.#seldom('warn', `media ${event.what}`, 1, `the media relay reports: ${event.what}`)
        return
      case 'script-log':
        this.#seldom(scriptLevel(event.level), 'script-log', MOST_SCRIPT_LINES, `script: ${event.text}`)
        return
      case 'notice':
        this.#publishNotice(event.notice)
        return
      case 'accounted':
        this.#log.line(scriptLevel(event.level), event.text)
        return
      case 'bug':
        this.bug(event.where, event.what)
        return
      default:
        unreachable(event)
    }
  }

  #publishRegistration(event: Extract<Event, { readonly kind: 'registered' | 'unregistered' }>): void {
    const { user, contact } = event
    this.#counts[event.kind]++
    if (event.kind === 'registered')
      this.#detail('registered', { user, contact, seconds: event.expiresSeconds })
    else this.#detail('unregistered', { user, contact, why: event.why })
  }

  #publishCall(
    event: Extract<Event, { readonly kind: 'call-began' | 'call-answered' | 'call-ended' }>,
  ): void {
    const { kind, ...fields } = event
    if (kind === 'call-began') this.#counts.calls++
    if (kind === 'call-answered') this.#counts.callsAnswered++
    this.#detail(kind.replace('-', ' '), fields)
  }

  /** A socket complains and lives on. */
  trouble(listener: Listener, why: string): void {
    this.#counts.troubles++
    const place = printListener(listener)
    this.#seldom('warn', `trouble ${place} ${why}`, 1, `${place} reports ${why}`)
  }

  /** A fault of ours; it cost one message. */
  bug(where: string, what: string): void {
    this.#counts.bugs++
    this.#count('bug')
    this.#seldom(
      'error',
      `bug ${where} ${what.slice(0, 200)}`,
      1,
      `a bug while ${where}; please report it`,
      () => ({ what }),
    )
  }

  /** Tells what is still kept back. */
  flush(): void {
    for (const [key, quiet] of this.#quiet) this.#tellKeptBack('info', key, quiet)
    this.#quiet.clear()
  }

  #publishDrop(reason: DropReason, detail: string, flow: Flow | undefined): void {
    this.#count(reason)
    const level = reason === 'keep-alive' ? 'trace' : reason === 'send-failed' ? 'warn' : 'info'
    this.#seldom(level, `dropped ${reason}`, 1, `dropped: ${reason}`, () => ({
      detail: detail.slice(0, 200),
      ...(flow !== undefined && this.#log.writes('debug') ? { from: printPeer(flow) } : {}),
    }))
  }

  #publishNotice({ level, code, text }: Notice): void {
    const line = this.#log.writes('debug') ? text : `${code}: see "sidetone ctl events ${code}"`
    this.#seldom(noticeLevels[level], `notice ${code}`, 5, line)
  }

  #count(reason: DropReason): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + 1)
  }

  /** Names and addresses of people stand in the log only at debug. */
  #detail(message: string, fields: LogFields): void {
    if (this.#log.writes('debug')) this.#log.line('debug', message, fields)
  }

  #seldom(level: LineLevel, key: string, most: number, message: string, fields?: () => LogFields): void {
    if (!this.#log.writes(level)) return
    const now = this.#clock.now()
    let quiet = this.#quiet.get(key)
    if (quiet === undefined || now - quiet.since >= QUIET_MS) {
      if (quiet !== undefined) this.#tellKeptBack(level, key, quiet)
      quiet = { since: now, told: 0, keptBack: 0 }
      this.#quiet.delete(key)
      this.#quiet.set(key, quiet)
      this.#forgetOldest()
    }
    if (quiet.told >= most) {
      quiet.keptBack++
      return
    }
    quiet.told++
    this.#log.line(level, message, fields?.())
  }

  #tellKeptBack(level: LineLevel, key: string, quiet: Quiet): void {
    if (quiet.keptBack === 0) return
    const seconds = Math.round((this.#clock.now() - quiet.since) / 1000)
    this.#log.line(level, `${key.slice(0, 80)}: more of the same kept back`, {
      count: quiet.keptBack,
      seconds,
    })
    quiet.keptBack = 0
  }

  #forgetOldest(): void {
    if (this.#quiet.size <= MOST_KEYS) return
    const [oldest] = this.#quiet.keys()
    if (oldest !== undefined) this.#quiet.delete(oldest)
  }
}

/** Keys are few by nature; bug texts may carry what the network sent. */
const MOST_KEYS = 256

const noticeLevels = { info: 'info', warning: 'warn', problem: 'error' } as const

/** SER's levels, from ALERT (-3) to DBG (4). */
function scriptLevel(level: number): LineLevel {
  if (level < 0) return 'error'
  if (level <= 1) return 'warn'
  return level <= 3 ? 'info' : 'debug'
}

function printPeer(flow: Flow): string {
  return `${flow.listener.transport}:${hostPort(flow.address, flow.port)}`
}
