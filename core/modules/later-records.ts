import type { LaterModule } from './later-tables.ts'
import { number } from './tables.ts'

/** The databases that other modules keep things in. */
export const recordModules: readonly LaterModule[] = [
  {
    name: 'flatstore',
    summary: 'stands for records in plain files',
    parameters: [number('flush', 1, '1 writes each record to disk at once.')],
    commands: [],
  },
]
