/**
 * Telephones behind every kind of translator call each other through the NAT script that is shipped. Everyday runs
 * take a sample in which each kind calls and is called; SIDETONE_FULL=1: every pair.
 */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { discard, temporaryFolder } from '../processes.ts'
import { writeTone } from '../wave.ts'
import { natKinds, type NatKind } from './kinds.ts'
import { openLab } from './lab.ts'
import { labNeeds } from './namespaces.ts'
import { CALLEE_HERTZ, CALLER_HERTZ, runPair, type PairOutcome, type PairPlan } from './pair.ts'
import { startLabServer } from './server.ts'
import { printOutcomes } from './table.ts'

const full = process.env['SIDETONE_FULL'] === '1'
const SCRIPT = 'nat-relay.cfg'
const SILENCE_MS = 45_000
/** Two cores carry so many calls and their telephones without a late packet. */
const AT_ONCE = 32
const TONE_SECONDS = 240
const LIMIT_MS = full ? 600_000 : 240_000

const missing = labNeeds()

describe.skipIf(missing.skip)(`the NAT lab${missing.because}`, () => {
  const plans = full ? everyPair() : sample()
  test(
    `${plans.length} pairs hear each other, also after ${SILENCE_MS / 1000} s of silence, hold and re-INVITE`,
    async () => {
      const { outcomes, left } = await runPairs(plans)
      process.stderr.write(printOutcomes(outcomes))
      const failures = outcomes.filter(({ failure }) => failure !== undefined)
      expect(failures).toEqual([])
      expect(outcomes.length).toBe(plans.length)
      expect(left).toEqual([])
    },
    LIMIT_MS,
  )
})

interface Result {
  readonly outcomes: readonly PairOutcome[]
  /** Calls that the server believes to go on, though all were ended. */
  readonly left: readonly unknown[]
}

async function runPairs(plans: readonly PairPlan[]): Promise<Result> {
  const folder = temporaryFolder('lab-tones')
  const tones = { caller: join(folder, 'caller.wav'), callee: join(folder, 'callee.wav') }
  writeTone(tones.caller, CALLER_HERTZ, TONE_SECONDS)
  writeTone(tones.callee, CALLEE_HERTZ, TONE_SECONDS)
  const lab = await openLab()
  try {
    const server = await startLabServer(lab, SCRIPT, LIMIT_MS)
    try {
      const waiting = plans.map((plan, index) => ({ plan, label: `pair${index}` }))
      const outcomes: PairOutcome[] = []
      const work = async (): Promise<void> => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          const { plan, label } = next
          outcomes.push(await runPair(plan, { lab, tones, silenceMs: SILENCE_MS, label }))
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, work))
      return { outcomes, left: (await server.ask('calls')) as unknown[] }
    } finally {
      await server.stop()
    }
  } finally {
    await lab.close()
    discard(folder)
  }
}

function everyPair(): PairPlan[] {
  return natKinds.flatMap((caller, row) =>
    natKinds.map((callee, column) => planOf(caller, callee, row + column)),
  )
}

/** Each kind once as caller and once as callee, never the two at the same distance; and neighbours. */
function sample(): PairPlan[] {
  return [
    ...natKinds.map((caller, row) =>
      planOf(caller, natKinds[(row * 4 + 5) % natKinds.length] ?? caller, row),
    ),
    planOf('hairpin', 'hairpin', 1),
    planOf('symmetric', 'symmetric', 0),
  ]
}

function planOf(caller: NatKind, callee: NatKind, number: number): PairPlan {
  return { caller, callee, silent: number % 2 === 0 ? 'callee' : 'caller' }
}
