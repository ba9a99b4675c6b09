/**
 * Calls through a server whose network goes away and comes back. Runs in a network namespace of its own, which whoever
 * starts it has made: `link-away-run.ts link|address CALLS AWAY-MS`. Prints one line of JSON.
 */
import { execFileSync } from 'node:child_process'
import { findProgram, freePort, pause } from '../processes.ts'
import { plainSession, type Place } from '../phone/text.ts'
import { PACKET_MS, openMedia, type MediaSocket } from './media-socket.ts'
import { startServe } from './serve.ts'
import { mediaPlaceOf, openTalker } from './talker.ts'

export interface LinkAwayOutcome {
  readonly calls: number
  /** Packets of all phones together that were heard before, while the network was away, and in the last second. */
  readonly before: { readonly spoken: number; readonly heard: number }
  readonly meanwhile: { readonly spoken: number; readonly heard: number }
  readonly after: { readonly spoken: number; readonly heard: number }
  /** From the network's return to the first packet of the slowest phone. */
  readonly backAfterMs: number
  readonly hungUp: number
  readonly callsLeft: number
}

const SERVER = '198.51.100.1'
const PHONES = '198.51.100.65'
const TALK_MS = 1_000
const SETTLE_MS = 300
const LIMIT_MS = 120_000

const [what = 'link', calls = '5', awayMs = '2000'] = process.argv.slice(2)
ip('link', 'set', 'lo', 'up')
ip('link', 'add', 'server', 'type', 'veth', 'peer', 'name', 'phones')
for (const [name, address] of [
  ['server', SERVER],
  ['phones', PHONES],
] as const) {
  ip('address', 'add', `${address}/26`, 'dev', name)
  ip('link', 'set', name, 'up')
}
process.stdout.write(`${JSON.stringify(await run(Number(calls), Number(awayMs)))}\n`)

interface Voice {
  readonly media: MediaSocket
  readonly speaker: string
  place: Place | undefined
}

async function run(count: number, awayMs: number): Promise<LinkAwayOutcome> {
  const served = await startServe({
    ...{ host: SERVER, port: await freePort(SERVER), script: 'nat-relay.cfg', limitMs: LIMIT_MS },
    ...{ lowMediaPort: 30_000, highMediaPort: 30_999 },
  })
  const voices = new Map<string, readonly [near: Voice, far: Voice]>()
  const describe = (which: 0 | 1) => (callId: string) =>
    plainSession(PHONES, voices.get(callId)?.[which].media.port ?? 9)
  const caller = await openTalker({ user: 'near', host: PHONES, server: served, describe: describe(0) })
  const callee = await openTalker({
    ...{ user: 'far', host: PHONES, server: served, describe: describe(1) },
    onInvite: ({ invite, respond }) => {
      const far = voices.get(invite.callId)?.[1]
      if (far !== undefined) far.place = mediaPlaceOf(invite.body)
      respond(200, 'OK', describe(1)(invite.callId))
    },
  })
  await caller.register()
  await callee.register()
  const outgoing = []
  for (let index = 0; index < count; index += 1) {
    const callId = `away-${index}`
    const pair = [await voiceOf('near', 'far'), await voiceOf('far', 'near')] as const
    voices.set(callId, pair)
    const call = caller.invite('far', callId)
    pair[0].place = mediaPlaceOf((await call.final()).body)
    outgoing.push(call)
  }
  const all = [...voices.values()].flat()
  await pause(SETTLE_MS)
  const before = await talk(all, TALK_MS)
  network(what, false)
  const meanwhile = await talk(all, awayMs)
  network(what, true)
  const backAt = performance.now()
  const counts = all.map(heardBy)
  const back = Promise.all(all.map((voice, index) => firstAfter(voice, counts[index] ?? 0)))
  await talk(all, TALK_MS)
  const backAfterMs = Math.max(...(await back)) - backAt
  const after = await talk(all, TALK_MS)
  let hungUp = 0
  for (const call of outgoing) {
    await call.hangUp()
    hungUp += 1
  }
  const left = (await served.ask('calls')) as readonly unknown[]
  for (const { media } of all) await media.close()
  await Promise.all([caller.close(), callee.close()])
  await served.stop()
  return { calls: count, before, meanwhile, after, backAfterMs, hungUp, callsLeft: left.length }
}

async function voiceOf(name: string, speaker: string): Promise<Voice> {
  return { media: await openMedia(name, PHONES), speaker, place: undefined }
}

function heardBy({ media, speaker }: Voice): number {
  return media.heard.get(speaker)?.length ?? 0
}

async function talk(voices: readonly Voice[], forMs: number): Promise<{ spoken: number; heard: number }> {
  const heardBefore = voices.reduce((sum, voice) => sum + heardBy(voice), 0)
  const startedAt = performance.now()
  let spoken = 0
  for (let round = 0; round < forMs / PACKET_MS; round += 1) {
    for (const { media, place } of voices) if (place !== undefined) media.speak(place)
    spoken += voices.length
    await pause(Math.max(0, startedAt + (round + 1) * PACKET_MS - performance.now()))
  }
  // What is under way when the network goes is lost with it; each span has its own packets.
  await pause(SETTLE_MS)
  return { spoken, heard: voices.reduce((sum, voice) => sum + heardBy(voice), 0) - heardBefore }
}

async function firstAfter(voice: Voice, count: number): Promise<number> {
  const giveUpAt = performance.now() + 2 * TALK_MS
  while (heardBy(voice) === count && performance.now() < giveUpAt) await pause(1)
  return performance.now()
}

/** Both addresses are of one namespace, so that loopback is the link between them. */
function network(kind: string, isThere: boolean): void {
  if (kind === 'link') ip('link', 'set', 'lo', isThere ? 'up' : 'down')
  else ip('address', isThere ? 'add' : 'del', `${SERVER}/26`, 'dev', 'server')
}

function ip(...words: string[]): void {
  execFileSync(findProgram('ip') ?? 'ip', words)
}
