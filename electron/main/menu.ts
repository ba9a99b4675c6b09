import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { Words } from './words.ts'

export interface MenuParts {
  readonly words: Words
  readonly isMac: boolean
  readonly isAtLogin: () => boolean
  readonly startAtLogin: (wish: boolean) => void
  readonly isAwake: () => boolean
  readonly keepAwake: (wish: boolean) => void
  readonly saveSupport: () => void
  readonly showLogs: () => void
  /** Undefined where this copy has nobody to ask. */
  readonly lookForUpdate: (() => void) | undefined
}

/** Roles are the platform's own entries, with its words and keys. */
export function setMenu(parts: MenuParts): void {
  const { words, isMac } = parts
  const office: MenuItemConstructorOptions[] = [
    {
      label: words.startAtLogin,
      type: 'checkbox',
      checked: parts.isAtLogin(),
      click: ({ checked }) => parts.startAtLogin(checked),
    },
    {
      label: words.awake,
      type: 'checkbox',
      checked: parts.isAwake(),
      click: ({ checked }) => parts.keepAwake(checked),
    },
    { type: 'separator' },
    { role: 'quit', label: words.quit },
  ]
  const view: MenuItemConstructorOptions[] = [
    { role: 'reload' },
    { type: 'separator' },
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ]
  const help: MenuItemConstructorOptions[] = [
    { label: words.saveSupport, click: parts.saveSupport },
    { label: words.showLogs, click: parts.showLogs },
    ...(parts.lookForUpdate === undefined
      ? []
      : [{ label: words.updateCheck, click: parts.lookForUpdate } satisfies MenuItemConstructorOptions]),
  ]
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      { label: isMac ? 'Sidetone' : words.file, submenu: office },
      { label: words.edit, role: 'editMenu' },
      { label: words.view, submenu: view },
      { label: words.help, role: 'help', submenu: help },
    ]),
  )
}
