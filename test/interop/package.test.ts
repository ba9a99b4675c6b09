/**
 * The packed desktop program, with a folder of ours in place of Electron's own: what is in the package, how its fuses
 * are set, and that the office in it runs. Of Electron nothing is shown.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { extractAll, listPackage } from '@electron/asar'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isWorking, startDesktop } from '../e2e/desktop.ts'
import { openPhone } from './phone/phone.ts'
import { discard, needs, startProgram, temporaryFolder, type RunningProgram } from './processes.ts'

const missing = needs('chromium')
const root = fileURLToPath(new URL('../..', import.meta.url))

/** The mark by which `@electron/fuses` finds the switches in an executable, their version and their number. */
const sentinel = `dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\u0001\u0009${'0'.repeat(9)}`

/** What electron-builder expects of a folder with Electron for Linux. */
function makeElectronFolder(folder: string): void {
  for (const name of ['locales', 'resources']) mkdirSync(join(folder, name), { recursive: true })
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8')) as {
    version: string
  }
  const files = {
    version,
    LICENSE: '',
    'LICENSES.chromium.html': '',
    'chrome-sandbox': '',
    'locales/en-US.pak': '',
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  writeFileSync(join(folder, 'electron'), `#!/bin/sh\nexit 1\n${sentinel}\n`, 'latin1')
  chmodSync(join(folder, 'electron'), 0o755)
}

describe.skipIf(missing.skip)(`the packed program${missing.because}`, () => {
  let folder: string
  let packed: string
  let files: string[]
  beforeAll(() => {
    folder = temporaryFolder('package')
    makeElectronFolder(join(folder, 'electron'))
    execFileSync(process.execPath, [join(root, 'resources/build/package.mjs'), '--dir'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        SIDETONE_ELECTRON_DIST: join(folder, 'electron'),
        SIDETONE_PACKAGES: join(folder, 'packages'),
      },
    })
    packed = join(folder, 'packages', 'linux-unpacked')
    files = listPackage(join(packed, 'resources', 'app.asar'), { isPack: false })
    // Node can't read an archive: it gets a folder of that name, and the parts that are beside it.
    extractAll(join(packed, 'resources', 'app.asar'), join(folder, 'run', 'app.asar'))
    cpSync(join(packed, 'resources', 'app.asar.unpacked'), join(folder, 'run', 'app.asar.unpacked'), {
      recursive: true,
    })
  })
  afterAll(() => discard(folder))

  test('T95: the fuses shut every way into Node and every archive but our own', async () => {
    const wire = await getCurrentFuseWire(join(packed, 'sidetone'))
    const stateOf = (option: FuseV1Options): FuseState | undefined => wire[option]
    const expected: [FuseV1Options, FuseState][] = [
      [FuseV1Options.RunAsNode, FuseState.DISABLE],
      [FuseV1Options.EnableCookieEncryption, FuseState.ENABLE],
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable, FuseState.DISABLE],
      [FuseV1Options.EnableNodeCliInspectArguments, FuseState.DISABLE],
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation, FuseState.ENABLE],
      [FuseV1Options.OnlyLoadAppFromAsar, FuseState.ENABLE],
      [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot, FuseState.DISABLE],
      [FuseV1Options.GrantFileProtocolExtraPrivileges, FuseState.DISABLE],
    ]
    expect(expected.map(([option]) => [option, stateOf(option)])).toEqual(expected)
  })

  test('the package holds what runs, and nothing that only builds or tests', () => {
    const tops = new Set(files.map((path) => path.split('/')[1]))
    expect([...tops].sort()).toEqual(['dist', 'node_modules', 'package.json', 'resources'])
    for (const path of [
      '/dist/desktop.mjs',
      '/dist/preload.cjs',
      '/dist/window/index.html',
      '/resources/icons/tray-ready.png',
    ])
      expect(files).toContain(path)
    expect(
      files.filter((path) => /\.(ts|map|c|cc|h|tar\.gz)$|\/(zod|pino|werift|svelte|tar)\//.test(path)),
    ).toEqual([])
    const beside = readdirSync(join(packed, 'resources', 'app.asar.unpacked'), {
      recursive: true,
      encoding: 'utf8',
    })
    const unpacked = beside.filter((path) => /\.(node|mjs)$/.test(path))
    expect(unpacked).toContain('dist/media-worker.mjs')
    expect(unpacked).toContain('node_modules/sqlite3/build/Release/node_sqlite3.node')
    expect(unpacked.filter((path) => /desktop|sidetone|exchange|console/.test(path))).toEqual([])
    expect(existsSync(join(packed, 'resources', 'app-update.yml'))).toBe(false)
  })

  test('the office in it starts under Node, keeps its store and relay, and answers a REGISTER', async () => {
    const program = join(folder, 'run', 'app.asar', 'dist', 'sidetone.mjs')
    const wishes = ['--data', join(folder, 'data'), '--listen', 'udp:127.0.0.1:0', '--console', 'off']
    const office = startProgram(process.execPath, [program, 'serve', ...wishes, '--ready-json'], {
      limitMs: 60_000,
    })
    const port = await readyPort(office)
    const place = { host: '127.0.0.1', port }
    const phone = await openPhone({ user: '101', outbound: place, domain: place })
    expect(await phone.register()).toBe(200)
    await phone.close()
    expect(existsSync(join(folder, 'data', 'store.db'))).toBe(true)
    expect(office.stderr()).not.toMatch(/"level":(40|50).*(media|store)/)
    expect((await office.stop()).code).toBe(0)
  })

  test('the desktop program in it shows its window and its phones', async () => {
    const desktop = await startDesktop({
      program: join(folder, 'run', 'app.asar', 'dist', 'desktop.mjs'),
      isPackaged: true,
      words: ['--remote-debugging-port=9222', '--disable-web-security'],
    })
    await isWorking(desktop)
    const seen = await desktop.run(({ askedFor }) => ({
      schemes: askedFor('setAsDefaultProtocolClient'),
      pictures: askedFor('missing picture'),
      switches: askedFor('removeSwitch').slice(0, 4),
      devTools: (askedFor('BrowserWindow')[0] as { webPreferences: { devTools: boolean } }).webPreferences
        .devTools,
    }))
    expect(seen).toEqual({
      schemes: ['sip', 'sips', 'tel', 'callto'],
      switches: ['remote-debugging-port', 'remote-debugging-pipe', 'remote-debugging-address', 'js-flags'],
      pictures: [],
      devTools: false,
    })
    const phone = await openPhone({ user: '101', outbound: desktop.sip, domain: desktop.sip })
    expect(await phone.register()).toBe(200)
    await isWorking(desktop, /1 phone is registered/)
    await phone.close()
    expect(await desktop.stop()).toBe(0)
  })
})

function readyPort(office: RunningProgram): Promise<number> {
  return office.firstLine((line) => {
    const [, digits] = /"listen":\["udp:127\.0\.0\.1:(\d+)"/.exec(line) ?? []
    return digits === undefined ? undefined : Number(digits)
  }, 20_000)
}
