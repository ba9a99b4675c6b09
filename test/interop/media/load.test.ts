/**
 * Whether calls leave anything behind. SIDETONE_FULL=1: 5,000 of them and not 300, and also such as nobody ends,
 * which the server takes more than a minute to miss.
 */
import { expect, test } from 'vitest'
import { freePort, pause, residentBytes } from '../processes.ts'
import { runLoad, type LoadEnding } from './load.ts'
import { openSockets, startServe, type Served } from './serve.ts'

const full = process.env['SIDETONE_FULL'] === '1'
const CALLS = full ? 5_000 : 300
const BAD_ENDINGS: readonly LoadEnding[] = full ? ['cancel', 'no-bye', 'vanished'] : ['cancel']
const PER_SECOND = 50
/** As many as fill the lists that the server keeps of ended calls, and warm its engine up. */
const WARM_UP_CALLS = full ? 900 : 600
const HOST = '127.0.0.1'
/** A phone that is gone is missed after a minute of silence and half a minute without an answer. */
const VANISH_LIMIT_MS = 150_000
const LOOK_EVERY_MS = 2_000
const MEMORY_LIMIT_MS = 60_000
/** What the engine's collector leaves or takes between two looks at the same state. */
const MEMORY_NOISE_BYTES = 25 * 1024 * 1024

test(
  `${CALLS} calls, a third of which end badly, leave no port, no call and no memory behind`,
  {
    timeout: full ? 600_000 : 420_000,
  },
  async () => {
    const served = await startServe({
      ...{ host: HOST, port: await freePort(HOST), script: 'nat-relay.cfg', limitMs: 600_000 },
      ...{ lowMediaPort: 20_000, highMediaPort: 34_999 },
    })
    try {
      const base = { server: served, perSecond: PER_SECOND }
      // The relay binds its first ports after the server is ready.
      await pause(LOOK_EVERY_MS)
      const fresh = openSockets(served.pid)
      const warm = await runLoad({ ...base, calls: WARM_UP_CALLS, badEndings: [] })
      expect(warm.failures.slice(0, 5)).toEqual([])
      await callsAreGone(served)
      const before = { sockets: openSockets(served.pid), bytes: residentBytes(served.pid) }
      expect(before.sockets).toBe(fresh)

      const outcome = await runLoad({ ...base, calls: CALLS, badEndings: BAD_ENDINGS })
      await callsAreGone(served)
      const bytes = await settledBytes(served, before.bytes + MEMORY_NOISE_BYTES)
      const after = { sockets: openSockets(served.pid), bytes }
      process.stderr.write(`${JSON.stringify({ ...outcome, before, after })}\n`)
      expect(outcome.failures.slice(0, 5)).toEqual([])
      expect(Object.values(outcome.ended).reduce((sum, count) => sum + count, 0)).toBe(CALLS)
      const bad = BAD_ENDINGS.reduce((sum, ending) => sum + outcome.ended[ending], 0)
      expect(bad).toBe(Math.ceil(CALLS / 3))
      expect(outcome.missed).toBe(0)
      expect(after.sockets).toBe(fresh)
      expect(after.bytes - before.bytes).toBeLessThan(MEMORY_NOISE_BYTES)
    } finally {
      await served.stop()
    }
  },
)

/** Memory once the engine's collector has found an idle moment: when it has come under `wanted`, or after a minute. */
async function settledBytes(served: Served, wanted: number): Promise<number> {
  const giveUpAt = performance.now() + MEMORY_LIMIT_MS
  for (;;) {
    const bytes = residentBytes(served.pid)
    if (bytes < wanted || performance.now() > giveUpAt) return bytes
    await pause(LOOK_EVERY_MS)
  }
}

/** Waits for the server to notice those that are gone. */
async function callsAreGone(served: Served): Promise<void> {
  const giveUpAt = performance.now() + VANISH_LIMIT_MS
  for (;;) {
    const { exchange } = (await served.ask('stats')) as { readonly exchange: { readonly calls: number } }
    if (exchange.calls === 0) break
    if (performance.now() > giveUpAt) throw new Error(`${exchange.calls} calls are left: ${served.words()}`)
    await pause(LOOK_EVERY_MS)
  }
  // Ports of the last ones rest before they are used again.
  await pause(LOOK_EVERY_MS)
}
