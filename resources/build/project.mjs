import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout's folder, absolute. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** What the build makes and what every command runs. */
export const bundlePath = join(root, 'dist', 'sidetone.mjs')

const neededMajor = 24

/** The Node that the project brings along; undefined while it is not installed. */
export function ownNode() {
  const path = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  return existsSync(path) ? path : undefined
}

/** True when this very process is new enough to run the program and the tools. */
export function isNewEnough(version = process.versions.node) {
  return Number.parseInt(version, 10) >= neededMajor
}

/** Path of a Node that is new enough; throws with the remedy where there is none. */
export function projectNode() {
  const path = ownNode() ?? (isNewEnough() ? process.execPath : undefined)
  if (path !== undefined) return path
  throw new Error(
    `Node ${neededMajor} is missing: the package "node" did not bring its executable for this platform. ` +
      `Install Node ${neededMajor} and run the command again.`,
  )
}

/** One line for people; never on stdout, which belongs to the program's own answers. */
export function say(line) {
  process.stderr.write(`${line}\n`)
}
