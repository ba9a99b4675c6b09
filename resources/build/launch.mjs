import { spawn, spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { ensureInstalled } from './install.mjs'
import { bundlePath, projectNode, root, say } from './project.mjs'

/** Installs and builds what is missing, then runs the program with these arguments; ends with its exit status. */
export function launch(args) {
  if (!prepare()) return
  try {
    run(args)
  } catch (error) {
    say(error.message)
    process.exitCode = 1
  }
}

/** Installs and builds what is missing; false, with a sentence and an exit status, when that can't be done. */
export function prepare() {
  try {
    ensureInstalled()
    ensureBuilt()
    return true
  } catch (error) {
    say(error.message)
    process.exitCode = 1
    return false
  }
}

function ensureBuilt() {
  const builtAt = modifiedMs(bundlePath)
  const sources = [
    ...['core', 'electron', 'renderer'].map(inRoot).flatMap(sourcesBelow),
    ...['package-lock.json', 'resources/build/bundle.mjs'].map(inRoot),
  ]
  if (sources.every((path) => modifiedMs(path) < builtAt)) return
  say('Building …')
  const done = spawnSync(projectNode(), [inRoot('resources/build/bundle.mjs')], { stdio: ['ignore', 2, 2] })
  if (done.status !== 0) throw new Error('Sidetone could not be built from these sources, see above.')
}

function inRoot(path) {
  return join(root, path)
}

function sourcesBelow(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((path) => /\.(ts|sql|svelte|css|html)$/.test(path) && !path.endsWith('.test.ts'))
    .map((path) => join(folder, path))
}

/** 0 where there is no such file: older than anything. */
function modifiedMs(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

function run(args) {
  const child = spawn(projectNode(), [bundlePath, ...args], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  if (process.env.npm_lifecycle_event !== undefined) endWithParent(child)
  child.on('error', (error) => {
    say(`Sidetone could not be started: ${error.message}`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    // A shell's way to tell of a process that a signal ended.
    process.exit(signal === null ? code : 128 + constants.signals[signal])
  })
}

/**
 * npm hands a signal to the shell between it and us, and that shell dies of it without a word. So losing our parent
 * is taken as the SIGTERM that was meant for us.
 */
function endWithParent(child) {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    child.kill('SIGTERM')
  }, 200)
}
