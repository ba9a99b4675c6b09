import type { Run } from '../exchange/index.ts'
import { nextHopOf } from '../exchange/index.ts'
import type { ModuleSpec, Refused, Settings, Step } from '../script/index.ts'
import { readCount } from './arguments.ts'
import { isOn, isRefused, reading, say, textOf } from './built.ts'
import { blocksR } from './later-tables.ts'
import { number, text } from './tables.ts'

/** Spreads calls over several servers; the same call always goes to the same one. */
export const dispatcher: ModuleSpec<Run> = {
  name: 'dispatcher',
  summary: 'spreads calls over several servers',
  parameters: [
    text(
      'list_file',
      '/usr/local/etc/ser/dispatcher.list',
      'File of the sets of servers: a number and a URI on each line.',
    ),
    number('force_dst', 0, '1 also chooses where a next hop is set already.'),
  ],
  commands: [
    reading(
      (_args, settings) => [textOf(settings, 'list_file')],
      'ds_select_dst(set, rule)',
      blocksR,
      'Chooses a server of the set {0}: by Call-ID (0), From (1), To (2) or Request-URI (3); false when there is none.',
      'module dispatcher',
      ([set = '', rule = ''], settings) => prepareSelect(set, rule, settings),
    ),
  ],
}

const greatestSet = 2 ** 31 - 1

const keys: readonly ((run: Run) => string)[] = [
  (run) => run.request.callId,
  (run) => run.request.from.uri,
  (run) => run.request.to.uri,
  (run) => run.uri,
]

function prepareSelect(set: string, rule: string, settings: Settings): Step<Run> | Refused {
  const number = readCount(set, 0, greatestSet, 'The set')
  if (isRefused(number)) return number
  const which = readCount(rule, 0, keys.length - 1, 'The rule')
  if (isRefused(which)) return which
  const keyOf = keys[which] as (run: Run) => string
  const file = textOf(settings, 'list_file')
  const forces = isOn(settings, 'force_dst')
  return (run) => {
    if (run.destination !== undefined && !forces) return -1
    const servers = serversOf(run.exchange.core.texts.get(file) ?? '').get(number) ?? []
    if (servers.length === 0) {
      say(run, -1, `dispatcher: there is no set ${number} in ${file}`)
      return -1
    }
    run.destination = servers[spread(keyOf(run)) % servers.length]
    return 1
  }
}

let readFrom = ''
let read: ReadonlyMap<number, readonly string[]> = new Map()

/** The sets of a list file, read once for each text. Lines that hold no SIP URI are passed over. */
function serversOf(text: string): ReadonlyMap<number, readonly string[]> {
  if (text === readFrom) return read
  const sets = new Map<number, string[]>()
  for (const line of text.split('\n')) {
    const [, set, uri = ''] = /^\s*(\d{1,10})\s+([^\s#]+)/.exec(line) ?? []
    if (set === undefined || typeof nextHopOf(uri) === 'string') continue
    const servers = sets.get(Number(set)) ?? []
    servers.push(uri)
    sets.set(Number(set), servers)
  }
  readFrom = text
  read = sets
  return read
}

/** The same after a restart, so that a call stays where it is (FNV-1a). */
function spread(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}
