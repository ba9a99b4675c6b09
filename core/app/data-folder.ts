import { accessSync, chmodSync, constants, mkdirSync } from 'node:fs'
import { homedir, platform } from 'node:os'
import { join, resolve } from 'node:path'
import { Failure, codeOf } from './failure.ts'

interface Surroundings {
  readonly platform: NodeJS.Platform
  readonly home: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Where programs of this platform keep what is theirs. */
export function defaultDataFolder(
  around: Surroundings = { platform: platform(), home: homedir(), environment: process.env },
): string {
  const { home, environment } = around
  if (around.platform === 'darwin') return join(home, 'Library', 'Application Support', 'Sidetone')
  if (around.platform === 'win32') {
    return join(environment['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Sidetone')
  }
  const given = environment['XDG_DATA_HOME']
  // The XDG specification: a relative path there is invalid and is ignored.
  const root = given?.startsWith('/') === true ? given : join(home, '.local', 'share')
  return join(root, 'sidetone')
}

/** Makes the folder if it is absent, for its owner only, and gives its absolute path. It may be one that can only be read. */
export function openDataFolder(path: string): string {
  const folder = resolve(path)
  try {
    // Only a folder that we made is shut to others: the user may have given one that serves others too.
    if (mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined) chmodSync(folder, 0o700)
    accessSync(folder, constants.R_OK | constants.X_OK)
  } catch (error) {
    throw new Failure(
      `The data folder ${folder} can't be used (${codeOf(error)}): make it readable and writable for this user, or name another one with --data.`,
    )
  }
  return folder
}

export function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}
