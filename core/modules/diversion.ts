import type { Run } from '../exchange/index.ts'
import type { ModuleSpec } from '../script/index.ts'
import { built, textOf } from './built.ts'
import { blocksRF } from './later-tables.ts'
import { text } from './tables.ts'

/** Says of a call that it was meant for somebody else (RFC 5806). */
export const diversion: ModuleSpec<Run> = {
  name: 'diversion',
  summary: 'says that a call was diverted, and why',
  parameters: [text('suffix', '', 'What stands at the end of a Diversion header.')],
  commands: [
    built(
      'add_diversion(reason)',
      blocksRF,
      'Adds a Diversion header with the number that was dialled and the reason {0}, above all others.',
      'RFC 5806 §3, module diversion',
      ([reason = ''], settings) => {
        const value = `;reason=${reason}${textOf(settings, 'suffix')}`
        if (!/^[!-~]+( *[!-~]+)*$/.test(value) || reason === '')
          return {
            refused: `"${reason}" is no reason.`,
            remedy: 'Write "user-busy", "no-answer" or the like.',
          }
        return (run) => {
          const { octets, uri } = run.request
          run.edits.push({
            at: octets.indexOf('\r\n') + 2,
            remove: 0,
            insert: `Diversion: <${uri}>${value}\r\n`,
          })
          return 1
        }
      },
    ),
  ],
}
