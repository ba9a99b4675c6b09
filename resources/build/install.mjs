import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ownNode, root, say } from './project.mjs'

/** Installs the packages of package-lock.json where they are not there yet. Throws when that fails. */
export function ensureInstalled() {
  if (isInstalled()) return
  say(
    'Installing the packages that Sidetone is built from (once, and after each change of package-lock.json) …',
  )
  // Not `npm ci`: it refuses a lock file that lacks an optional package of some other platform, which npm itself
  // writes wherever its registry has not got that package. This takes the same versions and leaves the lock file be.
  const { command, args, shell } = npm([
    'install',
    '--no-save',
    '--include=dev',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ])
  // stdout is given away as stderr, so that `--ready-json` stays alone on stdout.
  const done = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], shell })
  if (done.error !== undefined)
    throw new Error(`npm could not be started (${done.error.message}): install npm.`)
  if (done.status !== 0) {
    throw new Error(
      'The packages could not be installed, see above: check the network, remove node_modules, and try again.',
    )
  }
}

function isInstalled() {
  if (ownNode() === undefined) return false
  const installed = join(root, 'node_modules', '.package-lock.json')
  return existsSync(installed) && satisfies(readLock(installed), readLock(join(root, 'package-lock.json')))
}

function readLock(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages
}

/**
 * Whether what npm noted down at its last install is what the lock file asks for. Versions are compared and
 * not file times: a checkout, a copy or npm itself may touch either file without changing anything.
 * Optional packages are passed over, since most of them are for other platforms.
 */
export function satisfies(installed, wanted) {
  return Object.entries(wanted).every(
    ([path, { version, optional, devOptional }]) =>
      path === '' || optional === true || devOptional === true || installed[path]?.version === version,
  )
}

/** The npm that started us, else the one on the PATH. */
function npm(args) {
  const started = process.env.npm_execpath
  if (started !== undefined && basename(started) === 'npm-cli.js') {
    return {
      command: process.env.npm_node_execpath ?? process.execPath,
      args: [started, ...args],
      shell: false,
    }
  }
  // On Windows npm is a batch file, which only a shell can start.
  return { command: 'npm', args, shell: process.platform === 'win32' }
}
