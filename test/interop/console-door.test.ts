/** Who is let in at the console: foreign pages, rebound names, forged posts, paths that lead elsewhere. */
import { statSync } from 'node:fs'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { enter, openWindow, requestRaw, sendRaw, startOffice, upgradeStatus, type Office } from './console.ts'

let office: Office
let cookie = ''
let ours = ''

beforeAll(async () => {
  office = await startOffice()
  cookie = await enter(office)
  ours = `http://${office.host}`
})
afterAll(() => office.stop())

const foreignOrigins = ['http://evil.example', 'null', 'file://', undefined]

describe('T73, a foreign page opens a WebSocket', () => {
  const cases = foreignOrigins.flatMap((origin) => [
    { origin, hasToken: false },
    { origin, hasToken: true },
  ])
  test.each(cases)('origin $origin with token $hasToken is refused', async ({ origin, hasToken }) => {
    const secrets = hasToken ? { token: office.token, cookie } : {}
    expect(await upgradeStatus(office, { origin, ...secrets })).toBe(403)
  })

  test('our own page needs the token and the cookie', async () => {
    expect(await upgradeStatus(office, { origin: ours })).toBe(403)
    expect(await upgradeStatus(office, { origin: ours, token: office.token })).toBe(403)
    expect(await upgradeStatus(office, { origin: ours, cookie })).toBe(403)
    expect(await upgradeStatus(office, { origin: ours, cookie, token: office.token.slice(1) })).toBe(403)
    expect(await upgradeStatus(office, { origin: ours, cookie, token: office.token, path: '/' })).toBe(404)
    expect(await upgradeStatus(office, { origin: ours, cookie, token: office.token })).toBe(101)
  })
})

describe('T74, a name that was rebound', () => {
  const hosts = (port: number): string[] => [
    `evil.example:${port}`,
    `0.0.0.0:${port}`,
    `[::1]:${port}`,
    `localhost.:${port}`,
    `2130706433:${port}`,
    `127.1:${port}`,
    `127.0.0.1.:${port}`,
    '127.0.0.1',
    `127.0.0.1:${port}@evil.example`,
    `LOCALHOST:${port}`,
    '',
  ]

  test('every name but 127.0.0.1 and localhost is refused, with the cookie too', async () => {
    for (const host of hosts(office.port)) {
      const { status } = await requestRaw(office, 'GET / HTTP/1.1', [`Host: ${host}`, `Cookie: ${cookie}`])
      expect([400, 403, 421], host).toContain(status)
      const origin = `http://${host}`
      expect(await upgradeStatus(office, { host, origin, cookie, token: office.token }), host).toBe(421)
    }
  })

  test('two Host headers are refused, in either order', async () => {
    for (const pair of [
      [office.host, 'evil.example'],
      ['evil.example', office.host],
    ]) {
      const headers = pair.map((host) => `Host: ${host}`)
      const { status } = await requestRaw(office, 'GET / HTTP/1.1', [...headers, `Cookie: ${cookie}`])
      expect([400, 421]).toContain(status)
    }
  })

  test('without a Host nothing is given', async () => {
    const { status } = await sendRaw(office, `GET / HTTP/1.0\r\nCookie: ${cookie}\r\n\r\n`)
    expect([400, 421]).toContain(status)
  })

  test.each(['127.0.0.1', 'localhost'])('%s is an address of the console', async (name) => {
    const headers = [`Host: ${name}:${office.port}`, `Cookie: ${cookie}`]
    expect((await requestRaw(office, 'GET / HTTP/1.1', headers)).status).toBe(200)
  })
})

describe('T75, a foreign page posts', () => {
  const routes = ['/', '/index.html', '/session', '/contract', '/enter/index.html']

  test.each(routes)('%s gives nothing to another page, whatever it sends along', async (route) => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'GET']) {
      for (const [site, origin] of [
        ['cross-site', 'http://evil.example'],
        ['same-site', `http://127.0.0.1:1`],
        ['cross-site', undefined],
      ] as const) {
        const headers = [`Cookie: ${cookie}`, `Sec-Fetch-Site: ${site}`, 'Content-Type: text/plain']
        if (origin !== undefined) headers.push(`Origin: ${origin}`)
        const { status, text } = await requestRaw(office, `${method} ${route} HTTP/1.1`, headers)
        expect(status, `${method} ${site}`).toBe(403)
        expect(text).not.toMatch(/set-cookie/i)
      }
    }
  })

  test('a session needs the header with the token, which no form can set', async () => {
    const asked = (headers: string[]): ReturnType<typeof requestRaw> =>
      requestRaw(office, 'POST /session HTTP/1.1', ['Content-Length: 0', ...headers])
    const token = `X-Sidetone-Token: ${office.token}`
    expect((await asked([`Origin: ${ours}`])).status).toBe(403)
    expect((await asked([token])).status).toBe(403)
    expect((await asked([`Origin: ${ours}`, 'X-Sidetone-Token: 0'])).status).toBe(403)
    const body = await requestRaw(
      office,
      'POST /session HTTP/1.1',
      [`Origin: ${ours}`, token, 'Content-Length: 5'],
      'a=b&c',
    )
    expect(body.status).toBe(413)
  })

  test('the cookie is for this site and for no script', async () => {
    const { text } = await requestRaw(office, 'POST /session HTTP/1.1', [
      `Origin: ${ours}`,
      `X-Sidetone-Token: ${office.token}`,
    ])
    expect(text).toMatch(/^Set-Cookie: sidetone-\d+=[0-9a-f]{64}; HttpOnly; SameSite=Strict; Path=\/\r$/m)
  })

  test('to read a page changes nothing', async () => {
    for (const route of routes) {
      const { text } = await requestRaw(office, `GET ${route} HTTP/1.1`, [`Cookie: ${cookie}`])
      expect(text).not.toMatch(/set-cookie/i)
    }
  })
})

describe('T78, paths and verbs that lead elsewhere', () => {
  const paths = [
    '/../package.json',
    '/../../../../etc/passwd',
    '/..%2f..%2fetc%2fpasswd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/%252e%252e%252fetc/passwd',
    '/..\\..\\windows\\win.ini',
    '/..%5c..%5cwindows',
    '/assets/../../package.json',
    '/enter/../index.html',
    '/enter/../../data/ser.cfg',
    '/enter/%2e%2e/index.html',
    '//etc/passwd',
    '//evil.example/',
    '/./index.html/.',
    '/index.html%00.png',
    '/index.html/',
    '/INDEX.HTML',
    '/.git/config',
    '/sidetone.mjs',
    '/data/control.sock',
    '/assets/',
    '/enter/',
    '/constructor',
    '/__proto__',
    '/toString',
    '/favicon.ico;.html',
    '*',
    'http://evil.example/',
    'http://127.0.0.1/index.html',
    'file:///etc/passwd',
    `/${'a'.repeat(8_000)}`,
  ]
  test.each(paths)('GET %s', async (path) => {
    const { status } = await requestRaw(office, `GET ${path} HTTP/1.1`, [`Cookie: ${cookie}`])
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
  })

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'CONNECT', 'OPTIONS', 'PROPFIND', 'BREW'])(
    '%s is refused',
    async (verb) => {
      const { status } = await requestRaw(office, `${verb} / HTTP/1.1`, [`Cookie: ${cookie}`])
      if (status !== undefined) expect(status).toBeGreaterThanOrEqual(400)
      if (status !== undefined) expect(status).toBeLessThan(500)
    },
  )

  test.each([
    ['an 8 MB address', `GET /${'a'.repeat(8_000_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['a 17 kB header', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(17_000)}\r\n\r\n`],
    [
      'a length beside chunks',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd'],
    ['a length below zero', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n'],
    ['a folded header', 'GET / HTTP/1.1\r\nHost: x\r\n y: z\r\n\r\n'],
    ['no HTTP at all', 'REGISTER sip:127.0.0.1 SIP/2.0\r\n\r\n'],
  ])('%s is refused', async (_what, octets) => {
    const { status } = await sendRaw(office, octets)
    if (status !== undefined) expect(status).toBeGreaterThanOrEqual(400)
    if (status !== undefined) expect(status).toBeLessThan(500)
  })

  test('a body of 1 GB is not waited for', async () => {
    const startedAt = performance.now()
    const head = `POST /session HTTP/1.1\r\nHost: ${office.host}\r\nContent-Length: 1073741824\r\n\r\n`
    const { status } = await sendRaw(office, head + 'x'.repeat(100_000))
    if (status !== undefined) expect(status).toBe(413)
    expect(performance.now() - startedAt).toBeLessThan(2_000)
  })

  test('whoever sends his head by drops is cut off', { timeout: 20_000 }, async () => {
    const startedAt = performance.now()
    const socket = connect(office.port, '127.0.0.1')
    socket.on('error', () => undefined)
    const drops = setInterval(() => socket.write('X'), 500)
    socket.write('GET / HTTP/1.1\r\nX-Slow: ')
    await new Promise((resolve) => socket.once('close', resolve))
    clearInterval(drops)
    expect(performance.now() - startedAt).toBeLessThan(12_500)
  })
})

describe('T81, somebody else on this computer', () => {
  test('without a session there is a page to enter, and nothing of the office', async () => {
    const { status, text } = await requestRaw(office, 'GET / HTTP/1.1')
    expect(status).toBe(403)
    expect(text).toMatch(/<title>/)
    expect(text).not.toContain(office.token)
    expect((await requestRaw(office, 'GET /index.html HTTP/1.1')).status).toBe(403)
    expect((await requestRaw(office, 'GET /enter/index.html HTTP/1.1')).status).toBe(200)
  })

  test('who guesses is slowed down, and the right token still enters', async () => {
    const statuses = []
    for (let count = 0; count < 15; count += 1) {
      const headers = [`Origin: ${ours}`, `X-Sidetone-Token: ${String(count).padStart(64, '0')}`]
      statuses.push((await requestRaw(office, 'POST /session HTTP/1.1', headers)).status)
    }
    expect(statuses.at(-1)).toBe(429)
    expect(await enter(office)).toMatch(/^sidetone-/)
  })

  test('the data folder is its owner’s alone, and no file holds the token', () => {
    expect(statSync(join(office.folder, 'data')).mode & 0o077).toBe(0)
    expect(statSync(join(office.folder, 'data', 'control.sock')).mode & 0o077).toBe(0)
    expect(office.program.stderr()).not.toContain(office.token)
  })

  test('only loopback listens', async () => {
    const far = Object.values(networkInterfaces())
      .flat()
      .filter((entry) => entry !== undefined && !entry.internal && entry.family === 'IPv4')
    for (const address of ['127.0.0.2', ...far.map((entry) => entry?.address ?? '')]) {
      const outcome = await new Promise((resolve) => {
        const socket = connect(office.port, address)
        socket.once('connect', () => {
          socket.destroy()
          resolve('open')
        })
        socket.once('error', () => resolve('closed'))
      })
      expect(outcome, address).toBe('closed')
    }
  })
})

test('T93, every answer carries the policy, refusals too', async () => {
  const policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
  for (const [line, headers] of [
    ['GET / HTTP/1.1', [`Cookie: ${cookie}`]],
    ['GET / HTTP/1.1', []],
    ['GET /nothing HTTP/1.1', [`Cookie: ${cookie}`]],
    ['PUT / HTTP/1.1', [`Cookie: ${cookie}`]],
    ['GET / HTTP/1.1', ['Host: evil.example']],
  ] as const) {
    const { text } = await requestRaw(office, line, headers)
    expect(text).toContain(`Content-Security-Policy: ${policy}\r\n`)
    expect(text).toContain('X-Content-Type-Options: nosniff\r\n')
  }
})

test('a port that is taken is told with its owner; unasked for, the next one is used', async () => {
  const holder = createServer()
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
  const address = holder.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  await expect(startOffice({ console: `127.0.0.1:${port}` })).rejects.toThrow(
    /The console can't listen on 127\.0\.0\.1:\d+: the port is taken by .*\(process \d+\)/,
  )
  holder.close()
})

test('the window works after all this', async () => {
  const window = await openWindow(office)
  window.send({ kind: 'watch', id: 1, topic: 'office' })
  await expect.poll(() => window.frames).toMatchObject([{ kind: 'snapshot', id: 1 }])
  window.socket.close()
})
