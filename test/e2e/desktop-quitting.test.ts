/** How the desktop program is closed, quit and started, over the stand-in for Electron. */
import { describe, expect, test } from 'vitest'
import { openPhone } from '../interop/phone/phone.ts'
import { needs } from '../interop/processes.ts'
import { isWorking, startDesktop } from './desktop.ts'

const missing = needs('chromium')

describe.skipIf(missing.skip)(`closing and quitting${missing.because}`, () => {
  test('the cross asks once, keeps the office running, and is remembered; quitting with phones asks', async () => {
    const desktop = await startDesktop()
    await isWorking(desktop)
    const phone = await openPhone({ user: '101', outbound: desktop.sip, domain: desktop.sip })
    expect(await phone.register()).toBe(200)
    await desktop.until(({ electron }) => electron.powerSaveBlocker.count() === 1)
    await desktop.run(({ electron, window }) => {
      electron.answers.push(0)
      window().close()
    })
    await desktop.until(({ window }) => !window().isShown)
    await desktop.run(({ electron, window }) => {
      window().show()
      window().close()
      electron.Tray.last?.emit('click')
    })
    expect(await desktop.run(({ window }) => window().isShown)).toBe(true)
    expect(await desktop.run(({ askedFor }) => askedFor('showMessageBox').length)).toBe(1)
    expect(await phone.register()).toBe(200)

    await desktop.run(({ electron }) => electron.app.quit())
    await desktop.until(({ askedFor }) => askedFor('showMessageBox').length === 2)
    const [, question] = await desktop.run(
      ({ askedFor }) => askedFor('showMessageBox') as { detail: string }[],
    )
    expect(question?.detail).toBe('Phones that will stop working: 1.')
    expect(await phone.register()).toBe(200)
    await desktop.run(({ electron }) => {
      electron.answers.push(1)
      electron.app.quit()
    })
    expect(await desktop.exited).toBe(0)
    await phone.close()
    await desktop.stop()
  })

  test('P19: a signal ends it within three seconds without a question; a new one finds the window where it was', async () => {
    const first = await startDesktop()
    await isWorking(first)
    const phone = await openPhone({ user: '101', outbound: first.sip, domain: first.sip })
    expect(await phone.register()).toBe(200)
    await first.until(({ electron }) => electron.powerSaveBlocker.count() === 1)
    await first.run(({ electron, window }) => {
      window().options.width = 700
      window().emit('resize')
      electron.screen.displays.push({ workArea: { x: 1920, y: 0, width: 800, height: 600 } })
    })
    const startedAt = performance.now()
    process.kill(first.pid, 'SIGTERM')
    expect(await first.exited).toBe(0)
    expect(performance.now() - startedAt).toBeLessThan(3_000)

    const second = await startDesktop({ folder: first.folder, port: first.sip.port, locale: 'de-DE' })
    await second.until(
      async ({ page }) =>
        (await page()
          .getByRole('heading', { name: /Telefon/ })
          .count()) > 0,
    )
    const [options] = await second.run(({ askedFor }) => askedFor('BrowserWindow') as { width: number }[])
    expect(options?.width).toBe(700)
    expect(await second.run(({ electron }) => electron.Tray.last?.menu.at(-1)?.label)).toBe(
      'Sidetone beenden',
    )
    await phone.close()
    await second.stop()
    await first.stop()
  })

  test('started at sign-in it shows no window until somebody wants it', async () => {
    const desktop = await startDesktop({ words: ['--hidden'] })
    await desktop.until(({ electron }) => electron.Tray.last !== undefined)
    expect(await desktop.run(({ askedFor }) => askedFor('BrowserWindow').length)).toBe(0)
    await desktop.run(({ electron }) => electron.Tray.last?.emit('click'))
    await isWorking(desktop)
    await desktop.stop()
  })

  test('a port that is taken is told with its owner; the user tries again, or gives up and it ends', async () => {
    const first = await startDesktop({ words: ['--hidden'] })
    await first.until(({ electron }) => electron.Tray.last !== undefined)
    const second = await startDesktop({ port: first.sip.port, words: ['--hidden'] })
    expect(await second.exited).toBe(1)
    await Promise.all([first.stop(), second.stop()])
  })
})
