import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'

/** SQLite's own files beside the store, and the sum that a clean end leaves there. */
const companions = ['-wal', '-shm', '.sum']

export type FileState = 'absent' | 'present' | 'empty' | 'damaged' | 'no-file'

/** What lies where the store should be. Throws the file system's error where that can't be told. */
export function inspectFile(path: string): FileState {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return 'absent'
  if (!found.isFile()) return 'no-file'
  if (found.size === 0) return 'empty'
  return hasWrongSum(path) ? 'damaged' : 'present'
}

/** A new file for its owner only; SQLite gives its log the same rights. */
export function createFile(path: string): void {
  closeSync(openSync(path, 'a', 0o600))
}

/** Written after a clean end, when all stands in the one file: a changed octet is then seen at the next start. */
export function sealFile(path: string): void {
  if (sizeOf(`${path}-wal`) > 0) return
  writeFileSync(`${path}.sum`, sumOf(path), { mode: 0o600 })
}

export function breakSeal(path: string): void {
  rmSync(`${path}.sum`, { force: true })
}

/** Moves the file and what belongs to it to names ending in `.bad-<time>`; gives the new name. */
export function setAside(path: string, time: string): string {
  let aside = `${path}.bad-${time}`
  for (let count = 2; existsSync(aside); count++) aside = `${path}.bad-${time}-${count}`
  renameSync(path, aside)
  for (const ending of companions) {
    if (existsSync(path + ending)) renameSync(path + ending, aside + ending)
  }
  return aside
}

/** Gives a finished file its name, whole or not at all, whatever happens meanwhile. */
export function placeFile(from: string, to: string): void {
  syncPath(from)
  renameSync(from, to)
  syncPath(dirname(to))
}

export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

function hasWrongSum(path: string): boolean {
  if (sizeOf(`${path}-wal`) > 0 || !existsSync(`${path}.sum`)) return false
  return readFileSync(`${path}.sum`, 'latin1') !== sumOf(path)
}

const pieceBytes = 1 << 20

/** Hexadecimal SHA-256 of the first `length` octets. */
export function sumOf(path: string, length = Infinity): string {
  const hash = createHash('sha256')
  const piece = Buffer.alloc(pieceBytes)
  const file = openSync(path, 'r')
  try {
    for (let at = 0; at < length;) {
      const count = readSync(file, piece, 0, Math.min(pieceBytes, length - at), at)
      if (count === 0) break
      hash.update(piece.subarray(0, count))
      at += count
    }
  } finally {
    closeSync(file)
  }
  return hash.digest('hex')
}

/** Windows can't open a folder for this, and keeps its names without it. */
function syncPath(path: string): void {
  if (process.platform === 'win32') return
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
