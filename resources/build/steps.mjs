import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isNewEnough, projectNode, root } from './project.mjs'

const bin = (path) => join(root, 'node_modules', path)

/** What `npm run check` does, the fast ones first. Each is silent when all is well. */
export const checkSteps = [
  { name: 'prettier', args: [bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.'] },
  { name: 'types, pure part', args: [bin('typescript/bin/tsc'), '-p', 'core/tsconfig.pure.json'] },
  { name: 'types', args: [bin('typescript/bin/tsc'), '-p', 'core/tsconfig.json'] },
  { name: 'types, shell', args: [bin('typescript/bin/tsc'), '-p', 'electron/tsconfig.json'] },
  {
    name: 'types, window',
    args: [
      bin('svelte-check/bin/svelte-check'),
      '--workspace',
      'renderer',
      '--tsconfig',
      './tsconfig.json',
      '--fail-on-warnings',
    ],
  },
  { name: 'eslint', args: [bin('eslint/bin/eslint.js'), '--max-warnings=0', '.'] },
  {
    name: 'imports',
    args: [
      bin('dependency-cruiser/bin/dependency-cruiser.mjs'),
      '--config=.dependency-cruiser.mjs',
      '--output-type=err',
      ...['core', 'test', 'electron', 'renderer', 'resources/build'].filter((path) =>
        existsSync(join(root, path)),
      ),
    ],
  },
  { name: 'unused code', args: [bin('knip/bin/knip.js'), '--no-progress', '--no-config-hints'] },
]

/** The build as a step, for the tests. */
export const bundleStep = { name: 'bundle', args: [join(root, 'resources/build/bundle.mjs')] }

/** Runs one step, prints its line, and its output only when it failed. Gives back its name and whether all is well. */
export function runStep({ name, args }) {
  const startedMs = performance.now()
  const done = spawnSync(projectNode(), args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  })
  const ok = done.status === 0
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
  process.stdout.write(`${name.padEnd(18)}${ok ? 'ok' : 'FAILED'}  ${seconds} s\n`)
  if (!ok) process.stdout.write(`${done.error?.message ?? ''}${done.stdout ?? ''}${done.stderr ?? ''}\n`)
  return { name, ok }
}

/** Starts the same script again with the project's Node where this one is too old; true when that was done. */
export function hasRunAgain() {
  if (isNewEnough()) return false
  const done = spawnSync(projectNode(), process.argv.slice(1), { stdio: 'inherit' })
  process.exitCode = done.status ?? 1
  return true
}
