import { app } from 'electron'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Among the words of the command line: start without showing the window. */
export const hiddenFlag = '--hidden'

/** Off until the user wants it: whether the system starts Sidetone when they sign in. */
export function isAtLogin(): boolean {
  return process.platform === 'linux'
    ? existsSync(autostartPath())
    : app.getLoginItemSettings({ args: [hiddenFlag] }).openAtLogin
}

export function startAtLogin(wish: boolean): void {
  if (process.platform !== 'linux') {
    app.setLoginItemSettings({ openAtLogin: wish, args: wish ? [hiddenFlag] : [] })
    return
  }
  const path = autostartPath()
  if (!wish) {
    rmSync(path, { force: true })
    return
  }
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, desktopEntry(process.env['APPIMAGE'] ?? process.execPath))
}

/** The desktop entry and autostart specifications of freedesktop.org. */
function autostartPath(): string {
  return join(app.getPath('appData'), 'autostart', 'sidetone.desktop')
}

function desktopEntry(program: string): string {
  const quoted = `"${program.replace(/["`$\\]/g, (mark) => `\\\\${mark}`).replaceAll('%', '%%')}"`
  return `[Desktop Entry]\nType=Application\nName=Sidetone\nExec=${quoted} ${hiddenFlag}\nX-GNOME-Autostart-enabled=true\n`
}
