import { readFileSync } from 'node:fs'
import type { Run } from '../exchange/index.ts'
import type { Log } from '../io/index.ts'
import type { Program } from '../script/index.ts'
import { codeOf } from './failure.ts'

/** Parameters that name a file which commands read from; the exchange gets the texts, not the paths. */
const naming: readonly (readonly [module: string, parameter: string])[] = [
  ['mediaproxy', 'sip_asymmetrics'],
  ['mediaproxy', 'rtp_asymmetrics'],
]
/** Lists of servers and of patterns: anything longer was named by mistake. */
const longestBytes = 1 << 20

/** The texts of the files that commands of the script ask for, by path. One that is not there counts as empty, as in SER. */
export function readNamedFiles(program: Program<Run>, log: Log): Map<string, string> {
  const texts = new Map<string, string>()
  const named = naming.map(([module, parameter]) => program.settings(module)?.get(parameter))
  for (const path of [...named, ...program.files]) {
    if (typeof path !== 'string') continue
    try {
      texts.set(path, readFileSync(path, 'latin1').slice(0, longestBytes))
    } catch (error) {
      if (codeOf(error) === 'ENOENT') continue
      log.line('warn', `${path} can't be read (${codeOf(error)}): check its rights`)
    }
  }
  return texts
}
