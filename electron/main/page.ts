import { protocol, type Session } from 'electron'
import { pageHeaders, windowFiles, type WindowFile } from '../../core/app/start.ts'

const scheme = 'app'
/** Standard schemes have hosts, and so an origin that can be compared. */
export const pageOrigin = `${scheme}://sidetone`
export const pageUrl = `${pageOrigin}/index.html`

/** Before the app is ready, as Electron asks. */
export function announcePageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/** Serves the built window to this session, with the same policy as the console. */
export function servePage(session: Session): void {
  const files = windowFiles()
  session.protocol.handle(scheme, (request) => answer(request, files))
}

/** The path is compared with the names of the files, and never becomes a path of the disk. */
function answer(request: Request, files: ReadonlyMap<string, WindowFile>): Response {
  const { host, pathname } = new URL(request.url)
  const file = host === 'sidetone' ? files.get(pathname) : undefined
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  if (!isRead || file === undefined) {
    return new Response(undefined, { status: isRead ? 404 : 405, headers: pageHeaders })
  }
  const headers = { ...pageHeaders, 'Content-Type': file.type }
  return new Response(new Uint8Array(file.bytes), { status: 200, headers })
}

/** Whether an address is one of our page; whatever is behind `#` is its own business. */
export function isPage(url: string): boolean {
  return url === pageUrl || url.startsWith(`${pageUrl}#`)
}
