/** Debian's Chromium, looking at the window of a real appliance. */
import { chromium, type Browser, type Page } from 'playwright-core'
import type { Office } from '../interop/console.ts'
import { findProgram } from '../interop/processes.ts'

export interface LookWishes {
  readonly width?: number
  readonly height?: number
  readonly theme?: 'light' | 'dark'
  readonly language?: 'en' | 'de' | 'pseudo'
  readonly contrast?: 'more'
}

export const placeNames = [
  'home',
  'phones',
  'calls',
  'phone',
  'checkup',
  'doctor',
  'routing',
  'settings',
] as const

/** The places, and what the navigation has no line for: the first step of the set-up, and its people. */
export const viewNames = [...placeNames, 'setup', 'setup?protect'] as const

export async function startBrowser(): Promise<Browser> {
  const executablePath = findProgram('chromium')
  if (executablePath === undefined) throw new Error('chromium is not installed: apt-get install chromium')
  // Chromium's own sandbox refuses to be started by root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return chromium.launch({ executablePath, args, headless: true })
}

export interface Sight {
  readonly page: Page
  /** What the page complained of: errors, refusals of its policy, failed requests. */
  readonly complaints: readonly string[]
}

/** Enters with the link as a person would, in a browser profile of its own. */
export async function openWindowPage(
  browser: Browser,
  office: Office,
  wishes: LookWishes = {},
): Promise<Sight> {
  const context = await browser.newContext({
    viewport: { width: wishes.width ?? 1280, height: wishes.height ?? 860 },
    colorScheme: wishes.theme ?? 'light',
    locale: wishes.language === 'de' ? 'de-DE' : 'en-GB',
    timezoneId: 'Europe/Berlin',
    ...(wishes.contrast === undefined ? {} : { contrast: wishes.contrast }),
  })
  if (wishes.language !== undefined) {
    await context.addInitScript(`localStorage.setItem('sidetone.language', '${wishes.language}')`)
  }
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // The entrance itself is answered with 403, which Chromium reports of every page.
    const isEntrance =
      message.text().includes('status of 403') && message.location().url.split('#', 1)[0] === office.url
    if (message.type() === 'error' && !isEntrance) complaints.push(message.text())
  })
  await page.goto(`${office.url}#${office.token}`)
  // The entrance has a heading too, but no places to go to.
  await page.locator('nav a[href="#/home"]').first().waitFor({ state: 'attached' })
  await page.locator('main h1').waitFor()
  return { page, complaints }
}

export async function goTo(page: Page, view: (typeof viewNames)[number]): Promise<void> {
  await page.evaluate(`location.hash = '#/${view}'`)
  if (view.startsWith('setup')) await page.locator('main').locator('.actions, .denied').waitFor()
  else await page.locator(`nav a[aria-current=page][href="#/${view}"]`).waitFor({ state: 'attached' })
  await page.locator('main h1').waitFor()
}
