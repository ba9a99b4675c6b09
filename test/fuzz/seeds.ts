import { readdirSync, readFileSync } from 'node:fs'
import type { Octets } from '../../core/lib/octets.ts'
import { abuse, flows, rfc4475, rfc5118 } from '../vectors/index.ts'

/** Every message that we have, those above 5,000 octets apart: they would make each run slow. */
export const messageSeeds: readonly Octets[] = [...rfc4475, ...rfc5118, ...abuse]
  .map(({ octets }) => octets)
  .filter((octets) => octets.length < 5000)
  .concat(
    flows.seeds(),
    flows.seeds(
      flows.flow({ caller: 'bob', called: 'alice', host: '127.0.0.3', callId: 'other', branch: 'other1' }),
    ),
  )

/** The shipped scripts and the lab's. */
export const scriptSeeds: readonly string[] = [
  ...scriptsIn('../../resources/scripts/'),
  ...scriptsIn('../flows/'),
]

function scriptsIn(folder: string): string[] {
  const at = new URL(folder, import.meta.url)
  return readdirSync(at)
    .filter((name) => name.endsWith('.cfg'))
    .sort()
    .map((name) => readFileSync(new URL(name, at), 'latin1'))
}
