import type { Run } from '../exchange/index.ts'
import { replyStateless } from '../exchange/index.ts'
import type { ModuleSpec } from '../script/index.ts'
import { built, textOf } from './built.ts'
import { blocksR } from './later-tables.ts'
import { text } from './tables.ts'

const headers = [
  ['Accept', 'accept'],
  ['Accept-Encoding', 'accept_encoding'],
  ['Accept-Language', 'accept_language'],
  ['Supported', 'support'],
] as const

/** Questions to the server itself. */
export const options: ModuleSpec<Run> = {
  name: 'options',
  summary: 'answers OPTIONS',
  parameters: [
    text('accept', '*/*', 'Accept of the answer.'),
    text('accept_encoding', '', 'Accept-Encoding of the answer.'),
    text('accept_language', 'en', 'Accept-Language of the answer.'),
    text('support', '', 'Supported of the answer.'),
  ],
  commands: [
    built(
      'options_reply()',
      blocksR,
      'Answers an OPTIONS that is for this server itself; false for anything else.',
      'RFC 3261 §11.2, module options',
      (_args, settings) => {
        const lines = headers
          .map(([name, parameter]) => `${name}: ${textOf(settings, parameter)}\r\n`)
          .join('')
        return (run) => {
          if (run.request.method !== 'OPTIONS' || run.sipTarget?.user !== undefined) return -1
          replyStateless(run, 200, 'OK', run.state.replyLines + lines)
          return 1
        }
      },
    ),
  ],
}
