import { readFileSync } from 'node:fs'
import type { Run } from '../exchange/index.ts'
import type { Log } from '../io/index.ts'
import type { Program } from '../script/index.ts'
import { codeOf } from './failure.ts'

/** Lists of servers and of patterns: anything longer was named by mistake. */
const longestOctets = 1 << 20

/** The texts of the files that commands of the script ask for, by path. One that is not there counts as empty, as in SER. */
export function readNamedFiles(program: Program<Run>, log: Log): Map<string, string> {
  const texts = new Map<string, string>()
  for (const path of program.files) {
    try {
      texts.set(path, readFileSync(path, 'latin1').slice(0, longestOctets))
    } catch (error) {
      const why = codeOf(error)
      log.line(why === 'ENOENT' ? 'info' : 'warn', `${path} can't be read (${why}) and counts as empty`)
    }
  }
  return texts
}
