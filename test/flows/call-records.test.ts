/** Every call leaves one right record, however it ends, and through restarts in its middle. */
import { expect, test } from 'vitest'
import { readFacts } from '../../core/exchange/index.ts'
import type { CallRecord, StoredState } from '../../core/exchange/index.ts'
import type { Call } from '../sim/call.ts'
import type { ExchangeHost } from '../sim/exchange-host.ts'
import { describe, RelayedOffice } from './relayed-office.ts'
import { answers, Office, rejects, usualScript } from './office.ts'

const isFull = process.env['SIDETONE_FULL'] === '1'
const mostOff = 20

interface Ending {
  readonly name: string
  readonly record: Partial<CallRecord>
  /** How long it talks, ms. */
  readonly talkMs?: number
  play(office: Desks, talkMs: number): void
}

const endings: readonly Ending[] = [
  {
    name: 'the caller hangs up',
    record: { ending: 'answered', status: 200, hungUpBy: 'caller' },
    talkMs: 7_300,
    play: (office, talkMs) => talk(office, talkMs, (caller) => caller.hangUp()),
  },
  {
    name: 'the callee hangs up',
    record: { ending: 'answered', status: 200, hungUpBy: 'callee' },
    talkMs: 61_250,
    play: (office, talkMs) => talk(office, talkMs, (_caller, callee) => callee.hangUp()),
  },
  {
    name: 'busy',
    record: { ending: 'busy', status: 486 },
    play: (office) => ring(office, rejects(486)),
  },
  {
    name: 'declined',
    record: { ending: 'busy', status: 603 },
    play: (office) => ring(office, rejects(603)),
  },
  {
    name: 'failed',
    record: { ending: 'failed', status: 500 },
    play: (office) => ring(office, rejects(500)),
  },
  {
    name: 'cancelled',
    record: { ending: 'cancelled', status: 487 },
    play: (office) => {
      const call = ring(office, (incoming) => incoming.ring(), 3_000)
      call.cancel()
      office.world.run(2_000)
    },
  },
  {
    name: 'no answer',
    record: { ending: 'no-answer', status: 408 },
    play: (office) => void ring(office, (incoming) => incoming.ring(), 400_000),
  },
  {
    name: 'the callee has vanished when the caller hangs up',
    record: { ending: 'vanished', status: 200, hungUpBy: 'caller' },
    talkMs: 5_000,
    play: (office, talkMs) =>
      talk(office, talkMs, (caller, callee) => {
        callee.phone.calls.splice(0)
        caller.hangUp()
      }),
  },
]

test.each(endings)('$name', (ending) => {
  const office = withPhones()
  ending.play(office, ending.talkMs ?? 0)
  const [record, ...others] = recordsOf([office.exchange])
  expect(others).toEqual([])
  expect(record).toMatchObject({ hungUpBy: undefined, ...ending.record })
  expect(Math.abs((record?.durationMs ?? 0) - (ending.talkMs ?? 0))).toBeLessThanOrEqual(mostOff)
})

test('a call that nobody ends is given up after twelve hours', () => {
  const office = withPhones()
  talk(office, 1_000, () => undefined)
  office.world.run(12 * 3_600_000)
  ring(office, rejects(486))
  expect(recordsOf([office.exchange]).map(({ ending }) => ending)).toEqual(['vanished', 'busy'])
})

test(
  `${isFull ? '3,000' : '320'} calls of every ending leave as many right records`,
  { timeout: 120_000 },
  () => {
    const count = isFull ? 3_000 : 320
    const office = withPhones()
    const played: Ending[] = []
    for (let number = 0; number < count; number++) {
      const ending = endings[(number * 7) % endings.length]!
      ending.play(office, ending.talkMs ?? 0)
      played.push(ending)
    }
    const records = recordsOf([office.exchange])
    expect(records).toHaveLength(count)
    for (const [at, record] of records.entries()) {
      expect(record).toMatchObject({ hungUpBy: undefined, ...played[at]!.record })
      expect(Math.abs(record.durationMs - (played[at]!.talkMs ?? 0))).toBeLessThanOrEqual(mostOff)
    }
  },
)

test('a call through two restarts is ended by its BYE, with its whole duration', () => {
  const office = withPhones()
  const hosts = [office.exchange]
  const [caller] = talkingPair(office)
  for (let restart = 0; restart < 2; restart++) {
    office.world.run(10_000 - (restart === 0 ? setUpMs : 0))
    hosts.push(restarted(office, hosts))
  }
  office.world.run(10_000)
  expect(hosts.at(-1)?.stats.calls).toBe(1)
  caller.hangUp()
  office.world.run(1_000)
  const [record] = recordsOf(hosts)
  expect(record).toMatchObject({ ending: 'answered', hungUpBy: 'caller' })
  expect(Math.abs((record?.durationMs ?? 0) - 30_000)).toBeLessThanOrEqual(mostOff)
})

test('a call that rang when its process ended is given up when no phone would ring any more', () => {
  const office = withPhones()
  ring(office, (incoming) => incoming.ring())
  const next = restarted(office, [office.exchange])
  expect(next.stats.calls).toBe(1)
  office.world.run(300_000)
  expect(next.stats.calls).toBe(0)
  expect(recordsOf([office.exchange, next]).at(-1)).toMatchObject({ ending: 'vanished', durationMs: 0 })
})

test('the record of a relayed call says how it was relayed', () => {
  const office = new RelayedOffice()
  const alice = office.phone('alice')
  const bob = office.phone('bob')
  alice.request('INVITE', { body: describe(alice.address, 17_000) })
  bob.answer(bob.lastRequest('INVITE'), 200, describe(bob.address, 18_000))
  alice.within(alice.asCaller(), 'BYE', 2)
  bob.answer(bob.lastRequest('BYE'), 200)
  office.world.run(1_000)

  const call = office.host.changes.findLast((change) => change.kind === 'put-call')?.call
  expect(call).toMatchObject({ ending: 'answered', hungUpBy: 'caller' })
  expect(readFacts(call!.facts)).toMatchObject({
    endedAtUnixMs: call!.endedAtUnixMs,
    descriptions: [
      { from: 'caller', message: 'INVITE', receivedMedia: [{ kind: 'audio', address: '10.0.0.2' }] },
      { from: 'callee', message: '200 INVITE', sentOnMedia: [{ kind: 'audio', address: '10.0.0.1' }] },
    ],
    streams: [{ media: 0, revision: 1 }],
  })
})

const script = usualScript('record_route();')

/** From the 200 to the moment when `talkingPair` gives back. */
const setUpMs = 50

class Desks extends Office {
  readonly alice = this.phone('alice')
  readonly bob = this.phone('bob')
}

function withPhones(): Desks {
  return new Desks({ script })
}

function ring({ alice, bob, world }: Desks, onCall: (call: Call) => void, ms = 1_000): Call {
  bob.register()
  world.run(50)
  bob.onCall = onCall
  const call = alice.call('bob')
  world.run(ms)
  return call
}

function talkingPair(office: Desks): [caller: Call, callee: Call] {
  const call = ring(office, answers(0), setUpMs)
  const callee = office.bob.calls.at(-1)!
  return [call, callee]
}

function talk(office: Desks, talkMs: number, end: (caller: Call, callee: Call) => void): void {
  const [caller, callee] = talkingPair(office)
  office.world.run(talkMs - setUpMs)
  end(caller, callee)
  office.world.run(40_000)
}

/** The last state of each call, in order of beginning. */
function recordsOf(hosts: readonly ExchangeHost[]): CallRecord[] {
  const records = new Map<string, CallRecord>()
  for (const change of hosts.flatMap(({ changes: saved }) => saved))
    if (change.kind === 'put-call') records.set(change.call.callId, change.call)
  return [...records.values()]
}

/** A new process in the place of the old one, which knows what the store knows. */
function restarted(office: Desks, hosts: readonly ExchangeHost[]): ExchangeHost {
  const stored: StoredState = {
    contacts: [],
    subscribers: [],
    callsUnderWay: recordsOf(hosts).filter(({ ending }) => ending === undefined),
    domains: [],
  }
  return office.world.exchange(script, { stored })
}
