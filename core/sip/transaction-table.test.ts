import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Instant } from '../lib/instant.ts'
import { instant, later } from '../lib/instant.ts'
import { ClientTransaction } from './client-transaction.ts'
import { inviteClientTable, nonInviteClientTable } from './client-transaction-tables.ts'
import { ServerTransaction } from './server-transaction.ts'
import { inviteServerTable, nonInviteServerTable } from './server-transaction-tables.ts'
import { rfcTimers } from './transaction-timers.ts'

/** Either kind, so that one law can be told of all. */
interface Lived {
  readonly state: string
  readonly deadline: Instant | undefined
  handle(now: Instant, input: Event): readonly { readonly kind: string }[]
}

type Event =
  | { readonly kind: 'request' | 'ack' | 'tick' | 'transport-failed' }
  | { readonly kind: 'response'; readonly status: number }
  | { readonly kind: 'respond'; readonly status: number; readonly octets: string }

interface Turn {
  readonly afterMs: number
  /** Whether ticks come when they are asked for, or the machine slept over them. */
  readonly isAwake: boolean
  readonly event: Event
}

const status = fc.constantFrom(100, 180, 199, 200, 202, 299, 300, 404, 486, 503, 600, 699)
const afterMs = fc.oneof(fc.constant(0), fc.nat(600), fc.nat(40_000))
const plain = fc.record({ kind: fc.constantFrom('tick' as const, 'transport-failed' as const) })
const clientEvent = fc.oneof(plain, fc.record({ kind: fc.constant('response' as const), status }))
const serverEvent = fc.oneof(
  plain,
  fc.record({ kind: fc.constantFrom('request' as const, 'ack' as const) }),
  fc.record({ kind: fc.constant('respond' as const), status, octets: fc.constantFrom('one', 'two') }),
)

test.each(kinds())('$name ends, whatever happens', ({ make, event, settle }) => {
  fc.assert(
    fc.property(turnsOf(event), (turns) => {
      const { machine, now, kinds: seen } = run(make(), turns)
      const last = later(now, 0)
      const more = seen.includes('terminated') ? [] : machine.handle(last, settle).map(({ kind }) => kind)
      const end = tickOn(machine, last, more)
      expect(machine.state).toBe('Terminated')
      expect(machine.deadline).toBe(undefined)
      expect([...seen, ...more].filter((kind) => kind === 'terminated')).toHaveLength(1)
      expect([...seen, ...more].at(-1)).toBe('terminated')
      expect(end - last).toBeLessThanOrEqual(32_000)
    }),
    { numRuns: 300, seed: 3261 },
  )
})

test.each(kinds())('$name asks for ticks ahead of time only', ({ make, event }) => {
  fc.assert(
    fc.property(turnsOf(event), (turns) => {
      const { machine, now } = run(make(), turns)
      machine.handle(now, { kind: 'tick' })
      expect(machine.deadline === undefined || machine.deadline > now).toBe(true)
      expect(machine.handle(now, { kind: 'tick' })).toEqual([])
    }),
    { numRuns: 300, seed: 3261 },
  )
})

test.each(kinds())('$name does the same again with the same inputs', ({ make, event }) => {
  fc.assert(
    fc.property(turnsOf(event), (turns) => {
      expect(run(make(), turns).trace).toEqual(run(make(), turns).trace)
    }),
    { numRuns: 100, seed: 3261 },
  )
})

test.each([inviteClientTable, nonInviteClientTable, inviteServerTable, nonInviteServerTable])(
  '$figure: each state can be reached, each timer has its rule, and nothing follows the end',
  ({ first, rows }) => {
    const all: Readonly<Record<string, (typeof rows)[keyof typeof rows]>> = rows
    const reached = new Set<string>([first])
    for (const name of reached) {
      const row = all[name]
      for (const timer of [row?.resend, row?.end])
        if (timer !== undefined) expect(row?.on).toHaveProperty(timer)
      for (const rule of Object.values(row?.on ?? {})) if (rule.to !== undefined) reached.add(rule.to)
    }
    expect([...reached].sort()).toEqual(Object.keys(rows).sort())
    expect(rows.Terminated).toEqual({ on: {} })
  },
)

function kinds() {
  const reject = { kind: 'respond', status: 486, octets: 'last' } as const
  const rejected = { kind: 'response', status: 486 } as const
  return [true, false].flatMap((isInvite) =>
    [true, false].flatMap((isReliable) => {
      const name = `${isInvite ? 'INVITE' : 'non-INVITE'} over ${isReliable ? 'TCP' : 'UDP'}`
      return [
        {
          name: `a server transaction of ${name}`,
          make: () => new ServerTransaction(isInvite, isReliable, rfcTimers),
          event: serverEvent,
          settle: reject,
        },
        {
          name: `a client transaction of ${name}`,
          make: () => {
            const transaction = new ClientTransaction(isInvite, isReliable, rfcTimers, 'request')
            transaction.start(instant(0))
            return transaction
          },
          event: clientEvent,
          settle: rejected,
        },
      ]
    }),
  )
}

function turnsOf(event: fc.Arbitrary<Event>): fc.Arbitrary<Turn[]> {
  return fc.array(fc.record({ afterMs, isAwake: fc.boolean(), event }), { maxLength: 25 })
}

function run(machine: Lived, turns: readonly Turn[]) {
  let now = instant(0)
  const trace: unknown[] = []
  const seen: string[] = []
  for (const { afterMs: ms, isAwake, event } of turns) {
    const next = later(now, ms)
    while (isAwake && machine.deadline !== undefined && machine.deadline <= next) {
      const at = machine.deadline
      const outputs = machine.handle(at, { kind: 'tick' })
      trace.push([at, outputs])
      seen.push(...outputs.map(({ kind }) => kind))
    }
    now = next
    const outputs = machine.handle(now, event)
    trace.push([now, outputs, machine.state, machine.deadline])
    seen.push(...outputs.map(({ kind }) => kind))
  }
  return { machine, now, trace, kinds: seen }
}

/** Ticks until none is asked for. @returns the last instant */
function tickOn(machine: Lived, from: Instant, seen: string[]): Instant {
  let now = from
  for (let turns = 0; machine.deadline !== undefined; turns++) {
    expect(turns).toBeLessThan(100)
    if (machine.deadline > now) now = machine.deadline
    seen.push(...machine.handle(now, { kind: 'tick' }).map(({ kind }) => kind))
  }
  return now
}
