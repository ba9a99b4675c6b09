import type { LaterModule } from './later-tables.ts'
import { blocksR, command } from './later-tables.ts'
import { text } from './tables.ts'

/** What has to ask the DNS. */
export const serviceModules: readonly LaterModule[] = [
  {
    name: 'enum',
    summary: 'looks telephone numbers up in the DNS',
    parameters: [
      text('domain_suffix', 'e164.arpa.', 'Domain that numbers are looked up in.'),
      text('tel_uri_params', '', 'Parameters that are added to a tel URI that was found.'),
    ],
    commands: [
      command(
        'enum_query()',
        blocksR,
        'Looks the number in the Request-URI up in the DNS and calls what is found.',
        'RFC 6116, module enum',
      ),
      command(
        'enum_query(suffix)',
        blocksR,
        'Looks the number in the Request-URI up under {0} and calls what is found.',
        'RFC 6116, module enum',
      ),
      command(
        'enum_query(suffix, service)',
        blocksR,
        'Looks the number in the Request-URI up under {0} for the service {1} and calls what is found.',
        'RFC 6116, module enum',
      ),
      command(
        'is_from_user_e164()',
        blocksR,
        'True if the caller is a number written in full, with + and country code.',
        'ITU-T E.164, module enum',
      ),
    ],
  },
]
