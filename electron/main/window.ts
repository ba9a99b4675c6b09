import { BrowserWindow, nativeTheme, screen, type WebContents } from 'electron'
import { join } from 'node:path'
import { pageUrl } from './page.ts'
import type { SettingsFile } from './settings.ts'
import { placeWindow, smallest } from './window-place.ts'

interface WindowParts {
  readonly settings: SettingsFile
  readonly isPackaged: boolean
  /** The cross was clicked; true closes the window for good. */
  readonly mayClose: () => boolean
  readonly crashed: (reason: string) => void
}

/** Move and resize events come by the hundred. */
const SETTLED_MS = 500
/** A page that dies more often than this has a fault that opening it again does not heal. */
const MOST_CRASHES = 3
const CRASH_SPAN_MS = 60_000

/** The one window of the office. It may be closed and made again; the office does not depend on it. */
export class OfficeWindow {
  readonly #parts: WindowParts
  readonly #crashes: number[] = []
  #window: BrowserWindow | undefined
  #saving: NodeJS.Timeout | undefined

  constructor(parts: WindowParts) {
    this.#parts = parts
  }

  get contents(): WebContents | undefined {
    return this.#window?.isDestroyed() === false ? this.#window.webContents : undefined
  }

  get window(): BrowserWindow | undefined {
    return this.#window
  }

  /** Makes it where there is none, and brings it to the front. `place` is what stands behind `#` in the address. */
  show(place = ''): void {
    const window = this.#window
    if (window === undefined) {
      this.make(place)
      return
    }
    if (place !== '') void window.loadURL(`${pageUrl}${place}`)
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }

  make(place = ''): void {
    const { bounds, isMaximized, zoomLevel } = placeWindow(
      this.#parts.settings.now.window,
      screen.getAllDisplays().map(({ workArea }) => workArea),
    )
    const window = new BrowserWindow({
      ...bounds,
      minWidth: smallest.width,
      minHeight: smallest.height,
      show: false,
      title: 'Sidetone',
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#12181a' : '#f5f3ee',
      webPreferences: {
        preload: join(import.meta.dirname, 'preload.cjs'),
        contextIsolation: true,
        sandbox: true,
        webSecurity: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        allowRunningInsecureContent: false,
        experimentalFeatures: false,
        webviewTag: false,
        navigateOnDragDrop: false,
        spellcheck: false,
        devTools: !this.#parts.isPackaged,
        // A call rings and is timed in the page while nobody looks at it.
        backgroundThrottling: false,
      },
    })
    this.#window = window
    if (isMaximized) window.maximize()
    window.once('ready-to-show', () => {
      window.webContents.setZoomLevel(zoomLevel)
      window.show()
    })
    this.#follow(window)
    void window.loadURL(`${pageUrl}${place}`)
  }

  #follow(window: BrowserWindow): void {
    const changed = (): void => {
      clearTimeout(this.#saving)
      this.#saving = setTimeout(() => {
        this.#keepPlace(window)
      }, SETTLED_MS)
    }
    window.on('resize', changed)
    window.on('move', changed)
    window.on('close', (event) => {
      this.#keepPlace(window)
      if (!this.#parts.mayClose()) event.preventDefault()
    })
    window.on('closed', () => {
      clearTimeout(this.#saving)
      if (this.#window === window) this.#window = undefined
    })
    window.webContents.on('render-process-gone', (_, { reason }) => {
      if (reason !== 'clean-exit') this.#openAgain(window, reason)
    })
  }

  #keepPlace(window: BrowserWindow): void {
    clearTimeout(this.#saving)
    if (window.isDestroyed()) return
    this.#parts.settings.change({
      window: {
        bounds: window.getNormalBounds(),
        isMaximized: window.isMaximized(),
        zoomLevel: window.webContents.getZoomLevel(),
      },
    })
  }

  #openAgain(window: BrowserWindow, reason: string): void {
    const nowMs = performance.now()
    this.#crashes.push(nowMs)
    const recent = this.#crashes.filter((atMs) => nowMs - atMs < CRASH_SPAN_MS)
    this.#crashes.splice(0, this.#crashes.length, ...recent)
    this.#parts.crashed(reason)
    if (recent.length > MOST_CRASHES) window.destroy()
    else window.webContents.reload()
  }
}
