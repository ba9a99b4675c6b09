import { appendFileSync, existsSync, mkdirSync, renameSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'

export interface LogFiles {
  readonly folder: string
  write(line: string): void
  /** Those that exist, oldest first. */
  paths(): readonly string[]
}

/** Five of them hold weeks of an office, and never more than 10 MB. */
const MOST_FILES = 5
const LONGEST_FILE_BYTES = 2 << 20

/** `sidetone.log`, and behind it `sidetone.1.log` and older ones. A disk that is full costs lines, nothing else. */
export function openLogFiles(folder: string, isShown: boolean): LogFiles {
  const pathOf = (age: number): string => join(folder, age === 0 ? 'sidetone.log' : `sidetone.${age}.log`)
  let bytes = startBytes(folder, pathOf(0))
  const turn = (): void => {
    for (let age = MOST_FILES - 2; age >= 0; age--) {
      if (existsSync(pathOf(age))) renameSync(pathOf(age), pathOf(age + 1))
    }
    bytes = 0
  }
  return {
    folder,
    write: (line) => {
      try {
        if (isShown) writeSync(2, line)
        if (bytes > LONGEST_FILE_BYTES) turn()
        appendFileSync(pathOf(0), line, { mode: 0o600 })
        bytes += Buffer.byteLength(line)
      } catch {
        // Where a line can't be written, there is no place left to say so.
      }
    },
    paths: () =>
      Array.from({ length: MOST_FILES }, (_, age) => pathOf(MOST_FILES - 1 - age)).filter(existsSync),
  }
}

function startBytes(folder: string, path: string): number {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return statSync(path, { throwIfNoEntry: false })?.size ?? 0
  } catch {
    return 0
  }
}
