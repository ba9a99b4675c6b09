/** Whether the window can be opened in Electron here, and how. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectNode, root, say } from './project.mjs'

const electronFolder = join(root, 'node_modules', 'electron')
/** About 120 MB; a line that needs longer is better served by the browser meanwhile. */
const longestFetchMs = 5 * 60_000
/** A program that ends sooner never showed its window. */
const shortestLifeMs = 5_000

/**
 * Why Electron can't be used here, as the beginning of a sentence; undefined: it can. Whether its executable is there
 * is another question.
 */
export function obstacle({ platform, environment, isRoot }) {
  if (environment.CI === 'true') return 'On a build server nobody looks at a window'
  const isShown = platform !== 'linux' || environment.DISPLAY || environment.WAYLAND_DISPLAY
  if (!isShown || environment.SSH_CONNECTION) return 'There is no display here'
  if (platform === 'linux' && isRoot) return 'Electron does not run as root'
  return undefined
}

/** Path of the executable, or undefined; fetches it once where it is missing, which is a part of installing. */
export function electronProgram() {
  const present = readProgram()
  if (present !== undefined) return present
  say('Fetching Electron, which shows the window (about 120 MB, once) …')
  const done = spawnSync(projectNode(), [join(electronFolder, 'install.js')], {
    stdio: 'ignore',
    timeout: longestFetchMs,
  })
  return done.status === 0 ? readProgram() : undefined
}

function readProgram() {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(electronFolder, 'dist')
  const note = join(electronFolder, 'path.txt')
  const path = join(folder, existsSync(note) ? readFileSync(note, 'utf8') : 'electron')
  return existsSync(path) ? path : undefined
}

/** Opens the window; the promise is the exit status, or undefined where it could not be shown at all. */
export function openElectron(program) {
  const startedMs = performance.now()
  return new Promise((resolve) => {
    const child = spawn(program, [root], { stdio: 'inherit' })
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill('SIGTERM'))
    child.on('error', () => resolve(undefined))
    child.on('exit', (code) => {
      const isShort = performance.now() - startedMs < shortestLifeMs
      resolve(isShort && code !== 0 ? undefined : (code ?? 1))
    })
  })
}
