/**
 * Packs the desktop program for this system; `--dir` leaves it unpacked. It fetches Electron and the tools of the
 * formats, so it needs the network, unless SIDETONE_ELECTRON_DIST names a folder with Electron.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureInstalled } from './install.mjs'
import { packaging } from './packaging.mjs'
import { projectNode, root, say } from './project.mjs'
import { hasRunAgain } from './steps.mjs'

const { SIDETONE_ELECTRON_DIST, SIDETONE_PACKAGES, SIDETONE_UPDATE_URL } = process.env

try {
  ensureInstalled()
  if (!hasRunAgain()) await pack()
} catch (error) {
  say(`Packing failed: ${error.message}`)
  process.exitCode = 1
}

async function pack() {
  const bundled = spawnSync(projectNode(), [join(root, 'resources/build/bundle.mjs')], {
    stdio: ['ignore', 2, 2],
  })
  if (bundled.status !== 0) throw new Error('Sidetone could not be built from these sources, see above.')
  const { build } = await import('electron-builder')
  await build({
    projectDir: root,
    dir: process.argv.includes('--dir'),
    publish: 'never',
    config: packaging({
      output: SIDETONE_PACKAGES ?? 'dist/packages',
      electronDist: SIDETONE_ELECTRON_DIST,
      updateUrl: SIDETONE_UPDATE_URL,
    }),
  })
}
