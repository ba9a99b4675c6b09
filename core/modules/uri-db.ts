import type { OwnershipSettings, Run } from '../exchange/index.ts'
import { checkOwner, doesUriExist } from '../exchange/index.ts'
import type { CommandSpec, ModuleSpec, Settings } from '../script/index.ts'
import { inRequest } from '../script/index.ts'
import { columns, number, readableDatabase, text } from './tables.ts'

/** Checks names in URIs against those who have logged in and against the accounts. */
export const uriDb: ModuleSpec<Run> = {
  name: 'uri_db',
  summary: 'checks names in URIs against the accounts of this system',
  parameters: [
    text('db_url', readableDatabase, 'Database of other systems; this one asks its own accounts.'),
    text('uri_table', 'uri', 'Table of the URIs that each user may use.'),
    ...columns(
      ['uri_user_column', 'username', 'the user of that table'],
      ['uri_domain_column', 'domain', 'the domain of that table'],
      ['uri_uriuser_column', 'uri_user', 'the name that the user may use'],
    ),
    text('subscriber_table', 'subscriber', 'Table of users.'),
    ...columns(
      ['subscriber_user_column', 'username', 'the user'],
      ['subscriber_domain_column', 'domain', 'the domain'],
    ),
    number(
      'use_uri_table',
      0,
      '1 also allows the further names of an account, 0 only the name of the credentials.',
    ),
    number('use_domain', 0, '1 compares user and domain, 0 the user alone.'),
  ],
  commands: [
    command(
      'check_to',
      'True if the sender may use the name in To.',
      'module uri_db; RFC 3261 §10.3 step 4',
      (settings) => (run) => checkOwner(run, run.request.to.uri, settings),
    ),
    command(
      'check_from',
      'True if the sender may use the name in From.',
      'module uri_db; RFC 3261 §22.1',
      (settings) => (run) => checkOwner(run, run.request.from.uri, settings),
    ),
    command(
      'does_uri_exist',
      'True if there is a user of the name in the Request-URI.',
      'module uri_db',
      (settings) => (run) => doesUriExist(run, settings),
    ),
  ],
}

function command(
  name: string,
  explanation: string,
  rests: string,
  make: (settings: OwnershipSettings) => (run: Run) => number,
): CommandSpec<Run> {
  return {
    name,
    takes: [],
    blocks: inRequest,
    explanation,
    rests,
    prepare: (_args, settings) => make(readSettings(settings)),
  }
}

function readSettings(settings: Settings): OwnershipSettings {
  return {
    usesTable: Number(settings.get('use_uri_table') ?? 0) !== 0,
    usesDomain: Number(settings.get('use_domain') ?? 0) !== 0,
  }
}
