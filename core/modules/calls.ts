import type { Run } from '../exchange/index.ts'
import { perExchange, quoted } from '../exchange/index.ts'
import type { Instant } from '../lib/instant.ts'
import { later } from '../lib/instant.ts'
import type { ModuleSpec } from '../script/index.ts'
import { inRequest } from '../script/index.ts'
import { built } from './built.ts'
import { provenUser } from './proven-user.ts'
import { number } from './tables.ts'

/** A call of one user to where it costs money. */
interface OutsideCall {
  readonly callId: string
  readonly beganAt: Instant
}

interface Limits {
  readonly atOnce: number
  readonly anHour: number
}

const hourMs = 3_600_000
/** As many as there are accounts in a large office; whoever has called longest ago gives way. */
const mostCallers = 20_000
const callersOf = perExchange(() => new Map<string, readonly OutsideCall[]>())

/** What this server knows of the calls that go through it; SER has no such module. */
export const calls: ModuleSpec<Run> = {
  name: 'calls',
  summary: 'knows whose calls go on, and how many a user makes to the outside',
  parameters: [
    number('most_at_once', 2, 'Calls to the outside that one user may have at the same time; 0: any number.'),
    number('most_an_hour', 30, 'Calls to the outside that one user may begin in an hour; 0: any number.'),
  ],
  commands: [
    built(
      'is_call_party()',
      inRequest,
      'True if the request comes from the address of a phone of its call.',
      'module calls, of Sidetone',
      () =>
        ({ exchange, request, source }) =>
          exchange.calls.isParty(request.callId, source.address) ? 1 : -1,
    ),
    built(
      'admit_outside_call()',
      inRequest,
      'True if the user who has logged in may make one more call to the outside; else the event log says why not.',
      'module calls, of Sidetone',
      (_args, settings) => {
        const limits = {
          atOnce: Number(settings.get('most_at_once')),
          anHour: Number(settings.get('most_an_hour')),
        }
        return (run) => admit(run, limits)
      },
    ),
  ],
}

/** What has been admitted counts at once as long as its call goes on, and for an hour in any case. */
function admit(run: Run, limits: Limits): 1 | -1 {
  const user = provenUser(run)?.user
  if (user === undefined) return -1
  const { exchange, request } = run
  const { now } = exchange.core
  const isLive = ({ callId }: OutsideCall): boolean => exchange.calls.find(callId) !== undefined
  const isRecent = ({ beganAt }: OutsideCall): boolean => later(beganAt, hourMs) > now
  const callers = callersOf(run)
  const known = (callers.get(user) ?? []).filter((call) => isRecent(call) || isLive(call))
  const isKnown = known.some(({ callId }) => callId === request.callId)
  const why = isKnown ? undefined : whyNot(known.filter(isLive).length, known.filter(isRecent).length, limits)
  const isAdmitted = why === undefined
  keep(callers, user, isAdmitted && !isKnown ? [...known, { callId: request.callId, beganAt: now }] : known)
  if (isAdmitted) return 1
  exchange.core.count('outside calls refused')
  const name = quoted(user)
  exchange.notices.tell(
    'problem',
    'outside-limit',
    name,
    `${name} wanted one more call to the outside, from ${run.source.address}, and was refused: ${why}. If that was somebody else, give ${name} a new password with "passwd ${name}".`,
    name,
  )
  return -1
}

function whyNot(atOnce: number, anHour: number, limits: Limits): string | undefined {
  if (limits.atOnce > 0 && atOnce >= limits.atOnce) return `${atOnce} go on already`
  if (limits.anHour > 0 && anHour >= limits.anHour) return `${anHour} were made within an hour`
  return undefined
}

/** The one who has called last stands last in the map. */
function keep(
  callers: Map<string, readonly OutsideCall[]>,
  user: string,
  list: readonly OutsideCall[],
): void {
  callers.delete(user)
  callers.set(user, list)
  if (callers.size <= mostCallers) return
  for (const oldest of callers.keys()) {
    callers.delete(oldest)
    return
  }
}
