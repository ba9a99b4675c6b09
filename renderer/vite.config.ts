import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

const here = fileURLToPath(new URL('.', import.meta.url))
const out = fileURLToPath(new URL('../dist/window', import.meta.url))

/** The window; with `--mode enter` the small page where somebody without a session enters, which shares no file with it. */
export default defineConfig(({ mode }) => ({
  root: mode === 'enter' ? `${here}enter` : here,
  base: mode === 'enter' ? '/enter/' : '/',
  plugins: [svelte({ configFile: `${here}svelte.config.js` })],
  build: {
    outDir: mode === 'enter' ? `${out}/enter` : out,
    emptyOutDir: true,
    target: 'chrome130',
    // The policy of the page allows no inline scripts and no data: styles.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  logLevel: 'warn',
}))
