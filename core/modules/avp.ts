import type { Run } from '../exchange/index.ts'
import type { ModuleSpec } from '../script/index.ts'
import { parseUri } from '../sip/index.ts'
import { readCount } from './arguments.ts'
import { logAttribute } from './avp-names.ts'
import { built, isRefused } from './built.ts'
import { blocksRF } from './later-tables.ts'

const rests = 'module avp'
const greatestNumber = 2 ** 31 - 1

/** The older module of attributes; all of its names are texts. */
export const avp: ModuleSpec<Run> = {
  name: 'avp',
  summary: 'sets and reads attributes of a call',
  parameters: [],
  commands: [
    built(
      'set_iattr(name, number)',
      blocksRF,
      'Gives the call an attribute {0} with the number {1}.',
      rests,
      ([name = '', value = '']) => {
        const number = readCount(value, 0, greatestNumber, 'The value')
        return isRefused(number) ? number : (run) => set(run, name, number)
      },
    ),
    built(
      'set_sattr(name, text)',
      blocksRF,
      'Gives the call an attribute {0} with the text {1}.',
      rests,
      ([name = '', value = '']) =>
        (run) =>
          set(run, name, value),
    ),
    built(
      'uri2attr(name)',
      blocksRF,
      'Keeps the Request-URI as the attribute {0}.',
      rests,
      ([name = '']) =>
        (run) =>
          set(run, name, run.uri),
    ),
    built(
      'attr2uri(name)',
      blocksRF,
      'Makes the attribute {0} the Request-URI; false when there is none that can be one.',
      rests,
      ([name = '']) =>
        (run) => {
          const value = run.attributes.first(name)
          if (typeof value !== 'string' || parseUri(value).scheme === undefined) return -1
          run.uri = value
          run.destination = undefined
          return 1
        },
    ),
    built(
      'is_sattr_set(name)',
      blocksRF,
      'True if the call has an attribute {0}.',
      rests,
      ([name = '']) =>
        (run) =>
          run.attributes.first(name) === undefined ? -1 : 1,
    ),
    built(
      'print_sattr(name)',
      blocksRF,
      'Writes the attribute {0} into the log; false when there is none.',
      rests,
      ([name = '']) =>
        (run) => {
          const value = run.attributes.first(name)
          if (value === undefined) return -1
          logAttribute(run, name, value)
          return 1
        },
    ),
    built(
      'flags2attr()',
      blocksRF,
      'Keeps the flags of the message as the attribute flags, as a hexadecimal number.',
      rests,
      () => (run) => set(run, 'flags', (run.state.flags >>> 0).toString(16)),
    ),
    built(
      'avp_exists(name, value)',
      blocksRF,
      'True if the call has an attribute {0} with the value {1}.',
      rests,
      ([name = '', value = '']) =>
        (run) =>
          run.attributes.all(name).some((found) => String(found) === value) ? 1 : -1,
    ),
  ],
}

function set(run: Run, name: string, value: string | number): 1 {
  run.attributes.add(name, value)
  return 1
}
