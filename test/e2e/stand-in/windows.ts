import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Frame, Page } from 'playwright-core'
import { browserContext, insideUrl, outsideUrl, type PageOwner } from './browser.ts'
import type { MessagePortMain, PortCarrier } from './ports.ts'
import { preloadScript } from './preload-frame.ts'
import { note, StandInEvent } from './record.ts'
import { app, ipcMain } from './system.ts'

interface WindowOptions {
  readonly x?: number
  readonly y?: number
  width: number
  readonly height: number
  readonly webPreferences: { readonly preload: string }
}

const windows = new Set<BrowserWindow>()

const owner: PageOwner = {
  mayNavigate: (page, url, isMainFrame) => contentsOf(page)?.mayNavigate(url, isMainFrame) ?? false,
  opened: (url) => {
    const [first] = windows
    note('window.open', { url, answer: first?.webContents.windowOpened(url) })
  },
}

function contentsOf(page: Page): WebContents | undefined {
  return [...windows].find((window) => window.webContents.page === page)?.webContents
}

/** A page of Chromium as Electron's `webContents`. */
export class WebContents extends EventEmitter {
  page: Page | undefined
  readonly #preload: string
  readonly #ports = new Map<number, MessagePortMain>()
  #opening: Promise<Page> | undefined
  #openHandler: ((details: { url: string }) => unknown) | undefined
  #expected: string | undefined
  #zoomLevel = 0
  #url = ''

  constructor(preload: string) {
    super()
    this.#preload = preload
  }

  get mainFrame(): object | undefined {
    const frame = this.page?.mainFrame()
    return frame === undefined ? undefined : this.#frameOf(frame)
  }

  async load(url: string): Promise<void> {
    this.#url = url
    this.#expected = url
    this.#opening ??= this.#open()
    const page = await this.#opening
    await page.goto(outsideUrl(url)).catch((error: unknown) => note('load failed', String(error)))
    this.#expected = undefined
  }

  reload(): void {
    note('reload')
    void this.page?.close()
    this.page = undefined
    this.#opening = undefined
    this.#closePorts()
    void this.load(this.#url)
  }

  getURL(): string {
    return this.page === undefined ? this.#url : insideUrl(this.page.url())
  }

  setZoomLevel(level: number): void {
    this.#zoomLevel = level
  }

  getZoomLevel(): number {
    return this.#zoomLevel
  }

  setWindowOpenHandler(handler: (details: { url: string }) => unknown): void {
    this.#openHandler = handler
  }

  windowOpened(url: string): unknown {
    return this.#openHandler?.({ url })
  }

  /** What the program itself loads needs no leave; all else is asked as Electron asks. */
  mayNavigate(url: string, isMainFrame: boolean): boolean {
    if (isMainFrame && url === this.#expected?.split('#', 1)[0]) return true
    const event = new StandInEvent({ url, isMainFrame })
    this.emit('will-frame-navigate', event)
    if (isMainFrame) this.emit('will-navigate', event)
    note('navigation', { url, isMainFrame, isPrevented: event.isPrevented })
    return !event.isPrevented
  }

  end(): void {
    this.#closePorts()
    void this.page?.close()
    this.page = undefined
  }

  async #open(): Promise<Page> {
    const context = await browserContext(owner)
    const page = await context.newPage()
    this.page = page
    page.setDefaultTimeout(10_000)
    page.on('pageerror', (error) => note('page error', error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') note('page error', message.text())
    })
    page.on('crash', () => {
      this.#closePorts()
      this.emit('render-process-gone', new StandInEvent(), { reason: 'crashed', exitCode: 11 })
    })
    await page.exposeBinding('standInSend', ({ frame }, channel: string, args: string) => {
      this.#closePorts()
      const event = { sender: this, senderFrame: this.#frameOf(frame), ports: [] }
      ipcMain.emit(channel, event, ...(JSON.parse(args) as unknown[]))
    })
    await page.exposeBinding('standInPort', (_, id: number, text: string) => {
      this.#ports.get(id)?.postMessage(JSON.parse(text))
    })
    await page.addInitScript(preloadScript(readFileSync(this.#preload, 'utf8')))
    return page
  }

  #frameOf(frame: Frame): object {
    const url = insideUrl(frame.url())
    const parent = frame.parentFrame()
    return {
      url,
      // Serialized as Chromium does it for a standard scheme.
      origin: url.split('/').slice(0, 3).join('/'),
      parent: parent === null ? null : this.#frameOf(parent),
      postMessage: (channel: string, _: unknown, ports: readonly MessagePortMain[]) => {
        this.#deliver(frame, channel, ports)
      },
    }
  }

  #deliver(frame: Frame, channel: string, ports: readonly MessagePortMain[]): void {
    const call = (text: string): void => void frame.evaluate(text).catch(() => undefined)
    const carrier: PortCarrier = {
      send: (id, text) => call(`window.standInToPort(${id}, ${JSON.stringify(text)})`),
      close: (id) => call(`window.standInClosePort(${id})`),
    }
    for (const port of ports) this.#ports.set(port.id, port)
    call(`window.standInDeliver(${JSON.stringify(channel)}, ${JSON.stringify(ports.map(({ id }) => id))})`)
    for (const port of ports) port.handOver(carrier)
  }

  /** A page that goes takes its ports with it. */
  #closePorts(): void {
    for (const port of this.#ports.values()) port.close()
    this.#ports.clear()
  }
}

export class BrowserWindow extends EventEmitter {
  static getAllWindows(): BrowserWindow[] {
    return [...windows]
  }

  readonly webContents: WebContents
  readonly options: WindowOptions
  isShown = false
  #isMinimized = false
  #isMaximized = false
  #isDestroyed = false

  constructor(options: WindowOptions) {
    super()
    this.options = options
    note('BrowserWindow', options)
    this.webContents = new WebContents(options.webPreferences.preload)
    windows.add(this)
    app.emit('web-contents-created', new StandInEvent(), this.webContents)
  }

  async loadURL(url: string): Promise<void> {
    note('loadURL', url)
    await this.webContents.load(url)
    this.emit('ready-to-show')
  }

  show(): void {
    this.isShown = true
  }

  hide(): void {
    this.isShown = false
  }

  focus(): void {
    note('focus')
  }

  minimize(): void {
    this.#isMinimized = true
  }

  restore(): void {
    this.#isMinimized = false
  }

  isMinimized(): boolean {
    return this.#isMinimized
  }

  maximize(): void {
    this.#isMaximized = true
  }

  isMaximized(): boolean {
    return this.#isMaximized
  }

  isDestroyed(): boolean {
    return this.#isDestroyed
  }

  getNormalBounds(): object {
    const { x = 0, y = 0, width, height } = this.options
    return { x, y, width, height }
  }

  /** False: it was prevented. */
  close(): boolean {
    const event = new StandInEvent()
    this.emit('close', event)
    if (!event.isPrevented) this.destroy()
    return !event.isPrevented
  }

  destroy(): void {
    this.#isDestroyed = true
    windows.delete(this)
    this.webContents.end()
    this.emit('closed')
    if (windows.size === 0) app.emit('window-all-closed')
  }
}

export function allClosed(): boolean {
  return [...windows].every((window) => window.close())
}
