/** The window in a browser, on a real appliance with real telephones: what it shows, and that it follows. */
import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startOffice, type Office } from '../interop/console.ts'
import { openPhone, type Phone } from '../interop/phone/phone.ts'
import { needs } from '../interop/processes.ts'
import { registerAll } from '../interop/registrations.ts'
import { goTo, openWindowPage, placeNames, startBrowser } from './browser.ts'

const missing = needs('chromium')
const script = readFileSync(new URL('../../resources/scripts/hello-world.cfg', import.meta.url), 'latin1')

describe.skipIf(missing.skip)(`the window${missing.because}`, () => {
  let office: Office
  let browser: Browser
  beforeAll(async () => {
    office = await startOffice({ script })
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser.close()
    await office.stop()
  })

  async function phone(user: string, isAnswering: boolean): Promise<Phone> {
    const opened = await openPhone({
      user,
      outbound: office.sip,
      domain: office.sip,
      ...(isAnswering ? { onCall: (call) => (call.ring(), call.answer()) } : {}),
    })
    expect(await opened.register()).toBe(200)
    return opened
  }

  test('without the link there is a page to enter; the token opens the window and leaves the address', async () => {
    const context = await browser.newContext({ locale: 'en-GB' })
    const page = await context.newPage()
    await page.goto(office.url)
    await page.getByRole('heading', { name: 'Sidetone is running here' }).waitFor()
    await page.getByLabel(/paste the token/).fill('0'.repeat(64))
    await page.getByRole('button', { name: 'Open the window' }).click()
    await page.getByText('This is not the token').waitFor()
    await page.getByLabel(/paste the token/).fill(`${office.url}#${office.token}`)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: /^Working/ }).waitFor()
    expect(page.url()).not.toContain(office.token)
    await page.reload()
    await page.getByRole('heading', { name: /^Working/ }).waitFor()
    await context.close()
  })

  test('an empty office says where it listens; phones and a call appear by themselves', async () => {
    const { page, complaints } = await openWindowPage(browser, office, { language: 'en' })
    await page.getByRole('heading', { name: 'Working, and waiting for the first phone.' }).waitFor()
    await goTo(page, 'phones')
    await page.getByText('No phone has called in yet.').waitFor()
    await page.getByText(`udp 127.0.0.1:${office.sip.port}`).waitFor()

    const anna = await phone('101', false)
    const bernd = await phone('102', true)
    await page.getByRole('button', { name: '101' }).waitFor()
    expect(await page.getByRole('row').count()).toBe(3)
    await goTo(page, 'home')
    await page.getByRole('heading', { name: 'Working. 2 phones are registered.' }).waitFor()

    const call = anna.call('102')
    expect((await call.final)?.status).toBe(200)
    await page.getByText('1 call is going on.').waitFor()
    await goTo(page, 'calls')
    await page.getByText('Talking', { exact: true }).waitFor()
    await page.getByRole('button', { name: '101' }).click()
    const details = page.getByRole('region', { name: 'Call from 101 to 102' })
    await details.getByText('102 answers').waitFor()
    await details.getByText('Caller to Sidetone: Not measured').waitFor({ state: 'attached' })
    await goTo(page, 'phones')
    await expect.poll(() => page.getByText('In a call', { exact: true }).count()).toBe(2)

    await call.hangUp()
    await goTo(page, 'calls')
    await page.getByText('Nobody is on the phone.').waitFor()
    await page.getByText('hung up').waitFor()
    await page.getByRole('searchbox', { name: 'Search ended calls' }).fill('nobody')
    await page.getByText('No call matches your search.').waitFor()
    expect(complaints).toEqual([])
    await anna.close()
    await bernd.close()
    await page.context().close()
  })

  test('a phone is forgotten by one click and said to come back', async () => {
    const { page } = await openWindowPage(browser, office, { language: 'en' })
    const clara = await phone('103', false)
    await goTo(page, 'phones')
    await page.getByRole('button', { name: '103' }).click()
    await page.getByRole('button', { name: 'Forget this phone' }).click()
    await page.getByText('Phone 103 is forgotten.').waitFor()
    await page.getByRole('button', { name: '103' }).waitFor({ state: 'detached' })
    expect(await clara.register()).toBe(200)
    await page.getByRole('button', { name: '103' }).waitFor()
    await clara.close()
    await page.context().close()
  })

  test('the script is changed with its check beside it, applied, and taken back', async () => {
    const { page, complaints } = await openWindowPage(browser, office, { language: 'en' })
    await goTo(page, 'routing')
    await page.getByText('The main route runs for every request:').waitFor()
    await page.getByRole('button', { name: 'Change the script' }).click()
    const field = page.getByLabel('Text of the script')
    const apply = page.getByRole('button', { name: 'Apply the change' })
    await field.fill(script.replace('sl_send_reply("404", "User Not Found")', 'sl_send_repl("404", "Gone")'))
    await page.getByText(/^1 error/).waitFor()
    expect(await apply.isDisabled()).toBe(true)
    await page.getByRole('button', { name: /^Go to line/ }).click()
    expect(await page.evaluate(chosenText)).toContain('sl_send_repl(')
    await field.fill(script.replace('User Not Found', 'Niemand da'))
    await page.getByText('The script can be run.').waitFor()
    await apply.click()
    await page.getByText('The new script runs.').waitFor()
    expect(readFileSync(office.script, 'latin1')).toContain('Niemand da')
    await page.getByRole('button', { name: 'Undo the last change' }).click()
    await page.getByText('The script from before runs again.').waitFor()
    expect(readFileSync(office.script, 'latin1')).toBe(script)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('by keyboard alone: skip, walk the places, open and close the details of a phone', async () => {
    const { page } = await openWindowPage(browser, office, { language: 'en' })
    const dora = await phone('104', false)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await focused(page)).toBe('MAIN')
    await page.keyboard.press('Shift+Tab')
    for (let count = 0; count < 8 && (await focusedText(page)) !== 'Phones'; count += 1) {
      await page.keyboard.press('Shift+Tab')
    }
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Phones', exact: true }).waitFor()
    for (let count = 0; count < 20 && (await focusedText(page)) !== '104'; count += 1) {
      await page.keyboard.press('Tab')
    }
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: 'Details of 104' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('region', { name: 'Details of 104' }).waitFor({ state: 'detached' })
    expect(await focusedText(page)).toBe('104')
    await dora.close()
    await page.context().close()
  })

  test('language and looks are kept, and follow at once', async () => {
    const { page } = await openWindowPage(browser, office)
    await goTo(page, 'settings')
    await page.getByText('Deutsch').click()
    await page.getByRole('heading', { name: 'Einstellungen' }).waitFor()
    expect(await page.evaluate('document.documentElement.lang')).toBe('de')
    await page.getByText('Dunkel').click()
    await page.reload()
    await page.getByRole('link', { name: 'Übersicht' }).waitFor()
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark')
    await page.context().close()
  })

  test(
    '1,000 phones: the list is virtual, and a change is on the screen within a second',
    { timeout: 60_000 },
    async () => {
      const { page } = await openWindowPage(browser, office, { language: 'en' })
      const registrationOf = (index: number): { user: string; contact: string } => ({
        user: String(2_000 + index),
        contact: `sip:${2_000 + index}@127.0.0.1:9`,
      })
      await registerAll(1_000, registrationOf, { target: office.sip, limitMs: 20_000 })
      await goTo(page, 'phones')
      await expect.poll(() => page.getByRole('table').getAttribute('aria-rowcount')).toMatch(/^100\d$/)
      expect(await page.getByRole('row').count()).toBeLessThan(60)
      await page.locator('.body').evaluate((node) => node.scrollTo(0, node.scrollHeight))
      await page.getByRole('button', { name: '2999' }).waitFor()
      const askedAt = performance.now()
      await registerAll(1, () => ({ user: '2999', contact: 'sip:2999@127.0.0.1:10' }), {
        target: office.sip,
        limitMs: 2_000,
      })
      await expect.poll(() => page.getByRole('button', { name: '2999' }).count(), { interval: 20 }).toBe(2)
      expect(performance.now() - askedAt).toBeLessThan(1_000)
      await page.context().close()
    },
  )

  test('when Sidetone ends the window says so, and nothing it showed is lost', async () => {
    const other = await startOffice({ script })
    const { page } = await openWindowPage(browser, other, { language: 'en' })
    await other.program.stop()
    await page.getByText('The connection to Sidetone is gone.').waitFor()
    await page.getByRole('heading', { name: /^Working/ }).waitFor()
    await page.context().close()
    await other.stop()
  })

  test.each(placeNames)('%s is at most two clicks from Home', async (place) => {
    const { page } = await openWindowPage(browser, office, { language: 'en', width: 500 })
    await page.getByRole('button', { name: 'Menu' }).click()
    await page.locator(`nav a[href="#/${place}"]`).last().click()
    await page.locator('main h1').waitFor()
    expect(page.url()).toContain(`#/${place}`)
    await page.context().close()
  })
})

async function focused(page: Page): Promise<unknown> {
  return page.evaluate('document.activeElement?.tagName')
}

async function focusedText(page: Page): Promise<unknown> {
  return page.evaluate('document.activeElement?.textContent?.trim()')
}

/** What is selected in the editor. */
const chosenText = `(() => {
  const { value, selectionStart, selectionEnd } = document.querySelector('#script')
  return value.slice(selectionStart, selectionEnd)
})()`
