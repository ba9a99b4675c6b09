/**
 * The network of a server goes away during calls and comes back. SIDETONE_FULL=1: 50 calls and 30 s, not 5 calls and
 * a second.
 */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { needs, startProgram } from '../processes.ts'
import type { LinkAwayOutcome } from './link-away-run.ts'

const full = process.env['SIDETONE_FULL'] === '1'
const CALLS = full ? 50 : 5
const AWAY_MS = full ? 30_000 : 1_000
const LIMIT_MS = full ? 120_000 : 60_000
const LONGEST_RETURN_MS = 200

const missing = needs('ip', 'unshare')
const isRoot = process.getuid?.() === 0
const because = missing.because || (isRoot ? '' : ' (skipped: root is needed for a network namespace)')

describe.skipIf(missing.skip || !isRoot)(`calls whose server’s network goes away${because}`, () => {
  test.each([
    ['the link is down (P8)', 'link'],
    ['the address is taken away and given back (P4)', 'address'],
  ])('%s: they go on when it is back', { timeout: LIMIT_MS }, async (_, what) => {
    const outcome = await runAway(what)
    process.stderr.write(`${JSON.stringify(outcome)}\n`)
    const { before, meanwhile, after, backAfterMs, hungUp, callsLeft } = outcome
    expect(before.heard).toBe(before.spoken)
    expect(meanwhile.heard).toBe(0)
    expect(backAfterMs).toBeLessThanOrEqual(LONGEST_RETURN_MS)
    expect(after.heard).toBe(after.spoken)
    expect({ hungUp, callsLeft }).toEqual({ hungUp: CALLS, callsLeft: 0 })
  })
})

async function runAway(what: string): Promise<LinkAwayOutcome> {
  const script = join(import.meta.dirname, 'link-away-run.ts')
  const words = ['-n', process.execPath, script, what, String(CALLS), String(AWAY_MS)]
  const program = startProgram('unshare', words, { limitMs: LIMIT_MS })
  const line = await program.firstLine((text) => (text.startsWith('{') ? text : undefined), LIMIT_MS)
  await program.exited
  return JSON.parse(line) as LinkAwayOutcome
}
