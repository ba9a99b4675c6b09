/** Why the store can't do its work, by cause. */
export type TroubleCode =
  | 'full'
  | 'locked'
  | 'read-only'
  | 'corrupt'
  | 'newer'
  | 'not-yours'
  | 'missing'
  | 'failing'
  | 'no-engine'
  | 'overrun'
  | 'fault'

/** One sentence for people: what is wrong, what that means, and what to do. */
export interface Trouble {
  readonly code: TroubleCode
  readonly sentence: string
}

/** Longest first: SQLite's extended words begin with the plain ones. */
const codes: readonly (readonly [word: string, code: TroubleCode])[] = [
  ['SQLITE_FULL', 'full'],
  ['ENOSPC', 'full'],
  ['EDQUOT', 'full'],
  ['SQLITE_BUSY', 'locked'],
  ['SQLITE_LOCKED', 'locked'],
  ['SQLITE_READONLY', 'read-only'],
  ['EROFS', 'read-only'],
  ['SQLITE_CORRUPT', 'corrupt'],
  ['SQLITE_NOTADB', 'corrupt'],
  ['SQLITE_PERM', 'not-yours'],
  ['SQLITE_AUTH', 'not-yours'],
  ['EACCES', 'not-yours'],
  ['EPERM', 'not-yours'],
  ['ERR_MODULE_NOT_FOUND', 'no-engine'],
  ['ERR_DLOPEN_FAILED', 'no-engine'],
  ['MODULE_NOT_FOUND', 'no-engine'],
  ['SQLITE_CANTOPEN', 'missing'],
  ['ENOENT', 'missing'],
  ['SQLITE_IOERR', 'failing'],
  ['EIO', 'failing'],
]

const remedies: Readonly<Record<TroubleCode, string>> = {
  full: 'has no room left on its disk: free some space',
  locked: 'is locked by another program: end that program',
  'read-only': 'is on a disk or in a folder that may only be read: make it writable',
  corrupt: 'is damaged: start Sidetone again, which sets the file aside and takes the last good backup',
  newer: 'was written by a newer Sidetone: install that version again, or name another folder with --data',
  'not-yours': 'belongs to another user: give this user the right to read and write it',
  missing: 'cannot be opened: see that its folder is there and that this user may write to it',
  failing: 'is on a disk that reports errors: check that disk',
  'no-engine':
    'cannot be used, because the package sqlite3 was not built for this machine: install Sidetone again',
  overrun: 'has more waiting to be written than it may hold: see what was said of its disk before',
  fault: 'refused what it was given, which is a fault of ours: please report it',
}

export function troubleOf(code: TroubleCode, path: string): Trouble {
  const tail =
    code === 'fault' || code === 'overrun'
      ? '.'
      : '. Calls go on from memory, and what is new is not kept over a restart until then.'
  return { code, sentence: `The store ${path} ${remedies[code]}${tail}` }
}

/** What an error of SQLite or of the file system means for the store at `path`. */
export function readTrouble(error: unknown, path: string): Trouble {
  const word = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? '') : ''
  const known = codes.find(([start]) => word.startsWith(start))
  if (known !== undefined) return troubleOf(known[1], path)
  const trouble = troubleOf('fault', path)
  const detail = error instanceof Error ? error.message : String(error)
  return { ...trouble, sentence: `${trouble.sentence} (${detail})` }
}
