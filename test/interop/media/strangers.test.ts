/**
 * Strangers around a call: they spray every port of the relay with voice, from before the call or in the middle of
 * it, and must get nothing and be heard by nobody. SIDETONE_FULL=1: calls of 750 packets and not of 250.
 */
import { afterEach, describe, expect, test } from 'vitest'
import { freePort, pause } from '../processes.ts'
import { plainSession } from '../phone/text.ts'
import { PACKET_MS, openMedia, type MediaSocket } from './media-socket.ts'
import { openSpray, STRANGER } from './spray.ts'
import { startServe, type Served } from './serve.ts'
import { mediaPlaceOf, openTalker, type Talker } from './talker.ts'

const full = process.env['SIDETONE_FULL'] === '1'
const PACKETS = full ? 750 : 250
const LATE_AFTER_PACKETS = full ? 250 : 100
const HOST = '127.0.0.1'
const LOW = 36_000
/** As many ports as in the runs that rtpengine's 187 stolen and 565 injected packets come from. */
const HIGH = LOW + 49
const STRANGERS = ['127.0.0.201', '127.0.0.202', '127.0.0.203']
/** An address of nobody: what a phone behind a translator believes to be its own. */
const NOWHERE = '127.0.0.99'
const SETTLE_MS = 300
/** Both have spoken, and the relay knows both. */
const LATCH_PACKETS = 10

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const runs = (['true', 'translated'] as const).flatMap((layout) =>
  (['before', 'within'] as const).map((spray) => ({ layout, spray })),
)

describe('strangers on every port', () => {
  test.each(runs)(
    'descriptions are $layout, the spray begins $spray the call: 0 stolen, 0 injected, all heard',
    { timeout: 60_000 },
    async ({ layout, spray }) => {
      const served = await serve()
      const call = await openCall(served, layout === 'true' ? undefined : NOWHERE)
      const strangers = await openSpray({ hosts: STRANGERS, target: HOST, lowPort: LOW, highPort: HIGH })
      closing.push(strangers.stop)
      if (spray === 'before') {
        strangers.start()
        await pause(SETTLE_MS)
      }
      const places = await call.connect()
      await speakBothWays(call, places, (index) => {
        if (spray === 'within' && index === LATE_AFTER_PACKETS) strangers.start()
      })
      await pause(SETTLE_MS)

      const outcome = {
        stolen: strangers.stolen(),
        injected: { alice: heardOf(call.alice, STRANGER), bob: heardOf(call.bob, STRANGER) },
        missed: { alice: missedOf(call.alice, 'bob'), bob: missedOf(call.bob, 'alice') },
      }
      process.stderr.write(`${JSON.stringify({ layout, spray, sprayed: strangers.sent(), ...outcome })}\n`)
      expect(outcome.stolen).toBe(0)
      expect(outcome.injected).toEqual({ alice: 0, bob: 0 })
      const mostMissed = Math.floor(PACKETS * 0.001)
      expect(outcome.missed.alice).toBeLessThanOrEqual(mostMissed)
      expect(outcome.missed.bob).toBeLessThanOrEqual(mostMissed)
      expect(strangers.sent()).toBeGreaterThan(10_000)
      await call.hangUp()
    },
  )

  test('another port of a phone’s own address gets nothing and is not heard once the call is on', async () => {
    const served = await serve()
    const call = await openCall(served, undefined)
    const places = await call.connect()
    const neighbour = await openSpray({
      hosts: [call.alice.host],
      target: HOST,
      lowPort: LOW,
      highPort: HIGH,
    })
    closing.push(neighbour.stop)
    await speakBothWays(call, places, (index) => {
      if (index === LATCH_PACKETS) neighbour.start()
    })
    expect(neighbour.sent()).toBeGreaterThan(1_000)
    expect(neighbour.stolen()).toBe(0)
    expect(heardOf(call.bob, STRANGER)).toBe(0)
    expect(missedOf(call.alice, 'bob')).toBe(0)
  }, 60_000)
})

test(
  'a call that comes as soon as the server says that it is ready is relayed',
  { timeout: 60_000 },
  async () => {
    const served = await serve(0)
    const call = await openCall(served, NOWHERE)
    await speakBothWays(call, await call.connect(), () => undefined)
    expect(missedOf(call.alice, 'bob')).toBe(0)
    expect(missedOf(call.bob, 'alice')).toBe(0)
  },
)

test('a third party that a description names and that stays silent gets at most 50 packets', async () => {
  const served = await serve()
  const victim = await openMedia('victim', '127.0.0.77')
  closing.push(victim.close)
  const call = await openCall(served, undefined, plainSession(victim.host, victim.port))
  const { near } = await call.connect()
  for (let index = 0; index < 200; index += 1) {
    call.alice.speak(near)
    await pause(PACKET_MS / 2)
  }
  await pause(SETTLE_MS)
  expect(victim.datagrams()).toBeGreaterThan(0)
  expect(victim.datagrams()).toBeLessThanOrEqual(50)
}, 60_000)

test.each([
  ['a port below 1024', `${HOST} 80`],
  ['the port of SIP', `${HOST} 5060`],
  ['the port of STUN', `${HOST} 3478`],
  ['a port that does not exist', `${HOST} 70000`],
  ['broadcast', '255.255.255.255 40000'],
  ['multicast', '224.0.0.1 40000'],
  ['a port of the relay itself', `${HOST} ${LOW}`],
])('a description that names %s is refused with 488', { timeout: 60_000 }, async (_, place) => {
  const served = await serve()
  const call = await openCall(served, undefined)
  const [host = '', port = ''] = place.split(' ')
  const hostile = await openTalker({
    ...{ user: 'hostile', host: '127.0.0.35', server: served },
    describe: () => plainSession(host, Number(port)),
  })
  closing.push(hostile.close)
  expect((await hostile.invite('bob').final()).status).toBe(488)
  expect(call.rang()).toBe(0)
  expect(await served.ask('calls')).toEqual([])
})

interface Call {
  readonly alice: MediaSocket
  readonly bob: MediaSocket
  /** How often the callee was called. */
  readonly rang: () => number
  /** Where each is to send its voice. */
  readonly connect: () => Promise<{ near: Place; far: Place }>
  readonly hangUp: () => Promise<void>
}
type Place = ReturnType<typeof mediaPlaceOf>

async function serve(settleMs = SETTLE_MS): Promise<Served> {
  const served = await startServe({
    ...{ host: HOST, port: await freePort(HOST), script: 'nat-relay.cfg', limitMs: 120_000 },
    ...{ lowMediaPort: LOW, highMediaPort: HIGH },
  })
  closing.push(served.stop)
  await pause(settleMs)
  return served
}

/** `believed`: what both phones take for their address. `answer`: the callee's description instead of its own. */
async function openCall(served: Served, believed: string | undefined, answer?: string): Promise<Call> {
  const [aliceHost, bobHost] = ['127.0.0.31', '127.0.0.32']
  const alice = await openMedia('alice', aliceHost)
  const bob = await openMedia('bob', bobHost)
  let rang = 0
  const offers: string[] = []
  const caller = await openTalker({
    ...{ user: 'alice', host: aliceHost, server: served },
    describe: () => plainSession(believed ?? aliceHost, alice.port),
  })
  const callee = await openTalker({
    ...{ user: 'bob', host: bobHost, server: served },
    describe: () => '',
    onInvite: ({ invite, respond }) => {
      rang += 1
      offers.push(invite.body)
      respond(200, 'OK', answer ?? plainSession(believed ?? bobHost, bob.port))
    },
  })
  closing.push(alice.close, bob.close, caller.close, callee.close)
  await registerAll([caller, callee])
  let call: ReturnType<Talker['invite']> | undefined
  return {
    alice,
    bob,
    rang: () => rang,
    connect: async () => {
      call = caller.invite('bob')
      const final = await call.final()
      expect(final.status).toBe(200)
      return { near: mediaPlaceOf(final.body), far: mediaPlaceOf(offers[0] ?? '') }
    },
    hangUp: async () => call?.hangUp(),
  }
}

async function registerAll(talkers: readonly Talker[]): Promise<void> {
  for (const talker of talkers) await talker.register()
}

async function speakBothWays(
  call: Call,
  { near, far }: { near: Place; far: Place },
  before: (index: number) => void,
): Promise<void> {
  const startedAt = performance.now()
  for (let index = 0; index < PACKETS + LATCH_PACKETS; index += 1) {
    before(index)
    call.alice.speak(near)
    call.bob.speak(far)
    await pause(Math.max(0, startedAt + (index + 1) * PACKET_MS - performance.now()))
  }
}

function heardOf(listener: MediaSocket, name: string): number {
  return listener.heard.get(name)?.length ?? 0
}

/** Packets that the listener never got, but for the first few, which are spoken while the relay learns. */
function missedOf(listener: MediaSocket, name: string): number {
  const got = new Set(listener.heard.get(name) ?? [])
  let missed = 0
  for (let number = LATCH_PACKETS; number < PACKETS + LATCH_PACKETS; number += 1)
    if (!got.has(number)) missed += 1
  return missed
}
