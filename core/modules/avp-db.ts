import type { Run } from '../exchange/index.ts'
import type { ModuleSpec, Refused, Settings, Step } from '../script/index.ts'
import { parseSipUri } from '../sip/index.ts'
import { built, isOn, rowsOf, textOf } from './built.ts'
import { blocksRF } from './later-tables.ts'
import { columns, number, readableDatabase, text } from './tables.ts'

/** Preferences of caller or callee as attributes, with caller_ or callee_ before their names. */
export const avpDb: ModuleSpec<Run> = {
  name: 'avp_db',
  summary: 'loads the preferences of caller or callee as attributes',
  parameters: [
    text('db_url', readableDatabase, 'Database of other systems; this one has its own tables.'),
    text('pref_table', 'usr_preferences', 'Table of preferences.'),
    ...columns(
      ['uuid_column', 'uuid', 'the identifier'],
      ['username_column', 'username', 'the user'],
      ['domain_column', 'domain', 'the domain'],
      ['attr_column', 'attribute', 'the name of the preference'],
      ['val_column', 'value', 'its value'],
    ),
    number('use_domain', 0, '1 looks for user and domain, 0 for the user alone.'),
  ],
  commands: [
    built(
      'avp_load(who)',
      blocksRF,
      'Loads the preferences of the {0} as attributes; false when there are none.',
      'module avp_db',
      ([who = ''], settings) => prepareLoad(who, settings),
    ),
  ],
}

function prepareLoad(who: string, settings: Settings): Step<Run> | Refused {
  if (who !== 'caller' && who !== 'callee')
    return { refused: `"${who}" is neither caller nor callee.`, remedy: 'Write "caller" or "callee".' }
  const name = (parameter: string): string => textOf(settings, parameter)
  const usesDomain = isOn(settings, 'use_domain')
  return (run) => {
    const uri = who === 'caller' ? parseSipUri(run.message.from.uri) : run.sipTarget
    if (uri === undefined) return -1
    const rows = rowsOf(run, name('pref_table')).filter(
      (row) =>
        row[name('username_column')] === uri.user &&
        (!usesDomain || row[name('domain_column')]?.toLowerCase() === uri.host),
    )
    for (const row of rows)
      run.attributes.add(`${who}_${row[name('attr_column')] ?? ''}`, row[name('val_column')] ?? '')
    return rows.length > 0 ? 1 : -1
  }
}
