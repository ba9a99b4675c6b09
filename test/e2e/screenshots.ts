/** Photographs each view, light and dark, into resources/screenshots: `npm run screenshots`. */
import { mkdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startOffice } from '../interop/console.ts'
import { openPhone, type Phone } from '../interop/phone/phone.ts'
import { pause } from '../interop/processes.ts'
import { registerAll } from '../interop/registrations.ts'
import { goTo, openWindowPage, placeNames, startBrowser, type LookWishes } from './browser.ts'

const script = readFileSync(new URL('../../resources/scripts/hello-world.cfg', import.meta.url), 'latin1')
const folder = fileURLToPath(new URL('../../resources/screenshots/', import.meta.url))
const sizes = [
  { name: 'wide', width: 1280, height: 900 },
  { name: 'narrow', width: 360, height: 740 },
] as const

mkdirSync(folder, { recursive: true })
const office = await startOffice({ script })
const fresh = await startOffice()
const browser = await startBrowser()
const phones: Phone[] = []
for (const user of ['101', '102', '103', '104']) {
  const phone = await openPhone({
    user,
    outbound: office.sip,
    domain: office.sip,
    onCall: (call) => {
      call.ring()
      if (user !== '104') call.answer()
    },
  })
  await phone.register()
  phones.push(phone)
}
await registerAll(
  6,
  (index) => ({ user: String(201 + index), contact: `sip:${201 + index}@192.168.1.${40 + index}:5060` }),
  { target: office.sip, limitMs: 2_000 },
)
const [anna, , clara] = phones as [Phone, Phone, Phone]
const ended = anna.call('103')
await ended.final
await pause(1_200)
await ended.hangUp()
await anna.call('nobody').final
await anna.call('102').final
void clara.call('104').final

for (const theme of ['light', 'dark'] as const) {
  for (const { name, width, height } of sizes) {
    const language = name === 'narrow' ? 'de' : 'en'
    const { page } = await openWindowPage(browser, office, { theme, width, height, language })
    for (const place of placeNames) {
      await goTo(page, place)
      await pause(250)
      await page.screenshot({ path: `${folder}${place}-${theme}-${name}.png` })
    }
    if (name === 'wide') {
      await goTo(page, 'calls')
      await page.locator('.body button').first().click()
      await page.locator('details summary').first().click()
      await page.screenshot({ path: `${folder}call-details-${theme}-${name}.png` })
      await page.keyboard.press('Escape')
      await goTo(page, 'routing')
      await page.locator('main form button').first().click()
      await page.locator('main form + [role=status]').waitFor()
      await page.screenshot({ path: `${folder}routing-trial-${theme}-${name}.png` })
      await page.locator('.actions button').first().click()
      const editor = page.locator('textarea')
      await editor.fill(script.replace('t_relay()', 't_rely()'))
      await page.getByText(/^1 error/).waitFor()
      await page.screenshot({ path: `${folder}routing-edit-${theme}-${name}.png` })
    }
    await page.context().close()
    await photographSetup({ theme, width, height, language }, `${theme}-${name}`)
  }
}
await browser.close()
await Promise.all(phones.map((phone) => phone.close()))
await office.stop()
await fresh.stop()

/** The first start, before anybody has chosen anything. */
async function photographSetup(wishes: LookWishes, suffix: string): Promise<void> {
  const { page } = await openWindowPage(browser, fresh, wishes)
  await goTo(page, 'setup')
  const address = page.getByRole('radio', { name: /127\.0\.0\.1/ })
  if (!(await address.isVisible())) await page.locator('main button').first().click()
  await address.check()
  await page.screenshot({ path: `${folder}setup-network-${suffix}.png` })
  await goTo(page, 'home')
  await goTo(page, 'setup?protect')
  await page.screenshot({ path: `${folder}setup-people-${suffix}.png` })
  await page.context().close()
}
