import { createConnection, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { requestText } from './phone/text.ts'
import { pause } from './processes.ts'
import { chosenSubject, startSubject, type Subject } from './subject.ts'

const CROWD = 2_048
const BATCH = 128
const HONEST_TRIES = 10
const LONGEST_ANSWER_MS = 200

let subject: Subject | undefined
const sockets = new Set<Socket>()
afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  await subject?.stop()
})

// Kamailio 5.6.3 fails here as measured (its limit of connections shuts out everybody else for two minutes).
test.skipIf(chosenSubject() === 'kamailio' && process.env['SLOW_TCP'] !== '1')(
  'an honest client is answered within 200 ms beside 2,048 connections that never finish a request',
  { timeout: 90_000 },
  async () => {
    subject = await startSubject({ tcp: true })
    const place = { host: subject.host, port: subject.tcpPort ?? 0 }
    for (let opened = 0; opened < CROWD; opened += BATCH) {
      await Promise.all(Array.from({ length: BATCH }, () => openSlow(place)))
    }
    const waits: number[] = []
    for (let index = 0; index < HONEST_TRIES; index += 1) {
      waits.push(await askHonestly(place, index))
      for (const socket of sockets) if (socket.writable) socket.write('X')
      await pause(200)
    }
    expect(Math.max(...waits), `${waits.map(Math.round).join(' ')} ms`).toBeLessThanOrEqual(LONGEST_ANSWER_MS)
  },
)

/** Resolves also when refused or closed: what counts is the honest client. */
function openSlow(place: { host: string; port: number }): Promise<void> {
  return new Promise((resolve) => {
    const socket = createConnection({ ...place, localAddress: '127.0.0.66' })
    sockets.add(socket)
    socket.once('connect', () => {
      socket.write('OPTIONS sip:nobody SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.66;branch=z9hG4bK')
      resolve()
    })
    socket.on('error', () => resolve())
    socket.setTimeout(2_000, () => resolve())
    socket.on('close', () => sockets.delete(socket))
  })
}

/** Milliseconds from connecting to a final answer; Infinity when none came within 3 s. */
function askHonestly(place: { host: string; port: number }, index: number): Promise<number> {
  return new Promise((resolve) => {
    const startedAt = performance.now()
    const socket = createConnection({ ...place, localAddress: '127.0.0.41' })
    const finish = (ms: number): void => {
      clearTimeout(limit)
      socket.destroy()
      resolve(ms)
    }
    const limit = setTimeout(() => finish(Number.POSITIVE_INFINITY), 3_000)
    socket.on('error', () => finish(Number.POSITIVE_INFINITY))
    socket.once('connect', () => {
      const self = { host: '127.0.0.41', port: socket.localPort ?? 5060 }
      const text = requestText(self, 'OPTIONS', `sip:${place.host}:${place.port}`, {
        callId: `honest-${index}`,
      })
      socket.write(text.replace('SIP/2.0/UDP', 'SIP/2.0/TCP'), 'latin1')
    })
    socket.once('data', () => finish(performance.now() - startedAt))
  })
}
