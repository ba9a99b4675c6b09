/**
 * What a call's record says of a disturbed stream beside what Wireshark says of the same packets. SIDETONE_FULL=1:
 * each disturbance by itself as well.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import {
  discard,
  findProgram,
  freePort,
  needs,
  pause,
  startProgram,
  temporaryFolder,
  type RunningProgram,
} from '../processes.ts'
import { plainSession } from '../phone/text.ts'
import { PACKET_MS, openMedia } from './media-socket.ts'
import { startServe, type Served } from './serve.ts'
import { mediaPlaceOf, openTalker } from './talker.ts'

const full = process.env['SIDETONE_FULL'] === '1'
const IMPAIR = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'sim', 'impair', 'main.ts')
const HOST = '127.0.0.1'
const NEAR = '127.0.0.31'
const FAR = '127.0.0.32'
const PACKETS = 750
const CLOCK_PER_MS = 8
const SEED = 20_261_125
const LIMIT_MS = 60_000
/** Facts are told every 250 ms; held packets come 200 ms late. */
const SETTLE_MS = 1_000

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const disturbances = [
  { what: 'loss', words: ['--loss', '0.05'] },
  { what: 'jitter', words: ['--delay', '30', '--jitter', '18'] },
  { what: 'reordering', words: ['--reorder', '0.05', '--hold', '2'] },
  {
    what: 'all of it',
    words: ['--loss', '0.1', '--duplicate', '0.02', '--reorder', '0.03', '--delay', '20', '--jitter', '15'],
  },
]

const missing = needs('tshark')
const isRoot = process.getuid?.() === 0
const because = missing.because || (isRoot ? '' : ' (skipped: root is needed to capture)')

describe.skipIf(missing.skip || !isRoot)(`a call’s figures beside Wireshark’s${because}`, () => {
  test.each(full ? disturbances : disturbances.slice(-1))(
    '$what',
    { timeout: LIMIT_MS },
    async ({ words }) => {
      const { served, near, speak } = await openCall()
      const capture = await startCapture(near.port)
      await speak(await impaired(near, words), PACKETS)
      await pause(SETTLE_MS)
      const ours = (await receivedAt(served, near.port)) as Received
      const packets = await capture.packets()
      expect(packets.length).toBeGreaterThan(PACKETS * 0.8)
      const theirs = streamOf(await capture.streams())
      const own = figuresOf(packets)
      process.stderr.write(`${JSON.stringify({ words, ours, theirs, own })}\n`)

      expect(packets.length).toBeGreaterThan(PACKETS * 0.8)
      expect(ours.packets).toBe(theirs.packets)
      expect(Math.abs(ours.lost / ours.expected - theirs.lostShare)).toBeLessThanOrEqual(0.001)
      // The greatest jitter is one packet's: how late the process got its turn for it counts, which a capture cannot see.
      // The arithmetic itself is held against Wireshark's in rtp-figures.test.ts, where both read the same times.
      expect(Math.abs(ours.jitterMs - own.jitterMs)).toBeLessThanOrEqual(1)
      expect({ reordered: ours.reordered, duplicates: ours.duplicates }).toEqual({
        reordered: own.reordered,
        duplicates: own.duplicates,
      })
    },
  )
})

interface Place {
  readonly host: string
  readonly port: number
}

interface Received {
  readonly packets: number
  readonly lost: number
  readonly expected: number
  readonly duplicates: number
  readonly reordered: number
  readonly jitterMs: number
  readonly maxJitterMs: number
}

async function openCall(): Promise<{
  readonly served: Served
  readonly near: Place
  readonly speak: (to: Place, count: number) => Promise<void>
}> {
  const served = await startServe({
    ...{ host: HOST, port: await freePort(HOST), script: 'nat-relay.cfg', limitMs: LIMIT_MS },
    ...{ lowMediaPort: 37_000, highMediaPort: 37_099 },
  })
  closing.push(served.stop)
  // The relay binds its first ports after the server is ready.
  await pause(SETTLE_MS)
  const [voice, ear] = [await openMedia('near', NEAR), await openMedia('far', FAR)]
  const caller = await openTalker({
    ...{ user: 'near', host: NEAR, server: served },
    describe: () => plainSession(NEAR, voice.port),
  })
  const callee = await openTalker({
    ...{ user: 'far', host: FAR, server: served },
    describe: () => plainSession(FAR, ear.port),
  })
  closing.push(voice.close, ear.close, caller.close, callee.close)
  await caller.register()
  await callee.register()
  const final = await caller.invite('far').final()
  expect(final.status).toBe(200)
  return {
    served,
    near: mediaPlaceOf(final.body),
    speak: async (to, count) => {
      const startedAt = performance.now()
      for (let index = 0; index < count; index += 1) {
        voice.speak(to)
        await pause(Math.max(0, startedAt + (index + 1) * PACKET_MS - performance.now()))
      }
    },
  }
}

/** The bad path to a place, as a process of its own; the way in that it opened. */
async function impaired(target: Place, words: readonly string[]): Promise<Place> {
  const args = ['--listen', `${NEAR}:0`, '--target', `${target.host}:${target.port}`, '--seed', String(SEED)]
  const program = startProgram(process.execPath, [IMPAIR, ...args, ...words], { limitMs: LIMIT_MS })
  closing.push(program.stop)
  const line = await program.firstLine((text) => (text.startsWith('{') ? text : undefined), 10_000)
  return JSON.parse(line) as Place
}

interface Capture {
  readonly packets: () => Promise<readonly Packet[]>
  /** The table that Wireshark makes of the streams. */
  readonly streams: () => Promise<string>
}

interface Packet {
  readonly atMs: number
  readonly sequence: number
  readonly timestamp: number
}

async function startCapture(port: number): Promise<Capture> {
  const tshark = findProgram('tshark') ?? 'tshark'
  const folder = temporaryFolder('capture')
  mkdirSync(folder, { recursive: true })
  closing.push(() => Promise.resolve(discard(folder)))
  const path = join(folder, 'stream.pcapng')
  const filter = `udp and dst host ${HOST} and dst port ${port}`
  const program = startProgram(tshark, ['-i', 'lo', '-n', '-q', '-f', filter, '-w', path], {
    limitMs: LIMIT_MS,
  })
  closing.push(program.stop)
  await isCapturing(program)
  const read = async (...words: string[]): Promise<string> => {
    program.signal('SIGINT')
    await program.exited
    // By heuristics too: the port that the packets come from may be known for another protocol.
    const rtp = ['-d', `udp.port==${port},rtp`, '--enable-heuristic', 'rtp_udp']
    const ran = spawnSync(tshark, ['-n', '-r', path, ...rtp, ...words], {
      encoding: 'utf8',
    })
    if (ran.status !== 0) throw new Error(ran.stderr)
    return ran.stdout
  }
  return {
    streams: () => read('-q', '-z', 'rtp,streams'),
    packets: async () => {
      const fields = ['frame.time_epoch', 'rtp.seq', 'rtp.timestamp'].flatMap((name) => ['-e', name])
      const text = await read('-T', 'fields', ...fields)
      return text
        .trim()
        .split('\n')
        .map((line) => line.split('\t').map(Number))
        .map(([at = 0, sequence = 0, timestamp = 0]) => ({ atMs: at * 1000, sequence, timestamp }))
    },
  }
}

async function isCapturing(program: RunningProgram): Promise<void> {
  const giveUpAt = performance.now() + 15_000
  while (!program.stderr().includes('Capture started')) {
    if (performance.now() > giveUpAt) throw new Error(`tshark does not capture: ${program.stderr()}`)
    await pause(50)
  }
}

/** What the server has counted of the one call's voice at one of its ports. */
async function receivedAt(served: Served, port: number): Promise<unknown> {
  const calls = (await served.ask('calls')) as {
    facts: { streams: { pairs: { port: number }[]; a: End; b: End }[] }
  }[]
  const [stream] = calls[0]?.facts.streams ?? []
  const end = stream?.pairs[0]?.port === port ? stream.a : stream?.b
  return end?.received
}
interface End {
  readonly received: unknown
}

interface Stream {
  readonly packets: number
  readonly lostShare: number
  readonly maxJitterMs: number
}

/** The one line of the table: …, packets, lost (percent), deltas: min mean max, jitter: min mean max, problems. */
function streamOf(table: string): Stream {
  const found =
    /(\d+)\s+(-?\d+)\s+\(-?[\d.]+%\)\s+[\d.]+\s+[\d.]+\s+[\d.]+\s+[\d.]+\s+[\d.]+\s+([\d.]+)/.exec(table)
  if (found === null) throw new Error(`no stream in: ${table}`)
  const [packets, lost, maxJitterMs] = found.slice(1).map(Number)
  if (packets === undefined || lost === undefined || maxJitterMs === undefined) throw new Error(table)
  return { packets, lostShare: lost / (packets + lost), maxJitterMs }
}

/** RFC 3550 §6.4.1 over the captured packets, by this test’s own arithmetic. */
function figuresOf(packets: readonly Packet[]): { jitterMs: number; reordered: number; duplicates: number } {
  let jitterMs = 0
  let last: number | undefined
  let highest = -1
  let reordered = 0
  let duplicates = 0
  const seen = new Set<number>()
  for (const { atMs, sequence, timestamp } of packets) {
    const transit = atMs - timestamp / CLOCK_PER_MS
    if (last !== undefined) jitterMs += (Math.abs(transit - last) - jitterMs) / 16
    last = transit
    if (seen.has(sequence)) duplicates += 1
    else if (sequence < highest) reordered += 1
    seen.add(sequence)
    highest = Math.max(highest, sequence)
  }
  return { jitterMs, reordered, duplicates }
}
