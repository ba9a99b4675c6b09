import type { Run } from '../exchange/index.ts'
import { attributesFromAccount } from '../exchange/index.ts'
import type { CommandSpec, ModuleSpec, Settings } from '../script/index.ts'
import { inRequest } from '../script/index.ts'
import { columns, number, readableDatabase, text } from './tables.ts'

/** Checks digests against the accounts. */
export const authDb: ModuleSpec<Run> = {
  name: 'auth_db',
  summary: 'checks passwords against the accounts of this system',
  parameters: [
    text('db_url', readableDatabase, 'Database of other systems; this one asks its own accounts.'),
    ...columns(
      ['user_column', 'username', 'the user'],
      ['domain_column', 'domain', 'the domain'],
      ['password_column', 'ha1', 'the password, or its hash'],
      ['password_column_2', 'ha1b', 'the hash made with user@domain'],
    ),
    number(
      'calculate_ha1',
      0,
      '1: SER reads plain passwords. Here only hashes are kept, and both values do the same.',
    ),
    number('use_domain', 0, '1 looks for user and domain, 0 for the user alone.'),
    text('avps_column_int', 'domn', 'Columns that become attributes with numbers, parted by |.'),
    text('avps_column_str', 'uuid|rpid', 'Columns that become attributes with texts, parted by |.'),
  ],
  commands: [
    authorize(
      'www_authorize',
      'www',
      'True if the request proves with a password who sends it, for {0}.',
      '§22.2',
    ),
    authorize(
      'proxy_authorize',
      'proxy',
      'True if the request proves with a password to this proxy who sends it, for {0}.',
      '§22.3',
    ),
  ],
}

function authorize(
  name: string,
  asker: 'www' | 'proxy',
  explanation: string,
  section: string,
): CommandSpec<Run> {
  return {
    name,
    takes: ['realm', 'table'],
    blocks: inRequest,
    explanation,
    rests: `RFC 3261 ${section}, RFC 7616 §3.4, module auth_db`,
    prepare([realm = '', table = ''], settings) {
      if (table === '')
        return { refused: `${name} needs the name of a table.`, remedy: 'Write "subscriber".' }
      const usesDomain = Number(settings.get('use_domain') ?? 0) !== 0
      const numbers = listOf(settings, 'avps_column_int')
      const texts = listOf(settings, 'avps_column_str')
      return (run) => {
        const result = run.exchange.logins.authorize(run, asker, realm, usesDomain)
        if (result > 0) attributesFromAccount(run, numbers, texts)
        return result
      }
    },
  }
}

function listOf(settings: Settings, name: string): readonly string[] {
  return String(settings.get(name) ?? '')
    .split('|')
    .map((column) => column.trim())
    .filter((column) => column !== '')
}
