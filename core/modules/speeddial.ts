import type { Run } from '../exchange/index.ts'
import { replyStateless } from '../exchange/index.ts'
import type { ModuleSpec, Settings } from '../script/index.ts'
import { parseSipUri, parseUri } from '../sip/index.ts'
import { built, isOn, rowsOf, textOf } from './built.ts'
import { blocksR } from './later-tables.ts'
import { columns, number, readableDatabase, text } from './tables.ts'

/** Short numbers of each user. */
export const speeddial: ModuleSpec<Run> = {
  name: 'speeddial',
  summary: 'gives each user short numbers',
  parameters: [
    text('db_url', readableDatabase, 'Database of other systems; this one has its own tables.'),
    ...columns(
      ['user_column', 'username', 'the user'],
      ['domain_column', 'domain', 'the domain'],
      ['sd_user_column', 'sd_username', 'the short number'],
      ['sd_domain_column', 'sd_domain', 'the domain of the short number'],
      ['new_uri_column', 'new_uri', 'the URI that it stands for'],
    ),
    number('use_domain', 0, '1 looks for user and domain, 0 for the user alone.'),
    text('domain_prefix', undefined, 'Beginning that is taken off a domain, such as "sip.".'),
  ],
  commands: [
    built(
      'sd_lookup(table)',
      blocksR,
      "Calls what the number stands for in the caller's list in the table {0}; false when it stands for nothing.",
      'module speeddial',
      ([table = ''], settings) =>
        (run) =>
          lookUp(run, table, settings),
    ),
  ],
}

/** 0 where the message or the table cannot be used: it has been answered then. */
function lookUp(run: Run, table: string, settings: Settings): number {
  const caller = parseSipUri(run.request.from.uri)
  const dialled = run.sipTarget
  if (caller?.user === undefined || dialled?.user === undefined) return refuse(run, 400, 'Bad Request')
  const column = (name: string): string => textOf(settings, `${name}_column`)
  const isDomain = (of: string | undefined, host: string): boolean =>
    !isOn(settings, 'use_domain') || of?.toLowerCase() === withoutPrefix(host, settings)
  const row = rowsOf(run, table).find(
    (entry) =>
      entry[column('user')] === caller.user &&
      entry[column('sd_user')] === dialled.user &&
      isDomain(entry[column('domain')], caller.host) &&
      isDomain(entry[column('sd_domain')], dialled.host),
  )
  if (row === undefined) return -1
  const uri = row[column('new_uri')] ?? ''
  if (parseUri(uri).scheme === undefined) return refuse(run, 500, 'Server Internal Error')
  run.uri = uri
  run.destination = undefined
  return 1
}

function withoutPrefix(host: string, settings: Settings): string {
  const prefix = textOf(settings, 'domain_prefix').toLowerCase()
  return host.startsWith(prefix) ? host.slice(prefix.length) : host
}

function refuse(run: Run, status: number, reason: string): 0 {
  replyStateless(run, status, reason, run.state.replyLines)
  return 0
}
