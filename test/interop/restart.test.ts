/** A call goes on through a restart of the appliance: SIGTERM, and a new process on the same folder within 5 s. */
import { createSocket } from 'node:dgram'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { askAppliance } from '../../core/app/ctl.ts'
import type { Place } from './phone/text.ts'
import {
  discard,
  freePort,
  needs,
  pause,
  startProgram,
  temporaryFolder,
  type RunningProgram,
} from './processes.ts'
import { sidetoneCommand } from './subject.ts'
import { openTalker, type Dialog, type Heard, type Talker } from './talker.ts'

const script = fileURLToPath(new URL('../../resources/scripts/nat-relay.cfg', import.meta.url))
const host = '127.0.0.1'
const limitMs = 60_000
const missing = needs()

const running: RunningProgram[] = []
const talkers: Talker[] = []
const folders: string[] = []
afterEach(async () => {
  await closeTalkers()
  for (const program of running.splice(0)) await program.stop()
  for (const folder of folders.splice(0)) discard(folder)
})

describe.skipIf(missing.skip)(`the restart of the appliance${missing.because}`, () => {
  test('a call by SIGTERM and start: media both ways on the same ports, and its BYE frees them', async () => {
    const at = await place()
    const first = await start(at)
    const { alice, bob, dialog } = await talking(at)
    await pause(500)
    // The range of the relay: no phone talks to the other one past it.
    for (const { told } of [alice, bob]) expect(told!.port >= 35_000 && told!.port <= 35_999).toBe(true)
    first.signal('SIGTERM')
    await first.exited
    const left = [alice.heard.length, bob.heard.length]
    await pause(1_000)

    await start(at)
    const readyAtMs = performance.now()
    await pause(2_000)

    for (const [index, phone] of [alice, bob].entries()) {
      const since = phone.heard.slice(left[index])
      expect(since.length, 'packets of 2 s').toBeGreaterThan(60)
      expect(since[0]!.atMs - readyAtMs, 'ms from ready to the first packet').toBeLessThan(1_000)
      expect(longestGapMs(phone.heard)).toBeLessThan(6_000)
    }
    expect(await calls(at)).toMatchObject([{ state: 'talking' }])
    await alice.hangUp(dialog)
    expect(bob.asked).toContain('BYE')
    expect(await calls(at)).toEqual([])
    for (const { told } of [alice, bob]) expect(await isFreeWithin(told!, 2_000)).toBe(true)
  }, 60_000)

  test('after a SIGKILL the next process starts clean and leads new calls', async () => {
    const at = await place()
    const first = await start(at)
    await talking(at)
    first.signal('SIGKILL')
    await first.exited
    await closeTalkers()

    await start(at)

    expect(await calls(at)).toEqual([])
    const { alice, bob, dialog } = await talking(at)
    await pause(1_000)
    expect(Math.min(alice.heard.length, bob.heard.length)).toBeGreaterThan(30)
    await alice.hangUp(dialog)
  }, 60_000)

  test.each([
    ['cut off', '{"form":1,"leftAtUnixMs":1790', 'was no list of calls and is deleted'],
    ['foreign', '{"form":1,"leftAtUnixMs":NOW,"left":{"calls":[{"callId":7}]}}', 'are not taken up'],
    ['a minute old', '{"form":1,"leftAtUnixMs":OLD,"left":{"calls":[]}}', 'too long ago'],
  ])(
    'a file that is %s is ignored with one sentence',
    async (_what, text, sentence) => {
      const at = await place()
      const first = await start(at)
      await first.stop()
      const now = Date.now()
      const path = join(at.folder, 'calls-left.json')
      writeFileSync(path, text.replace('NOW', String(now)).replace('OLD', String(now - 60_000)))

      const second = await start(at)

      const said = second
        .stderr()
        .split('\n')
        .filter((line) => line.includes('calls-left.json'))
      expect(said).toHaveLength(1)
      expect(said[0]).toContain(sentence)
      expect(existsSync(path)).toBe(false)
      expect(await calls(at)).toEqual([])
    },
    30_000,
  )
})

interface Seat extends Place {
  readonly folder: string
}

async function place(): Promise<Seat> {
  const root = temporaryFolder('restart')
  folders.push(root)
  return { host, port: await freePort(host), folder: join(root, 'appliance') }
}

async function start(at: Seat): Promise<RunningProgram> {
  const [command, args] = sidetoneCommand()
  const listen = ['--listen', `udp:${host}:${at.port}`]
  const program = startProgram(
    command,
    [
      ...args,
      'serve',
      '--data',
      at.folder,
      '--script',
      script,
      ...listen,
      '--console',
      'off',
      '--ready-json',
    ],
    { limitMs },
  )
  running.push(program)
  await program.firstLine((line) => (line.startsWith('{') ? line : undefined), 20_000)
  return program
}

async function talking(at: Seat): Promise<{ alice: Talker; bob: Talker; dialog: Dialog }> {
  const [alice, bob] = [await openTalker('alice', at), await openTalker('bob', at)]
  talkers.push(alice, bob)
  await alice.register()
  await bob.register()
  return { alice, bob, dialog: await alice.call('bob') }
}

async function closeTalkers(): Promise<void> {
  for (const talker of talkers.splice(0)) await talker.close()
}

async function calls(at: Seat): Promise<unknown> {
  const answer = await askAppliance(at.folder, ['calls'])
  if (!answer.ok) throw new Error(answer.message)
  return answer.value
}

function longestGapMs(heard: readonly Heard[]): number {
  return Math.max(...heard.slice(1).map(({ atMs }, index) => atMs - heard[index]!.atMs))
}

async function isFreeWithin({ port }: Place, withinMs: number): Promise<boolean> {
  for (const endAt = performance.now() + withinMs; performance.now() < endAt; await pause(50))
    if (await canBind(port)) return true
  return false
}

function canBind(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    socket.once('error', () => {
      socket.close()
      resolve(false)
    })
    socket.bind(port, host, () => socket.close(() => resolve(true)))
  })
}
