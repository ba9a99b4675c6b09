import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureDebianPackages } from './debian.mjs'
import { ensureInstalled } from './install.mjs'
import { projectNode, root, say } from './project.mjs'
import { bundleStep, checkSteps, hasRunAgain, runStep } from './steps.mjs'
import { tally, totals } from './tally.mjs'

/** Beyond this something hangs. All of it takes less than 15 minutes on two quiet cores. */
const longestRunMs = 20 * 60_000

function test() {
  ensureInstalled()
  if (hasRunAgain()) return
  ensureDebianPackages()
  const steps = [bundleStep, ...checkSteps].map((step) => runStep(step))
  const folder = mkdtempSync(join(tmpdir(), 'sidetone-test-'))
  // Apart and in this order: an interop test wants the machine for itself.
  const runs = ['unit', 'interop', 'e2e'].map((name) => runVitest(name, join(folder, `${name}.json`)))
  rmSync(folder, { recursive: true })
  finish(tally({ steps, runs, isCi: process.env.CI === 'true' }))
}

function runVitest(name, reportPath) {
  const args = [
    join(root, 'node_modules/vitest/vitest.mjs'),
    ...['run', '--project', name, '--allowOnly=false'],
    ...['--reporter=default', '--reporter=json', '--reporter=./resources/build/skip-reasons.mjs'],
    `--outputFile.json=${reportPath}`,
  ]
  const done = spawnSync(projectNode(), args, { cwd: root, stdio: ['ignore', 1, 1], timeout: longestRunMs })
  const report = existsSync(reportPath) ? JSON.parse(readFileSync(reportPath, 'utf8')) : undefined
  return { name, report, status: done.status ?? done.signal }
}

function finish(counts) {
  process.stdout.write([...counts.lines, '', totals(counts), ''].join('\n'))
  if (counts.failed > 0) process.exitCode = 1
}

try {
  test()
} catch (error) {
  say(error.message)
  finish({ passed: 0, failed: 1, skipped: 0, lines: [] })
}
