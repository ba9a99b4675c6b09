/** Every call leaves one right record on disk, however it ends, and through two restarts in the middle. */
import { writeFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { ask, full, kill, leavePlace, makePlace, startOn, type Place, type Run } from './durable.ts'
import { openPhone, type IncomingCall, type OutgoingCall, type Phone } from './phone/phone.ts'
import { needs, pause } from './processes.ts'

const count = full ? 3_000 : 150
const mostOffMs = 20
/** So many at once: more would measure how long the test's own queue is. */
const atOnce = 16
const missing = needs()

let place: Place | undefined
let run: Run | undefined
const phones: Phone[] = []

afterEach(async () => {
  await Promise.all(phones.splice(0).map((phone) => phone.close()))
  if (run !== undefined) await kill(run)
  if (place !== undefined) leavePlace(place)
})

interface Record {
  readonly callId: string
  readonly state: string
  readonly durationMs: number
  readonly hungUpBy: string | null
  readonly facts: { readonly status: number; readonly messages?: readonly { readonly what: string }[] }
}

interface Ending {
  readonly name: string
  readonly record: Omit<Record, 'callId' | 'durationMs' | 'facts'> & { readonly status: number }
  /** What the called phone does; it has the name of the ending. */
  readonly onCall: (call: IncomingCall, answered: () => void) => void
  readonly onBye?: () => number | undefined
  /** Who ends it, if nobody has. */
  readonly end?: (caller: OutgoingCall, callee: IncomingCall | undefined) => Promise<unknown>
}

const answer: Ending['onCall'] = (call, answered) => {
  call.ring()
  answered()
  call.answer()
}
const endings: readonly Ending[] = [
  {
    name: 'caller-hangs-up',
    record: { state: 'answered', status: 200, hungUpBy: 'caller' },
    onCall: answer,
    end: (caller) => caller.hangUp(),
  },
  {
    name: 'callee-hangs-up',
    record: { state: 'answered', status: 200, hungUpBy: 'callee' },
    onCall: answer,
    end: (_caller, callee) => callee!.hangUp(),
  },
  {
    name: 'busy',
    record: { state: 'busy', status: 486, hungUpBy: null },
    onCall: (call) => call.reject(486, 'Busy Here'),
  },
  {
    name: 'declined',
    record: { state: 'busy', status: 603, hungUpBy: null },
    onCall: (call) => call.reject(603, 'Decline'),
  },
  {
    name: 'cancelled',
    record: { state: 'cancelled', status: 487, hungUpBy: null },
    onCall: (call) => call.ring(),
    end: async (caller) => {
      await caller.ringing
      return caller.cancel()
    },
  },
  {
    name: 'nobody-answers',
    record: { state: 'no-answer', status: 408, hungUpBy: null },
    onCall: (call) => call.ring(),
  },
  {
    name: 'not-there',
    record: { state: 'no-answer', status: 480, hungUpBy: null },
    onCall: (call) => call.reject(480, 'Temporarily Unavailable'),
  },
  {
    name: 'failed',
    record: { state: 'failed', status: 500, hungUpBy: null },
    onCall: (call) => call.reject(500, 'Server Internal Error'),
  },
  {
    name: 'vanished',
    record: { state: 'vanished', status: 200, hungUpBy: 'caller' },
    onCall: answer,
    onBye: () => undefined,
    // RFC 4320 §4.2: its 408 goes no further, so the caller hears nothing.
    end: (caller) => {
      void caller.hangUp()
      return pause(2_500)
    },
  },
  {
    name: 'has-forgotten',
    record: { state: 'vanished', status: 200, hungUpBy: 'caller' },
    onCall: answer,
    onBye: () => 481,
    end: (caller) => caller.hangUp(),
  },
]

interface Played {
  readonly ending: Ending
  readonly talkedMs: number
  /** Its beginning was told to a process that has ended. */
  readonly isOverRestart: boolean
}

describe.skipIf(missing.skip)(`call records${missing.because}`, () => {
  test(
    `${count} calls of every ending leave ${count} right records through SIGTERM and kill -9 in the middle`,
    { timeout: 600_000 },
    async () => {
      place = await makePlace(1)
      writeFileSync(place.script, script)
      run = await startOn(place)
      const office = await Office.open(place)
      const third = Math.floor(count / 3)
      const talkingOver = Math.ceil(count / 15)

      await office.play(third)
      await office.begin(talkingOver)
      await pause(200)
      await run.program.stop()
      run = await startOn(place)
      // Half of them through the second restart too.
      await office.hangUp(Math.ceil(talkingOver / 2))
      await office.play(third)
      await office.begin(talkingOver)
      await pause(200)
      await kill(run)
      run = await startOn(place)
      await office.hangUp(Infinity)
      await office.play(count - office.played.size)
      await pause(200)
      await kill(run)
      run = await startOn(place)

      const records = (await ask(place, ['calls', 'ended', '10000'])) as readonly Record[]
      const off = office.offOf(records)
      process.stdout.write(
        `${records.length} records of ${count} calls; talked ${off.length} times, at most ${Math.max(...off).toFixed(1)} ms off\n`,
      )
      expect(records.map(({ callId }) => callId).sort()).toEqual([...office.played.keys()].sort())
      expect(office.wrongOf(records)).toEqual([])
      expect(off.filter((ms) => ms > mostOffMs)).toEqual([])
      expect(await ask(place, ['calls'])).toEqual([])
      const [newest] = records
      expect(await ask(place, ['calls', 'show', newest!.callId])).toEqual(newest)
      expect(phones.flatMap(({ violations }) => violations)).toEqual([])
    },
  )
})

/** One phone that calls, and one for each ending that is called. */
class Office {
  readonly played = new Map<string, Played>()
  readonly #caller: Phone
  readonly #callees: ReadonlyMap<string, Phone>
  readonly #answeredAt: Map<string, number>
  readonly #talking: { readonly ending: Ending; readonly call: OutgoingCall }[] = []
  #next = 0

  private constructor(caller: Phone, callees: ReadonlyMap<string, Phone>, answeredAt: Map<string, number>) {
    this.#caller = caller
    this.#callees = callees
    this.#answeredAt = answeredAt
  }

  static async open({ port }: Place): Promise<Office> {
    const target = { host: '127.0.0.1', port }
    const answeredAt = new Map<string, number>()
    const open = async (user: string, own: object = {}): Promise<Phone> => {
      const phone = await openPhone({ user, outbound: target, domain: target, ...own })
      phones.push(phone)
      expect(await phone.register()).toBe(200)
      return phone
    }
    const callees = new Map<string, Phone>()
    for (const { name, onCall, onBye } of endings) {
      const answers = (call: IncomingCall): void =>
        onCall(call, () => void answeredAt.set(call.invite.callId, performance.now()))
      callees.set(name, await open(name, { onCall: answers, ...(onBye === undefined ? {} : { onBye }) }))
    }
    return new Office(await open('caller'), callees, answeredAt)
  }

  /** So many whole calls, the endings in turn. */
  async play(calls: number): Promise<void> {
    let left = calls
    const worker = async (): Promise<void> => {
      while (left-- > 0) {
        const ending = endings[this.#next++ % endings.length]!
        const call = this.#caller.call(ending.name)
        if (ending.end === undefined || ending.name === 'cancelled') {
          await ending.end?.(call, undefined)
          await call.final
          this.played.set(call.callId, { ending, talkedMs: 0, isOverRestart: false })
        } else {
          await call.final
          await pause(20 + (this.#next % 7) * 40)
          await this.#end(ending, call, false)
        }
      }
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
  }

  /** So many calls that go on talking. */
  async begin(calls: number): Promise<void> {
    const talks = endings.filter(({ record }) => record.status === 200)
    for (let at = 0; at < calls; at++) {
      const ending = talks[at % talks.length]!
      const call = this.#caller.call(ending.name)
      await call.final
      this.#talking.push({ ending, call })
    }
  }

  async hangUp(calls: number): Promise<void> {
    const ended = this.#talking.splice(0, Math.min(calls, this.#talking.length))
    for (let at = 0; at < ended.length; at += atOnce)
      await Promise.all(ended.slice(at, at + atOnce).map(({ ending, call }) => this.#end(ending, call, true)))
  }

  async #end(ending: Ending, call: OutgoingCall, isOverRestart: boolean): Promise<void> {
    const { callId } = call
    const talkedMs = performance.now() - this.#answeredAt.get(callId)!
    await ending.end!(call, this.#callees.get(ending.name)!.incoming.get(callId))
    this.played.set(callId, { ending, talkedMs, isOverRestart })
  }

  offOf(records: readonly Record[]): number[] {
    return records.flatMap(({ callId, durationMs }) => {
      const talkedMs = this.played.get(callId)?.talkedMs ?? 0
      return talkedMs === 0 ? [] : [Math.abs(durationMs - talkedMs)]
    })
  }

  /** Records that do not say what has happened. */
  wrongOf(records: readonly Record[]): unknown[] {
    return records.filter(({ callId, state, hungUpBy, durationMs, facts }) => {
      const { ending, isOverRestart, talkedMs } = this.played.get(callId)!
      const { record } = ending
      const whats = new Set(facts.messages?.map(({ what }) => what))
      // What an earlier process has heard went with it; who called and how it ended did not.
      const hasMessages = isOverRestart ? whats.has('BYE') : whats.has('INVITE')
      const isRight = state === record.state && hungUpBy === record.hungUpBy && facts.status === record.status
      return !isRight || !hasMessages || (talkedMs === 0) !== (durationMs === 0)
    })
  }
}

/** A phone that does not answer is waited for three seconds, one that is gone for two. */
const script = `
loadmodule "sl.so"
loadmodule "tm.so"
loadmodule "rr.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
modparam("usrloc", "db_mode", 1)
modparam("tm", "fr_timer", 2)
modparam("tm", "fr_inv_timer", 3)
route {
	if (method == "REGISTER") { save("location"); break; };
	record_route();
	if (loose_route()) { t_relay(); break; };
	if (!lookup("location")) { sl_send_reply("404", "User Not Found"); break; };
	t_relay();
}
`
