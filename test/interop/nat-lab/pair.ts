/** One call between two telephones of the lab, with everything that may cost a voice on its way. */
import { pause } from '../processes.ts'
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
const WINDOW_MS = 1_500
/** A re-INVITE that is lost four times in a row comes through within this. */
const RECOVERY_LIMIT_MS = 8_000
/** baresip 1.0 does not always begin to speak again when it is resumed within two seconds. */
const HOLD_MS = 4_000
const REINVITE_MS = 500
const SAMPLES_PER_MS = 8
/** Two lossy hops of 5 % leave 90 %; a window cuts a packet at either end. */
const LEAST_SAMPLES_SHARE = 0.75
const LEAST_TONE_SHARE = 0.7
const MOST_ECHO_SHARE = 0.1

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
    ['the caller holds and resumes', () => holdAndResume(caller)],
    ['the callee holds and resumes', () => holdAndResume(callee)],
    ['a re-INVITE of the caller', () => reinvite(caller)],
    ['a re-INVITE of the callee', () => reinvite(callee)],
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
      [`talk after ${name}`, () => hearEachOther(talk)],
    ]),
    [
      'hang up',
      async () => {
        callee.command('hangup')
        await caller.waitFor('CALL_CLOSED', 1, END_LIMIT_MS)
      },
    ],
  ]
}

/** Until both tones are heard well in the same window. */
async function hearEachOther({ caller, callee }: Conversation): Promise<void> {
  const giveUpAt = performance.now() + RECOVERY_LIMIT_MS
  for (;;) {
    const marks = { caller: caller.mark(), callee: callee.mark() }
    await pause(WINDOW_MS)
    const deaf = [
      complaint(caller, marks.caller, CALLEE_HERTZ, CALLER_HERTZ),
      complaint(callee, marks.callee, CALLER_HERTZ, CALLEE_HERTZ),
    ].filter((text) => text !== '')
    if (deaf.length === 0) return
    if (performance.now() > giveUpAt) throw new Error(deaf.join('; '))
  }
}

/** '' when the phone heard the other's tone and not its own. */
function complaint(
  phone: Telephone,
  since: ReturnType<Telephone['mark']>,
  wanted: number,
  own: number,
): string {
  const heard = phone.heardSince(since)
  const share = heard.samples / (WINDOW_MS * SAMPLES_PER_MS)
  const [tone, echo] = [heard.share(wanted), heard.share(own)]
  if (share >= LEAST_SAMPLES_SHARE && tone >= LEAST_TONE_SHARE && echo <= MOST_ECHO_SHARE) return ''
  const percent = (value: number): string => `${Math.round(value * 100)} %`
  return `${phone.user} heard ${percent(share)} of the time, ${percent(tone)} of it ${wanted} Hz, ${percent(echo)} ${own} Hz`
}

async function fallSilent(talk: Conversation): Promise<void> {
  const { caller, callee, silent, plan, stage } = talk
  await silent.silence(true)
  await pause(stage.silenceMs - WINDOW_MS)
  const marks = { caller: caller.mark(), callee: callee.mark() }
  await pause(WINDOW_MS)
  const quiet = plan.silent === 'caller' ? callee.heardSince(marks.callee) : caller.heardSince(marks.caller)
  const deaf =
    plan.silent === 'caller'
      ? complaint(caller, marks.caller, CALLEE_HERTZ, CALLER_HERTZ)
      : complaint(callee, marks.callee, CALLER_HERTZ, CALLEE_HERTZ)
  await silent.silence(false)
  if (quiet.samples > 0)
    throw new Error(`the ${plan.silent} was heard though silent: ${quiet.samples} samples`)
  if (deaf !== '') throw new Error(`meanwhile ${deaf}`)
}

async function holdAndResume(phone: Telephone): Promise<void> {
  phone.command('hold')
  await pause(HOLD_MS)
  phone.command('resume')
}

async function reinvite(phone: Telephone): Promise<void> {
  phone.command('reinvite')
  await pause(REINVITE_MS)
}

async function eachOf(phones: readonly Telephone[], run: (phone: Telephone) => Promise<void>): Promise<void> {
  await Promise.all(phones.map(run))
}
