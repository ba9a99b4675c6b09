/** What a power cut leaves, by the order of writes, syncs and answers that strace saw (reliability-tests G9: D3, D4). */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadState } from '../../core/app/stored-state.ts'
import { Store } from '../../core/io/index.ts'
import {
  full,
  integrityOf,
  kill,
  leavePlace,
  makePlace,
  RegisterClient,
  startOn,
  type Place,
} from './durable.ts'
import { makeChance } from './durable-history.ts'
import { afterPowerCut, readTrace, traceWords, type Traced } from './durable-trace.ts'
import { needs } from './processes.ts'

const missing = needs('strace')
const acknowledgements = full ? 1_000 : 200
const cuts = full ? 100 : 20

describe.skipIf(missing.skip)(`power cut${missing.because}`, () => {
  let place: Place
  let trace: Traced[]
  let base: Map<string, Buffer>
  /** By Call-ID: the line at which the 200 began to leave. */
  let answeredAt: Map<string, number>

  beforeAll(async () => {
    place = await makePlace(1)
    const first = await startOn(place)
    await first.program.stop()
    base = new Map([['store.db', readFileSync(join(place.data, 'store.db'))]])
    const file = join(place.folder, 'trace')
    const run = await startOn(place, traceWords(file))
    const client = await RegisterClient.open(place.port)
    const answers = await client.all(acknowledgements, (index) => wish(index), 4)
    await client.close()
    await kill(run)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(acknowledgements)
    trace = readTrace(file)
    answeredAt = new Map()
    for (const traced of trace) {
      if (traced.kind !== 'send') continue
      for (const [, id = ''] of traced.text.matchAll(/Call-ID: (pc-\d+-)\r/g))
        if (!answeredAt.has(id)) answeredAt.set(id, traced.startedAt)
    }
  }, 180_000)

  afterAll(() => {
    leavePlace(place)
  })

  test(`D3: the sync of the log comes before each of ${acknowledgements} answers`, () => {
    const writes = trace.filter((traced) => traced.kind === 'write' && traced.file === 'store.db-wal')
    const syncs = trace.filter((traced) => traced.kind === 'sync' && traced.file === 'store.db-wal')
    const unproven: string[] = []
    for (const [id, at] of answeredAt) {
      const octets = Buffer.from(id, 'latin1')
      const written = writes.find((traced) => traced.kind === 'write' && traced.bytes.includes(octets))
      const synced =
        written !== undefined &&
        syncs.some(({ startedAt, endedAt }) => startedAt > written.endedAt && endedAt < at)
      if (!synced) unproven.push(id)
    }
    process.stdout.write(
      `D3: ${answeredAt.size - unproven.length} of ${answeredAt.size} in order, ${syncs.length} syncs\n`,
    )
    expect(answeredAt.size).toBe(acknowledgements)
    expect(unproven).toEqual([])
  })

  test(
    `D4: at ${cuts} points nothing acknowledged is gone and nothing is broken`,
    { timeout: 300_000 },
    async () => {
      const chance = makeChance(4)
      const last = Math.max(...answeredAt.values())
      const lost: string[] = []
      const broken: string[] = []
      for (let count = 0; count < cuts; count++) {
        const at = Math.floor(chance() * (last + 10))
        const folder = join(place.folder, `cut${count}`)
        mkdirSync(folder)
        for (const [name, bytes] of afterPowerCut(base, trace, at, chance))
          if (name === 'store.db' || name === 'store.db-wal') writeFileSync(join(folder, name), bytes)
        const told: string[] = []
        const store = await Store.open({
          folder,
          now: () => new Date(),
          tell: (_, sentence) => told.push(sentence),
          openedLate: () => undefined,
        })
        const { contacts } = await loadState(store)
        await store.close()
        if (told.length > 0) broken.push(`at ${at}: ${told.join(' ')}`)
        if ((await integrityOf(join(folder, 'store.db'))) !== 'ok') broken.push(`at ${at}: integrity`)
        const kept = new Set(contacts.map(({ contact }) => contact.callId))
        for (const [id, answered] of answeredAt)
          if (answered < at && !kept.has(id)) lost.push(`${id} at ${at}`)
      }
      process.stdout.write(`D4: ${cuts} cuts, ${lost.length} lost, ${broken.length} broken\n`)
      expect(lost).toEqual([])
      expect(broken).toEqual([])
    },
  )
})

function wish(index: number): { user: string; contact: string; callId: string } {
  return { user: `pc${index}`, contact: `sip:pc${index}@127.0.0.1:5060`, callId: `pc-${index}-` }
}
