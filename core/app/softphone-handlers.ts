import type { Handlers } from '../api/index.ts'
import type { Command, CommandResult } from '../exchange/index.ts'
import type { Listener } from '../lib/flow.ts'
import { hostPort } from './listen.ts'

export interface SoftphoneParts {
  /** Other ones when the office has moved. */
  readonly listeners: readonly Listener[]
  readonly ask: (command: Command) => Promise<CommandResult>
}

interface AccountRow {
  readonly user: string
  readonly domain: string
}

/** What the telephone in our own window asks of the core. */
export function softphoneHandlers(
  parts: SoftphoneParts,
): Pick<Handlers, 'softphone-account' | 'softphone-report'> {
  return {
    'softphone-account': async () => {
      const answer = await parts.ask({ name: 'accounts' })
      const rows = answer.ok ? (answer.value as readonly AccountRow[]) : []
      const [first] = parts.listeners
      const own = first === undefined ? 'localhost' : hostPort(first.address, first.port)
      return {
        domain: rows[0]?.domain ?? own,
        people: rows.map(({ user }) => user),
      }
    },
    'softphone-report': async ({ callId, complaint, second }) => {
      const report = {
        complaint,
        second: second === undefined ? undefined : { ...second, roundTripMs: second.roundTripMs },
      }
      const answer = await parts.ask({ name: 'report-softphone', callId, report })
      return { isKept: answer.ok }
    },
  }
}
