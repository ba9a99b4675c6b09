import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled } from './install.mjs'
import { root } from './project.mjs'
import { hasRunAgain } from './steps.mjs'

ensureInstalled()
if (!hasRunAgain()) {
  const { manualPages } = await import('../../core/app/manual.ts')
  const folder = join(root, 'resources', 'manual')
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of manualPages()) writeFileSync(join(folder, name), text)
}
