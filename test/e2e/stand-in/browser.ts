import {
  chromium,
  type BrowserContext,
  type Frame,
  type Page,
  type Request as PageRequest,
  type Route,
} from 'playwright-core'
import { findProgram } from '../../interop/processes.ts'
import { note } from './record.ts'

type Handler = (request: Request) => Response | Promise<Response>

/** What is asked of whoever owns a page: `unknown` is a page that nobody of ours made. */
export interface PageOwner {
  mayNavigate(page: Page, url: string, isMainFrame: boolean): boolean
  opened(url: string): void
}

/** Chromium knows no schemes of others: `app://sidetone/…` is this for it, which no network has. */
const outside = 'https://sidetone'
const inside = 'app://sidetone'

export const handlers = new Map<string, Handler>()

export function outsideUrl(url: string): string {
  return url.startsWith(inside) ? `${outside}${url.slice(inside.length)}` : url
}

export function insideUrl(url: string): string {
  return url.startsWith(outside) ? `${inside}${url.slice(outside.length)}` : url
}

let context: Promise<BrowserContext> | undefined

export function browserContext(owner: PageOwner): Promise<BrowserContext> {
  context ??= launch(owner)
  return context
}

export async function closeBrowser(): Promise<void> {
  await (await context)?.browser()?.close()
}

async function launch(owner: PageOwner): Promise<BrowserContext> {
  const executablePath = findProgram('chromium')
  if (executablePath === undefined) throw new Error('chromium is not installed: apt-get install chromium')
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const browser = await chromium.launch({
    executablePath,
    args,
    headless: true,
    handleSIGTERM: false,
    handleSIGINT: false,
  })
  const made = await browser.newContext({
    viewport: { width: 1180, height: 820 },
    locale: process.env['STAND_IN_LOCALE'] ?? 'en-GB',
  })
  // A page that goes while it is answered is nobody's fault.
  await made.route(/./, (route) => answer(route, owner).catch(() => undefined))
  made.on('page', (page) => {
    void page
      .opener()
      .then((opener) => (opener === null ? undefined : page.close()))
      .catch(() => undefined)
  })
  return made
}

async function answer(route: Route, owner: PageOwner): Promise<void> {
  const request = route.request()
  const url = insideUrl(request.url())
  if (request.isNavigationRequest() && !isAllowed(request, url, owner)) {
    // As when Electron prevents it: the page that is there stays.
    await route.abort('aborted')
    return
  }
  const handler = handlers.get(new URL(url).protocol.slice(0, -1))
  if (handler === undefined) {
    note('network request', url)
    await route.abort('blockedbyclient')
    return
  }
  const response = await handler(new Request(url, { method: request.method() }))
  const body = Buffer.from(await response.arrayBuffer())
  await route.fulfill({ status: response.status, headers: Object.fromEntries(response.headers), body })
}

function isAllowed(request: PageRequest, url: string, owner: PageOwner): boolean {
  const frame = frameOf(request)
  if (frame !== undefined) return owner.mayNavigate(frame.page(), url, frame.parentFrame() === null)
  owner.opened(url)
  return false
}

/** Undefined: of a new window, whose frame is made when its first answer comes. */
function frameOf(request: PageRequest): Frame | undefined {
  try {
    return request.frame()
  } catch {
    return undefined
  }
}
