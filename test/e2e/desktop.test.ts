/**
 * The desktop program as it is built, over a stand-in for Electron: what it asks of Electron, and that its window works
 * over its port. What Electron itself does with the settings is not shown here.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPhone } from '../interop/phone/phone.ts'
import { needs } from '../interop/processes.ts'
import { forget, isWorking, startDesktop, type Desktop } from './desktop.ts'

const missing = needs('chromium')

describe.skipIf(missing.skip)(`the desktop program${missing.because}`, () => {
  let desktop: Desktop
  beforeAll(async () => {
    desktop = await startDesktop()
    await isWorking(desktop)
  })
  afterAll(() => desktop.stop())

  test('T90: every window is isolated, sandboxed and without Node, and so is what its page sees', async () => {
    const windows = await desktop.run(({ askedFor }) => askedFor('BrowserWindow'))
    expect(windows).toHaveLength(1)
    for (const window of windows) {
      expect(window).toMatchObject({
        webPreferences: {
          contextIsolation: true,
          sandbox: true,
          webSecurity: true,
          nodeIntegration: false,
          nodeIntegrationInWorker: false,
          nodeIntegrationInSubFrames: false,
          allowRunningInsecureContent: false,
          experimentalFeatures: false,
          webviewTag: false,
          navigateOnDragDrop: false,
        },
      })
      expect(window).not.toHaveProperty('webPreferences.enableBlinkFeatures')
      expect(window).not.toHaveProperty('webPreferences.additionalArguments')
    }
    expect(await desktop.run(({ askedFor }) => askedFor('enableSandbox').length)).toBe(1)
    const seen = await desktop.run(({ page }) =>
      page().evaluate('[typeof process, typeof require, typeof module, typeof Buffer, typeof global]'),
    )
    expect(seen).toEqual(Array.from({ length: 5 }, () => 'undefined'))
  })

  test('T93: each answer carries the policy; no violation, and what is injected does not run', async () => {
    const complaints = await desktop.run(({ askedFor }) => [
      ...askedFor('page error'),
      ...askedFor('network request'),
    ])
    expect(complaints).toEqual([])
    const answers = await desktop.run(async ({ page }) => {
      const paths = ['/index.html', '/nothing', '/..%2f..%2fpackage.json', '/enter/index.html']
      return page().evaluate<[number, string, string][]>(
        `Promise.all(${JSON.stringify(paths)}.map(async (path) => {
          const { status, headers } = await fetch(path)
          return [status, headers.get('content-security-policy'), headers.get('x-content-type-options')]
        }))`,
      )
    })
    expect(answers.map(([status]) => status)).toEqual([200, 404, 404, 200])
    for (const [, policy, sniff] of answers) {
      expect(policy).toMatch(/^default-src 'none'; script-src 'self';/)
      expect(policy).toMatch(/frame-ancestors 'none'$/)
      expect(sniff).toBe('nosniff')
    }
    const hasRun = await desktop.run(async ({ page }) => {
      await page().evaluate(`
        const script = document.createElement('script')
        script.textContent = 'window.injected = 1'
        document.body.append(script)
        const image = document.createElement('div')
        image.innerHTML = '<img src="/nothing.png" onerror="window.injected = 2">'
        document.body.append(image)`)
      await new Promise((resolve) => setTimeout(resolve, 300))
      const injected = await page().evaluate('window.injected ?? 0')
      await page().evaluate('document.body.lastElementChild.remove()')
      return injected
    })
    expect(hasRun).toBe(0)
  })

  test('T91: a port goes to the main frame of our own page, and to nobody else', async () => {
    const given = await desktop.run(({ electron, window }) => {
      const { webContents } = window()
      const ours = webContents.mainFrame as object
      const ports: string[] = []
      const frame = (fields: object): object => ({
        ...ours,
        postMessage: () => void ports.push(JSON.stringify(fields)),
        ...fields,
      })
      const senders: [object, object | null][] = [
        [webContents, frame({ parent: ours })],
        [webContents, frame({ origin: 'https://evil.example' })],
        [webContents, frame({ origin: 'null' })],
        [webContents, frame({ origin: 'app://sidetone.evil.example' })],
        [{}, frame({})],
        [webContents, null],
      ]
      for (const [sender, senderFrame] of senders)
        electron.ipcMain.emit('sidetone-port', { sender, senderFrame, ports: [] }, { __proto__: 1 })
      return { ports, channels: electron.ipcMain.eventNames() }
    })
    expect(given).toEqual({ ports: [], channels: ['sidetone-port'] })
    const log = readFileSync(join(desktop.folder, 'logs', 'sidetone.log'), 'utf8')
    expect(log.match(/and refused/g)).toHaveLength(6)
  })

  test('T91: what comes through the port is checked, whatever it is', async () => {
    const answers = await desktop.run(async ({ electron, window }) => {
      const got: unknown[] = []
      const frame = {
        ...(window().webContents.mainFrame as object),
        origin: 'app://sidetone',
        parent: null,
        postMessage: (_: string, __: unknown, [port]: [InstanceType<typeof electron.MessagePortMain>]) => {
          port.on('message', ({ data }: { data: unknown }) => got.push(data))
          port.start()
          const hostile = [
            undefined,
            null,
            7,
            'text',
            { kind: 'call', id: 1, command: 'constructor', takes: {} },
            { kind: 'call', id: 2, command: '__proto__', takes: {} },
            {
              kind: 'call',
              id: 3,
              command: 'apply-script',
              takes: { text: 'x'.repeat(10_000_000), revision: '' },
            },
            { kind: 'call', id: 4, command: 'call-history', takes: { from: '0', count: {}, search: [] } },
            { kind: 'watch', id: 5, topic: 'toString' },
          ]
          for (const message of hostile) port.postMessage(message)
        },
      }
      electron.ipcMain.emit('sidetone-port', { sender: window().webContents, senderFrame: frame, ports: [] })
      await new Promise((resolve) => setTimeout(resolve, 300))
      return got.map((answer) => (answer as { failure?: { code: string } }).failure?.code)
    })
    expect(answers).toEqual([
      ...Array.from({ length: 4 }, () => 'malformed-message'),
      ...['unknown-command', 'unknown-command', 'bad-input', 'bad-input', 'unknown-command'],
    ])
    // The window gets its port back when it is loaded again.
    await desktop.run(({ page }) => page().evaluate('location.reload()'))
    await isWorking(desktop)
  })

  test('T92: the page stays where it is and opens nothing; links go to the browser, if their host is known', async () => {
    const outcome = await desktop.run(async ({ askedFor, page }) => {
      const opened = [
        'https://www.rfc-editor.org/rfc/rfc3261',
        'https://evil.example/',
        'http://www.rfc-editor.org/',
        'https://www.rfc-editor.org.evil.example/',
        'https://www.rfc-editor.org@evil.example/',
        'file:///etc/passwd',
        'app://sidetone/index.html',
      ]
      for (const url of opened) await page().evaluate(`void window.open(${JSON.stringify(url)}, '_blank')`)
      for (const url of [
        'https://evil.example/',
        'app://other/',
        'file:///etc/passwd',
        'javascript:window.moved=1',
      ])
        await page().evaluate(`void (location.href = ${JSON.stringify(url)})`)
      await page().evaluate(`
        const frame = document.createElement('iframe')
        frame.src = 'https://evil.example/'
        document.body.append(frame)`)
      await new Promise((resolve) => setTimeout(resolve, 500))
      await page().evaluate(`document.querySelector('iframe').remove()`)
      return {
        external: askedFor('openExternal'),
        answers: askedFor('window.open').map((one) => (one as { answer: unknown }).answer),
        went: askedFor('navigation').filter((one) => !(one as { isPrevented: boolean }).isPrevented),
        url: page().url(),
        moved: await page().evaluate('typeof window.moved'),
      }
    })
    expect(outcome.external).toEqual(['https://www.rfc-editor.org/rfc/rfc3261'])
    expect(outcome.answers.length).toBeGreaterThan(3)
    for (const answer of outcome.answers) expect(answer).toEqual({ action: 'deny' })
    expect(outcome.went).toEqual([
      { url: 'app://sidetone/index.html', isMainFrame: true, isPrevented: false },
    ])
    expect(outcome.url).toMatch(/^https:\/\/sidetone\/index\.html/)
    expect(outcome.moved).toBe('undefined')
    await isWorking(desktop)
  })

  test('T92: a webview is never attached, and a redirect never followed', async () => {
    const prevented = await desktop.run(({ window }) => {
      const results: boolean[] = []
      for (const name of ['will-attach-webview', 'will-redirect']) {
        const event = {
          url: 'app://sidetone/index.html',
          isMainFrame: true,
          preventDefault: () => void results.push(true),
        }
        window().webContents.emit(name, event, {}, {})
      }
      return results
    })
    expect(prevented).toEqual([true, true])
  })

  test('T94: our own page may use microphone and loudspeaker; nobody may do anything else', async () => {
    const granted = await desktop.run(({ electron, window }) => {
      const { webContents } = window()
      const request = electron.rights['request'] as unknown as (
        contents: object,
        permission: string,
        answer: (isGranted: boolean) => void,
        details: object,
      ) => void
      const check = electron.rights['check'] as unknown as (
        contents: object,
        permission: string,
        origin: string,
        details: object,
      ) => boolean
      const permissions = [
        ...[
          'media',
          'speaker-selection',
          'notifications',
          'geolocation',
          'usb',
          'serial',
          'hid',
          'midi',
          'midiSysex',
        ],
        ...[
          'clipboard-read',
          'display-capture',
          'fullscreen',
          'openExternal',
          'fileSystem',
          'idle-detection',
        ],
        ...['pointerLock', 'window-management', 'storage-access', 'local-fonts', 'mediaKeySystem', 'unknown'],
      ]
      const pages = ['app://sidetone/index.html', 'https://evil.example/', 'app://other/index.html']
      const asked: string[] = []
      for (const url of pages) {
        for (const permission of permissions) {
          for (const kind of permission === 'media' ? ['audio', 'video'] : ['-']) {
            const origin = url.split('/').slice(0, 3).join('/') + '/'
            const details = {
              isMainFrame: true,
              requestingUrl: url,
              ...(kind === '-' ? {} : { mediaTypes: [kind], mediaType: kind }),
            }
            const words = `${permission} ${kind} ${origin}`
            request(
              webContents,
              permission,
              (isGranted) => isGranted && asked.push(`request ${words}`),
              details,
            )
            if (check(webContents, permission, origin, details)) asked.push(`check ${words}`)
          }
        }
      }
      request(webContents, 'media', (isGranted) => isGranted && asked.push('both'), {
        isMainFrame: true,
        requestingUrl: pages[0],
        mediaTypes: ['audio', 'video'],
      })
      request(webContents, 'media', (isGranted) => isGranted && asked.push('a frame'), {
        isMainFrame: false,
        requestingUrl: pages[0],
        mediaTypes: ['audio'],
      })
      const device = electron.rights['device'] as unknown as (details: object) => boolean
      if (device({ deviceType: 'usb', origin: 'app://sidetone' })) asked.push('device')
      return asked
    })
    const rights = ['media audio', 'speaker-selection -', 'notifications -']
    expect(granted).toEqual(
      rights.flatMap((right) => ['request', 'check'].map((how) => `${how} ${right} app://sidetone/`)),
    )
  })

  test('the page is a secure place of its own: its scheme bypasses nothing', async () => {
    const [schemes] = await desktop.run(({ askedFor }) => askedFor('registerSchemesAsPrivileged'))
    expect(schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    ])
  })

  test('a phone that registers keeps the computer awake on mains power, and the tray counts it', async () => {
    const phone = await openPhone({ user: '101', outbound: desktop.sip, domain: desktop.sip })
    expect(await phone.register()).toBe(200)
    await desktop.until(({ electron }) => electron.powerSaveBlocker.count() === 1)
    const seen = await desktop.run(({ electron }) => {
      const counts: number[] = []
      electron.powerMonitor.isBattery = true
      electron.powerMonitor.emit('on-battery')
      counts.push(electron.powerSaveBlocker.count())
      electron.powerMonitor.isBattery = false
      electron.powerMonitor.emit('on-ac')
      counts.push(electron.powerSaveBlocker.count())
      return {
        counts,
        tip: electron.Tray.last?.toolTip,
        labels: electron.Tray.last?.menu.map(({ label }) => label),
      }
    })
    expect(seen.counts).toEqual([0, 1])
    expect(seen.tip).toBe('Sidetone: 1 phones, 0 calls')
    expect(seen.labels).toContain('Quit Sidetone')
    await isWorking(desktop, /1 phone is registered/)
    forget(desktop, '101')
    await desktop.until(({ electron }) => electron.powerSaveBlocker.count() === 0)
    await phone.close()
  })

  test('P9: after a sleep the sockets are open anew and the first REGISTER is answered at once', async () => {
    const phone = await openPhone({ user: '102', outbound: desktop.sip, domain: desktop.sip })
    await desktop.run(({ electron }) => {
      electron.powerMonitor.emit('suspend')
      electron.powerMonitor.emit('resume')
    })
    const startedAt = performance.now()
    expect(await phone.register()).toBe(200)
    expect(performance.now() - startedAt).toBeLessThan(2_000)
    forget(desktop, '102')
    await phone.close()
  })

  test('P16: a window that dies comes back within three seconds, and the office has noticed nothing', async () => {
    const startedAt = performance.now()
    await desktop.run(async ({ page }) => {
      const session = await page().context().newCDPSession(page())
      void session.send('Page.crash').catch(() => undefined)
    })
    await desktop.until(({ askedFor }) => askedFor('reload').length === 1)
    await isWorking(desktop)
    expect(performance.now() - startedAt).toBeLessThan(3_000)
    expect(await desktop.run(({ askedFor }) => askedFor('Notification').length)).toBe(1)
    const phone = await openPhone({ user: '103', outbound: desktop.sip, domain: desktop.sip })
    expect(await phone.register()).toBe(200)
    forget(desktop, '103')
    await phone.close()
  })

  test('P20, T97, T98: a second start ends, and brings its link to the first, which shows it and dials nothing', async () => {
    const words = [
      '--remote-debugging-port=9222',
      '--hidden',
      'sip:1900premium@gw.example?Route=%3Csip:evil.example%3E',
    ]
    const second = await startDesktop({ folder: desktop.folder, port: desktop.sip.port, words })
    expect(await second.exited).toBe(0)
    await desktop.until(
      async ({ page }) => (await page().getByText('1900premium@gw.example', { exact: true }).count()) > 0,
    )
    const shown = await desktop.run(async ({ askedFor, page }) => ({
      how: await page().getByText('Nothing is dialled until you call it yourself.').count(),
      focused: askedFor('focus').length,
      windows: askedFor('BrowserWindow').length,
    }))
    expect(shown).toMatchObject({ how: 1, windows: 1 })
    expect(shown.focused).toBeGreaterThan(0)
    await desktop.run(({ page }) => page().getByRole('button', { name: 'Not now' }).click())
    await desktop.run(({ electron }) =>
      electron.app.emit('open-url', { preventDefault: () => undefined }, `tel:${'9'.repeat(1_000_000)}`),
    )
    expect(await desktop.run(({ page }) => page().getByText('A link asks to call').count())).toBe(0)
  })

  test('the support file holds what helps, and neither the home folder nor a number of a person', async () => {
    const path = join(desktop.folder, 'support.txt')
    await desktop.run(({ electron }, savePath) => {
      electron.savePaths.push(savePath)
      const help = electron.Menu.getApplicationMenu().find(({ role }) => role === 'help')
      help?.submenu
        ?.find(({ label }) => label?.startsWith('Save a support file'))
        ?.click?.({ checked: false })
    }, path)
    await desktop.until(({ askedFor }) => askedFor('showMessageBox').length > 0)
    const text = readFileSync(path, 'utf8')
    expect(text).toContain('"requests"')
    expect(text).toContain('and refused')
    expect(text).not.toMatch(/\b10[123]@|sip:10[123]/)
  })
})
