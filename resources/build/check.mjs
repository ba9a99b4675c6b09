import { ensureInstalled } from './install.mjs'
import { say } from './project.mjs'
import { checkSteps, hasRunAgain, runStep } from './steps.mjs'

try {
  ensureInstalled()
  if (!hasRunAgain() && checkSteps.map(runStep).some(({ ok }) => !ok)) process.exitCode = 1
} catch (error) {
  say(error.message)
  process.exitCode = 1
}
