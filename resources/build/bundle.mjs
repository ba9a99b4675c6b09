import { chmodSync, cpSync, mkdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join } from 'node:path'
import { bundlePath, root, say } from './project.mjs'

/** What people start: name of the file in dist, and its first source. They share what both need. */
const programs = { sidetone: 'core/app/main.ts', desktop: 'electron/main/main.ts' }

/** Threads share nothing with the programs: a packed program keeps them outside its archive, where a thread can read. */
const threads = { 'media-worker': 'core/io/media-worker.ts' }

/** The desktop's preload; in a sandbox it must be one CommonJS file. */
const preload = { source: 'electron/preload/preload.ts', file: 'preload.cjs' }

/** Packages with compiled parts, or that look for Electron, stay in node_modules; Electron itself is in its executable. */
const outsidePackages = ['sqlite3', 'electron', 'electron-updater']

/** Reads the sources and all they import, and writes them to dist with their source maps. Throws on an error. */
async function bundle() {
  const startedAt = new Date()
  // The program reads them beside itself.
  cpSync(join(root, 'core/io/migrations'), join(dirname(bundlePath), 'migrations'), { recursive: true })
  for (const [name, source] of Object.entries(threads)) await bundleModules({ [name]: source }, startedAt)
  await bundlePreload(startedAt)
  await bundleModules(programs, startedAt)
}

async function bundleModules(entries, startedAt) {
  const { rolldown } = await import('rolldown')
  const build = await rolldown({
    input: entries,
    cwd: root,
    platform: 'node',
    external: [/^node:/, ...builtinModules, ...outsidePackages],
    onLog: refuseUnresolved,
  })
  const { output } = await build.generate({
    format: 'esm',
    sourcemap: true,
    banner: '#!/usr/bin/env node',
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
  })
  await build.close()
  for (const file of output.toReversed()) write(file, startedAt)
}

async function bundlePreload(startedAt) {
  const { rolldown } = await import('rolldown')
  const build = await rolldown({ input: preload.source, cwd: root, external: ['electron'] })
  const { output } = await build.generate({ format: 'cjs', entryFileNames: preload.file })
  await build.close()
  for (const file of output) write(file, startedAt)
}

/** An import that cannot be resolved would end the program at its start; here it ends the build. */
function refuseUnresolved(level, log) {
  if (log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message)
  if (level === 'warn') say(log.message)
}

/**
 * Whoever runs the program meanwhile sees the old file or the new one, never half of one. The file bears the time
 * at which the build began, so that a source saved during the build counts as newer.
 */
function write(file, startedAt) {
  const path = join(dirname(bundlePath), file.fileName)
  const half = `${path}.${process.pid}`
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(half, file.type === 'chunk' ? file.code : file.source)
  if (file.type === 'chunk' && file.isEntry) chmodSync(half, 0o755)
  utimesSync(half, startedAt, startedAt)
  renameSync(half, path)
}

try {
  // The window first: the program's file tells by its time when the whole build began.
  const { buildWindow } = await import('./window.mjs')
  await buildWindow()
  await bundle()
} catch (error) {
  say(`The build failed: ${error.message}`)
  process.exitCode = 1
}
