/** Every view for everybody: axe in both themes and languages, narrow pages, large text, the made-up language. */
import { readFileSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startOffice, type Office } from '../interop/console.ts'
import { openPhone, type Phone } from '../interop/phone/phone.ts'
import { needs, pause } from '../interop/processes.ts'
import { goTo, openWindowPage, startBrowser, viewNames } from './browser.ts'

const missing = needs('chromium')
const script = readFileSync(new URL('../../resources/scripts/hello-world.cfg', import.meta.url), 'latin1')

describe.skipIf(missing.skip)(`the looks${missing.because}`, () => {
  let busy: Office
  let empty: Office
  let browser: Browser
  const phones: Phone[] = []

  beforeAll(async () => {
    busy = await startOffice({ script })
    empty = await startOffice()
    browser = await startBrowser()
    for (const user of ['101', '102', '103']) {
      const phone = await openPhone({
        user,
        outbound: busy.sip,
        domain: busy.sip,
        onCall: (call) => (call.ring(), call.answer()),
      })
      await phone.register()
      phones.push(phone)
    }
    await phones[0]!.call('102').final
    const ended = phones[2]!.call('101')
    await ended.final
    await ended.hangUp()
    await phones[0]!.call('nobody').final
  })
  afterAll(async () => {
    await browser.close()
    await Promise.all(phones.map((phone) => phone.close()))
    await busy.stop()
    await empty.stop()
  })

  const views = (['light', 'dark'] as const).flatMap((theme) =>
    (['en', 'de'] as const).map((language) => ({ theme, language })),
  )
  test.each(views)('axe finds nothing serious in any view: $theme, $language', async (wishes) => {
    for (const office of [busy, empty]) {
      const { page } = await openWindowPage(browser, office, wishes)
      for (const view of viewNames) {
        await goTo(page, view)
        await expectNoViolations(page, view)
      }
      if (office === busy) {
        await goTo(page, 'phones')
        await page.locator('.body button').first().click()
        await expectNoViolations(page, 'details of a phone')
        await goTo(page, 'calls')
        await page.locator('.body button').first().click()
        await page.locator('details summary').first().click()
        await expectNoViolations(page, 'details of a call')
        await goTo(page, 'routing')
        await page.locator('main form button').first().click()
        await page.locator('main form + [role=status]').waitFor()
        await expectNoViolations(page, 'the trial call')
        await page.locator('.actions button').first().click()
        await page.locator('textarea').waitFor()
        await expectNoViolations(page, 'the editor')
      }
      await page.context().close()
    }
  })

  test('axe finds nothing serious where one enters, nor with high contrast', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(empty.url)
    await page.locator('main h1').waitFor()
    await expectNoViolations(page, 'the entrance')
    await context.close()
    const high = await openWindowPage(browser, busy, { contrast: 'more' })
    await expectNoViolations(high.page, 'home with contrast')
    await high.page.context().close()
  })

  test.each([
    ['320 px', 320, 640],
    ['200 % of 1280 × 1024', 640, 512],
    ['360 px', 360, 740],
    ['4K', 3840, 2160],
  ])('nothing overflows in the longest language at %s', async (_what, width, height) => {
    for (const office of [busy, empty]) {
      for (const language of ['de', 'pseudo'] as const) {
        const { page } = await openWindowPage(browser, office, { width, height, language })
        for (const view of viewNames) {
          await goTo(page, view)
          await pause(100)
          expect(await overflowing(page), `${view} ${language}`).toEqual([])
        }
        await page.context().close()
      }
    }
  })

  test('every text of the window is in the catalogue', async () => {
    for (const office of [busy, empty]) {
      const { page } = await openWindowPage(browser, office, { language: 'pseudo' })
      for (const view of viewNames) {
        await goTo(page, view)
        await pause(100)
        expect(await foreignTexts(page), view).toEqual([])
      }
      await page.context().close()
    }
  })

  test('with reduced motion nothing moves', async () => {
    const { page } = await openWindowPage(browser, busy)
    await page.emulateMedia({ reducedMotion: 'reduce' })
    expect(await page.evaluate('document.getAnimations().length')).toBe(0)
    await page.context().close()
  })
})

async function expectNoViolations(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const found = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(' | ')}`)
  expect(found, what).toEqual([])
}

/** What sticks out of the page or of its own box, with its text. */
async function overflowing(page: Page): Promise<unknown> {
  return page.evaluate(`(() => {
    const found = []
    const width = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth > width) found.push('the page itself')
    for (const node of document.querySelectorAll('main *, nav *')) {
      const box = node.getBoundingClientRect()
      const isShown = box.width > 0 && node.closest('.unseen, [hidden]') === null
      if (isShown && (box.right > width + 1 || box.left < -1)) found.push(node.outerHTML.slice(0, 120))
    }
    return found.slice(0, 5)
  })()`)
}

/** Texts and names with letters that are neither of the made-up language nor facts. */
async function foreignTexts(page: Page): Promise<unknown> {
  return page.evaluate(`(() => {
    const isOurs = (text) => !/[a-z]{2}/i.test(text.replace(/⟦[^⟧]*⟧/g, '')) 
    const found = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
      const node = walker.currentNode
      if (node.parentElement.closest('[translate=no], script, style') !== null) continue
      if (!isOurs(node.textContent)) found.push(node.textContent.trim())
    }
    for (const node of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]')) {
      if (node.closest('[translate=no]') !== null) continue
      for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
        const text = node.getAttribute(name)
        if (text !== null && !isOurs(text)) found.push(name + ': ' + text)
      }
    }
    return [...new Set(found)].slice(0, 10)
  })()`)
}
