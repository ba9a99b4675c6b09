import { shell, type App, type Session, type WebContents } from 'electron'
import { isPage, pageOrigin } from './page.ts'

/** What the page may ask of the system: to hear, to choose a speaker, and to tell of a call. */
const rightsOfPage: ReadonlySet<string> = new Set(['media', 'speaker-selection', 'notifications'])

/** Hosts that a link of ours may open in the user's browser. */
const linkedHosts: ReadonlySet<string> = new Set(['www.rfc-editor.org', 'datatracker.ietf.org', 'github.com'])

/** Refuses every right to every page, apart from the few that our own page needs. */
export function limitRights(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer, details) => {
    const isOurs = details.isMainFrame && isPage(details.requestingUrl) && isPage(contents.getURL())
    const kinds = 'mediaTypes' in details ? (details.mediaTypes ?? []) : []
    answer(isOurs && rightsOfPage.has(permission) && isSoundOnly(permission, kinds))
  })
  session.setPermissionCheckHandler((_, permission, origin, details) => {
    const isOurs = originOf(origin) === pageOrigin && details.isMainFrame
    const kinds = details.mediaType === undefined ? [] : [details.mediaType]
    return isOurs && rightsOfPage.has(permission) && isSoundOnly(permission, kinds)
  })
  session.setDevicePermissionHandler(() => false)
  session.setBluetoothPairingHandler((_, answer) => {
    answer({ confirmed: false })
  })
  session.setDisplayMediaRequestHandler((_, answer) => {
    answer({})
  })
  session.on('will-download', (event) => {
    event.preventDefault()
  })
}

/** A microphone is a right of the page, a camera is not. */
function isSoundOnly(permission: string, kinds: readonly string[]): boolean {
  return permission !== 'media' || (kinds.length > 0 && kinds.every((kind) => kind === 'audio'))
}

/** For every page that is ever made, whoever made it: it stays where it is and opens nothing. */
export function confineContents(app: App): void {
  app.on('web-contents-created', (_, contents) => {
    confine(contents)
  })
}

function confine(contents: WebContents): void {
  contents.on('will-navigate', (event) => {
    if (!isPage(event.url)) event.preventDefault()
  })
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isPage(event.url)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => {
    event.preventDefault()
  })
  contents.on('will-attach-webview', (event) => {
    event.preventDefault()
  })
  contents.setWindowOpenHandler(({ url }) => {
    if (isLinked(url)) void shell.openExternal(url)
    return { action: 'deny' }
  })
}

/** Only https, only hosts that we link to, and nothing that a browser would read as a login. */
export function isLinked(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password, port } = new URL(text)
  return (
    protocol === 'https:' && linkedHosts.has(hostname) && username === '' && password === '' && port === ''
  )
}

/** Of a serialized origin, which Electron writes with a slash at its end. */
function originOf(text: string): string {
  return text.replace(/\/$/, '')
}
