import { readFile, writeFile } from 'node:fs/promises'
import { version } from './version.ts'

export interface SupportParts {
  readonly facts: Readonly<Record<string, unknown>>
  readonly logs: readonly string[]
  /** Of the user; their name is in it. */
  readonly home: string
}

/** Of each log file; what led to a fault stands at its end. */
const MOST_LOG_BYTES = 512 << 10

/** One text that whoever gives it away can read through first. */
export async function writeSupportFile(path: string, { facts, logs, home }: SupportParts): Promise<void> {
  const pieces = [`Sidetone ${version}, support file\n`, JSON.stringify(facts, undefined, 2)]
  for (const log of logs) {
    const octets = await readFile(log)
    pieces.push(`\n== ${log}\n`, octets.subarray(-MOST_LOG_BYTES).toString('utf8'))
  }
  const text = pieces.join('\n')
  await writeFile(path, home.length > 1 ? text.replaceAll(home, '~') : text, { mode: 0o600 })
}
