import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { instant, type Instant } from '../lib/instant.ts'
import type { Machine } from '../lib/machine.ts'
import { Runtime } from './runtime.ts'

type Input = { readonly kind: 'word'; readonly text: string } | { readonly kind: 'tick' }
type Output = { readonly kind: 'say'; readonly text: string }

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

test('outputs are performed in their order', () => {
  const { runtime, said } = running()
  runtime.handle({ kind: 'word', text: 'a b c' })
  runtime.handle({ kind: 'word', text: 'd' })
  expect(said).toEqual(['a', 'b', 'c', 'd'])
})

test('an input that an output causes waits until the outputs before it are done', () => {
  const { runtime, said } = running({
    onSay: (text) => {
      if (text === 'again') runtime.handle({ kind: 'word', text: 'later' })
    },
  })
  runtime.handle({ kind: 'word', text: 'again b' })
  expect(said).toEqual(['again', 'b', 'later'])
})

test('a throw loses that one message, is reported, and the loop lives', () => {
  const { runtime, said, bugs } = running()
  runtime.handle({ kind: 'word', text: 'throw' })
  runtime.handle({ kind: 'word', text: 'a' })
  expect(said).toEqual(['a'])
  expect(bugs).toEqual(['handling word'])
})

test('a throw while an output is performed loses that one output', () => {
  const { runtime, said, bugs } = running({
    onSay: (text) => {
      if (text === 'b') throw new Error('b is bad')
    },
  })
  runtime.handle({ kind: 'word', text: 'a b c' })
  expect(said).toEqual(['a', 'b', 'c'])
  expect(bugs).toEqual(['performing say'])
})

test('a tick comes at the deadline, not before', () => {
  const { runtime, machine, said } = running()
  machine.deadline = instant(performance.now() + 500)
  runtime.handle({ kind: 'word', text: '' })
  vi.advanceTimersByTime(499)
  expect(said).toEqual([''])
  vi.advanceTimersByTime(1)
  expect(said).toEqual(['', 'tick'])
})

test('a sooner deadline is kept, a later one postpones the tick, none cancels it', () => {
  const { runtime, machine, said } = running()
  const from = performance.now()
  const wantAt = (ms: number | undefined): void => {
    machine.deadline = ms === undefined ? undefined : instant(from + ms)
    runtime.handle({ kind: 'word', text: 'w' })
  }
  wantAt(1000)
  wantAt(200)
  vi.advanceTimersByTime(200)
  expect(said).toEqual(['w', 'w', 'tick'])
  wantAt(400)
  wantAt(800)
  vi.advanceTimersByTime(599)
  expect(said).toEqual(['w', 'w', 'tick', 'w', 'w'])
  vi.advanceTimersByTime(1)
  expect(said.at(-1)).toBe('tick')
  wantAt(1200)
  wantAt(undefined)
  vi.advanceTimersByTime(10_000)
  expect(said.filter((text) => text === 'tick')).toHaveLength(2)
})

test('a deadline that stays costs one timer, however many messages come', () => {
  const set = vi.spyOn(globalThis, 'setTimeout')
  const { runtime, machine } = running()
  machine.deadline = instant(performance.now() + 500)
  for (let count = 0; count < 100; count++) runtime.handle({ kind: 'word', text: 'w' })
  expect(set).toHaveBeenCalledTimes(1)
})

test('a deadline beyond the reach of a timer is kept', () => {
  const { runtime, machine, said } = running()
  machine.deadline = instant(performance.now() + 30 * 86_400_000)
  runtime.handle({ kind: 'word', text: 'w' })
  vi.advanceTimersByTime(29 * 86_400_000)
  expect(said).toEqual(['w'])
  vi.advanceTimersByTime(86_400_000)
  expect(said).toEqual(['w', 'tick'])
})

test('a tick that throws each time does not take the processor', () => {
  const { runtime, machine, bugs } = running({ tickThrows: true })
  machine.deadline = instant(performance.now() + 1)
  runtime.handle({ kind: 'word', text: 'w' })
  vi.advanceTimersByTime(1_000)
  expect(bugs.length).toBeGreaterThan(5)
  expect(bugs.length).toBeLessThanOrEqual(11)
})

test('after stop nothing is handled', () => {
  const { runtime, machine, said } = running()
  machine.deadline = instant(performance.now() + 10)
  runtime.handle({ kind: 'word', text: 'a' })
  runtime.stop()
  runtime.handle({ kind: 'word', text: 'b' })
  vi.advanceTimersByTime(100)
  expect(said).toEqual(['a'])
})

/** Says each word of its input; a tick is said once and clears the deadline. */
class Parrot implements Machine<Input, Output> {
  deadline: Instant | undefined
  readonly #tickThrows: boolean

  constructor(tickThrows: boolean) {
    this.#tickThrows = tickThrows
  }

  handle(now: Instant, input: Input): Output[] {
    if (input.kind === 'tick') {
      if (this.#tickThrows) throw new Error('tick')
      if (this.deadline !== undefined && this.deadline > now) throw new Error('ticked too soon')
      this.deadline = undefined
      return [{ kind: 'say', text: 'tick' }]
    }
    if (input.text === 'throw') throw new Error('word')
    return input.text.split(' ').map((text) => ({ kind: 'say', text }))
  }
}

function running(options: { onSay?: (text: string) => void; tickThrows?: boolean } = {}): {
  runtime: Runtime<Input, Output>
  machine: Parrot
  said: string[]
  bugs: string[]
} {
  const said: string[] = []
  const bugs: string[] = []
  const machine = new Parrot(options.tickThrows ?? false)
  const runtime = new Runtime<Input, Output>({
    machine,
    clock: { now: () => instant(performance.now()), wallMs: () => 0 },
    tick: { kind: 'tick' },
    perform: (output) => {
      said.push(output.text)
      options.onSay?.(output.text)
    },
    reportBug: (where) => bugs.push(where),
  })
  return { runtime, machine, said, bugs }
}
