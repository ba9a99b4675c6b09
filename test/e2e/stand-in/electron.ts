/**
 * A stand-in for the module `electron` in its main process: it notes every setting, shows windows in Chromium with the
 * real preload, and carries the port of the contract to the page. It shows what our code does with Electron, and
 * nothing of what Electron does. A test steers it from the process that started it.
 */
import { closeBrowser } from './browser.ts'
import * as desk from './desk.ts'
import * as ports from './ports.ts'
import { askedFor } from './record.ts'
import * as system from './system.ts'
import { allClosed, BrowserWindow } from './windows.ts'

export { dialog, Menu, nativeImage, Notification, Tray } from './desk.ts'
export { MessageChannelMain } from './ports.ts'
export {
  app,
  ipcMain,
  nativeTheme,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  screen,
  session,
  shell,
} from './system.ts'
export { BrowserWindow } from './windows.ts'

// Where a packed program has its archive, and the address that it asks for updates.
Object.defineProperty(process, 'resourcesPath', {
  value: process.env['STAND_IN_RESOURCES'] ?? '/nonexistent',
})
system.app.closeAll = allClosed
system.app.end = closeBrowser

/** All that a test's function is given. */
export interface Inside {
  readonly electron: typeof system & typeof desk & typeof ports & { BrowserWindow: typeof BrowserWindow }
  readonly askedFor: typeof askedFor
  readonly window: () => BrowserWindow
  readonly page: () => NonNullable<BrowserWindow['webContents']['page']>
}

const inside: Inside = {
  electron: { ...system, ...desk, ...ports, BrowserWindow },
  askedFor,
  window: () => {
    const [first] = BrowserWindow.getAllWindows()
    if (first === undefined) throw new Error('there is no window')
    return first
  },
  page: () => {
    const { page } = inside.window().webContents
    if (page === undefined) throw new Error('the window has no page yet')
    return page
  },
}

interface Order {
  readonly id: number
  readonly code: string
  readonly argument: unknown
}

process.on('message', ({ id, code, argument }: Order) => {
  const run = (0, eval)(`(${code})`) as (inside: Inside, argument: unknown) => unknown
  void Promise.resolve()
    .then(() => run(inside, argument))
    .then(
      (value) => process.send?.({ id, value }),
      (error: unknown) => process.send?.({ id, error: String(error instanceof Error ? error.stack : error) }),
    )
})
