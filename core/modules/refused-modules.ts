import type { Run } from '../exchange/index.ts'
import type { ModuleSpec } from '../script/index.ts'

/** Modules of the time whose commands are refused here for good, and what to do in their place. */
const reasons: ReadonlyMap<string, readonly [refused: string, remedy: string]> = new Map([
  [
    'cpl-c',
    [
      'call scripts that users upload are not run: they let a user send calls anywhere.',
      'Forward calls with avpops: see resources/scripts/call-forwarding.cfg.',
    ],
  ],
  [
    'cpl',
    [
      'call scripts that users upload are not run: they let a user send calls anywhere.',
      'Forward calls with avpops: see resources/scripts/call-forwarding.cfg.',
    ],
  ],
  [
    'ext',
    [
      'programs are not run at the wish of a packet.',
      'Change the Request-URI with rewriteuri() or subst_uri().',
    ],
  ],
  ['extcmd', ['programs are not run at the wish of a packet.', 'Remove the line.']],
  ['jabber', ['there is no way to Jabber from here.', 'Remove the line.']],
  ['sms', ['there is no modem for short messages here.', 'Send MESSAGE to a gateway with t_relay_to_udp().']],
  [
    'pa',
    [
      'this server keeps no presence.',
      'Relay SUBSCRIBE and PUBLISH to a presence server with t_relay_to_udp().',
    ],
  ],
  [
    'auth_radius',
    ['passwords are kept here, without RADIUS.', 'Write www_authorize("", "subscriber") of auth_db.'],
  ],
  [
    'auth_diameter',
    ['passwords are kept here, without Diameter.', 'Write www_authorize("", "subscriber") of auth_db.'],
  ],
  [
    'group_radius',
    [
      'groups are kept here, without RADIUS.',
      'Write is_user_in("Credentials", "group") of the module group.',
    ],
  ],
  ['uri_radius', ['users are kept here, without RADIUS.', 'Write does_uri_exist() of uri_db.']],
  ['avp_radius', ['preferences are kept here, without RADIUS.', 'Write avp_load("caller") of avp_db.']],
])

/** The same module, with commands that say why they cannot be had where it is one of those. */
export function refusing(module: ModuleSpec<Run>): ModuleSpec<Run> {
  const reason = reasons.get(module.name)
  if (reason === undefined) return module
  const [refused, remedy] = reason
  const commands = module.commands.map((command) => ({ ...command, prepare: () => ({ refused, remedy }) }))
  return { ...module, commands }
}
