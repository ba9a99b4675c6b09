import type { LaterModule } from './later-tables.ts'
import { number } from './tables.ts'

/** The databases that other modules keep things in. */
export const recordModules: readonly LaterModule[] = [
  {
    name: 'mysql',
    summary: 'stands for MySQL; what is kept here is kept without it',
    parameters: [
      number('ping_interval', 300, 'Seconds between two looks whether the database is still there.'),
      number('auto_reconnect', 1, '1 connects again when the database was gone.'),
    ],
    commands: [],
  },
  {
    name: 'postgres',
    summary: 'stands for PostgreSQL; what is kept here is kept without it',
    parameters: [],
    commands: [],
  },
  {
    name: 'dbtext',
    summary: 'stands for tables in text files; what is kept here is kept without it',
    parameters: [],
    commands: [],
  },
  {
    name: 'flatstore',
    summary: 'stands for records in plain files',
    parameters: [number('flush', 1, '1 writes each record to disk at once.')],
    commands: [],
  },
]
