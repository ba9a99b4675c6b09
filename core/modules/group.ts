import type { Run } from '../exchange/index.ts'
import type { ModuleSpec, Refused, Settings, Step } from '../script/index.ts'
import type { SipUri } from '../sip/index.ts'
import { parseSipUri } from '../sip/index.ts'
import { provenUser } from './proven-user.ts'
import { built, isOn, rowsOf, textOf } from './built.ts'
import { blocksR } from './later-tables.ts'
import { columns, number, readableDatabase, text } from './tables.ts'

/** What users may do, by groups. */
export const group: ModuleSpec<Run> = {
  name: 'group',
  summary: 'knows which users belong to which groups',
  parameters: [
    text('db_url', readableDatabase, 'Database of other systems; this one has its own tables.'),
    text('table', 'grp', 'Table of groups.'),
    ...columns(
      ['user_column', 'username', 'the user'],
      ['domain_column', 'domain', 'the domain'],
      ['group_column', 'grp', 'the group'],
    ),
    number('use_domain', 0, '1 looks for user and domain, 0 for the user alone.'),
  ],
  commands: [
    built(
      'is_user_in(who, group)',
      blocksR,
      'True if the user of {0} belongs to the group {1}.',
      'module group',
      ([who = '', name = ''], settings) => prepareTest(who, name, settings),
    ),
  ],
}

interface Member {
  readonly user: string | undefined
  readonly host: string
}

const members: Readonly<Record<string, (run: Run) => Member | undefined>> = {
  'request-uri': (run) => ofUri(run.sipTarget),
  to: (run) => ofUri(parseSipUri(run.request.to.uri)),
  from: (run) => ofUri(parseSipUri(run.request.from.uri)),
  credentials: provenUser,
}

function ofUri(uri: SipUri | undefined): Member | undefined {
  return uri === undefined ? undefined : { user: uri.user, host: uri.host }
}

function prepareTest(who: string, name: string, settings: Settings): Step<Run> | Refused {
  const memberOf = members[who.toLowerCase()]
  if (memberOf === undefined) {
    return {
      refused: `"${who}" is nobody.`,
      remedy: 'Write "Request-URI", "To", "From" or "Credentials".',
    }
  }
  const column = (parameter: string): string => textOf(settings, parameter)
  const usesDomain = isOn(settings, 'use_domain')
  return (run) => {
    const member = memberOf(run)
    if (member?.user === undefined) return -6
    const isMember = rowsOf(run, column('table')).some(
      (row) =>
        row[column('user_column')] === member.user &&
        row[column('group_column')] === name &&
        (!usesDomain || row[column('domain_column')]?.toLowerCase() === member.host),
    )
    return isMember ? 1 : -6
  }
}
