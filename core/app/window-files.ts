import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, extname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface WindowFile {
  readonly type: string
  readonly bytes: Buffer
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

/** Of every answer that a window gets, whoever carries it. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), usb=(), serial=(), hid=(), midi=(), microphone=(self)',
  'Cache-Control': 'no-store',
}

/**
 * The built window by the paths of its files, read once: a request is compared with these names and never becomes a
 * path of the disk. Empty where it has not been built.
 */
export function readWindowFiles(folder: string | undefined): ReadonlyMap<string, WindowFile> {
  const files = new Map<string, WindowFile>()
  if (folder === undefined) return files
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name)
    const type = types[extname(name)]
    if (type === undefined || !statSync(path).isFile()) continue
    files.set(`/${name.split(sep).join('/')}`, { type, bytes: readFileSync(path) })
  }
  return files
}

/** Beside the program when it is built, in `dist` when it runs from its sources. */
export function findWindowFolder(): string | undefined {
  let folder = dirname(fileURLToPath(import.meta.url))
  for (let up = 0; up < 4; up++) {
    for (const place of ['window', join('dist', 'window')]) {
      if (existsSync(join(folder, place, 'index.html'))) return join(folder, place)
    }
    folder = dirname(folder)
  }
  return undefined
}
