/** T79: SIP text that would be markup, a command for a terminal, or a turn of direction stays text in every view. */
import { readFileSync } from 'node:fs'
import { createSocket } from 'node:dgram'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startOffice, type Office } from '../interop/console.ts'
import { needs, pause } from '../interop/processes.ts'
import { goTo, openWindowPage, placeNames, startBrowser } from './browser.ts'

const missing = needs('chromium')
const script = readFileSync(new URL('../../resources/scripts/hello-world.cfg', import.meta.url), 'latin1')
const markup = '<img/src=x/onerror=window.owned=1><script>window.owned=1</script>'
/** A right-to-left override and what follows it, in UTF-8 octets. */
const turned = 'Anna\u202egnp.exe'
const escaped = encodeURIComponent(markup).replaceAll("'", '%27')

function octets(lines: readonly string[]): Buffer {
  return Buffer.from([...lines, 'Content-Length: 0', '', ''].join('\r\n'), 'utf8')
}

describe.skipIf(missing.skip)(`hostile text${missing.because}`, () => {
  let office: Office
  let browser: Browser

  beforeAll(async () => {
    office = await startOffice({ script })
    browser = await startBrowser()
    const socket = createSocket('udp4')
    const bound = new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
    await bound
    const { port } = socket.address()
    const domain = `127.0.0.1:${office.sip.port}`
    const common = (branch: string, callId: string): string[] => [
      `Via: SIP/2.0/UDP 127.0.0.1:${port};rport;branch=z9hG4bK${branch}`,
      `Call-ID: ${callId}`,
      'Max-Forwards: 70',
    ]
    const messages = [
      ...[markup, turned, 'a\u001b[31m\u0007b', '"><svg onload=window.owned=1>'].map((agent, index) =>
        octets([
          `REGISTER sip:${domain} SIP/2.0`,
          ...common(`r${index}`, `r${index}`),
          `From: "${markup.replaceAll('"', '')}" <sip:20${index}@${domain}>;tag=a`,
          `To: <sip:20${index}@${domain}>`,
          'CSeq: 1 REGISTER',
          `Contact: <sip:20${index}@127.0.0.1:${port};x=${escaped}>;expires=600`,
          `User-Agent: ${agent}`,
        ]),
      ),
      octets([
        `INVITE sip:200@${domain} SIP/2.0`,
        ...common('i1', `${markup.replaceAll('/', '')}@x`),
        `From: "${markup}" <sip:${escaped}@${domain}>;tag=b`,
        `To: <sip:200@${domain}>`,
        'CSeq: 1 INVITE',
        `Contact: <sip:x@127.0.0.1:${port}>`,
      ]),
      octets([
        `INVITE sip:201@${domain} SIP/2.0`,
        ...common('i2', 'i2'),
        `From: <sip:${escaped}@${domain}>;tag=b`,
        `To: ${markup}`,
        `CSeq: ${markup}`,
      ]),
    ]
    for (const message of messages) socket.send(message, office.sip.port, office.sip.host)
    socket.on('message', (answer) => {
      // The call ends with a reason phrase of the callee's choice.
      const text = answer.toString('latin1')
      if (!text.startsWith('INVITE')) return
      const lines = text.split('\r\n').filter((line) => /^(via|from|to|call-id|cseq):/i.test(line))
      const reply = [
        `SIP/2.0 486 ${markup}`,
        ...lines.map((line) => (/^to:/i.test(line) ? `${line};tag=z` : line)),
      ]
      setTimeout(() => socket.send(octets(reply), office.sip.port, office.sip.host), 4_000)
    })
    await pause(300)
  })
  afterAll(async () => {
    await browser.close()
    await office.stop()
  })

  test.each(placeNames)('%s shows it and runs none of it', async (place) => {
    const { page, complaints } = await openWindowPage(browser, office, { language: 'en' })
    await goTo(page, place)
    await pause(200)
    if (place === 'phones' || place === 'calls') {
      for (const button of await page.locator('.body button').all()) {
        await button.click()
        await page.keyboard.press('Escape')
      }
    }
    expect(await page.evaluate('window.owned')).toBeUndefined()
    expect(await page.locator('main img, main script, main svg[onload]').count()).toBe(0)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('the names stand there as they came, with what is invisible made visible', async () => {
    const { page } = await openWindowPage(browser, office, { language: 'en' })
    await goTo(page, 'phones')
    await page.getByText(markup.slice(0, 40)).first().waitFor()
    await page.getByText('Anna\\u202egnp.exe').waitFor()
    await page.getByText('a␛[31m␇b').waitFor()
    expect(await page.locator('main').innerText()).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u001b]/)
    await page.context().close()
  })

  test('what an attacker writes into the page does not run either', async () => {
    const { page } = await openWindowPage(browser, office, { language: 'en' })
    await page.evaluate(`{
      const script = document.createElement('script')
      script.textContent = 'window.owned = 1'
      document.body.append(script)
      const link = document.createElement('div')
      link.innerHTML = '<b onclick="window.owned = 2">x</b>'
      document.body.append(link)
      link.firstChild.click()
    }`)
    expect(await page.evaluate('window.owned')).toBeUndefined()
    await page.context().close()
  })
})

test('no source of the window writes markup from text', async () => {
  const { globSync } = await import('node:fs')
  for (const path of globSync('renderer/**/*.{svelte,ts}')) {
    expect(readFileSync(path, 'utf8'), path).not.toMatch(
      /\{@html|innerHTML|outerHTML|insertAdjacentHTML|document\.write/,
    )
  }
})
