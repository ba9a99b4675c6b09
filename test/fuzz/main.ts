/**
 * `npm run fuzz -- [--minutes M] [--seed S] [--runs N] [--only TARGET]`: feeds parser, framer, transactions, exchange and script reader
 * with generated and mutated input. The same seed gives the same cases. Exits 1 on any find.
 */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { createChance } from '../sim/chance.ts'
import { ExchangeTarget } from './exchange-target.ts'
import { messageTarget, streamTarget, uriTarget } from './message-targets.ts'
import { descriptionTarget } from './sdp-target.ts'
import { scriptTarget } from './script-target.ts'
import { stunTarget } from './stun-target.ts'
import type { Target } from './target.ts'
import { transactionTarget } from './transaction-target.ts'

const slowMs = 10
const mostFinds = 20
/** Runs of all targets between two looks at the clock. */
const roundRuns = 12_700
/** What may stay after a collection: caches of the engine and of the parser, reached in the first rounds. */
const mostGrowthBytes = 24 * 1024 * 1024
const warmUpRounds = 5

interface Tally {
  readonly target: Target
  runs: number
  finds: number
  slow: number
  slowestMs: number
  totalMs: number
}

const collect = (globalThis as { gc?: () => void }).gc
if (collect === undefined) {
  const { status } = spawnSync(process.execPath, ['--expose-gc', ...process.argv.slice(1)], {
    stdio: 'inherit',
  })
  process.exit(status ?? 1)
}
process.exitCode = fuzz(collect)

function fuzz(collect: () => void): number {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string' },
      seed: { type: 'string' },
      runs: { type: 'string' },
      only: { type: 'string' },
    },
  })
  const seed = Number(values.seed ?? Date.now() % 1_000_000_000)
  const mostRuns = values.runs === undefined ? Infinity : Number(values.runs)
  const minutes = Number(values.minutes ?? (values.runs === undefined ? 1 : Infinity))
  const all: Target[] = [
    messageTarget,
    uriTarget,
    streamTarget,
    descriptionTarget,
    transactionTarget,
    new ExchangeTarget(),
    scriptTarget,
    stunTarget,
  ]
  const targets = values.only === undefined ? all : all.filter(({ name }) => name === values.only)
  const tallies = targets.map((target) => ({ target, runs: 0, finds: 0, slow: 0, slowestMs: 0, totalMs: 0 }))
  console.log(`seed ${seed}`)
  const growth = runRounds(tallies, seed, mostRuns, performance.now() + minutes * 60_000, collect)
  for (const tally of tallies) finish(tally)
  return report(tallies, growth)
}

/** @returns octets that the heap has grown by since it was warm, after collections */
function runRounds(
  tallies: readonly Tally[],
  seed: number,
  mostRuns: number,
  endAt: number,
  collect: () => void,
): number {
  const weights = tallies.reduce((sum, { target }) => sum + target.weight, 0)
  let warmBytes: number | undefined
  let runs = 0
  for (let round = 0; runs < mostRuns && performance.now() < endAt; round++) {
    const size = Math.min(roundRuns, mostRuns - runs)
    for (const tally of tallies) {
      const count = Math.max(1, Math.round((size * tally.target.weight) / weights))
      for (let run = 0; run < count && tally.finds < mostFinds; run++) runOnce(tally, seed)
      runs += count
    }
    if (round === warmUpRounds) warmBytes = heapAfter(collect)
  }
  return heapAfter(collect) - (warmBytes ?? Infinity)
}

function runOnce(tally: Tally, seed: number): void {
  const number = tally.runs++
  const caseSeed =
    Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b) ^ tally.target.name.length
  let text = ''
  const before = threadMs()
  try {
    tally.target.run(createChance(caseSeed), (shown) => {
      text = shown
    })
  } catch (error) {
    tally.finds++
    tell(tally, number, error instanceof Error ? (error.stack ?? error.message) : String(error), text)
  }
  const tookMs = threadMs() - before
  tally.totalMs += tookMs
  if (tookMs > slowMs) lookAgain(tally, caseSeed, number, tookMs)
  else if (tookMs > tally.slowestMs) tally.slowestMs = tookMs
}

/**
 * The machine may have been busy elsewhere, so the thread's own time counts, and the best of three more goes. The
 * exchange's state has moved on by then: its first go counts from ten times as much, which no collection takes.
 */
function lookAgain(tally: Tally, caseSeed: number, number: number, firstMs: number): void {
  let bestMs = firstMs
  let text = ''
  if (tally.target instanceof ExchangeTarget) bestMs = firstMs > 10 * slowMs ? firstMs : 0
  else {
    for (let again = 0; again < 3; again++) {
      const before = threadMs()
      try {
        tally.target.run(createChance(caseSeed), (shown) => {
          text = shown
        })
      } catch {
        return
      }
      bestMs = Math.min(bestMs, threadMs() - before)
    }
  }
  tally.slowestMs = Math.max(tally.slowestMs, bestMs)
  if (bestMs <= slowMs) return
  tally.slow++
  tell(tally, number, `takes ${bestMs.toFixed(1)} ms`, text)
}

function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

function finish(tally: Tally): void {
  try {
    tally.target.finish()
  } catch (error) {
    tally.finds++
    tell(tally, tally.runs, error instanceof Error ? error.message : String(error), '')
  }
}

function tell({ target }: Tally, number: number, what: string, text: string): void {
  console.log(
    `FIND ${target.name} run ${number}: ${what}\n  ${JSON.stringify(text.slice(0, 4000)).replace(/[\x7f-\xff]/g, escaped)}`,
  )
}

function escaped(character: string): string {
  return `\\u00${character.charCodeAt(0).toString(16)}`
}

function report(tallies: readonly Tally[], growthBytes: number): number {
  let runs = 0
  let finds = 0
  for (const tally of tallies) {
    runs += tally.runs
    finds += tally.finds + tally.slow
    const rate = Math.round((1000 * tally.runs) / Math.max(1, tally.totalMs))
    console.log(
      `${tally.target.name}: ${tally.runs} runs, ${tally.finds} exceptions, ${tally.slow} slow, slowest ${tally.slowestMs.toFixed(1)} ms, ${rate} a second`,
    )
  }
  const isGrowing = growthBytes > mostGrowthBytes
  if (Number.isFinite(growthBytes))
    console.log(`heap after collection: ${(growthBytes / 1024 / 1024).toFixed(1)} MB more than when warm`)
  if (isGrowing) finds++
  console.log(`${runs} runs, ${finds} finds`)
  return finds === 0 ? 0 : 1
}

function heapAfter(collect: () => void): number {
  collect()
  collect()
  return process.memoryUsage().heapUsed
}
