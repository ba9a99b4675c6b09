import { EventEmitter } from 'node:events'
import { existsSync } from 'node:fs'
import { note } from './record.ts'

/** What the user clicks in the next dialogs; without a word they cancel. */
export const answers: number[] = []
/** Where the user saves. */
export const savePaths: string[] = []

interface Box {
  readonly cancelId?: number
}

export const dialog = {
  showMessageBox: (...args: [Box] | [object, Box]): Promise<{ response: number }> => {
    const box = args.at(-1) as Box
    note('showMessageBox', box)
    return Promise.resolve({ response: answers.shift() ?? box.cancelId ?? 0 })
  },
  showSaveDialog: (options: object): Promise<{ canceled: boolean; filePath: string }> => {
    note('showSaveDialog', options)
    const filePath = savePaths.shift()
    return Promise.resolve({ canceled: filePath === undefined, filePath: filePath ?? '' })
  },
}

export interface MenuEntry {
  readonly label?: string
  readonly role?: string
  readonly enabled?: boolean
  readonly checked?: boolean
  readonly submenu?: readonly MenuEntry[]
  readonly click?: (item: { checked: boolean }) => void
}

let applicationMenu: readonly MenuEntry[] = []

export const Menu = {
  buildFromTemplate: (template: readonly MenuEntry[]): readonly MenuEntry[] => template,
  setApplicationMenu: (menu: readonly MenuEntry[]): void => {
    applicationMenu = menu
  },
  getApplicationMenu: (): readonly MenuEntry[] => applicationMenu,
}

export const nativeImage = {
  createFromPath: (path: string): object => {
    if (!existsSync(path)) note('missing picture', path)
    return { path, setTemplateImage: (isTemplate: boolean) => note('template image', isTemplate) }
  },
}

export class Tray extends EventEmitter {
  static last: Tray | undefined
  image: unknown
  toolTip = ''
  menu: readonly MenuEntry[] = []

  constructor(image: unknown) {
    super()
    this.image = image
    Tray.last = this
  }

  setImage(image: unknown): void {
    this.image = image
  }

  setToolTip(text: string): void {
    this.toolTip = text
  }

  setContextMenu(menu: readonly MenuEntry[]): void {
    this.menu = menu
  }
}

export class Notification {
  static isSupported(): boolean {
    return true
  }

  readonly options: object

  constructor(options: object) {
    this.options = options
  }

  show(): void {
    note('Notification', this.options)
  }
}
