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
const browserOffer = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 0',
  'c=IN IP4 0.0.0.0',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:abcdefghijklmnopqrstuv',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
  'a=setup:actpass',
  'a=rtcp-mux',
  '',
].join('\r\n')
const running: { stop(): Promise<void> }[] = []

describe.skipIf(missing.skip)(`a browser through the relay${missing.because}`, () => {
  let subject: Subject
  let browser: Browser
  let busy: SipLeg
  beforeAll(async () => {
    subject = await startSubject({ script }, 'sidetone')
    busy = await SipLeg.open('busy', subject)
    browser = await startChromium()
  })
  afterAll(async () => {
    await browser.close()
    await busy.close()
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

  test('is called by a desk phone, holds and is held, and takes the call up again', async () => {
    const { page, leg } = await browserPhone('anna', 440)
    const bob = await telephone('bob', 1000)
    await bob.registered(8_000)

    const serving = leg.serve('INVITE', (offer) => page.answer(offer))
    bob.dial('anna')
    const dialog = await serving
    await heardBy(page, 1000)

    // Held by the browser: it sends on, and is sent nothing.
    await page.accept(await leg.reinvite(dialog, await page.offer({ direction: 'sendonly' })))
    await silentAt(page)
    await page.accept(await leg.reinvite(dialog, await page.offer({ direction: 'sendrecv' })))
    await heardBy(page, 1000)

    const held = leg.serve('INVITE', (offer) => page.answer(offer))
    bob.command('hold')
    await held
    await silentAt(page)
    const resumed = leg.serve('INVITE', (offer) => page.answer(offer))
    bob.command('resume')
    await resumed
    await heardBy(page, 1000)
    expect(await leg.bye(dialog)).toBe(200)
    await bob.stop()
    expect(shareOf(bob.heard(), 440)).toBeGreaterThan(0.8)
  })

  test('restarts ICE in mid-call: not a packet is lost, the handshake is the same', async () => {
    const { page, leg } = await browserPhone('anna', 440)
    const bob = await telephone('bob', 1000)
    await bob.registered(8_000)
    const { dialog, body } = await leg.invite('bob', await page.offer())
    await page.accept(body)
    await heardBy(page, 1000)

    const answers = [body]
    for (let n = 0; n < 3; n++) {
      const answer = await leg.reinvite(dialog, await page.offer({ isRestart: true }))
      await page.accept(answer)
      answers.push(answer)
      await pause(700)
    }
    await heardBy(page, 1000)

    expect(new Set(answers.map((answer) => /a=ice-ufrag:(.*)/.exec(answer)?.[1])).size).toBe(4)
    const before = await page.stats()
    await pause(1_000)
    const stats = await page.stats()
    expect(stats.received - before.received).toBeGreaterThan(40)
    expect(stats.lost).toBe(0)
    expect(await leg.bye(dialog)).toBe(200)
  })

  test('two browsers: both ends by handshake, Opus passed on', async () => {
    const anna = await browserPhone('anna', 440)
    const emil = await browserPhone('emil', 1000)

    const serving = emil.leg.serve('INVITE', (offer) => emil.page.answer(offer))
    const { dialog, body } = await anna.leg.invite('emil', await anna.page.offer())
    await anna.page.accept(body)
    await serving
    await Promise.all([heardBy(anna.page, 1000), heardBy(emil.page, 440)])

    expect(await anna.page.stats()).toMatchObject({ codec: 'audio/opus', lost: 0 })
    const ended = emil.leg.serve('BYE', () => Promise.resolve(''))
    expect(await anna.leg.bye(dialog)).toBe(200)
    await ended
  })

  async function browserPhone(user: string, toneHertz: number): Promise<{ page: MediaPage; leg: SipLeg }> {
    const page = await openMediaPage(browser, toneHertz)
    const leg = await SipLeg.open(user, subject)
    running.push({ stop: () => page.close() }, { stop: () => leg.close() })
    // By UDP nothing tells a browser but what it says itself: an offer, to somebody who is busy.
    const [refusal] = await Promise.all([
      leg.invite('busy', browserOffer).then(() => 'answered', String),
      busy.refuse(),
    ])
    expect(refusal).toContain('486')
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

async function silentAt(page: MediaPage): Promise<void> {
  const arrives = async (): Promise<number> => {
    const { received } = await page.stats()
    await pause(300)
    return (await page.stats()).received - received
  }
  await expect.poll(arrives, { timeout: 20_000, interval: 100 }).toBe(0)
}

async function heardBy(page: MediaPage, hertz: number): Promise<void> {
  const giveUpAt = performance.now() + 20_000
  let share = 0
  while (performance.now() < giveUpAt) {
    share = await page.shareOf(hertz)
    if (share > 0.8) return
    await pause(100)
  }
  throw new Error(`${hertz} Hz have a share of ${share}; ${JSON.stringify(await page.stats())}`)
}
