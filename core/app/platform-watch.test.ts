import { afterEach, expect, test, vi } from 'vitest'
import { PlatformWatch } from './platform-watch.ts'

const here = ['127.0.0.1', '192.0.2.10']
let watch: PlatformWatch | undefined

afterEach(() => {
  watch?.stop()
  vi.useRealTimers()
})

/** A watch over one address, with each second's facts in turn; what it did in each second. */
function seconds(facts: readonly { readonly addresses?: readonly string[]; readonly sleptMs?: number }[]): {
  readonly did: string[][]
  readonly missing: (readonly string[])[]
} {
  vi.useFakeTimers()
  let fact = facts[0] ?? {}
  let done: string[] = []
  const lines: string[] = []
  const listener = { transport: 'udp', address: '192.0.2.10', port: 5060 } as const
  const watching = new PlatformWatch({
    listeners: [listener, { ...listener, transport: 'tcp' }],
    log: { writes: () => true, line: (level) => lines.push(level) },
    slept: (ms) => done.push(`slept ${ms}`),
    rebind: () => {
      done.push('rebind')
      return Promise.resolve()
    },
    sleepMs: () => fact.sleptMs ?? 0,
    addresses: () => fact.addresses ?? here,
  })
  watch = watching
  const did: string[][] = []
  const missing: (readonly string[])[] = []
  for (fact of facts) {
    done = []
    vi.advanceTimersByTime(1_000)
    did.push(done)
    missing.push(watching.missing)
  }
  return { did, missing }
}

test('nothing is done while nothing happens', () => {
  expect(seconds([{}, {}, {}]).did).toEqual([[], [], []])
})

test('an address that goes is missing within a second; when it returns its sockets are opened once', () => {
  const gone = ['127.0.0.1']
  const { did, missing } = seconds([{ addresses: gone }, { addresses: gone }, {}, {}])
  expect(missing).toEqual([['192.0.2.10'], ['192.0.2.10'], [], []])
  expect(missing[0]).toBe(missing[1])
  expect(did).toEqual([[], [], ['rebind'], []])
})

test('an address that is new is left alone: nobody asked to listen there', () => {
  expect(seconds([{ addresses: [...here, '203.0.113.9'] }]).did).toEqual([[]])
})

test('a sleep sets the clock ahead, then the sockets are opened', () => {
  expect(seconds([{ sleptMs: 600_000 }, {}]).did).toEqual([['slept 600000', 'rebind'], []])
})
