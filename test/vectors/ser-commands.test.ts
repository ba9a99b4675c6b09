import { expect, test } from 'vitest'
import { vocabulary } from '../../core/modules/index.ts'
import { inFailure, inReply, inRequest, loadScript } from '../../core/script/index.ts'
import type { SerCommand } from './ser-commands.ts'
import { serCommands } from './ser-commands.ts'

/** Arguments that a command takes, where "1" for each is none that makes sense. */
const samples: Readonly<Record<string, readonly string[]>> = {
  add_diversion: ['user-busy'],
  append_hf: ['X-A: b\\r\\n'],
  append_to_reply: ['X-A: b\\r\\n'],
  append_urihf: ['X-A: <', '>\\r\\n'],
  avp_check: ['s:a', 'eq/s:b'],
  avp_db_load: ['$from/username', 's:callfwd'],
  avp_load: ['caller'],
  avp_pushto: ['$ruri', 's:callfwd'],
  encode_contact: ['enc', '192.0.2.9'],
  force_rtp_proxy: ['r', '192.0.2.1'],
  is_user_in: ['From', 'local'],
  mf_process_maxfwd_header: ['10'],
  record_route_preset: ['192.0.2.1:5060'],
  sdp_mangle_ip: ['10.0.0.0/8', '192.0.2.9'],
  sl_send_reply: ['404', 'Not Found'],
  subst: ['/a/b/'],
  subst_uri: ['/a/b/'],
  subst_user: ['/a/b/'],
  t_reply: ['404', 'Not Found'],
  xlog: ['L_INFO', '%rm'],
}

/** Commands of our own, and of OpenSER that run here too; `check` points the latter out. */
const extensions = [
  ...['calls admit_outside_call/0', 'calls is_call_party/0'],
  ...['textops has_body/0', 'textops has_body/1', 'textops is_method/1'],
]

/** Known by name and answered with `not-built`, each with what it waits for. The list only shrinks. */
const waiting = new Map([
  ['avp_db_store', 'a store that commands may write to'],
  ['avp_db_delete', 'a store that commands may write to'],
  ['enum_query', 'a look-up of NAPTR records'],
  ['is_from_user_e164', 'a look-up of NAPTR records'],
  ['m_store', 'a store of messages'],
  ['m_dump', 'a store of messages'],
  ['print', 'nothing: an example of a module'],
  ['acc_rad_request', 'a RADIUS client'],
  ['acc_diam_request', 'a Diameter client'],
  ['t_write_req', 'a door to programs'],
  ['t_write_unix', 'a door to programs'],
])
const waitingModules = new Map<string, string>()
/** Refused with a reason and what to write in their place. */
const refusedModules = new Set([
  ...['auth_diameter', 'auth_radius', 'avp_radius', 'cpl', 'cpl-c', 'ext', 'extcmd', 'group_radius'],
  ...['jabber', 'pa', 'sms', 'uri_radius'],
])

const letters = ['R', 'F', 'O'] as const
const bits = { R: inRequest, F: inFailure, O: inReply }
const heads = { R: 'route', F: 'failure_route[1]', O: 'onreply_route[1]' }

test.each(serCommands)('$module: $name with $arguments arguments', (row) => {
  const module = vocabulary.modules.find(({ name }) => name === row.module)
  const command = module?.commands.find(
    ({ name, takes }) => name === row.name && takes.length === row.arguments,
  )
  expect(command?.blocks).toBe(
    letters.reduce((sum, letter) => sum | (row.blocks.includes(letter) ? bits[letter] : 0), 0),
  )

  for (const letter of letters) {
    const codes = codesOf(row, heads[letter])
    expect(codes, letter).toEqual(
      row.blocks.includes(letter) ? expectedCodes(row, command?.prepare) : ['wrong-block'],
    )
  }
})

test('no command is known that SER 0.9 has not, and each is there once', () => {
  const key = ({ module, name, arguments: count }: Omit<SerCommand, 'blocks'>): string =>
    `${module} ${name}/${count}`
  const known = vocabulary.modules.flatMap((module) =>
    module.commands.map(({ name, takes }) => key({ module: module.name, name, arguments: takes.length })),
  )
  const named = serCommands.map(key)
  expect(named).toEqual([...new Set(named)])
  expect(known.filter((name) => !named.includes(name)).sort()).toEqual(extensions)
})

test('what waits still waits', () => {
  const built = vocabulary.modules.flatMap(({ commands }) =>
    commands.filter(({ prepare }) => prepare !== undefined),
  )
  expect(built.map(({ name }) => name).filter((name) => waiting.has(name))).toEqual([])
})

function expectedCodes({ module, name }: SerCommand, prepare: unknown): string[] {
  if (refusedModules.has(module)) return ['argument-refused']
  if (prepare !== undefined) return []
  expect(waiting.has(name) || waitingModules.has(module)).toBe(true)
  return ['not-built']
}

function codesOf(row: SerCommand, head: string): string[] {
  const args = samples[row.name]?.slice(0, row.arguments) ?? Array.from({ length: row.arguments }, () => '1')
  const call = `${row.name}(${args.map((arg) => `"${arg}"`).join(', ')});`
  return loadScript(`loadmodule "${row.module}.so" ${head} { ${call} }`, vocabulary).problems.map(
    ({ code }) => code,
  )
}
