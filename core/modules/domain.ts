import type { Run } from '../exchange/index.ts'
import type { ModuleSpec, Settings } from '../script/index.ts'
import { parseSipUri } from '../sip/index.ts'
import { built, rowsOf, textOf } from './built.ts'
import { blocksR } from './later-tables.ts'
import { columns, number, readableDatabase, text } from './tables.ts'

/** Domains that are served here by a table; `uri==myself` and alias= know nothing of it. */
export const domain: ModuleSpec<Run> = {
  name: 'domain',
  summary: 'knows which domains are served here',
  parameters: [
    text('db_url', readableDatabase, 'Database of other systems; this one has its own tables.'),
    number('db_mode', 0, '1 keeps the table of domains in memory; here it always is.'),
    text('domain_table', 'domain', 'Table of domains.'),
    ...columns(['domain_col', 'domain', 'the domain']),
  ],
  commands: [
    built(
      'is_from_local()',
      blocksR,
      'True if the domain of From is served here.',
      'module domain',
      (_args, settings) => (run) => isServed(run, parseSipUri(run.request.from.uri)?.host, settings),
    ),
    built(
      'is_uri_host_local()',
      blocksR,
      'True if the domain of the Request-URI is served here.',
      'module domain',
      (_args, settings) => (run) => isServed(run, run.sipTarget?.host, settings),
    ),
  ],
}

function isServed(run: Run, host: string | undefined, settings: Settings): 1 | -1 {
  const column = textOf(settings, 'domain_col')
  return rowsOf(run, textOf(settings, 'domain_table')).some((row) => row[column]?.toLowerCase() === host)
    ? 1
    : -1
}
