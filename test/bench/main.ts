/** `npm run bench -- [auth calls registers parse start relay]`: our cost beside a real peer's, in the same run. */
import { needs } from '../interop/processes.ts'
import { benchAuth } from './auth.ts'
import { benchCalls } from './calls.ts'
import { jsonLine, tableOf, type Figure } from './figures.ts'
import { benchParse } from './parse.ts'
import { benchRegisters } from './registers.ts'
import { benchRelay } from './relay.ts'
import { benchStart } from './start.ts'

interface Bench {
  readonly run: () => Promise<Figure[]>
  readonly programs: readonly string[]
}

const benches: Readonly<Record<string, Bench>> = {
  start: { run: benchStart, programs: ['kamailio'] },
  parse: { run: benchParse, programs: [] },
  registers: { run: benchRegisters, programs: ['kamailio', 'sipp'] },
  auth: { run: benchAuth, programs: ['kamailio', 'sipp'] },
  calls: { run: benchCalls, programs: ['kamailio', 'sipp'] },
  relay: { run: benchRelay, programs: ['rtpengine'] },
}

const asked = process.argv.slice(2)
const unknown = asked.find((name) => !(name in benches))
if (unknown !== undefined) {
  process.stderr.write(`bench: '${unknown}' is not known; there are ${Object.keys(benches).join(', ')}\n`)
  process.exit(2)
}
const figures: Figure[] = []
let failed = false
for (const name of asked.length > 0 ? asked : Object.keys(benches)) {
  const bench = benches[name]
  if (bench) failed = !(await runOne(name, bench)) || failed
}
if (figures.length > 0) process.stderr.write(`\n${tableOf(figures)}\n`)
process.exit(failed ? 1 : 0)

/** False when it could not be measured. */
async function runOne(name: string, bench: Bench): Promise<boolean> {
  const missing = needs(...bench.programs)
  if (bench.programs.length > 0 && missing.skip) {
    process.stderr.write(`${name}${missing.because}\n`)
    return true
  }
  try {
    const measured = await bench.run()
    if (measured.length === 0) process.stderr.write(`${name}: nothing was measured\n`)
    for (const figure of measured) process.stdout.write(`${jsonLine(figure)}\n`)
    figures.push(...measured)
    return true
  } catch (failure) {
    process.stderr.write(`${name}: ${failure instanceof Error ? failure.message : String(failure)}\n`)
    return false
  }
}
