/** The server of the lab, on its public address. */
import { startServe, type Served } from '../media/serve.ts'
import type { Lab } from './lab.ts'
import { inside } from './namespaces.ts'

/** `script`: the name of one that is shipped. */
export function startLabServer(lab: Lab, script: string, limitMs: number): Promise<Served> {
  const { namespace, address: host } = lab.server
  return startServe({
    ...{ host, port: 5060, script, lowMediaPort: 30_000, highMediaPort: 34_999, limitMs },
    wrap: (command) => inside(namespace, command),
  })
}
