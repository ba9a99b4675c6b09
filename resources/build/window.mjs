import { join } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { build } from 'vite'
import { root } from './project.mjs'

const source = join(root, 'renderer')
const target = join(root, 'dist', 'window')

/** Builds the window, and apart from it the page where somebody without a session enters: they share no file. */
export async function buildWindow() {
  await buildPage({ source, base: '/', target })
  await buildPage({ source: join(source, 'enter'), base: '/enter/', target: join(target, 'enter') })
}

function buildPage({ source, base, target }) {
  return build({
    root: source,
    base,
    configFile: false,
    plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
    build: {
      outDir: target,
      emptyOutDir: true,
      target: 'chrome130',
      // The policy of the page allows no inline script and no file as data.
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      reportCompressedSize: false,
    },
    logLevel: 'warn',
  })
}
