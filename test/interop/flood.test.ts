import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { requestText } from './phone/text.ts'
import { openWire } from './phone/wire.ts'
import { pause, startProgram } from './processes.ts'
import { startSubject } from './subject.ts'

const SOURCE = join(dirname(fileURLToPath(import.meta.url)), 'flood-source.ts')
const RATE = 10_000
const SECONDS = 5
const HONEST = 200

test.each(['OPTIONS', 'MESSAGE'])(
  'a flood of 10,000 %s a second from one address costs an honest one nothing',
  { timeout: 40_000 },
  async (method) => {
    const subject = await startSubject()
    const wire = await openWire('127.0.0.41')
    const place = [subject.host, String(subject.port), '127.0.0.66', String(RATE), String(SECONDS), method]
    const flood = startProgram(process.execPath, [SOURCE, ...place], { limitMs: 30_000 })
    try {
      await pause(500)
      const sentAt = new Map<string, number>()
      for (let index = 0; index < HONEST; index += 1) {
        const callId = `honest-${index}`
        sentAt.set(callId, performance.now())
        wire.send(
          requestText(wire, 'OPTIONS', `sip:${subject.host}:${subject.port}`, { callId, user: 'honest' }),
          subject,
        )
        await pause(20)
      }
      await pause(1_000)
      const exit = await flood.exited
      const waits = [...sentAt].map(([callId, sent]) => {
        const answer = wire.arrivals.find(({ message }) => message.callId === callId && message.status >= 200)
        return answer ? answer.atMs - sent : Number.POSITIVE_INFINITY
      })
      const sorted = waits.toSorted((one, other) => one - other)
      const { sent, elapsedMs } = JSON.parse(flood.stdout()) as { sent: number; elapsedMs: number }
      expect(exit.code).toBe(0)
      expect(sent / (elapsedMs / 1000), 'the flood itself').toBeGreaterThan(RATE * 0.9)
      expect(waits.filter((wait) => wait === Number.POSITIVE_INFINITY)).toEqual([])
      expect(sorted[Math.floor(HONEST * 0.99)], 'p99 in ms').toBeLessThanOrEqual(50)
    } finally {
      await flood.stop()
      await wire.close()
      await subject.stop()
    }
  },
)
