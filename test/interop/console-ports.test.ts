/** What listens, what browsers can do to the ports that are not for them, and what a log line can be made to say. */
import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { connect, createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { enter, openWindow, sendRaw, startOffice, type Office } from './console.ts'
import { needs, pause } from './processes.ts'

const missing = needs('ss')

test.skipIf(missing.skip)(`nothing listens but what was promised${missing.because}`, async () => {
  const office = await startOffice({
    listen: ['udp:127.0.0.1:0', 'tcp:127.0.0.1:0'],
    console: 'default',
  })
  const open = execFileSync('ss', ['-lntupH'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(`pid=${office.program.pid},`))
    .map((line) => {
      const [protocol, , , , local] = line.split(/\s+/)
      return `${protocol}:${local}`
    })
  expect(open.sort()).toEqual([...office.listen, `tcp:127.0.0.1:${office.port}`].sort())
  await office.stop()
})

test('when 8060 is taken the console uses the next free port and says so', async () => {
  const holder = createServer()
  const held = new Promise<void>((resolve) => {
    // Taken already by somebody else: just as good.
    holder.once('error', () => resolve())
    holder.listen(8060, '127.0.0.1', () => resolve())
  })
  await held
  const office = await startOffice({ console: 'default' })
  expect(office.port).toBeGreaterThan(8060)
  expect(office.program.stderr()).toMatch(
    /the console listens on port \d+, because ports? (from )?8060 is taken/,
  )
  expect(await enter(office)).toMatch(new RegExp(`^sidetone-${office.port}=`))
  await office.stop()
  holder.close()
})

function talk(port: number, octets: string): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(octets, 'latin1'))
    const limit = setTimeout(() => resolve(`still open: ${text}`), 5_000)
    socket.setEncoding('latin1')
    socket.on('data', (piece: string) => {
      text += piece
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(limit)
      resolve(text)
    })
  })
}

test('T76, HTTP on a SIP port ends at its first line, and no SIP in its body is read', async () => {
  const office = await startOffice({ listen: ['udp:127.0.0.1:0', 'tcp:127.0.0.1:0'] })
  const port = Number(
    office.listen
      .find((place) => place.startsWith('tcp:'))
      ?.split(':')
      .at(-1),
  )
  const register = [
    `REGISTER sip:127.0.0.1 SIP/2.0`,
    'Via: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bKt76',
    'From: <sip:evil@127.0.0.1>;tag=a',
    'To: <sip:evil@127.0.0.1>',
    'Call-ID: t76',
    'CSeq: 1 REGISTER',
    'Contact: <sip:evil@127.0.0.1:9>',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n')
  for (const line of ['POST / HTTP/1.1', 'PUT /x HTTP/1.1', 'OPTIONS * HTTP/1.1']) {
    const head = `${line}\r\nHost: 127.0.0.1:${port}\r\nContent-Length: ${register.length}\r\n\r\n`
    expect(await talk(port, head + register), line).not.toMatch(/SIP\/2\.0 200|still open/)
  }
  const window = await openWindow(office)
  window.send({ kind: 'watch', id: 1, topic: 'phones' })
  await expect.poll(() => window.frames).toEqual([{ kind: 'snapshot', id: 1, value: [] }])
  window.socket.close()
  await office.stop()
})

describe('a request hidden in another', () => {
  const hidden = 'GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n'
  const chunked = `0\r\n\r\n${hidden}`
  const pairs = [
    ['length and chunks', `Content-Length: ${chunked.length}\r\nTransfer-Encoding: chunked`],
    ['chunks and length', `Transfer-Encoding: chunked\r\nContent-Length: ${chunked.length}`],
    ['two lengths', `Content-Length: 0\r\nContent-Length: ${chunked.length}`],
    ['a length list', `Content-Length: 0, ${chunked.length}`],
    ['a signed length', `Content-Length: +${chunked.length}`],
    ['chunks misspelt', 'Transfer-Encoding: xchunked\r\nContent-Length: 0'],
    ['chunks after a space', 'Transfer-Encoding : chunked\r\nContent-Length: 0'],
    ['chunks twice', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity'],
  ]
  let office: Office | undefined
  test.each(pairs)('%s: refused, and what is hidden is never answered', async (_what, headers) => {
    office ??= await startOffice()
    const head = `POST /session HTTP/1.1\r\nHost: ${office.host}\r\n${headers}\r\n\r\n`
    const { status, text } = await sendRaw(office, head + chunked, 2_000)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(text.split('HTTP/1.1 ')).toHaveLength(2)
  })
  test('the office of these tests is closed', async () => {
    await office?.stop()
  })
})

test('T80, one event is one line of the log, and nothing in it steers a terminal', async () => {
  const office = await startOffice()
  const socket = createSocket('udp4')
  const hostile = [
    'REGISTER sip:x SIP/2.0\r\nVia: \u001b[2J\u001b]0;owned\u0007\r\n\r\n',
    'INVITE \u001b[31m SIP/2.0\r\nCSeq: 1\nINFO fake line\r\n\r\n',
    '\u001b[2J\u0000\u0008\u009b31m',
  ]
  for (const text of hostile) socket.send(Buffer.from(text, 'latin1'), office.sip.port, office.sip.host)
  await pause(500)
  const lines = office.program.stderr().trimEnd().split('\n')
  for (const line of lines) expect(() => JSON.parse(line) as unknown, line).not.toThrow()
  expect([...office.program.stderr()].filter((character) => character < ' ' && character !== '\n')).toEqual(
    [],
  )
  expect(lines.length).toBeGreaterThan(1)
  socket.close()
  await office.stop()
})
