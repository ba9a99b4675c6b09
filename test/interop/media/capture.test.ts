/** `sidetone ctl capture`: what it writes of a call is what Wireshark makes of the call. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { discard, findProgram, freePort, needs, pause, temporaryFolder } from '../processes.ts'
import { plainSession } from '../phone/text.ts'
import { PACKET_MS, openMedia, type MediaSocket } from './media-socket.ts'
import { startServe, type Served } from './serve.ts'
import { mediaPlaceOf, openTalker, type Outgoing } from './talker.ts'

const HOST = '127.0.0.1'
const NEAR = '127.0.0.41'
const FAR = '127.0.0.42'
const LIMIT_MS = 60_000
const PACKETS = 75

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const missing = needs('tshark')
describe.skipIf(missing.skip)(`a captured call in Wireshark${missing.because}`, () => {
  test(
    'every call is recorded: a call that is over is there from its first packet',
    { timeout: LIMIT_MS },
    async () => {
      const { served, file, call, talk } = await openCall()
      await served.ask('record', 'on')
      const callId = await call()
      await talk(PACKETS)
      await callId.hangUp()
      const [written] = (await served.ask('capture', callId.callId, file)) as readonly Written[]

      expect(written).toMatchObject({
        file,
        callId: callId.callId,
        mediaPackets: 2 * PACKETS,
        isComplete: true,
      })
      expect(statSync(file).mode & 0o777).toBe(0o600)
      const streams = streamsOf(file)
      expect(streams.map(({ packets, lost }) => [packets, lost])).toEqual(
        Array.from({ length: 4 }, () => [PACKETS, 0]),
      )
      expect(new Set(streams.map(({ codec }) => codec))).toEqual(new Set(['g711U']))
      expect(new Set(streams.flatMap(({ from, to }) => [from, to]))).toEqual(new Set([HOST, NEAR, FAR]))
      expect(fieldsOf(file, 'sip', 'sip.Method').filter((method) => method !== '')).toEqual([
        'INVITE',
        'INVITE',
        'ACK',
        'ACK',
        'BYE',
        'BYE',
      ])
      const statistics = run(file, '-q', '-z', 'sip,stat')
      expect(statistics).toContain('Number of SIP messages: 11')
      expect(statistics).toContain('Number of resent SIP messages: 0')
      // Wireshark ties media to the call by what it has read in the descriptions.
      expect(new Set(fieldsOf(file, 'rtp', 'rtp.setup-method'))).toEqual(new Set(['SDP', '']))
      expect(run(file, '-q', '-z', 'expert,error')).not.toMatch(/Errors \(\d/)
    },
  )

  test(
    'only on demand: nothing is kept before, and the next second of a call that goes on is',
    { timeout: LIMIT_MS },
    async () => {
      const { served, file, call, talk } = await openCall()
      const { callId } = await call()
      await talk(10)
      const capturing = served.ask('capture', callId, file, '1')
      const talking = talk(3 * PACKETS)
      const [written] = (await capturing) as readonly Written[]
      await talking
      const streams = streamsOf(file)
      expect(streams.length).toBe(4)
      for (const { packets, lost } of streams) {
        expect(lost).toBe(0)
        expect(packets).toBeGreaterThan(30)
        expect(packets).toBeLessThan(75)
      }
      expect(written?.mediaPackets).toBe(streams.reduce((sum, { packets }) => sum + packets, 0) / 2)
      await expect(served.ask('capture', 'nobody', file)).rejects.toThrow(/no-call/)
    },
  )
})

interface Written {
  readonly file: string
  readonly mediaPackets: number
}

interface CaptureLab {
  readonly served: Served
  readonly file: string
  readonly call: () => Promise<Outgoing>
  readonly talk: (packets: number) => Promise<void>
}

async function openCall(): Promise<CaptureLab> {
  const served = await startServe({
    ...{ host: HOST, port: await freePort(HOST), script: 'nat-relay.cfg', limitMs: LIMIT_MS },
    ...{ lowMediaPort: 37_200, highMediaPort: 37_299 },
  })
  const folder = temporaryFolder('captured')
  mkdirSync(folder, { recursive: true })
  const [near, far] = [await openMedia('near', NEAR), await openMedia('far', FAR)]
  const places = new Map<MediaSocket, { readonly host: string; readonly port: number }>()
  const caller = await openTalker({
    ...{ user: 'near', host: NEAR, server: served },
    describe: () => plainSession(NEAR, near.port),
  })
  const callee = await openTalker({
    ...{ user: 'far', host: FAR, server: served },
    describe: () => plainSession(FAR, far.port),
    onInvite: ({ invite, respond }) => {
      places.set(far, mediaPlaceOf(invite.body))
      respond(200, 'OK', plainSession(FAR, far.port))
    },
  })
  closing.push(served.stop, () => discard(folder), near.close, far.close, caller.close, callee.close)
  await caller.register()
  await callee.register()
  return {
    served,
    file: join(folder, 'call.pcapng'),
    call: async () => {
      const outgoing = caller.invite('far')
      const final = await outgoing.final()
      expect(final.status).toBe(200)
      places.set(near, mediaPlaceOf(final.body))
      // The ports are joined by the answer, in another thread.
      await pause(200)
      return outgoing
    },
    talk: async (packets) => {
      const startedAt = performance.now()
      for (let index = 0; index < packets; index += 1) {
        for (const [voice, place] of places) voice.speak(place)
        await pause(Math.max(0, startedAt + (index + 1) * PACKET_MS - performance.now()))
      }
      await pause(200)
    },
  }
}

interface Stream {
  readonly from: string
  readonly to: string
  readonly codec: string
  readonly packets: number
  readonly lost: number
}

function streamsOf(file: string): Stream[] {
  return run(file, '-q', '-z', 'rtp,streams')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns.some((column) => column.startsWith('0x')))
    .map((columns) => {
      const at = columns.findIndex((column) => column.startsWith('0x'))
      const [codec = '', packets = '', lost = ''] = columns.slice(at + 1)
      return {
        ...{ from: columns[at - 4] ?? '', to: columns[at - 2] ?? '', codec },
        ...{ packets: Number(packets), lost: Number(lost) },
      }
    })
}

function fieldsOf(file: string, filter: string, field: string): string[] {
  return run(file, '-Y', filter, '-T', 'fields', '-e', field).split('\n')
}

function run(file: string, ...words: string[]): string {
  const ran = spawnSync(findProgram('tshark') ?? 'tshark', ['-n', '-r', file, ...words], { encoding: 'utf8' })
  if (ran.status !== 0) throw new Error(ran.stderr)
  return ran.stdout
}
