import type { Run } from '../exchange/index.ts'
import type { ModuleSpec, Settings } from '../script/index.ts'
import { printUri } from '../sip/index.ts'
import { built, rowsOf, textOf } from './built.ts'
import { blocksR } from './later-tables.ts'
import { number, text } from './tables.ts'

/** Numbers whose first digits stand for another domain. */
export const pdt: ModuleSpec<Run> = {
  name: 'pdt',
  summary: 'turns the first digits of a number into a domain',
  parameters: [
    text('db_url', 'mysql://root@127.0.0.1/pdt', 'Database of other systems; this one has its own tables.'),
    text('db_table', 'domains', 'Table of prefixes, with the columns code and domain.'),
    text('prefix', '', 'Digits that stand before the prefix.'),
    number('start_range', 10, 'Lowest prefix that is given to a new domain.'),
    number('terminator', 0, 'Digit that ends the prefix.'),
    number('hsize_2pow', undefined, 'Size of the table in memory, as a power of two.'),
  ],
  refuse(settings) {
    if (Number(settings.get('terminator')) <= 9) return undefined
    return {
      refused: 'modparam("pdt", "terminator", …) is one digit.',
      remedy: 'Write a number from 0 to 9.',
    }
  },
  commands: [
    built(
      'prefix2domain()',
      blocksR,
      'Sends the call to the domain that the first digits of the number stand for; false when no domain has them.',
      'module pdt',
      (_args, settings) => (run) => toDomain(run, settings),
    ),
  ],
}

/** True also where the number does not begin with `prefix`: it is then no such number. */
function toDomain(run: Run, settings: Settings): number {
  const uri = run.sipTarget
  const prefix = textOf(settings, 'prefix')
  if (uri?.user === undefined || !uri.user.startsWith(prefix)) return 1
  const rest = uri.user.slice(prefix.length)
  const end = rest.indexOf(textOf(settings, 'terminator'))
  if (end < 1 || !/^\d+$/.test(rest.slice(0, end))) return -1
  const code = rest.slice(0, end)
  const domain = rowsOf(run, textOf(settings, 'db_table')).find((row) => row['code'] === code)?.['domain']
  if (domain === undefined || !/^[\w.-]+$/.test(domain)) return -1
  const user = rest.slice(end + 1)
  run.uri = printUri({ ...uri, user: user === '' ? undefined : user, host: domain, port: undefined })
  run.destination = undefined
  return 1
}
