import type { Run } from '../exchange/index.ts'
import { perExchange } from '../exchange/index.ts'
import type { ModuleSpec } from '../script/index.ts'
import { built, say } from './built.ts'
import { blocksR } from './later-tables.ts'
import { number } from './tables.ts'

interface Source {
  windowAt: number
  count: number
  /** In the window before. */
  before: number
  lastAt: number
  isRefused: boolean
}

/** Senders are forged at will: the oldest gives way. */
const mostSources = 20_000
const sourcesOf = perExchange(() => new Map<string, Source>())

/** Notices addresses that send too much. */
export const pike: ModuleSpec<Run> = {
  name: 'pike',
  summary: 'notices addresses that send too much',
  parameters: [
    number('sampling_time_unit', 2, 'Seconds over which requests are counted.'),
    number('reqs_density_per_unit', 30, 'Requests in that time above which an address is turned away.'),
    number('remove_latency', 120, 'Seconds after its last request for which an address is remembered.'),
  ],
  refuse(settings) {
    if (Number(settings.get('sampling_time_unit')) > 0) return undefined
    return {
      refused: 'modparam("pike", "sampling_time_unit", 0) counts over no time at all.',
      remedy: 'Write the seconds, such as 2.',
    }
  },
  commands: [
    built(
      'pike_check_req()',
      blocksR,
      'False if the address of the sender sends too many requests.',
      'module pike',
      (_args, settings) => {
        const unitMs = Number(settings.get('sampling_time_unit')) * 1000
        const most = Number(settings.get('reqs_density_per_unit'))
        const keptMs = Number(settings.get('remove_latency')) * 1000
        return (run) => {
          const source = sourceOf(run, keptMs)
          const wasRefused = source.isRefused
          count(source, run.exchange.core.now, unitMs)
          source.isRefused = source.count > most || source.before > most
          if (source.isRefused && !wasRefused) say(run, 1, `${run.source.address} sends too many requests`)
          return source.isRefused ? -1 : 1
        }
      },
    ),
  ],
}

/** The newest stands last in the map. */
function sourceOf(run: Run, keptMs: number): Source {
  const sources = sourcesOf(run)
  const { address } = run.source
  const { now } = run.exchange.core
  const known = sources.get(address)
  const isFresh = known === undefined || now - known.lastAt > keptMs
  const source = isFresh ? { windowAt: now, count: 0, before: 0, lastAt: now, isRefused: false } : known
  source.lastAt = now
  sources.delete(address)
  sources.set(address, source)
  for (const [oldest, { lastAt }] of sources) {
    if (sources.size <= mostSources && now - lastAt <= keptMs) break
    sources.delete(oldest)
  }
  return source
}

function count(source: Source, now: number, unitMs: number): void {
  const windows = Math.floor((now - source.windowAt) / unitMs)
  if (windows > 0) {
    source.before = windows === 1 ? source.count : 0
    source.count = 0
    source.windowAt += windows * unitMs
  }
  source.count++
}
