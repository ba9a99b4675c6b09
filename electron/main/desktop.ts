import { app, BrowserWindow, dialog, Notification, session, shell } from 'electron'
import { join } from 'node:path'
import type { Activity, Office } from '../../core/app/start.ts'
import { isAtLogin, hiddenFlag, startAtLogin } from './autostart.ts'
import { findCallLink, readCallLink } from './links.ts'
import { setMenu } from './menu.ts'
import { servePage } from './page.ts'
import { openPortDesk } from './port-desk.ts'
import { Power } from './power.ts'
import { askClosing, mayQuit } from './questions.ts'
import { limitRights } from './rights.ts'
import { SettingsFile } from './settings.ts'
import { hasTrayHost, OfficeTray } from './tray.ts'
import { openUpdates, type Updates } from './updates.ts'
import { OfficeWindow } from './window.ts'
import { fillIn, type Words } from './words.ts'

/** The running desktop program: the office and all that stands around it. Made when the app is ready. */
export class Desktop {
  readonly #office: Office
  readonly #words: Words
  readonly #settings: SettingsFile
  readonly #window: OfficeWindow
  readonly #tray: OfficeTray
  readonly #power: Power
  readonly #updates: Updates | undefined
  readonly #closeDesk: () => void
  #isAsking = false
  #end: 'no' | 'agreed' | 'under-way' | 'done' = 'no'

  constructor(office: Office, words: Words, iconFolder: string) {
    this.#office = office
    this.#words = words
    this.#settings = new SettingsFile(join(app.getPath('userData'), 'settings.json'), (why) => {
      office.log('warn', why)
    })
    servePage(session.defaultSession)
    limitRights(session.defaultSession)
    this.#window = new OfficeWindow({
      settings: this.#settings,
      isPackaged: app.isPackaged,
      mayClose: () => this.#mayClose(),
      crashed: (reason) => {
        this.#windowCrashed(reason)
      },
    })
    this.#closeDesk = openPortDesk({
      contents: () => this.#window.contents,
      carry: (port) => office.carry(port),
      refused: (why) => {
        office.log('warn', `a port was asked for by ${why}, and refused`)
      },
    })
    const open = (place?: string): void => this.#window.show(place)
    const quit = (): void => app.quit()
    this.#tray = new OfficeTray(
      { words, iconFolder, platform: process.platform, open, quit },
      office.activity(),
    )
    this.#power = new Power({
      isAwakeForPhones: () => this.#settings.now.isAwakeForPhones ?? true,
      resumed: () => void office.resumed(),
      shutdown: () => {
        this.quitWithoutAsking()
      },
    })
    this.#updates = app.isPackaged ? this.#openUpdates() : undefined
    this.#setMenu()
    this.#take(office.activity())
    office.watchActivity((activity) => {
      this.#take(activity)
    })
  }

  /** Shows the window, unless the system started us when the user signed in. */
  open(words: readonly string[]): void {
    const target = findCallLink(words)
    if (target !== undefined) this.#showCall(target)
    else if (!words.includes(hiddenFlag)) this.#window.show()
  }

  /** A second start: the user looked for the window. */
  openAgain(words: readonly string[]): void {
    const target = findCallLink(words)
    if (target === undefined) this.#window.show()
    else this.#showCall(target)
  }

  openLink(link: string): void {
    const target = readCallLink(link)
    if (target !== undefined) this.#showCall(target)
  }

  show(): void {
    this.#window.show()
  }

  /** For Electron's `before-quit`: true lets it go on. */
  beforeQuit(): boolean {
    if (this.#end !== 'no') return true
    void this.#agree()
    return false
  }

  /** For Electron's `will-quit`: true lets it go on; else it is asked again when the office has stopped. */
  willQuit(): boolean {
    if (this.#end === 'done') return true
    if (this.#end !== 'under-way') void this.#stop()
    return false
  }

  /** The system ends, or a signal says so: there is nobody to ask, and little time. */
  quitWithoutAsking(): void {
    if (this.#end === 'no') this.#end = 'agreed'
    app.quit()
  }

  async #agree(): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    const isAgreed = await mayQuit(this.#office.activity(), this.#words)
    this.#isAsking = false
    if (!isAgreed) return
    this.quitWithoutAsking()
  }

  async #stop(): Promise<void> {
    this.#end = 'under-way'
    this.#power.release()
    this.#closeDesk()
    await this.#office.stop()
    this.#end = 'done'
    if (this.#updates?.install(performance.now()) !== true) app.exit(0)
  }

  #take(activity: Activity): void {
    this.#tray.show(activity)
    this.#power.take(activity)
    this.#updates?.take(activity, performance.now())
  }

  /** The number is shown in the window, where a click calls it; a link alone never does. */
  #showCall(target: string): void {
    this.#window.show(`#/phone?call=${encodeURIComponent(target)}`)
  }

  #mayClose(): boolean {
    if (this.#end !== 'no') return true
    const { closing } = this.#settings.now
    if (closing === undefined) void this.#askClosing()
    else this.#close(closing)
    return false
  }

  async #askClosing(): Promise<void> {
    const { window } = this.#window
    if (window === undefined || this.#isAsking) return
    this.#isAsking = true
    const closing = await askClosing(window, this.#words)
    this.#isAsking = false
    if (closing === undefined) return
    this.#settings.change({ closing })
    this.#close(closing)
  }

  #close(closing: 'keep-running' | 'quit'): void {
    const { window } = this.#window
    if (closing === 'quit') app.quit()
    else if (hasTrayHost(process.platform, process.env)) window?.hide()
    else window?.minimize()
  }

  #windowCrashed(reason: string): void {
    this.#office.log('error', 'the window stopped and is opened again', { reason })
    const { crashedTitle: title, crashedText: body } = this.#words
    if (Notification.isSupported()) new Notification({ title, body }).show()
  }

  #setMenu(): void {
    setMenu({
      words: this.#words,
      isMac: process.platform === 'darwin',
      isAtLogin,
      startAtLogin,
      isAwake: () => this.#settings.now.isAwakeForPhones ?? true,
      keepAwake: (isAwakeForPhones) => {
        this.#settings.change({ isAwakeForPhones })
        this.#power.look()
      },
      saveSupport: () => void this.#saveSupport(),
      showLogs: () => void shell.openPath(this.#office.logFolder),
      lookForUpdate: this.#updates === undefined ? undefined : () => this.#updates?.look(),
    })
  }

  async #saveSupport(): Promise<void> {
    const day = new Date().toISOString().slice(0, 10)
    const { canceled, filePath } = await dialog.showSaveDialog({
      defaultPath: join(app.getPath('documents'), `sidetone-support-${day}.txt`),
    })
    if (canceled) return
    try {
      await this.#office.saveSupportFile(filePath)
      await this.#tell('info', this.#words.supportSaved)
    } catch (error) {
      await this.#tell('error', fillIn(this.#words.supportFailed, { why: String(error) }))
    }
  }

  #openUpdates(): Updates | undefined {
    return openUpdates(process.resourcesPath, {
      ready: (version) => {
        const title = fillIn(this.#words.updateReady, { version })
        if (Notification.isSupported()) new Notification({ title, body: this.#words.updateText }).show()
      },
      none: () => void this.#tell('info', this.#words.updateNone),
      failed: (why) => {
        this.#office.log('warn', 'looking for a new version failed', { why })
        void this.#tell('warning', this.#words.updateFailed)
      },
    })
  }

  async #tell(type: 'info' | 'warning' | 'error', message: string): Promise<void> {
    const [window] = BrowserWindow.getAllWindows()
    const box = { type, message, buttons: ['OK'] }
    await (window === undefined ? dialog.showMessageBox(box) : dialog.showMessageBox(window, box))
  }
}
