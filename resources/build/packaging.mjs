/** How the desktop program is packed for each system: the configuration of electron-builder. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './project.mjs'

/** What the bundle leaves outside, and what those need at run time; sqlite3's other dependencies only build it. */
const packed = ['sqlite3', 'bindings', 'file-uri-to-path', 'electron-updater']
const onlyForBuilding = { sqlite3: ['node-addon-api', 'prebuild-install', 'tar'] }

/** A thread can't read inside an archive. */
const threads = ['media-worker.mjs']

/** Links that ask for a call. The shell shows them and dials nothing; its list is `callSchemes`. */
const callSchemes = ['sip', 'sips', 'tel', 'callto']

/** What differs from system to system. */
const systems = {
  win: { target: 'nsis', icon: 'resources/icons/icon.png' },
  nsis: {
    oneClick: false,
    perMachine: false,
    allowToChangeInstallationDirectory: true,
    deleteAppDataOnUninstall: false,
    include: 'resources/installer/windows.nsh',
  },
  mac: {
    target: 'dmg',
    category: 'public.app-category.business',
    icon: 'resources/icons/icon.png',
    hardenedRuntime: true,
    entitlements: 'resources/installer/entitlements.mac.plist',
    entitlementsInherit: 'resources/installer/entitlements.mac.plist',
    extendInfo: {
      NSMicrophoneUsageDescription: 'Sidetone needs the microphone for calls that you make in its window.',
      NSLocalNetworkUsageDescription: 'Phones of your network register at Sidetone and call through it.',
    },
  },
  linux: {
    target: ['AppImage', 'deb'],
    category: 'Network',
    icon: 'resources/icons',
    executableName: 'sidetone',
    synopsis: 'Office phone system in one window',
    maintainer: 'The Sidetone developers <developers@sidetone.invalid>',
  },
}

/**
 * `output`: where the packages go. `electronDist`: a folder with Electron's executable, in place of fetching it.
 * `updateUrl`: whom copies of this build ask for newer ones; without it they ask nobody.
 */
export function packaging({ output, electronDist, updateUrl }) {
  return {
    appId: 'org.sidetone.desktop',
    productName: 'Sidetone',
    copyright: 'MIT licence',
    directories: { output, buildResources: 'resources/icons' },
    electronVersion: JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8'))
      .version,
    ...(electronDist === undefined ? {} : { electronDist }),
    // sqlite3 keeps to Node-API, so what was built for Node runs in Electron.
    npmRebuild: false,
    files: [
      'package.json',
      'dist/preload.cjs',
      ...bundledFiles(['desktop.mjs', 'sidetone.mjs', ...threads]),
      'dist/{migrations,window}/**',
      'resources/{scripts,icons}/**',
      ...unneededPackages().map((name) => `!node_modules/${name}/**`),
      '!node_modules/sqlite3/{deps,src,build/Release/obj*,build/!(Release)}/**',
      '!node_modules/sqlite3/build/Release/!(node_sqlite3.node)',
      '!**/*.{map,md,d.ts}',
    ],
    asar: true,
    asarUnpack: ['**/*.node', ...bundledFiles(threads)],
    electronFuses: {
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    },
    protocols: [{ name: 'Phone call', schemes: callSchemes, role: 'Viewer' }],
    publish: updateUrl === undefined ? null : { provider: 'generic', url: updateUrl },
    ...systems,
    // Debian wants one; the project has no site of its own.
    extraMetadata: { homepage: 'https://sidetone.invalid/' },
  }
}

/** These files of the bundle with all that they import: beside them lie pieces of earlier builds. */
function bundledFiles(first) {
  const files = new Set(first)
  for (const file of files) {
    const text = readFileSync(join(root, 'dist', file), 'utf8')
    for (const [, name] of text.matchAll(/["']\.\/([\w-]+\.mjs)["']/g)) files.add(name)
  }
  return [...files].map((file) => `dist/${file}`)
}

/** The production packages that the bundle has swallowed. */
function unneededPackages() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const needed = new Set()
  const need = (name) => {
    if (needed.has(name)) return
    needed.add(name)
    const { dependencies = {} } = packages[`node_modules/${name}`] ?? {}
    for (const other of Object.keys(dependencies)) {
      if (!onlyForBuilding[name]?.includes(other)) need(other)
    }
  }
  for (const name of packed) need(name)
  return Object.entries(packages)
    .filter(([path, { dev }]) => path.startsWith('node_modules/') && dev !== true)
    .map(([path]) => path.slice('node_modules/'.length))
    .filter((name) => !name.includes('node_modules/') && !needed.has(name))
}
