import type { Octets } from '../lib/octets.ts'
import type { Run } from '../exchange/index.ts'
import { headerValue } from '../sip/index.ts'
import { longName } from './textops-names.ts'

/** Reads one thing of the message in hand; undefined where it has no such thing. */
export type Reader = (run: Run) => Octets | undefined

/** What may stand behind the percent sign; `br` and `ds` come from the later xlog that was made to fit 0.9. */
export const specifiers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['ci', (run) => run.message.callId],
  ['cs', (run) => String(run.message.cseq.number)],
  ['ct', (run) => headerOf(run, 'contact', 0)],
  ['fu', (run) => run.message.from.uri],
  ['ft', (run) => run.message.fromTag],
  ['is', (run) => run.source.address],
  ['mb', (run) => run.message.octets],
  ['mf', (run) => String(run.state.flags >>> 0)],
  ['mi', messageNumber],
  ['ml', (run) => String(run.message.octets.length)],
  // One process serves everything, and what decides does not know its number.
  ['pp', () => undefined],
  ['rm', (run) => run.message.cseq.method],
  ['ru', (run) => (run.response === undefined ? run.uri : undefined)],
  ['rs', (run) => (run.response === undefined ? undefined : String(run.response.status))],
  ['rr', (run) => run.response?.reason],
  ['tu', (run) => run.message.to.uri],
  ['tt', (run) => run.message.toTag],
  ['Ts', (run) => String(Math.floor(wallClock(run) / 1000))],
  ['Tf', (run) => printTime(wallClock(run))],
  ['ua', (run) => headerOf(run, 'user-agent', 0)],
  ['br', (run) => run.branches[0]?.uri],
  ['ds', (run) => [run.uri, ...run.branches.map(({ uri }) => uri)].map((uri) => `<${uri}>`).join(', ')],
])

/** The value of the header of that long name with this number; -1 is the last. */
export function headerOf(run: Run, name: string, index: number): Octets | undefined {
  const header = run.message.headers.filter((each) => longName(each.name) === name).at(index)
  return header === undefined ? undefined : headerValue(header)
}

/** How many messages came in so far. */
function messageNumber(run: Run): string {
  const { core } = run.exchange
  return String(core.counted('requests') + core.counted('responses'))
}

function wallClock(run: Run): number {
  return run.exchange.core.options.wallClock()
}

/** `Tue Nov 24 09:05:03 2026`, in UTC. */
function printTime(unixMs: number): string {
  const [weekday, day, month, year, time] = new Date(unixMs).toUTCString().replace(',', '').split(' ')
  return `${weekday ?? ''} ${month ?? ''} ${day ?? ''} ${time ?? ''} ${year ?? ''}`
}
