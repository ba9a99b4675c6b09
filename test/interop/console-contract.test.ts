/** What windows may do to the core: bombs, silence, ten thousand wrong messages, and the facts they are told. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isErrorCode, type CoreFrame } from '../../core/api/index.ts'
import { openWindow, startOffice, type Office, type Window } from './console.ts'
import { pause, residentBytes } from './processes.ts'
import { registerUsers } from './registrations.ts'

const script = readFileSync(new URL('../../resources/scripts/hello-world.cfg', import.meta.url), 'latin1')
const MIB = 1024 * 1024

let office: Office
beforeAll(async () => {
  office = await startOffice({ script })
})
afterAll(() => office.stop())

function failures(window: Window): CoreFrame[] {
  return window.frames.filter((frame) => frame.kind === 'failed')
}

/** Asks something harmless: whoever gets an answer has a core that lives. */
async function isAnswered(window: Window): Promise<boolean> {
  const answer = await Promise.race([window.ask('read-script', {}), pause(3_000)])
  return answer?.kind === 'gave'
}

test(
  '10,000 malformed messages: each is refused, nothing is given, nothing stops',
  { timeout: 120_000 },
  async () => {
    const honest = await openWindow(office)
    const samples = fc.sample(
      fc.oneof(
        fc.anything(),
        fc.record({ kind: fc.constantFrom('call', 'watch', 'unwatch', 'gave'), id: fc.anything() }),
        fc.record({ kind: fc.constant('call'), id: fc.nat(), command: fc.string(), takes: fc.anything() }),
        fc.record({
          kind: fc.constant('call'),
          id: fc.nat(),
          command: fc.constantFrom(
            'apply-script',
            'check-script',
            'forget-phone',
            'call-history',
            '__proto__',
          ),
          takes: fc.anything(),
        }),
        fc.record({ kind: fc.constant('watch'), id: fc.nat(), topic: fc.string() }),
      ),
      { numRuns: 10_000, seed: 5 },
    )
    const texts = samples
      .map((sample) => JSON.stringify(sample, unprintable))
      .filter((text) => text.length < 60_000)
    let sent = 0
    let refused = 0
    while (sent < texts.length) {
      const window = await openWindow(office)
      // Below the rate that a window may keep up, whatever the second it falls into.
      const part = texts.slice(sent, sent + 180)
      for (const text of part) window.socket.send(text)
      await expect
        .poll(() => window.frames.length, { timeout: 10_000 })
        .toBeGreaterThanOrEqual(countAnswered(part))
      for (const frame of window.frames) {
        if (frame.kind !== 'failed') throw new Error(`something was given: ${JSON.stringify(frame)}`)
        expect(isErrorCode(frame.failure.code)).toBe(true)
      }
      refused += window.frames.length
      sent += part.length
      window.socket.close()
    }
    expect(texts.length).toBeGreaterThan(9_900)
    expect(refused).toBeGreaterThan(9_000)
    expect(await isAnswered(honest)).toBe(true)
    expect(readFileSync(office.script, 'latin1')).toBe(script)
    honest.socket.close()
  },
)

/** An unwatch of what nobody watches needs no answer. */
function countAnswered(texts: readonly string[]): number {
  return texts.filter((text) => !/^\{"kind":"unwatch","id":\d+\}$/.test(text)).length
}

function unprintable(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' || typeof value === 'symbol' || value === undefined ? String(value) : value
}

test.each([
  ['a text of 100 MB', (window: Window) => window.socket.send('x'.repeat(100 * MIB)), [1009, 1006]],
  ['fragments without end', sendFragments, [1009, 1006]],
  ['a flood of pings', sendPings, [1008, 1006]],
  ['a flood of messages', sendMessages, [1008, 1006]],
  ['binary frames', (window: Window) => window.socket.send(Buffer.from([1, 2, 3])), [1003]],
  ['what is no JSON', (window: Window) => window.socket.send('{'), [1007]],
])('T72, %s closes that window and costs nothing', { timeout: 60_000 }, async (_what, attack, codes) => {
  const honest = await openWindow(office)
  const before = residentBytes(office.program.pid)
  const hostile = await openWindow(office)
  attack(hostile)
  expect(codes).toContain(await hostile.closed)
  const grown = (): number => residentBytes(office.program.pid) - before
  await expect.poll(grown, { timeout: 10_000, interval: 500 }).toBeLessThan(64 * MIB)
  expect(await isAnswered(honest)).toBe(true)
  honest.socket.close()
})

function sendFragments(window: Window): void {
  for (let count = 0; count < 2_000; count += 1) window.socket.send('x'.repeat(1_000), { fin: false })
}

function sendPings(window: Window): void {
  for (let count = 0; count < 2_000; count += 1) window.socket.ping()
}

function sendMessages(window: Window): void {
  for (let count = 0; count < 2_000; count += 1) window.send({ kind: 'unwatch', id: count })
}

test('T72, nothing is compressed, whatever a window offers', async () => {
  const window = await openWindow(office)
  expect(window.socket.extensions).toBe('')
  window.socket.close()
})

test(
  'T71, windows that never read are cut off, and the others are answered',
  { timeout: 90_000 },
  async () => {
    const honest = await openWindow(office)
    const before = residentBytes(office.program.pid)
    const silent = await Promise.all(Array.from({ length: 14 }, () => openWindow(office)))
    for (const window of silent) window.socket.pause()
    const slowest = [0]
    for (let round = 0; round < 30; round += 1) {
      for (const window of silent) {
        for (let count = 0; count < 60; count += 1) {
          if (window.socket.readyState === window.socket.OPEN) {
            window.send({ kind: 'call', id: count, command: 'check-script', takes: { text: script } })
          }
        }
      }
      const askedAt = performance.now()
      expect(await isAnswered(honest)).toBe(true)
      slowest.push(performance.now() - askedAt)
      await pause(340)
    }
    expect(residentBytes(office.program.pid) - before).toBeLessThan(200 * MIB)
    for (const window of silent) window.socket.terminate()
    honest.socket.close()
  },
)

test('at most sixteen windows are open at once, and a place that is given up is free', async () => {
  const crowded = await startOffice()
  const windows = await Promise.all(Array.from({ length: 16 }, () => openWindow(crowded)))
  await expect(openWindow(crowded)).rejects.toThrow(/503/)
  windows[0]?.socket.close()
  await windows[0]?.closed
  await pause(100)
  expect((await openWindow(crowded)).socket.readyState).toBe(1)
  await crowded.stop()
})

test('a topic sends what there is, then what changes; a window that returns misses nothing', async () => {
  const first = await openWindow(office)
  first.send({ kind: 'watch', id: 1, topic: 'phones' })
  await expect.poll(() => first.frames.length).toBe(1)
  expect(first.frames[0]).toEqual({ kind: 'snapshot', id: 1, value: [] })
  await registerUsers(['101', '102'], { host: '127.0.0.1', port: 9 }, office.sip)
  await expect.poll(() => rowsOf(first), { timeout: 3_000 }).toEqual(['101', '102'])
  first.socket.terminate()
  await registerUsers(['103'], { host: '127.0.0.1', port: 9 }, office.sip)
  const again = await openWindow(office)
  again.send({ kind: 'watch', id: 1, topic: 'phones' })
  await expect.poll(() => rowsOf(again), { timeout: 3_000 }).toEqual(['101', '102', '103'])
  const forgotten = await again.ask('forget-phone', { id: '103 sip:103@127.0.0.1:9' })
  expect(forgotten).toMatchObject({ kind: 'gave', value: { removed: 1 } })
  await expect.poll(() => rowsOf(again)).toEqual(['101', '102'])
  expect(failures(again)).toEqual([])
  again.socket.close()
})

/** The numbers that a window shows after all its frames. */
function rowsOf(window: Window): string[] {
  const rows = new Map<string, string>()
  for (const frame of window.frames) {
    if (frame.kind === 'snapshot') {
      for (const row of frame.value as { id: string; number: string }[]) rows.set(row.id, row.number)
    } else if (frame.kind === 'change') {
      const { set, gone } = frame.value as { set: { id: string; number: string }[]; gone: string[] }
      for (const row of set) rows.set(row.id, row.number)
      for (const key of gone) rows.delete(key)
    }
  }
  return [...rows.values()].sort()
}

test('the script is read, checked, applied and taken back', async () => {
  const window = await openWindow(office)
  const read = await window.ask('read-script', {})
  expect(read).toMatchObject({ value: { text: script, isShipped: false, canUndo: false } })
  const { revision } = (read as { value: { revision: string } }).value
  const changed = script.replace('Too Many Hops', 'Zu viele Sprünge')
  const bad = await window.ask('apply-script', { text: 'route { nonsense(); }', revision })
  expect(bad).toMatchObject({ failure: { code: 'script-has-problems' } })
  const stale = await window.ask('apply-script', { text: changed, revision: 'other' })
  expect(stale).toMatchObject({ failure: { code: 'script-changed' } })
  expect(readFileSync(office.script, 'latin1')).toBe(script)
  const good = await window.ask('apply-script', { text: changed, revision })
  expect(good).toMatchObject({ value: { text: changed, canUndo: true } })
  expect(readFileSync(office.script, 'utf8')).toBe(changed)
  expect(await window.ask('undo-script', {})).toMatchObject({ value: { text: script, canUndo: false } })
  expect(readFileSync(office.script, 'latin1')).toBe(script)
  expect(await window.ask('undo-script', {})).toMatchObject({ failure: { code: 'nothing-to-undo' } })
  window.socket.close()
})
