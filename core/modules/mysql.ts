import type { Run } from '../exchange/index.ts'
import type { ModuleSpec, ParameterSpec } from '../script/index.ts'

/**
 * The databases of other systems. A script that names one runs as it stands: whatever a db_url says, the tables are
 * those of the store in the data folder. The URL itself is never looked at or shown, since it holds a password.
 */
export const databases: readonly ModuleSpec<Run>[] = [
  database('mysql', 'MySQL', [
    {
      name: 'ping_interval',
      type: 'number',
      default: 300,
      meaning: 'Seconds between two looks whether the database is still there.',
    },
    {
      name: 'auto_reconnect',
      type: 'number',
      default: 1,
      meaning: '1 connects again when the database was gone.',
    },
  ]),
  database('postgres', 'PostgreSQL', []),
  database('dbtext', 'tables in text files', []),
]

function database(name: string, title: string, parameters: readonly ParameterSpec[]): ModuleSpec<Run> {
  return {
    name,
    summary: `stands for ${title}; what is kept here is kept without it`,
    parameters,
    commands: [],
    remark: {
      message: `${title}: whatever a db_url names, the tables of the store in the data folder take its place.`,
      remedy: 'What a database of an earlier system holds has to be brought over once.',
    },
  }
}
