import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startBaresip, type Baresip } from '../baresip.ts'
import { freePort, needs, pause } from '../processes.ts'
import { startSubject, type Subject } from '../subject.ts'
import { shareOf } from '../wave.ts'
import { openMediaPage, startChromium, type MediaPage } from './media-page.ts'
import { SipLeg } from './sip-leg.ts'

const script = fileURLToPath(new URL('../../../resources/scripts/nat-relay.cfg', import.meta.url))
const missing = needs('baresip', 'chromium')
const running: { stop(): Promise<void> }[] = []

describe.skipIf(missing.skip)(`a browser through the relay${missing.because}`, () => {
  let subject: Subject
  let browser: Browser
  beforeAll(async () => {
    subject = await startSubject({ script }, 'sidetone')
    browser = await startChromium()
  })
  afterAll(async () => {
    await browser.close()
    await subject.stop()
  })
  afterEach(async () => {
    for (const one of running.splice(0).reverse()) await one.stop()
  })

  test('calls a desk phone: tones both ways', async () => {
    const { page, leg } = await browserPhone('anna', 440)
    const bob = await telephone('bob', 1000)
    await bob.registered(8_000)

    const { dialog, body } = await leg.invite('bob', await page.offer())
    await page.accept(body)
    await heardBy(page, 1000)
    await pause(2_000)
    expect(await leg.bye(dialog)).toBe(200)
    await bob.stop()

    expect(shareOf(bob.heard(), 440)).toBeGreaterThan(0.8)
    const stats = await page.stats()
    expect(stats).toMatchObject({ codec: 'audio/PCMU', lost: 0 })
    expect(stats.received).toBeGreaterThan(80)
  })

  async function browserPhone(user: string, toneHertz: number): Promise<{ page: MediaPage; leg: SipLeg }> {
    const page = await openMediaPage(browser, toneHertz)
    const leg = await SipLeg.open(user, subject)
    running.push({ stop: () => page.close() }, { stop: () => leg.close() })
    return { page, leg }
  }

  async function telephone(user: string, toneHertz: number): Promise<Baresip> {
    const phone = await startBaresip({
      user,
      host: '127.0.0.1',
      port: await freePort(),
      proxy: subject,
      toneHertz,
      answers: 'auto',
      limitMs: 60_000,
    })
    running.push(phone)
    return phone
  }
})

async function heardBy(page: MediaPage, hertz: number): Promise<void> {
  await expect.poll(() => page.shareOf(hertz), { timeout: 8_000, interval: 100 }).toBeGreaterThan(0.8)
}
