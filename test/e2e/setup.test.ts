/** The set-up in a browser, from the first start to a call between two real telephones. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { probePort } from '../../core/io/index.ts'
import { startBaresip } from '../interop/baresip.ts'
import { startOffice, type Office } from '../interop/console.ts'
import { needs } from '../interop/processes.ts'
import { openWindowPage, startBrowser } from './browser.ts'

const missing = needs('chromium', 'baresip')
/** The first start takes the usual port; whoever has it already would be disturbed. */
const isPortFree = (await probePort('127.0.0.1', 5060)) === undefined
const because = missing.because === '' && !isPortFree ? ' (skipped: port 5060 is taken)' : missing.because

describe.skipIf(missing.skip || !isPortFree)(`the set-up${because}`, () => {
  let browser: Browser
  let office: Office
  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser.close()
  })
  beforeEach(async () => {
    office = await startOffice({ listen: [] })
  })
  afterEach(async () => {
    await office.stop()
  })

  function data(file: string): string {
    return join(office.folder, 'data', file)
  }

  async function chooseThisComputer(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Show others' }).click()
    await page.getByRole('radio', { name: /127\.0\.0\.1/ }).check()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: 'Let phones reach this computer' }).waitFor()
  }

  test('from the first start to a call in eight clicks', async () => {
    const { page, complaints } = await openWindowPage(browser, office, { language: 'en' })
    await page.evaluate(`
      globalThis.clicks = 0
      addEventListener('click', (event) => { if (event.isTrusted && event.detail > 0) globalThis.clicks++ }, true)
    `)
    await page.getByRole('link', { name: /set Sidetone up/ }).click()
    await chooseThisComputer(page)
    await page.getByText('Phones can call in at port 5060.').waitFor()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByLabel('Name').first().fill('Anna')
    await page.getByRole('button', { name: 'Switch Sidetone on' }).click()
    await page.getByText('It starts like this from now on.').waitFor()
    const text = await page.locator('main').innerText()
    const passwords = Array.from(text.matchAll(/Password\s+(\S{12,})/g), ([, password = '']) => password)
    expect(passwords).toHaveLength(2)
    const phones = await Promise.all(
      ['101', '102'].map((user, index) =>
        startBaresip({
          user,
          host: `127.0.0.${31 + index}`,
          proxy: { host: '127.0.0.1', port: 5060 },
          toneHertz: 400 + 300 * index,
          answers: 'auto',
          password: passwords[index] ?? '',
          limitMs: 60_000,
        }),
      ),
    )
    try {
      await Promise.all(phones.map((phone) => phone.registered(10_000)))
      await expect.poll(() => page.getByText('Registered', { exact: true }).count()).toBe(2)
      phones[0]?.dial('102')
      await page.getByText('It works: two phones have talked.').waitFor()
    } finally {
      await Promise.all(phones.map((phone) => phone.stop()))
    }
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('heading', { name: /^Working/ }).waitFor()
    expect(Number(await page.evaluate('globalThis.clicks'))).toBeLessThanOrEqual(8)
    expect(existsSync(data('setup-draft.json'))).toBe(false)
    expect(readFileSync(data('ser.cfg'), 'utf8')).toContain('listen=127.0.0.1\nport=5060')
    for (const password of passwords) {
      expect(readFileSync(data('people.json'), 'utf8')).not.toContain(password)
      expect(readFileSync(data('setup.json'), 'utf8')).not.toContain(password)
    }
    expect(complaints).toEqual([])
  }, 90_000)

  test('a set-up that is left half-way changes nothing and goes on at the same step', async () => {
    const { page } = await openWindowPage(browser, office, { language: 'en' })
    await page.evaluate("location.hash = '#/setup'")
    await chooseThisComputer(page)
    expect(existsSync(data('setup.json')) || existsSync(data('ser.cfg'))).toBe(false)
    await page.reload()
    await page.getByRole('heading', { name: 'Let phones reach this computer' }).waitFor()
    await page.getByText('Phones can call in at port 5060.').waitFor()
  }, 60_000)
})
