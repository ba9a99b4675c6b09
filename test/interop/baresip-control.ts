/** What baresip is told and what it tells over its control connection: JSON in netstrings. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export interface BaresipEvent {
  readonly type: string
  readonly [field: string]: unknown
}

const MODULE_FOLDERS = ['/usr/lib/baresip/modules', '/usr/lib/x86_64-linux-gnu/baresip/modules']

/** Where Debian keeps baresip's modules on this machine. */
export function baresipModules(): string {
  const found = MODULE_FOLDERS.find((folder) => existsSync(join(folder, 'ctrl_tcp.so')))
  return found ?? MODULE_FOLDERS[0] ?? ''
}

export function controlText(command: string, parameters = ''): string {
  const text = JSON.stringify({ command, params: parameters, token: command })
  return `${Buffer.byteLength(text)}:${text},`
}

/** Takes the pieces of the connection as they come, and gives `take` each event once it is whole. */
export function eventReader(take: (event: BaresipEvent) => void): (piece: string) => void {
  let pending = ''
  return (piece) => {
    pending += piece
    for (;;) {
      const colon = pending.indexOf(':')
      const length = Number(pending.slice(0, colon))
      if (colon < 1 || pending.length < colon + 1 + length + 1) return
      const parsed = JSON.parse(pending.slice(colon + 1, colon + 1 + length)) as Record<string, unknown>
      pending = pending.slice(colon + 1 + length + 1)
      if (typeof parsed['type'] === 'string') take({ ...parsed, type: parsed['type'] })
    }
  }
}
