import { electronProgram, obstacle, openElectron } from './electron.mjs'
import { launch, prepare } from './launch.mjs'
import { say } from './project.mjs'

/** Words behind `--` are for `serve`, which runs without a window. */
const words = process.argv.slice(2)
if (words.length > 0 || !(await isShown())) launch(['serve', ...words])

/** Runs the desktop program to its end; false, with a sentence, where there can be none. */
async function isShown() {
  const { platform, env: environment } = process
  const why = obstacle({ platform, environment, isRoot: process.getuid?.() === 0 })
  if (why !== undefined) return refuse(why)
  if (!prepare()) return true
  const program = electronProgram()
  if (program === undefined) return refuse('Electron could not be fetched')
  const status = await openElectron(program)
  if (status === undefined) return refuse('Electron could not be started')
  process.exitCode = status
  return true
}

function refuse(why) {
  say(`${why}, so the window opens in a browser: use the link that is printed below.`)
  return false
}
