import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { askAppliance } from '../../core/app/ctl.ts'
import { startBaresip, type Baresip } from './baresip.ts'
import { freePort, needs, pause } from './processes.ts'
import { startSubject, type Subject } from './subject.ts'
import { shareOf } from './wave.ts'

const script = fileURLToPath(new URL('../../resources/scripts/nat-relay.cfg', import.meta.url))
const missing = needs('baresip')
const running: (Baresip | Subject)[] = []
afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.stop()
})

interface ShownEnd {
  readonly received: { readonly packets: number; readonly sources: Readonly<Record<string, number>> }
  readonly sent: { readonly packets: number }
}

interface ShownCall {
  readonly state: string
  readonly facts: {
    readonly descriptions: readonly { readonly sentOnMedia: readonly { readonly port: number }[] }[]
    readonly streams: readonly {
      readonly a: ShownEnd
      readonly b: ShownEnd
      readonly closedAtUnixMs: number | null
    }[]
  }
}

describe.skipIf(missing.skip)(`two real telephones through the relay${missing.because}`, () => {
  test('hear each other, and the call has its facts', { timeout: 60_000 }, async () => {
    const subject = await startSubject({ script }, 'sidetone')
    running.push(subject)
    const alice = await telephone(subject, 'alice', 440)
    const bob = await telephone(subject, 'bob', 1000)
    await Promise.all([alice.registered(8_000), bob.registered(8_000)])

    alice.dial('bob')
    await Promise.all([alice, bob].map((phone) => phone.waitFor('CALL_ESTABLISHED', 8_000)))
    await pause(3_000)
    const [call] = await calls(subject)
    alice.hangUp()
    await bob.waitFor('CALL_CLOSED', 8_000)
    await Promise.all([alice.stop(), bob.stop()])

    const [stream] = call!.facts.streams
    for (const end of [stream!.a, stream!.b]) {
      expect(end.received.packets, JSON.stringify(call)).toBeGreaterThan(100)
      expect(end.sent.packets).toBeGreaterThan(100)
    }
    for (const { sentOnMedia } of call!.facts.descriptions)
      expect(sentOnMedia[0]!.port).toBeGreaterThanOrEqual(35_000)
    expect(shareOf(alice.heard(), 1000)).toBeGreaterThan(0.8)
    expect(shareOf(bob.heard(), 440)).toBeGreaterThan(0.8)
    expect(await calls(subject)).toEqual([])
    const [kept] = await calls(subject, 'ended')
    expect(kept).toMatchObject({ state: 'answered', hungUpBy: 'caller' })
    for (const { received } of [kept!.facts.streams[0]!.a, kept!.facts.streams[0]!.b])
      expect(received.packets, JSON.stringify(kept)).toBeGreaterThan(100)
    expect(kept!.facts.streams[0]!.closedAtUnixMs).toBeGreaterThan(0)
  })
})

async function calls(subject: Subject, ...words: string[]): Promise<readonly ShownCall[]> {
  const answer = await askAppliance(join(subject.folder, 'appliance'), ['calls', ...words])
  if (!answer.ok) throw new Error(answer.message)
  return answer.value as readonly ShownCall[]
}

/**
 * Both at one address: a phone's media socket listens everywhere, and on loopback the system has it send from
 * 127.0.0.1, which for a phone at another address would be a stranger.
 */
async function telephone(subject: Subject, user: string, toneHertz: number): Promise<Baresip> {
  const phone = await startBaresip({
    user,
    host: '127.0.0.1',
    port: await freePort(),
    proxy: subject,
    toneHertz,
    answers: 'auto',
    limitMs: 60_000,
  })
  running.push(phone)
  return phone
}
