/** The telephone in the window: two pages call each other and a desk phone, over the real exchange and its relay. */
import AxeBuilder from '@axe-core/playwright'
import { readFileSync } from 'node:fs'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startOffice, type Office } from '../interop/console.ts'
import { openPhone } from '../interop/phone/phone.ts'
import { findProgram, needs, pause } from '../interop/processes.ts'
import { goTo, openWindowPage, type LookWishes } from './browser.ts'

const script = readFileSync(new URL('../../resources/scripts/nat-relay.cfg', import.meta.url), 'latin1')
const missing = needs('chromium')

describe.skipIf(missing.skip)(`the telephone in the window${missing.because}`, () => {
  let office: Office
  let browser: Browser
  const pages: Page[] = []
  beforeAll(async () => {
    office = await startOffice({ script })
    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
    browser = await chromium.launch({
      executablePath: findProgram('chromium') ?? '',
      args: [
        ...sandbox,
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        '--autoplay-policy=no-user-gesture-required',
        '--disable-features=WebRtcHideLocalIpsWithMdns',
        '--allow-loopback-in-peer-connection',
      ],
    })
  })
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.context().close()
  })
  afterAll(async () => {
    await browser.close()
    await office.stop()
  })

  async function telephone(user: string, wishes: LookWishes = {}): Promise<Page> {
    const { page } = await openWindowPage(browser, office, { language: 'en', ...wishes })
    pages.push(page)
    await goTo(page, 'phone')
    const language = wishes.language ?? 'en'
    await page.getByLabel(language === 'de' ? 'Nummer oder Name' : 'Number or name').fill(user)
    await page.keyboard.press('Enter')
    await page.getByText(`${user} · ${language === 'de' ? 'Bereit' : 'Ready'}`).waitFor()
    return page
  }

  const dial = async (page: Page, number: string): Promise<void> => {
    await page.getByLabel('Dial a number or a name').fill(number)
    await page.keyboard.press('Enter')
  }
  const button = (page: Page, name: string): ReturnType<Page['getByRole']> =>
    page.locator('main').getByRole('button', { name, exact: true })
  const heard = async (page: Page): Promise<number> =>
    Number(await page.getByRole('meter', { name: 'Level of what you hear' }).getAttribute('aria-valuenow'))
  const hears = (page: Page): Promise<void> =>
    expect.poll(() => heard(page), { timeout: 10_000, interval: 60 }).toBeGreaterThan(30)
  const talking = async (): Promise<{ readonly anna: Page; readonly bert: Page }> => {
    const anna = await telephone('anna')
    const bert = await telephone('bert')
    await dial(anna, 'bert')
    await button(bert, 'Answer').first().click()
    await hears(bert)
    return { anna, bert }
  }
  const staysSilent = async (page: Page, forMs: number): Promise<void> => {
    for (const endMs = Date.now() + forMs; Date.now() < endMs; await pause(60))
      expect(await heard(page)).toBe(0)
  }

  test('calls another window: both hear, are announced, and hang up', async () => {
    const anna = await telephone('anna')
    const bert = await telephone('bert')
    await dial(anna, 'bert')
    await bert.getByRole('status').getByText('anna is calling').waitFor({ state: 'attached' })
    await button(bert, 'Answer').first().click()
    await Promise.all([hears(anna), hears(bert)])
    await anna.getByRole('status').getByText('Talking to bert').waitFor({ state: 'attached' })
    await button(bert, 'Hang up').click()
    await anna.getByRole('status').getByText('The call with bert has ended').waitFor({ state: 'attached' })
  })

  test('holds and takes up again; what is said of a call is kept with its facts', async () => {
    const { anna, bert } = await talking()
    await button(anna, 'Hold').click()
    await expect.poll(() => heard(bert), { timeout: 8_000, interval: 60 }).toBe(0)
    await button(anna, 'Resume').click()
    await hears(bert)
    await button(anna, 'I can’t hear them').click()
    await anna.getByText('Noted with the facts').waitFor()
    await anna.keyboard.press('Escape')
    await bert.getByText('Ended', { exact: true }).waitFor()
  })

  test('a muted window is silent, and its keys are heard as tones', async () => {
    const { anna, bert } = await talking()
    await button(anna, 'Mute').click()
    await expect.poll(() => heard(bert), { timeout: 8_000, interval: 60 }).toBe(0)
    // The fake microphone beeps once a second.
    await staysSilent(bert, 1_500)
    await button(anna, 'Keypad').click()
    // A tone lasts a tenth of a second: whoever listens only afterwards has missed it.
    const tones = hears(bert)
    for (const key of '159#') await button(anna, key).click()
    await tones
  })

  test('a reload in mid-call ends the call at the other end within five seconds', async () => {
    const { anna, bert } = await talking()
    await anna.reload()
    await bert.getByText('Ended', { exact: true }).waitFor({ timeout: 5_000 })
  })

  test('a busy number, an unknown one, and one that lets nothing ring', async () => {
    const anna = await telephone('anna')
    const desk = await openPhone({ user: 'desk', outbound: office.sip, domain: office.sip })
    await desk.register()
    await dial(anna, 'desk')
    await anna.getByText('Busy', { exact: true }).waitFor()
    await dial(anna, 'nobody')
    await anna.getByText('Nobody has this number').waitFor()
    const bert = await telephone('bert')
    await bert.getByLabel('Let calls ring').uncheck()
    await dial(anna, 'bert')
    await anna.getByText('Not reachable now').waitFor()
    await desk.close()
  })

  test('hands a caller over, and has him back where nobody takes him', async () => {
    const cleo = await telephone('cleo')
    const { bert } = await talking()
    await button(bert, 'Transfer').click()
    await bert.getByLabel('Hand anna over to').fill('nobody')
    await button(bert, 'Send now').click()
    await bert.getByText('nobody did not take the call. anna is back with you.').waitFor()
    await hears(bert)
    await button(bert, 'Transfer').click()
    await bert.getByLabel('Hand anna over to').fill('cleo')
    await button(bert, 'Send now').click()
    await button(cleo, 'Answer').first().click()
    await bert.getByText('cleo answered. You are out of the call.').waitFor()
    await hears(cleo)
  })

  test('asks a colleague first, then joins both, who stay muted, and leaves', async () => {
    const cleo = await telephone('cleo')
    const { anna, bert } = await talking()
    await button(bert, 'Transfer').click()
    await bert.getByLabel('Hand anna over to').fill('cleo')
    await button(bert, 'Ask first').click()
    await button(cleo, 'Answer').first().click()
    await hears(cleo)
    for (const page of [anna, cleo]) await button(page, 'Mute').click()
    await button(bert, 'Connect anna with cleo').click()
    await bert.getByText('cleo answered. You are out of the call.').waitFor()
    await expect.poll(() => bert.getByText('Ended', { exact: true }).count(), { timeout: 5_000 }).toBe(2)
    await cleo.getByRole('status').getByText('Talking to anna').waitFor({ state: 'attached' })
    await Promise.all([staysSilent(anna, 1_500), staysSilent(cleo, 1_500)])
    for (const page of [anna, cleo]) await button(page, 'Unmute').click()
    await Promise.all([hears(cleo), hears(anna)])
  })

  test.each(['light', 'dark'] as const)('nothing is wrong for a screen reader, %s', async (theme) => {
    const anna = await telephone('anna', { theme })
    const bert = await telephone('bert', { theme, width: 320, height: 640 })
    await dial(anna, 'bert')
    await button(bert, 'Answer').first().waitFor()
    expect((await new AxeBuilder({ page: bert }).analyze()).violations).toEqual([])
    await button(bert, 'Answer').first().click()
    await hears(bert)
    for (const page of [anna, bert]) {
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
      const excess = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
      expect(excess).toBeLessThanOrEqual(0)
    }
  })
})
