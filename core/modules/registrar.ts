import type { RegistrarSettings, Run } from '../exchange/index.ts'
import { isRegistered, lookUpUser, saveBindings } from '../exchange/index.ts'
import type { CommandSpec, ModuleSpec, Settings } from '../script/index.ts'
import { inFailure, inRequest } from '../script/index.ts'

/** Registrations and look-ups. */
export const registrar: ModuleSpec<Run> = {
  name: 'registrar',
  summary: 'takes the registrations of phones and finds people by them',
  parameters: [
    {
      name: 'default_expires',
      type: 'number',
      default: 3600,
      meaning: 'Seconds for a phone that names none.',
    },
    {
      name: 'default_q',
      type: 'number',
      default: undefined,
      meaning: 'Preference in thousandths for a contact that names none.',
    },
    {
      name: 'append_branches',
      type: 'number',
      default: 1,
      meaning: '1 rings all phones of a person, 0 only the best.',
    },
    { name: 'case_sensitive', type: 'number', default: 0, meaning: '1 tells Alice from alice.' },
    { name: 'desc_time_order', type: 'number', default: 0, meaning: '1 prefers the newest registration.' },
    {
      name: 'nat_flag',
      type: 'number',
      default: 4,
      meaning: 'Message flag (0–31) that marks a phone behind a NAT.',
    },
    {
      name: 'realm_prefix',
      type: 'string',
      default: '',
      meaning: 'Beginning of a domain that is taken off before it is compared.',
    },
    {
      name: 'min_expires',
      type: 'number',
      default: 60,
      meaning: 'Seconds to which shorter times are raised; 0 leaves them.',
    },
    {
      name: 'max_expires',
      type: 'number',
      default: 0,
      meaning: 'Seconds to which longer times are lowered; 0 leaves them.',
    },
    {
      name: 'received_param',
      type: 'string',
      default: 'received',
      meaning: 'Contact parameter that holds where a phone really is.',
    },
    {
      name: 'received_avp',
      type: 'number',
      default: 42,
      meaning: 'Attribute in which nathelper leaves where a phone really is.',
    },
    {
      name: 'use_domain',
      type: 'number',
      default: 0,
      meaning: '1 tells alice@a.example from alice@b.example.',
    },
    {
      name: 'max_contacts',
      type: 'number',
      default: undefined,
      meaning: 'Most contacts of one person. Unset: 10; 0: no limit.',
    },
    {
      name: 'retry_after',
      type: 'number',
      default: 0,
      meaning: 'Seconds in the Retry-After of a failed registration; 0 leaves it out.',
    },
  ],
  refuse(settings) {
    const flag = settings.get('nat_flag')
    if (typeof flag !== 'number' || flag <= 31) return undefined
    return { refused: `modparam("registrar", "nat_flag", ${flag}) is no flag.`, remedy: 'Flags are 0 to 31.' }
  },
  commands: [
    save('save', 'Takes the registration into table "{0}" and answers it.', 'save'),
    save('save_noreply', 'Takes the registration into table "{0}" without answering it.', 'noreply'),
    save('save_memory', 'Takes the registration into table "{0}" in memory only, and answers it.', 'memory'),
    {
      name: 'lookup',
      takes: ['table'],
      blocks: inRequest | inFailure,
      explanation:
        'Puts the addresses that are registered for the Request-URI in table "{0}" in its place; false when there are none.',
      rests: 'RFC 3261 §16.5, module registrar',
      prepare([table], settings) {
        const read = readSettings(settings)
        return (run) => lookUpUser(run, table ?? '', read)
      },
    },
    {
      name: 'registered',
      takes: ['table'],
      blocks: inRequest | inFailure,
      explanation: 'True when somebody is on record in table "{0}" for the Request-URI.',
      rests: 'module registrar',
      prepare([table], settings) {
        const read = readSettings(settings)
        return (run) => (isRegistered(run, table ?? '', read) ? 1 : -1)
      },
    },
  ],
}

function save(name: string, explanation: string, how: 'save' | 'noreply' | 'memory'): CommandSpec<Run> {
  return {
    name,
    takes: ['table'],
    blocks: inRequest,
    explanation,
    rests: 'RFC 3261 §10.3, module registrar',
    prepare([table], settings) {
      const read = readSettings(settings)
      return (run) => saveBindings(run, table ?? '', read, how)
    },
  }
}

function readSettings(settings: Settings): RegistrarSettings {
  const number = (name: string): number => Number(settings.get(name) ?? 0)
  const optional = (name: string): number | undefined =>
    settings.get(name) === undefined ? undefined : number(name)
  return {
    defaultExpires: number('default_expires'),
    defaultQ: optional('default_q'),
    minExpires: number('min_expires'),
    maxExpires: number('max_expires'),
    maxContacts: optional('max_contacts'),
    appendBranches: number('append_branches') !== 0,
    isCaseSensitive: number('case_sensitive') !== 0,
    usesDomain: number('use_domain') !== 0,
    realmPrefix: String(settings.get('realm_prefix') ?? ''),
    natFlag: number('nat_flag'),
    retryAfter: number('retry_after'),
    receivedAvp: number('received_avp'),
    receivedParam: String(settings.get('received_param') ?? ''),
  }
}
