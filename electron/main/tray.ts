import { Menu, Tray, nativeImage, type NativeImage } from 'electron'
import { join } from 'node:path'
import type { Activity } from '../../core/app/start.ts'
import { fillIn, type Words } from './words.ts'

interface TrayParts {
  readonly words: Words
  readonly iconFolder: string
  readonly platform: NodeJS.Platform
  readonly open: (place?: string) => void
  readonly quit: () => void
}

/** What is going on, as one picture and one sentence beside the clock. */
export class OfficeTray {
  readonly #parts: TrayParts
  readonly #tray: Tray

  constructor(parts: TrayParts, activity: Activity) {
    this.#parts = parts
    this.#tray = new Tray(this.#picture(activity))
    this.#tray.on('click', () => {
      parts.open()
    })
    this.show(activity)
  }

  show(activity: Activity): void {
    const { words } = this.#parts
    const status = fillIn(words.status, { ...activity })
    this.#tray.setImage(this.#picture(activity))
    this.#tray.setToolTip(`Sidetone: ${status}`)
    this.#tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: status, enabled: false },
        { type: 'separator' },
        { label: words.open, click: () => this.#parts.open() },
        { label: words.checkup, click: () => this.#parts.open('#/checkup') },
        { type: 'separator' },
        { label: words.quit, click: () => this.#parts.quit() },
      ]),
    )
  }

  #picture({ calls }: Activity): NativeImage {
    const state = calls > 0 ? 'call' : 'ready'
    // macOS colours template images by itself, light on dark and dark on light.
    const isMac = this.#parts.platform === 'darwin'
    const image = nativeImage.createFromPath(
      join(this.#parts.iconFolder, isMac ? `tray-${state}-Template.png` : `tray-${state}.png`),
    )
    if (isMac) image.setTemplateImage(true)
    return image
  }
}

/**
 * Whether somebody shows a tray's picture: GNOME does so only where its extension for it is there, as in Ubuntu's.
 * Without one a hidden window could never be found again.
 */
export function hasTrayHost(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  if (platform !== 'linux') return true
  const desktops = (environment['XDG_CURRENT_DESKTOP'] ?? '').toLowerCase().split(':')
  return !desktops.includes('gnome') || desktops.includes('ubuntu')
}
