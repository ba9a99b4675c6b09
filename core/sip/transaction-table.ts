import type { Instant } from '../lib/instant.ts'
import { later, soonest } from '../lib/instant.ts'
import type { EndTimer, ResendTimer, TimerLengths } from './transaction-timers.ts'

/** What one event does in one state: the actions in this order, then the next state; without `to` the state stays. */
export interface Rule<State extends string, Action extends string> {
  readonly do: readonly Action[]
  readonly to?: State
}

export interface Row<State extends string, Event extends string, Action extends string> {
  /** Fires again and again while the state lasts. */
  readonly resend?: ResendTimer
  /** Every wait of `resend` is its longest one. */
  readonly resendsSlowly?: true
  /** Fires once. Where the next state has the same one, it and `resend` run on. */
  readonly end?: EndTimer
  /** What is not named here has no effect. */
  readonly on: Readonly<Partial<Record<Event | EndTimer | ResendTimer, Rule<State, Action>>>>
}

/** A figure of RFC 3261 §17 or RFC 6026 §7 as rows. The state `Terminated` is the last one of each. */
export interface TransactionTable<State extends string, Event extends string, Action extends string> {
  readonly figure: string
  readonly first: State
  readonly rows: Readonly<Record<State, Row<State, Event, Action>>>
}

/** A table that may know fewer states and events than its walker. */
export interface WalkedTable<State extends string, Event extends string, Action extends string> {
  readonly first: State
  readonly rows: Readonly<Partial<Record<State, Row<State, Event, Action>>>>
}

export interface Terminated {
  readonly kind: 'terminated'
}

/** The answer to everything that has no effect: one list for all, frozen, so that no input costs memory in vain. */
export const nothing = Object.freeze([] as never[]) as never[]

const terminated: Terminated = Object.freeze({ kind: 'terminated' })

/** The class of a response, as the tables name it. */
export function responseEvent(isInvite: boolean, status: number): '1xx' | '2xx' | '3xx-6xx' | 'final' {
  if (status < 200) return '1xx'
  if (!isInvite) return 'final'
  return status < 300 ? '2xx' : '3xx-6xx'
}

/** Walks a table: keeps the state and its two timers. What an action means is told by the class that extends it. */
export abstract class TransactionWalk<
  State extends string,
  Event extends string,
  Action extends string,
  Output,
> {
  /** The state by its name in the RFC. */
  state: State
  deadline: Instant | undefined = undefined
  readonly #rows: WalkedTable<State, Event, Action>['rows']
  readonly #lengths: TimerLengths
  #resendAt: Instant | undefined = undefined
  #endAt: Instant | undefined = undefined
  #resends = 0

  constructor(table: WalkedTable<State, Event, Action>, lengths: TimerLengths) {
    this.state = table.first
    this.#rows = table.rows
    this.#lengths = lengths
  }

  protected abstract perform(action: Action, outputs: (Output | Terminated)[]): void

  protected get isResending(): boolean {
    return this.#resendAt !== undefined
  }

  protected reacts(event: Event): boolean {
    return this.#row(this.state).on[event] !== undefined
  }

  protected take(now: Instant, event: Event | EndTimer | ResendTimer): (Output | Terminated)[] {
    const rule = this.#row(this.state).on[event]
    if (rule === undefined) return nothing
    const outputs: (Output | Terminated)[] = []
    for (const action of rule.do) this.perform(action, outputs)
    if (rule.to !== undefined) this.#enter(now, rule.to, outputs)
    return outputs.length === 0 ? nothing : outputs
  }

  /** A tick that comes late (the machine slept) fires each timer once at most, and the end before any repetition. */
  protected tick(now: Instant): (Output | Terminated)[] {
    const { resend, resendsSlowly, end } = this.#row(this.state)
    if (end !== undefined && this.#endAt !== undefined && this.#endAt <= now) return this.take(now, end)
    if (resend === undefined || this.#resendAt === undefined || this.#resendAt > now) return nothing
    const waitsMs = this.#lengths.resendMs[resend]
    this.#resends++
    const turn = resendsSlowly ? waitsMs.length - 1 : Math.min(this.#resends, waitsMs.length - 1)
    const waitMs = waitsMs[turn] as number
    const next = later(this.#resendAt, waitMs)
    this.#resendAt = next > now ? next : later(now, waitMs)
    this.deadline = soonest(this.#resendAt, this.#endAt)
    return this.take(now, resend)
  }

  /** Starts the timers of the state; one of length 0 fires at once. */
  protected startTimers(now: Instant, outputs: (Output | Terminated)[]): void {
    const { resend, end } = this.#row(this.state)
    const firstMs = resend === undefined ? undefined : this.#lengths.resendMs[resend][0]
    const endMs = end === undefined ? undefined : this.#lengths.endMs[end]
    this.#resends = 0
    this.#resendAt = firstMs === undefined ? undefined : later(now, firstMs)
    this.#endAt = endMs === undefined ? undefined : later(now, endMs)
    this.deadline = soonest(this.#resendAt, this.#endAt)
    if (end !== undefined && endMs === 0) outputs.push(...this.take(now, end))
  }

  #enter(now: Instant, state: State, outputs: (Output | Terminated)[]): void {
    const { end } = this.#row(this.state)
    this.state = state
    if (state === 'Terminated') outputs.push(terminated)
    if (end === undefined || end !== this.#row(state).end) this.startTimers(now, outputs)
  }

  #row(state: State): Row<State, Event, Action> {
    // A table names only states that it has; the tables' types see to that.
    return this.#rows[state] as Row<State, Event, Action>
  }
}
