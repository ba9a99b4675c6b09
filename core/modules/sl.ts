import type { Run } from '../exchange/index.ts'
import { replyStateless } from '../exchange/index.ts'
import type { ModuleSpec } from '../script/index.ts'
import { inRequest } from '../script/index.ts'
import { readStatus } from './arguments.ts'
import { contactsOfTargets } from './redirect.ts'

/** Stateless replies. */
export const sl: ModuleSpec<Run> = {
  name: 'sl',
  summary: 'answers requests without keeping any state of them',
  parameters: [],
  commands: [
    {
      name: 'sl_send_reply',
      takes: ['code', 'reason'],
      blocks: inRequest,
      explanation:
        'Answers the request with {0} {1} and keeps nothing of it; a copy of the request gets the same answer.',
      rests: 'RFC 3261 §16.11, module sl',
      prepare([code, reason]) {
        const status = readStatus(code ?? '')
        if (typeof status !== 'number') return status
        return (run) => reply(run, status, reason ?? '')
      },
    },
    {
      name: 'sl_reply_error',
      takes: [],
      blocks: inRequest,
      explanation: 'Answers with the error of the action just before it, or with 500.',
      rests: 'module sl',
      prepare: () => (run) => {
        const error = run.error ?? { status: 500, reason: "I'm terribly sorry, server error occurred (1/SL)" }
        return run.disposition === 'replied' ? 1 : reply(run, error.status, error.reason)
      },
    },
  ],
}

function reply(run: Run, status: number, reason: string): number {
  if (run.request.method === 'ACK') return -1
  // A CANCEL that has found its INVITE is honoured at the end of the script whatever else happens.
  if (run.cancels !== undefined) return 1
  const contacts = status >= 300 && status < 400 ? contactsOfTargets(run) : ''
  replyStateless(run, status, reason, run.state.replyLines + contacts)
  return 1
}
