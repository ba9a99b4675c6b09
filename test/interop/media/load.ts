/**
 * Many short calls whose voice the server relays, a third of which end badly: the caller gives up, both phones lose
 * their power, or the callee's goes while the other talks on. Bounded in number, rate and time.
 */
import { pause } from '../processes.ts'
import { plainSession, type Place } from '../phone/text.ts'
import { PACKET_MS, openMedia, type MediaSocket } from './media-socket.ts'
import { mediaPlaceOf, openTalker, type Talker } from './talker.ts'

export type LoadEnding = 'bye' | 'cancel' | 'no-bye' | 'vanished'

export interface LoadOptions {
  readonly server: Place
  readonly calls: number
  readonly perSecond: number
  /** How every third call ends, in turn; empty: each is hung up. */
  readonly badEndings: readonly LoadEnding[]
}

export interface LoadOutcome {
  readonly ended: Readonly<Record<LoadEnding, number>>
  readonly failures: readonly string[]
  /** Of the packets that both phones of a call spoke while both lived, how many were not heard. */
  readonly spoken: number
  readonly missed: number
}

/** A server may take few calls at once from one address that ring unanswered; honest offices have many phones. */
const HOMES = 24
const TALK_PACKETS = 50
const RING_MS = 300
const SETTLE_MS = 200

export async function runLoad(options: LoadOptions): Promise<LoadOutcome> {
  const media: Media = new Map()
  const homes: Home[] = []
  for (let index = 0; index < HOMES; index += 1) homes.push(await openHome(options.server, index, media))
  const ended = { bye: 0, cancel: 0, 'no-bye': 0, vanished: 0 }
  const failures: string[] = []
  const totals = { spoken: 0, missed: 0 }
  const one = async (index: number): Promise<void> => {
    const ending = endingOf(index, options.badEndings)
    const home = homes[index % HOMES]
    if (home === undefined) return
    const callId = `load-${index}-${options.server.port}`
    const voices: Voices = {
      near: await openMedia('near', home.host),
      far: await openMedia('far', home.host),
      offered: undefined,
      isRinging: ending === 'cancel',
    }
    media.set(callId, voices)
    try {
      await runCall(home, callId, ending, voices, totals)
      ended[ending] += 1
    } catch (failure) {
      failures.push(`${ending}: ${failure instanceof Error ? failure.message : String(failure)}`)
    } finally {
      media.delete(callId)
      await Promise.all([voices.near.close(), voices.far.close()])
    }
  }
  const startedAt = performance.now()
  const running: Promise<void>[] = []
  for (let index = 0; index < options.calls; index += 1) {
    const dueMs = (index * 1000) / options.perSecond - (performance.now() - startedAt)
    if (dueMs > 0) await pause(dueMs)
    running.push(one(index))
  }
  await Promise.all(running)
  for (const home of homes) await home.close()
  return { ended, failures, ...totals }
}

function endingOf(index: number, bad: readonly LoadEnding[]): LoadEnding {
  if (index % 3 !== 0 || bad.length === 0) return 'bye'
  return bad[(index / 3) % bad.length] ?? 'bye'
}

interface Voices {
  readonly near: MediaSocket
  readonly far: MediaSocket
  /** The callee's view of where its voice is to go. */
  offered: Place | undefined
  /** It is to ring on and never be answered. */
  readonly isRinging: boolean
}
type Media = Map<string, Voices>

interface Home {
  readonly host: string
  readonly caller: Talker
  readonly callee: string
  readonly close: () => Promise<void>
}

let homesOpened = 0
async function openHome(server: Place, index: number, media: Media): Promise<Home> {
  const host = `127.0.0.${100 + index}`
  // Numbers of its own: an earlier run's phones are still registered, and would be called beside these.
  homesOpened += 1
  const number = homesOpened
  const describe = (which: 'near' | 'far') => (callId: string) =>
    plainSession(host, media.get(callId)?.[which].port ?? 0)
  const caller = await openTalker({ user: `near${number}`, host, server, describe: describe('near') })
  const callee = await openTalker({
    ...{ user: `far${number}`, host, server, describe: describe('far') },
    onInvite: ({ invite, respond }) => {
      const voices = media.get(invite.callId)
      if (voices === undefined) return
      voices.offered ??= mediaPlaceOf(invite.body)
      if (voices.isRinging) respond(180, 'Ringing')
      else respond(200, 'OK', describe('far')(invite.callId))
    },
  })
  await caller.register()
  await callee.register()
  return {
    host,
    caller,
    callee: callee.user,
    close: async () => {
      await Promise.all([caller.close(), callee.close()])
    },
  }
}

async function runCall(
  home: Home,
  callId: string,
  ending: LoadEnding,
  voices: Voices,
  totals: { spoken: number; missed: number },
): Promise<void> {
  const call = home.caller.invite(home.callee, callId)
  if (ending === 'cancel') {
    await call.ringing()
    await pause(RING_MS)
    await call.cancel()
    const final = await call.final()
    if (final.status !== 487) throw new Error(`a cancelled call got ${final.start}`)
    return
  }
  const final = await call.final()
  if (final.status !== 200) throw new Error(`INVITE got ${final.start}`)
  await talk(voices, mediaPlaceOf(final.body), ending, totals)
  if (ending === 'bye') await call.hangUp()
}

async function talk(
  voices: Voices,
  near: Place,
  ending: LoadEnding,
  totals: { spoken: number; missed: number },
): Promise<void> {
  const { offered } = voices
  if (offered === undefined) throw new Error('the callee was never called')
  const startedAt = performance.now()
  for (let index = 0; index < TALK_PACKETS; index += 1) {
    voices.near.speak(near)
    // From here on the relay's packets for it are answered by nobody but the system.
    if (ending === 'vanished' && index === TALK_PACKETS / 2) await voices.far.close()
    if (ending !== 'vanished' || index < TALK_PACKETS / 2) voices.far.speak(offered)
    await pause(Math.max(0, startedAt + (index + 1) * PACKET_MS - performance.now()))
  }
  if (ending === 'vanished') return
  await pause(SETTLE_MS)
  totals.spoken += 2 * TALK_PACKETS
  totals.missed += missing(voices.near, 'far') + missing(voices.far, 'near')
}

function missing(listener: MediaSocket, name: string): number {
  return TALK_PACKETS - new Set(listener.heard.get(name) ?? []).size
}
