/** One call between two telephones of the lab, with everything that may cost a voice on its way. */
import { pause } from '../processes.ts'
import { EAR_LAG_MS } from './ear.ts'
import { complaint, type Heard } from './heard.ts'
import type { NatKind } from './kinds.ts'
import type { Lab, Site, Station } from './lab.ts'
import { startTelephone, type Telephone } from './telephone.ts'

export interface PairPlan {
  readonly caller: NatKind
  readonly callee: NatKind
  /** Whose media stays away for a while in the middle of the call. */
  readonly silent: 'caller' | 'callee'
}

export interface PairOutcome extends PairPlan {
  /** The step that failed, and how; undefined when all went well. */
  readonly failure: { readonly step: string; readonly why: string } | undefined
}

export interface PairStage {
  readonly lab: Lab
  /** WAVs of the two tones. */
  readonly tones: { readonly caller: string; readonly callee: string }
  readonly silenceMs: number
  /** What the test is called in user names, so that pairs at work together never ring each other. */
  readonly label: string
}

export const CALLER_HERTZ = 440
export const CALLEE_HERTZ = 1000

const REGISTER_LIMIT_MS = 15_000
const ANSWER_LIMIT_MS = 15_000
const END_LIMIT_MS = 15_000
const FAREWELL_MS = 1_200
const WINDOW_MS = 1_500
/** A re-INVITE that is lost four times in a row comes through within this. */
const RECOVERY_LIMIT_MS = 8_000
const HOLD_MS = 2_000
/** A request that is lost three times in a row comes through within this. */
const REINVITE_LIMIT_MS = 8_000
const POLL_MS = 25

export async function runPair(plan: PairPlan, stage: PairStage): Promise<PairOutcome> {
  const closing: (() => Promise<void>)[] = []
  let step = 'prepare'
  try {
    const [near, far] = await openStations(plan, stage.lab, closing)
    const limitMs = stage.silenceMs + 180_000
    const place = (user: string, station: Station, tone: string): Telephone => {
      const server = stage.lab.server.address
      const phone = startTelephone({ user: `${user}-${stage.label}`, station, server, tone, limitMs })
      closing.push(phone.stop)
      return phone
    }
    const caller = place('caller', near, stage.tones.caller)
    const callee = place('callee', far, stage.tones.callee)
    const silent = plan.silent === 'caller' ? near : far
    for (const [name, run] of stepsOf({ caller, callee, silent, plan, stage })) {
      step = name
      await run()
    }
    return { ...plan, failure: undefined }
  } catch (failure) {
    return { ...plan, failure: { step, why: failure instanceof Error ? failure.message : String(failure) } }
  } finally {
    for (const close of closing.reverse()) await close()
  }
}

/** Two neighbours behind one router where that router is the one which turns their packets round. */
async function openStations(
  plan: PairPlan,
  lab: Lab,
  closing: (() => Promise<void>)[],
): Promise<[Station, Station]> {
  const open = async (kind: NatKind, count: number): Promise<Site> => {
    const site = await lab.addSite(kind, count)
    closing.push(site.close)
    return site
  }
  const areNeighbours = plan.caller === 'hairpin' && plan.callee === 'hairpin'
  const near = await open(plan.caller, areNeighbours ? 2 : 1)
  const far = areNeighbours ? near : await open(plan.callee, 1)
  const [caller] = near.stations
  const callee = far.stations[areNeighbours ? 1 : 0]
  if (caller === undefined || callee === undefined) throw new Error('a site has no station')
  return [caller, callee]
}

interface Conversation {
  readonly caller: Telephone
  readonly callee: Telephone
  readonly silent: Station
  readonly plan: PairPlan
  readonly stage: PairStage
}

type Step = readonly [name: string, run: () => Promise<void>]

function stepsOf(talk: Conversation): Step[] {
  const { caller, callee, stage } = talk
  const both = [caller, callee]
  const changes: Step[] = [
    ['the caller holds and resumes', () => holdAndResume(caller, callee)],
    ['the callee holds and resumes', () => holdAndResume(callee, caller)],
    ['a re-INVITE of the caller', () => change(caller, 'reinvite', callee)],
    ['a re-INVITE of the callee', () => change(callee, 'reinvite', caller)],
  ]
  return [
    ['register', () => eachOf(both, (phone) => phone.registered(REGISTER_LIMIT_MS))],
    [
      'answer',
      async () => {
        caller.command('dial', `sip:${callee.user}@${stage.lab.server.address}`)
        await eachOf(both, (phone) => phone.waitFor('CALL_ESTABLISHED', 1, ANSWER_LIMIT_MS))
      },
    ],
    ['talk', () => hearEachOther(talk)],
    [`${stage.silenceMs / 1000} s of silence of the ${talk.plan.silent}`, () => fallSilent(talk)],
    ['talk after the silence', () => hearEachOther(talk)],
    ...changes.flatMap(([name, run]): Step[] => [
      [name, run],
      [`talk after ${name}`, () => receiveEachOther(talk)],
    ]),
    [
      'hang up',
      async () => {
        callee.command('hangup')
        await caller.waitFor('CALL_CLOSED', 1, END_LIMIT_MS)
        // A BYE or its answer that was lost is said again after half a second.
        await pause(FAREWELL_MS)
      },
    ],
  ]
}

/** Until both tones are heard well in the same window, by the telephones' own recordings. */
async function hearEachOther({ caller, callee }: Conversation): Promise<void> {
  await untilHeard(async () => {
    const marks = { caller: caller.mark(), callee: callee.mark() }
    await pause(WINDOW_MS)
    return { caller: caller.heardSince(marks.caller), callee: callee.heardSince(marks.callee) }
  })
}

/** The same by what comes to their interfaces. */
async function receiveEachOther({ caller, callee }: Conversation): Promise<void> {
  await untilHeard(async () => {
    const fromMs = Date.now()
    await pause(WINDOW_MS + EAR_LAG_MS)
    return { caller: caller.ear.heardIn(fromMs, WINDOW_MS), callee: callee.ear.heardIn(fromMs, WINDOW_MS) }
  })
}

async function untilHeard(listen: () => Promise<{ caller: Heard; callee: Heard }>): Promise<void> {
  const giveUpAt = performance.now() + RECOVERY_LIMIT_MS
  for (;;) {
    const heard = await listen()
    const deaf = [
      complaint('the caller', heard.caller, WINDOW_MS, CALLEE_HERTZ, CALLER_HERTZ),
      complaint('the callee', heard.callee, WINDOW_MS, CALLER_HERTZ, CALLEE_HERTZ),
    ].filter((text) => text !== '')
    if (deaf.length === 0) return
    if (performance.now() > giveUpAt) throw new Error(deaf.join('; '))
  }
}

async function fallSilent({ caller, callee, silent, plan, stage }: Conversation): Promise<void> {
  await silent.silence(true)
  await pause(stage.silenceMs - WINDOW_MS)
  const marks = { caller: caller.mark(), callee: callee.mark() }
  await pause(WINDOW_MS)
  const heard = { caller: caller.heardSince(marks.caller), callee: callee.heardSince(marks.callee) }
  await silent.silence(false)
  const { talker, listener } =
    plan.silent === 'caller'
      ? {
          talker: heard.callee,
          listener: complaint('the caller', heard.caller, WINDOW_MS, CALLEE_HERTZ, CALLER_HERTZ),
        }
      : {
          talker: heard.caller,
          listener: complaint('the callee', heard.callee, WINDOW_MS, CALLER_HERTZ, CALLEE_HERTZ),
        }
  if (talker.samples > 0)
    throw new Error(`the ${plan.silent} was heard though silent: ${talker.samples} samples`)
  if (listener !== '') throw new Error(`meanwhile ${listener}`)
}

async function holdAndResume(phone: Telephone, other: Telephone): Promise<void> {
  await change(phone, 'hold', other)
  await pause(HOLD_MS)
  await change(phone, 'resume', other)
}

/** A command that makes a re-INVITE, which must reach the other side. */
async function change(phone: Telephone, command: string, other: Telephone): Promise<void> {
  const before = other.reinvited()
  phone.command(command)
  const giveUpAt = performance.now() + REINVITE_LIMIT_MS
  while (other.reinvited() === before) {
    if (performance.now() > giveUpAt)
      throw new Error(`the ${command} of ${phone.user} never reached the other side`)
    await pause(POLL_MS)
  }
}

async function eachOf(phones: readonly Telephone[], run: (phone: Telephone) => Promise<void>): Promise<void> {
  await Promise.all(phones.map(run))
}
