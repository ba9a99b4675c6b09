/** SIP over WebSocket (RFC 7118): who is let in, and calls between a page and a desk phone. */
import { readFileSync } from 'node:fs'
import { WebSocket } from 'ws'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { enter, startOffice, upgradeStatus, type Office } from './console.ts'
import { openPhone, type Phone } from './phone/phone.ts'
import { firstOf, valuesOf } from './phone/text.ts'
import { freePort } from './processes.ts'
import { FramePhone } from './websocket-phone.ts'

const script = readFileSync(new URL('../../resources/scripts/hello-world.cfg', import.meta.url), 'latin1')
let office: Office
let url = ''
const open: { cut(): void }[] = []
let desk: Phone

beforeAll(async () => {
  const port = await freePort()
  url = `ws://127.0.0.1:${port}/`
  office = await startOffice({ script, listen: ['udp:127.0.0.1:0', `ws:127.0.0.1:${port}`] })
  desk = await openPhone({
    user: 'desk',
    outbound: office.sip,
    domain: office.sip,
    onCall: (call) => {
      call.ring()
      call.answer()
    },
  })
  await desk.register()
})
afterEach(() => {
  for (const one of open.splice(0)) one.cut()
})
afterAll(async () => {
  await desk.close()
  await office.stop()
})

async function page(user: string, name?: string): Promise<FramePhone> {
  const phone = await FramePhone.open({
    ...{ user, url, domain: office.sip },
    ...(name === undefined ? {} : { name }),
  })
  open.push(phone)
  return phone
}

describe('who is let in', () => {
  const status = (headers: Record<string, string>, protocols: string[]): Promise<number> =>
    new Promise((resolve) => {
      const socket = new WebSocket(url, protocols, { headers })
      socket.on('error', () => undefined)
      socket.once('open', () => {
        socket.terminate()
        resolve(101)
      })
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
    })

  test.each([
    ['http://evil.example', 403],
    ['null', 403],
    ['file://', 403],
  ])('a page of %s: %i', async (origin, expected) => {
    expect(await status({ origin }, ['sip'])).toBe(expected)
  })

  test('our own console, and what is no browser', async () => {
    expect(await status({ origin: office.url.replace(/\/$/, '') }, ['sip'])).toBe(101)
    expect(await status({}, ['sip'])).toBe(101)
  })

  test('nobody who does not speak SIP', async () => {
    expect(await status({}, ['chat'])).toBe(400)
  })

  test('at the console, the page with token and session alone', async () => {
    const cookie = await enter(office)
    const wish = { path: '/sip', origin: `http://${office.host}` }
    expect(await upgradeStatus(office, wish)).toBe(403)
    expect(await upgradeStatus(office, { ...wish, cookie })).toBe(403)
    expect(await upgradeStatus(office, { ...wish, cookie, token: 'wrong' })).toBe(403)
    expect(await upgradeStatus(office, { ...wish, cookie, token: office.token })).toBe(101)
    const foreign = { ...wish, origin: 'http://evil.example', cookie, token: office.token }
    expect(await upgradeStatus(office, foreign)).toBe(403)
  })

  test('a frame of 100 kB ends the connection, and the next phone registers', async () => {
    const phone = await page('large')
    const { closed } = phone
    phone.sendRaw('x'.repeat(100_000))
    expect([1006, 1009]).toContain(await closed)
    expect(await (await page('after')).register()).toBe(200)
  })
})

describe('calls', () => {
  test('a page calls a desk phone and hangs up; both ways of the route are ours', async () => {
    const phone = await page('anna')
    expect(await phone.register()).toBe(200)
    const call = await phone.call('desk')
    expect(call.answer.status).toBe(200)
    const routes = valuesOf(call.answer, 'record-route')
    expect(routes).toHaveLength(2)
    expect(routes.filter((route) => route.includes('transport=ws'))).toHaveLength(1)
    expect(await call.hangUp()).toBe(200)
    expect(desk.violations).toEqual([])
  })

  test('a desk phone calls a page and hangs up', async () => {
    const phone = await page('bert')
    await phone.register()
    const call = desk.call('bert')
    const invite = await phone.arrival(({ method }) => method === 'INVITE')
    expect(firstOf(invite, 'via')).toMatch(/^SIP\/2\.0\/WS /)
    phone.answer(invite)
    expect((await call.final)?.status).toBe(200)
    await phone.arrival(({ method }) => method === 'ACK')
    expect((await call.hangUp())?.status).toBe(200)
    await phone.arrival(({ method }) => method === 'BYE')
  })

  test('the connection is cut in mid-call: the same name on a new one has the call again', async () => {
    const first = await page('cleo')
    await first.register()
    const call = desk.call('cleo')
    first.answer(await first.arrival(({ method }) => method === 'INVITE'))
    await call.final
    first.cut()
    const second = await page('cleo', first.name)
    expect(await second.register()).toBe(200)
    expect((await call.hangUp())?.status).toBe(200)
    await second.arrival(({ method }) => method === 'BYE')
  })

  test('a name that is in use is not taken over by a call', async () => {
    const owner = await page('dora')
    await owner.register()
    const thief = await page('dora', owner.name)
    await thief.call('desk')
    const call = desk.call('dora')
    const invite = await owner.arrival(({ method }) => method === 'INVITE')
    owner.answer(invite)
    expect((await call.final)?.status).toBe(200)
    expect(thief.arrived.some(({ method }) => method === 'INVITE')).toBe(false)
    await call.hangUp()
  })

  test('a page that has gone without a word is refused at once, not waited for', async () => {
    const gone = await page('emil')
    await gone.register()
    gone.cut()
    const beganMs = performance.now()
    await expect.poll(async () => (await desk.call('emil').final)?.status).toBe(430)
    expect(performance.now() - beganMs).toBeLessThan(2_000)
  })

  test('a keep-alive of two blank lines is answered with one', async () => {
    const socket = new WebSocket(url, ['sip'])
    await new Promise((resolve) => socket.once('open', resolve))
    const answer = new Promise<string>((resolve) =>
      socket.once('message', (frame: Buffer) => resolve(frame.toString('latin1'))),
    )
    socket.send('\r\n\r\n')
    expect(await answer).toBe('\r\n')
    socket.terminate()
  })
})
