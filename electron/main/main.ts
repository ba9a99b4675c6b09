/**
 * Where the desktop program begins: the office runs in this process, and this folder puts a window, a tray and the
 * system's events around it. It knows no SIP and no word of the contract; it may lose its window at any time.
 */
import { app } from 'electron'
import { join } from 'node:path'
import { Failure, officeFolder, startOffice, type Office } from '../../core/app/start.ts'
import { Desktop } from './desktop.ts'
import { callSchemes } from './links.ts'
import { announcePageScheme } from './page.ts'
import { askStartAgain } from './questions.ts'
import { confineContents } from './rights.ts'
import { wordsFor, type Words } from './words.ts'

/** For developers and tests; a link can set flags of the command line, and never these. */
const { SIDETONE_DATA, SIDETONE_SCRIPT, SIDETONE_LISTEN } = process.env
const resources = join(import.meta.dirname, '..', 'resources')

let desktop: Desktop | undefined

/** Switches of Chromium by which another program could look into the window, or weaken it; no user needs them. */
const refusedSwitches = [
  ...['remote-debugging-port', 'remote-debugging-pipe', 'remote-debugging-address', 'js-flags'],
  ...[
    'disable-web-security',
    'no-sandbox',
    'load-extension',
    'user-data-dir',
    'unsafely-treat-insecure-origin-as-secure',
  ],
]

if (app.isPackaged) for (const name of refusedSwitches) app.commandLine.removeSwitch(name)
app.setName('Sidetone')
app.setAppUserModelId('org.sidetone.desktop')
app.setPath('userData', join(officeFolder(SIDETONE_DATA), 'shell'))
app.enableSandbox()
if (app.requestSingleInstanceLock()) begin()
else app.quit()

function begin(): void {
  announcePageScheme()
  confineContents(app)
  // A link may come before the office runs; macOS brings it as an event.
  let early: string | undefined
  app.on('open-url', (event, link) => {
    event.preventDefault()
    if (desktop === undefined) early = link
    else desktop.openLink(link)
  })
  app.on('second-instance', (_, words) => desktop?.openAgain(words.slice(1)))
  app.on('activate', () => desktop?.show())
  // The office goes on without a window.
  app.on('window-all-closed', () => undefined)
  app.on('before-quit', (event) => {
    if (desktop?.beforeQuit() === false) event.preventDefault()
  })
  app.on('will-quit', (event) => {
    if (desktop?.willQuit() === false) event.preventDefault()
  })
  app.on('child-process-gone', (_, { type, reason }) => {
    if (reason !== 'clean-exit') running?.log('warn', 'a process of the window ended', { type, reason })
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => end())
  let running: Office | undefined
  void app.whenReady().then(async () => {
    const words = wordsFor(app.getLocale())
    if (app.isPackaged) for (const scheme of callSchemes) app.setAsDefaultProtocolClient(scheme)
    running = await startUntilGivenUp(words)
    if (running === undefined) {
      app.exit(1)
      return
    }
    desktop = new Desktop(running, words, join(resources, 'icons'))
    desktop.open(early === undefined ? process.argv.slice(1) : [early])
  })
}

function end(): void {
  if (desktop === undefined) app.exit(0)
  else desktop.quitWithoutAsking()
}

async function startUntilGivenUp(words: Words): Promise<Office | undefined> {
  for (;;) {
    try {
      return await startOffice({
        folder: SIDETONE_DATA,
        script: SIDETONE_SCRIPT,
        listen: SIDETONE_LISTEN?.split(' ') ?? [],
        isLogShown: !app.isPackaged,
      })
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      if (!(await askStartAgain(words, error.message, error.lines.join('\n')))) return undefined
    }
  }
}
