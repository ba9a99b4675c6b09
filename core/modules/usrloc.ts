import type { Run } from '../exchange/index.ts'
import type { ModuleSpec, ParameterSpec } from '../script/index.ts'

const columns =
  'user domain contact expires q callid cseq method replicate state flags user_agent received'.split(' ')

/** Where people can be reached. */
export const usrloc: ModuleSpec<Run> = {
  name: 'usrloc',
  summary: 'remembers at which addresses each person can be reached',
  parameters: [
    {
      name: 'db_mode',
      type: 'number',
      default: 0,
      meaning:
        '0 keeps registrations in memory; 1 answers them when they are on disk; 2 brings them there every timer_interval.',
    },
    {
      name: 'timer_interval',
      type: 'number',
      default: 60,
      meaning: 'Seconds between two sweeps for expired registrations, and with db_mode 2 between two writes.',
    },
    {
      name: 'db_url',
      type: 'string',
      default: 'mysql://ser:heslo@localhost/ser',
      meaning: 'Database of other systems; whatever it names, the store in the data folder takes its place.',
    },
    {
      name: 'use_domain',
      type: 'number',
      default: 0,
      meaning: '1 tells alice@a.example from alice@b.example.',
    },
    {
      name: 'desc_time_order',
      type: 'number',
      default: 0,
      meaning: '1 puts the newest registration first, whatever its q.',
    },
    ...columns.map(column),
  ],
  commands: [],
  refuse(settings) {
    const mode = settings.get('db_mode')
    if (mode === 0 || mode === 1 || mode === 2) return undefined
    return {
      refused: `modparam("usrloc", "db_mode", ${String(mode)}) is no mode that there is.`,
      remedy: 'Write 0 (memory), 1 (on disk before the answer) or 2 (on disk every timer_interval).',
    }
  },
}

function column(name: string): ParameterSpec {
  return {
    name: `${name}_column`,
    type: 'string',
    default: name === 'user' ? 'username' : name,
    meaning: `Column of the location table that holds ${name}.`,
  }
}
